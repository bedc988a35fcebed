package io.github.zeroshot4j.awt;

import static io.github.zeroshot4j.awt.Hostile.ascii;
import static io.github.zeroshot4j.awt.Hostile.chunk;
import static io.github.zeroshot4j.awt.Hostile.deflated;
import static io.github.zeroshot4j.awt.Hostile.join;
import static io.github.zeroshot4j.awt.Hostile.with;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** PNG files that are broken, or mean harm. */
final class HostilePngs {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] END = chunk("IEND", new byte[0]);
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final byte[] ROWS = new byte[4 * 5]; // 4 x 4 pixels of gray, each row after its filter
    private static final int BOMB = 60 << 20;

    private HostilePngs() {}

    static void put(Map<String, byte[]> files) {
        putSizes(files);
        putBombs(files);
        putBroken(files);
        putExif(files);
    }

    private static void putSizes(Map<String, byte[]> files) {
        byte[] little = chunk("IDAT", deflated(ROWS));
        files.put("65535-x-65535.png", png(head(65_535, 65_535, 8, RGB), little, END));
        files.put("2-billion-x-2-billion.png", png(head(Integer.MAX_VALUE, Integer.MAX_VALUE, 8, RGB), little, END));
        files.put("4-billion-wide.png", png(head(-1, 4, 8, GRAY), little, END));
        files.put("0-x-0.png", png(head(0, 0, 8, GRAY), little, END));
        files.put("no-height.png", png(head(4, 0, 8, GRAY), little, END));
        files.put("100000-x-4.png", png(head(100_000, 4, 8, GRAY), little, END));
        files.put("100-million-pixels-of-no-data.png", png(head(10_000, 10_000, 16, 6), little, END));
    }

    private static void putBombs(Map<String, byte[]> files) {
        byte[] head = head(4, 4, 8, GRAY);
        byte[] bomb = deflated(new byte[BOMB]);
        byte[] little = chunk("IDAT", deflated(ROWS));
        files.put("text-of-60-mb.png", png(head, chunk("zTXt", join(ascii("Comment\0\0"), bomb)), little, END));
        files.put("profile-of-60-mb.png", png(head, chunk("iCCP", join(ascii("sRGB\0\0"), bomb)), little, END));
        files.put("pixels-of-60-mb.png", png(head, chunk("IDAT", bomb), END));
        byte[][] many = new byte[100_002][];
        Arrays.fill(many, chunk("tEXt", ascii("Comment\0a")));
        many[0] = head;
        many[100_000] = little;
        many[100_001] = END;
        files.put("100000-texts.png", png(many));
    }

    private static void putBroken(Map<String, byte[]> files) {
        byte[] head = head(4, 4, 8, GRAY);
        byte[] data = chunk("IDAT", deflated(ROWS));
        files.put("no-pixels.png", png(head, END));
        files.put("no-header.png", png(data, END));
        files.put("no-end.png", png(head, data));
        files.put("wrong-check-sum.png", png(head, with(data, data.length - 1, 0x55), END));
        files.put("no-zlib.png", png(head, chunk("IDAT", ascii("not packed at all, just text")), END));
        files.put("filter-9.png", png(head, chunk("IDAT", deflated(with(ROWS, 5, 9))), END));
        files.put("too-few-rows.png", png(head, chunk("IDAT", deflated(Arrays.copyOf(ROWS, 12))), END));
        files.put("3-bits.png", png(head(4, 4, 3, GRAY), data, END));
        files.put("colour-type-5.png", png(head(4, 4, 8, 5), data, END));
        files.put("interlace-9.png", png(chunk("IHDR", with(headData(4, 4, 8, GRAY), 12, 9)), data, END));
        files.put("palette-missing.png", png(head(4, 4, 8, PALETTE), data, END));
        byte[] outside = with(ROWS, 1, 200);
        files.put(
                "index-outside-of-palette.png",
                png(head(4, 4, 8, PALETTE), chunk("PLTE", new byte[6]), chunk("IDAT", deflated(outside)), END));
        files.put("short-header.png", png(chunk("IHDR", new byte[5]), data, END));
        files.put("chunk-of-4-gb.png", png(head, with(data, 0, 0xFF, 0xFF, 0xFF, 0xFF), END));
        files.put("chunk-of-2-gb.png", png(head, with(data, 0, 0x7F, 0xFF, 0xFF, 0xFF), END));
    }

    private static void putExif(Map<String, byte[]> files) {
        byte[] head = head(4, 4, 8, GRAY);
        byte[] data = chunk("IDAT", deflated(ROWS));
        files.put("exif-of-text.png", png(head, chunk("eXIf", ascii("no tags here, nor a header")), data, END));
        files.put("exif-empty.png", png(head, chunk("eXIf", new byte[0]), data, END));
    }

    private static byte[] png(byte[]... chunks) {
        return join(SIGNATURE, join(chunks));
    }

    private static byte[] head(int width, int height, int bits, int colours) {
        return chunk("IHDR", headData(width, height, bits, colours));
    }

    private static byte[] headData(int width, int height, int bits, int colours) {
        return ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) bits)
                .put((byte) colours)
                .array();
    }
}
