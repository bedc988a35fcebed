package io.github.zeroshot4j.awt;

import static io.github.zeroshot4j.awt.Hostile.ascii;
import static io.github.zeroshot4j.awt.Hostile.encoded;
import static io.github.zeroshot4j.awt.Hostile.join;
import static io.github.zeroshot4j.awt.Hostile.little;
import static io.github.zeroshot4j.awt.Hostile.with;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** JPEG files that are broken, or mean harm; most are a whole one with something changed. */
final class HostileJpegs {
    private static final byte[] WHOLE = encoded("jpeg");
    private static final int FRAME = find(WHOLE, 0xC0);
    private static final int SCAN = find(WHOLE, 0xDA);

    private HostileJpegs() {}

    static void put(Map<String, byte[]> files) {
        putHeaders(files);
        putScans(files);
        putExif(files);
    }

    private static void putHeaders(Map<String, byte[]> files) {
        files.put("65535-x-65535.jpg", with(WHOLE, FRAME + 5, 0xFF, 0xFF, 0xFF, 0xFF));
        files.put("9999-x-9999-of-no-data.jpg", with(WHOLE, FRAME + 5, 0x27, 0x0F, 0x27, 0x0F));
        files.put("0-x-0.jpg", with(WHOLE, FRAME + 5, 0, 0, 0, 0));
        files.put("255-components.jpg", with(WHOLE, FRAME + 9, 0xFF));
        files.put("4-components-3-described.jpg", with(WHOLE, FRAME + 9, 4));
        files.put("12-bits.jpg", with(WHOLE, FRAME + 4, 12));
        files.put("sampling-of-0.jpg", with(WHOLE, FRAME + 11, 0));
        files.put("lossless.jpg", with(WHOLE, FRAME + 1, 0xC3));
        files.put("arithmetic.jpg", with(WHOLE, FRAME + 1, 0xC9));
        files.put("segment-of-no-length.jpg", join(Arrays.copyOf(WHOLE, 2), segment(0xFE, 0), from(2)));
        files.put("segment-longer-than-file.jpg", join(Arrays.copyOf(WHOLE, 2), segment(0xFE, 0xFFFF), from(2)));
        byte[][] comments = new byte[100_000][];
        Arrays.fill(comments, segment(0xFE, 4, (byte) 'a', (byte) 'b'));
        files.put("100000-comments.jpg", join(Arrays.copyOf(WHOLE, 2), join(comments), from(2)));
        byte[] fill = new byte[100_000];
        Arrays.fill(fill, (byte) 0xFF);
        files.put("100000-fill-bytes.jpg", join(Arrays.copyOf(WHOLE, 2), fill, from(2)));
        byte[] profile = join(ascii("ICC_PROFILE\0"), new byte[] {1, 1}, ascii("this is no profile"));
        files.put(
                "profile-of-text.jpg",
                join(Arrays.copyOf(WHOLE, 2), segment(0xE2, 2 + profile.length, profile), from(2)));
    }

    private static void putScans(Map<String, byte[]> files) {
        int tables = find(WHOLE, 0xC4);
        int quantization = find(WHOLE, 0xDB);
        files.put("no-huffman-tables.jpg", with(WHOLE, tables + 1, 0xFE));
        files.put("no-quantization.jpg", with(WHOLE, quantization + 1, 0xFE));
        files.put("no-scan.jpg", join(Arrays.copyOf(WHOLE, SCAN), new byte[] {(byte) 0xFF, (byte) 0xD9}));
        files.put("no-frame.jpg", with(WHOLE, FRAME + 1, 0xFE));
        byte[] ones = WHOLE.clone();
        Arrays.fill(ones, SCAN + 20, SCAN + 60, (byte) 0xFF);
        files.put("scan-of-ones.jpg", ones);
        byte[] scan = from(SCAN);
        byte[][] scans = new byte[200][];
        Arrays.fill(scans, Arrays.copyOf(scan, scan.length - 2));
        files.put(
                "200-scans.jpg", join(Arrays.copyOf(WHOLE, SCAN), join(scans), new byte[] {(byte) 0xFF, (byte) 0xD9}));
    }

    private static void putExif(Map<String, byte[]> files) {
        files.put("exif-orientation-9.jpg", exif(tiff(8, 1, 0x0112, 3, 1, 9)));
        files.put("exif-orientation-text.jpg", exif(tiff(8, 1, 0x0112, 2, 9, 0x7FFFFFFF)));
        files.put("exif-directory-outside.jpg", exif(tiff(0x7FFFFFF0, 1, 0x0112, 3, 1, 6)));
        files.put("exif-directory-before-header.jpg", exif(tiff(0xFFFFFFFF, 1, 0x0112, 3, 1, 6)));
        files.put("exif-65535-entries.jpg", exif(tiff(8, 0xFFFF, 0x0100, 3, 1, 6)));
        files.put("exif-directory-in-itself.jpg", exif(tiff(8, 1, 0x8769, 4, 1, 8)));
        files.put("exif-of-text.jpg", exif(ascii("a text instead of a directory")));
        files.put("exif-of-nothing.jpg", exif(new byte[0]));
        files.put("exif-cut.jpg", exif(Arrays.copyOf(tiff(8, 1, 0x0112, 3, 1, 6), 15)));
    }

    private static byte[] exif(byte[] tiff) {
        byte[] data = join(ascii("Exif\0\0"), tiff);
        return join(Arrays.copyOf(WHOLE, 2), segment(0xE1, 2 + data.length, data), from(2));
    }

    /** A directory of one entry, which may claim to lie elsewhere or to have more. */
    private static byte[] tiff(int directory, int entries, int tag, int type, int count, int value) {
        return little(26)
                .put(ascii("II*\0"))
                .putInt(directory)
                .putShort((short) entries)
                .putShort((short) tag)
                .putShort((short) type)
                .putInt(count)
                .putInt(value)
                .array();
    }

    private static byte[] segment(int marker, int length, byte... data) {
        return ByteBuffer.allocate(4 + data.length)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) length)
                .put(data)
                .array();
    }

    private static byte[] from(int at) {
        return Arrays.copyOfRange(WHOLE, at, WHOLE.length);
    }

    private static int find(byte[] file, int marker) {
        for (int at = 2; ; at++) {
            if ((file[at] & 0xff) == 0xFF && (file[at + 1] & 0xff) == marker) {
                return at;
            }
        }
    }
}
