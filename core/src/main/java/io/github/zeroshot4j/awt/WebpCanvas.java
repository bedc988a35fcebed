package io.github.zeroshot4j.awt;

/**
 * The two sizes of a WebP image, that of the canvas (VP8X) and that of the picture on it (VP8 or VP8L), which are the same where
 * nothing moves. A decoder that takes memory by the one and decodes by the other can be kept busy by a few bytes.
 */
final class WebpCanvas {
    private static final int ANIMATION = 0x02;

    private WebpCanvas() {}

    /** Returns whether both sizes agree; also true where there is one alone, or an animation. */
    static boolean agrees(byte[] file) {
        byte[] canvas = Chunks.riff(file, "VP8X");
        if (canvas.length < 10 || (canvas[0] & ANIMATION) != 0) {
            return true;
        }
        int width = 1 + bits(canvas, 4, 3);
        int height = 1 + bits(canvas, 7, 3);
        byte[] lossless = Chunks.riff(file, "VP8L");
        if (lossless.length > 4) { // a mark, then 14 bits of width - 1 and of height - 1
            int sizes = bits(lossless, 1, 4);
            return width == 1 + (sizes & 0x3FFF) && height == 1 + (sizes >> 14 & 0x3FFF);
        }
        byte[] lossy = Chunks.riff(file, "VP8 ");
        if (lossy.length
                > 9) { // three bytes, three of a mark, then width and height of 14 bits, each with 2 of a scale
            return width == (bits(lossy, 6, 2) & 0x3FFF) && height == (bits(lossy, 8, 2) & 0x3FFF);
        }
        return true;
    }

    /** Returns so many bytes as a number, the lowest first. */
    private static int bits(byte[] bytes, int at, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at + i] & 0xff) << (8 * i);
        }
        return value;
    }
}
