package io.github.zeroshot4j.awt;

import static io.github.zeroshot4j.awt.Hostile.ascii;
import static io.github.zeroshot4j.awt.Hostile.little;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/** TIFF files that are broken, or mean harm: 4 x 2 pixels of gray in one strip, with entries that say something else. */
final class HostileTiffs {
    private static final int PIXELS = 8;
    private static final int DIRECTORY = 16;
    private static final int WIDTH_TAG = 256;
    private static final int HEIGHT_TAG = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int STRIP_OFFSETS = 273;
    private static final int SAMPLES = 277;
    private static final int STRIP_ROWS = 278;
    private static final int STRIP_BYTES = 279;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private HostileTiffs() {}

    static void put(Map<String, byte[]> files) {
        putDirectories(files);
        putSizes(files);
        putEntries(files);
    }

    private static void putDirectories(Map<String, byte[]> files) {
        files.put("whole.tiff", tiff(entries(), 0));
        files.put("directory-after-itself.tiff", tiff(entries(), DIRECTORY));
        files.put("directory-in-itself.tiff", tiff(with(330, LONG, 1, DIRECTORY), 0));
        files.put("exif-in-itself.tiff", tiff(with(0x8769, LONG, 1, DIRECTORY), DIRECTORY));
        files.put("next-directory-outside.tiff", tiff(entries(), 0x7FFFFFF0));
        files.put(
                "directory-outside.tiff",
                little(8).put(ascii("II*\0")).putInt(0x7FFFFFF0).array());
        files.put(
                "directory-before-header.tiff",
                little(8).put(ascii("II*\0")).putInt(-1).array());
        files.put("directory-of-0-entries.tiff", tiff(new TreeMap<>(), 0));
        files.put(
                "65535-entries.tiff",
                little(10).put(ascii("II*\0")).putInt(8).putShort((short) -1).array());
        byte[] full = new byte[2 + 12 * 65_535 + 12];
        ByteBuffer.wrap(full).put(ascii("MM\0*")).putInt(8).putShort((short) -1);
        files.put("65535-entries-of-zeros.tiff", full);
    }

    private static void putSizes(Map<String, byte[]> files) {
        Map<Integer, int[]> large = with(WIDTH_TAG, LONG, 1, 65_535);
        large.put(HEIGHT_TAG, new int[] {LONG, 1, 65_535});
        files.put("65535-x-65535.tiff", tiff(large, 0));
        Map<Integer, int[]> larger = with(WIDTH_TAG, LONG, 1, -1);
        larger.put(HEIGHT_TAG, new int[] {LONG, 1, -1});
        files.put("4-billion-x-4-billion.tiff", tiff(larger, 0));
        files.put("0-x-2.tiff", tiff(with(WIDTH_TAG, SHORT, 1, 0), 0));
        Map<Integer, int[]> none = entries();
        none.remove(WIDTH_TAG);
        files.put("no-width.tiff", tiff(none, 0));
        files.put("width-of-text.tiff", tiff(with(WIDTH_TAG, 2, 4, 0x00333231), 0));
    }

    private static void putEntries(Map<String, byte[]> files) {
        files.put("strip-outside.tiff", tiff(with(STRIP_OFFSETS, LONG, 1, 0x7FFFFFF0), 0));
        files.put("strip-of-2-gb.tiff", tiff(with(STRIP_BYTES, LONG, 1, 0x7FFFFFF0), 0));
        files.put("4-billion-strips.tiff", tiff(with(STRIP_OFFSETS, LONG, -1, 8), 0));
        files.put("500-million-strips.tiff", tiff(with(STRIP_OFFSETS, LONG, 500_000_000, 8), 0));
        files.put("strips-of-0-rows.tiff", tiff(with(STRIP_ROWS, LONG, 1, 0), 0));
        Map<Integer, int[]> missing = entries();
        missing.remove(STRIP_OFFSETS);
        files.put("no-strips.tiff", tiff(missing, 0));
        Map<Integer, int[]> tiles = with(322, LONG, 1, 0);
        tiles.put(323, new int[] {LONG, 1, 0});
        files.put("tiles-of-0-pixels.tiff", tiff(tiles, 0));
        Map<Integer, int[]> largeTiles = with(322, LONG, 1, 60_000);
        largeTiles.put(323, new int[] {LONG, 1, 60_000});
        files.put("tiles-of-60000-x-60000.tiff", tiff(largeTiles, 0));
        files.put("0-bits.tiff", tiff(with(BITS, SHORT, 1, 0), 0));
        files.put("65535-bits.tiff", tiff(with(BITS, SHORT, 1, 65_535), 0));
        files.put("65535-samples.tiff", tiff(with(SAMPLES, SHORT, 1, 65_535), 0));
        files.put("compression-99.tiff", tiff(with(COMPRESSION, SHORT, 1, 99), 0));
        files.put("type-of-entry-99.tiff", tiff(with(COMPRESSION, 99, 1, 1), 0));
        files.put("orientation-77.tiff", tiff(with(274, SHORT, 1, 77), 0));
    }

    private static Map<Integer, int[]> with(int tag, int type, int count, int value) {
        Map<Integer, int[]> entries = entries();
        entries.put(tag, new int[] {type, count, value});
        return entries;
    }

    /** Type, count and value by tag. */
    private static Map<Integer, int[]> entries() {
        Map<Integer, int[]> entries = new TreeMap<>();
        entries.put(WIDTH_TAG, new int[] {SHORT, 1, 4});
        entries.put(HEIGHT_TAG, new int[] {SHORT, 1, 2});
        entries.put(BITS, new int[] {SHORT, 1, 8});
        entries.put(COMPRESSION, new int[] {SHORT, 1, 1});
        entries.put(262, new int[] {SHORT, 1, 1}); // 0 is black
        entries.put(STRIP_OFFSETS, new int[] {LONG, 1, PIXELS});
        entries.put(SAMPLES, new int[] {SHORT, 1, 1});
        entries.put(STRIP_ROWS, new int[] {LONG, 1, 2});
        entries.put(STRIP_BYTES, new int[] {LONG, 1, 8});
        return entries;
    }

    private static byte[] tiff(Map<Integer, int[]> entries, int next) {
        byte[] bytes = new byte[DIRECTORY + 2 + 12 * entries.size() + 4];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("II*\0")).putInt(DIRECTORY).putLong(0x0123456789ABCDEFL).putShort((short) entries.size());
        entries.forEach((tag, entry) -> file.putShort(tag.shortValue())
                .putShort((short) entry[0])
                .putInt(entry[1])
                .putInt(entry[2]));
        file.putInt(next);
        return bytes;
    }
}
