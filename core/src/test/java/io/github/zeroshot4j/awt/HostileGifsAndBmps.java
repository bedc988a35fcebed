package io.github.zeroshot4j.awt;

import static io.github.zeroshot4j.awt.Hostile.ascii;
import static io.github.zeroshot4j.awt.Hostile.join;
import static io.github.zeroshot4j.awt.Hostile.little;

import java.util.Arrays;
import java.util.Map;

/** GIF and BMP files that are broken, or mean harm. */
final class HostileGifsAndBmps {
    /** Four pixels, 2 x 2, of two colours: codes of three bits, clear (4), 0, 1, 1, 0, end (5). */
    private static final byte[] PIXELS = {2, 3, 0b01_000_100, 0b0_000_001_0, 0b10_1, 0};

    private static final byte[] COLOURS = {0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, -1};
    private static final byte[] END = {0x3B};
    private static final int FRAMES = 100_000;

    private HostileGifsAndBmps() {}

    static void put(Map<String, byte[]> files) {
        putGifs(files);
        putBmps(files);
    }

    private static void putGifs(Map<String, byte[]> files) {
        byte[] head = join(screen(2, 2), COLOURS);
        byte[] frame = join(frame(2, 2), PIXELS);
        byte[][] frames = new byte[FRAMES][];
        Arrays.fill(frames, frame);
        files.put("100000-frames.gif", join(head, join(frames), END));
        files.put(
                "100000-frames-the-rest-broken.gif",
                join(head, frame, join(frames).clone(), new byte[50]));
        files.put("65535-x-65535.gif", join(screen(65_535, 65_535), COLOURS, frame(65_535, 65_535), PIXELS, END));
        files.put("2-x-2-in-65535-x-65535.gif", join(screen(65_535, 65_535), COLOURS, frame, END));
        files.put("9999-x-9999-of-no-data.gif", join(screen(9999, 9999), COLOURS, frame(9999, 9999), PIXELS, END));
        files.put("0-x-0.gif", join(screen(0, 0), COLOURS, frame(0, 0), PIXELS, END));
        files.put("no-frame.gif", join(head, END));
        files.put("no-palette.gif", join(ascii("GIF89a"), new byte[] {2, 0, 2, 0, 0, 0, 0}, frame, END));
        files.put("code-size-0.gif", join(head, frame(2, 2), new byte[] {0, 2, 1, 1, 0}, END));
        files.put("code-size-13.gif", join(head, frame(2, 2), new byte[] {13, 2, 1, 1, 0}, END));
        files.put("codes-that-do-not-exist.gif", join(head, frame(2, 2), new byte[] {2, 3, -1, -1, -1, 0}, END));
        byte[] comments = new byte[300_000];
        for (int i = 0; i < comments.length; i += 4) {
            comments[i] = 0x21;
            comments[i + 1] = (byte) 0xFE;
            comments[i + 2] = 0;
            comments[i + 3] = 0x21;
        }
        files.put("comments-and-no-frame.gif", join(head, comments));
    }

    private static byte[] screen(int width, int height) {
        return little(13)
                .put(ascii("GIF89a"))
                .putShort((short) width)
                .putShort((short) height)
                .put((byte) 0x81) // four colours follow
                .array();
    }

    private static byte[] frame(int width, int height) {
        return little(10)
                .put((byte) 0x2C)
                .putInt(0)
                .putShort((short) width)
                .putShort((short) height)
                .array();
    }

    private static void putBmps(Map<String, byte[]> files) {
        byte[] row = new byte[24]; // 4 x 2 pixels of 24 bits
        files.put("65535-x-65535.bmp", join(bmp(54, 40, 65_535, 65_535, 24, 0, 0), row));
        files.put("9999-x-9999-of-no-data.bmp", join(bmp(54, 40, 9999, 9999, 24, 0, 0), row));
        files.put("no-width.bmp", join(bmp(54, 40, 0, 2, 24, 0, 0), row));
        files.put("negative-width.bmp", join(bmp(54, 40, -4, 2, 24, 0, 0), row));
        files.put("least-height.bmp", join(bmp(54, 40, 4, Integer.MIN_VALUE, 24, 0, 0), row));
        files.put("pixels-outside.bmp", join(bmp(0x7FFFFFF0, 40, 4, 2, 24, 0, 0), row));
        files.put("header-of-0-bytes.bmp", join(bmp(54, 0, 4, 2, 24, 0, 0), row));
        files.put("header-of-2-gb.bmp", join(bmp(54, 0x7FFFFFF0, 4, 2, 24, 0, 0), row));
        files.put("7-bits.bmp", join(bmp(54, 40, 4, 2, 7, 0, 0), row));
        files.put("compression-99.bmp", join(bmp(54, 40, 4, 2, 24, 99, 0), row));
        files.put("2-billion-colours.bmp", join(bmp(54, 40, 4, 2, 8, 0, Integer.MAX_VALUE), row));
        byte[] outside = {-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 0, 1};
        files.put("runs-outside.bmp", join(bmp(62, 40, 4, 2, 8, 1, 2), new byte[8], outside));
    }

    private static byte[] bmp(int pixels, int header, int width, int height, int bits, int compression, int colours) {
        return little(54)
                .put(ascii("BM"))
                .putInt(1000)
                .putInt(0)
                .putInt(pixels)
                .putInt(header)
                .putInt(width)
                .putInt(height)
                .putShort((short) 1)
                .putShort((short) bits)
                .putInt(compression)
                .putInt(0)
                .putInt(2835)
                .putInt(2835)
                .putInt(colours)
                .putInt(0)
                .array();
    }
}
