package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.util.Arrays;

/**
 * The screen of a GIF, in which its first frame may be smaller and anywhere: decoders give the frame alone. Blocks are those of
 * the GIF89a specification, read up to the first frame. A frame that reaches out of the screen makes it larger.
 *
 * @param x the frame's left edge in the screen
 * @param y the frame's upper edge in the screen
 */
record GifScreen(int width, int height, int x, int y) {
    private static final int HEADER = 13;
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;

    /** Returns the screen of a GIF; without a whole frame in it, an empty one. */
    static GifScreen of(byte[] file) {
        int at = HEADER;
        if (file.length > HEADER && (file[10] & 0x80) != 0) {
            at += 3 * (2 << (file[10] & 7)); // the palette
        }
        while (at + 10 <= file.length) {
            if (file[at] == FRAME) {
                int x = unsigned(file, at + 1);
                int y = unsigned(file, at + 3);
                int width = Math.max(unsigned(file, 6), x + unsigned(file, at + 5));
                return new GifScreen(width, Math.max(unsigned(file, 8), y + unsigned(file, at + 7)), x, y);
            }
            if (file[at] != EXTENSION) {
                break;
            }
            at += 2;
            while (at < file.length && file[at] != 0) {
                at += 1 + (file[at] & 0xff);
            }
            at++;
        }
        return new GifScreen(0, 0, 0, 0);
    }

    /** Returns the screen, white, with the frame in its place. */
    RgbImage withFrame(RgbImage frame) {
        int[] pixels = new int[width * height];
        Arrays.fill(pixels, 0xFFFFFF);
        int[] from = frame.toPacked();
        for (int row = 0; row < frame.height(); row++) {
            System.arraycopy(from, row * frame.width(), pixels, (y + row) * width + x, frame.width());
        }
        return RgbImage.ofPacked(width, height, pixels);
    }

    private static int unsigned(byte[] file, int at) {
        return (file[at] & 0xff) | (file[at + 1] & 0xff) << 8;
    }
}
