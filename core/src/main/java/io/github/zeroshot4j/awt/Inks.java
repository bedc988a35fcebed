package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.image.Raster;

/**
 * From cyan, magenta, yellow and black to red, green and blue, as Pillow does it without a profile: what the black leaves of the
 * light, less what each ink takes of it.
 */
final class Inks {
    private static final int FRACTION = 16;
    private static final int HALF = 1 << (FRACTION - 1);

    private Inks() {}

    /** Returns the light that an ink (0 none to 255 full) and the black leave. */
    static int light(int ink, int black) {
        int left = 255 - black;
        int product = ink * left + 128;
        return left - ((product + (product >> 8)) >> 8);
    }

    /**
     * Returns the colours of a JPEG of four components. Stored is what each ink leaves, not the ink: Adobe's habit, which every
     * reader takes for granted.
     *
     * @param stored as the decoder finds it, without any conversion
     * @param ycck whether the first three are luma and chroma
     */
    static RgbImage ofJpeg(Raster stored, boolean ycck) {
        int width = stored.getWidth();
        int height = stored.getHeight();
        byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        int[] row = new int[4 * width];
        for (int y = 0, to = 0; y < height; y++) {
            stored.getPixels(stored.getMinX(), stored.getMinY() + y, width, 1, row);
            for (int i = 0; i < row.length; i += 4, to += 3) {
                if (ycck) {
                    invertedInks(row, i);
                }
                for (int channel = 0; channel < 3; channel++) {
                    rgb[to + channel] = (byte) light(255 - row[i + channel], 255 - row[i + 3]);
                }
            }
        }
        return RgbImage.of(width, height, rgb);
    }

    /** Turns luma and chroma in place into what the inks leave: JFIF's formulas in the fixed-point arithmetic of libjpeg. */
    private static void invertedInks(int[] samples, int at) {
        int luma = samples[at];
        int blue = samples[at + 1] - 128;
        int red = samples[at + 2] - 128;
        samples[at] = 255 - clipped(luma + ((fixed(1.402) * red + HALF) >> FRACTION));
        samples[at + 1] = 255 - clipped(luma + ((-fixed(0.34414) * blue - fixed(0.71414) * red + HALF) >> FRACTION));
        samples[at + 2] = 255 - clipped(luma + ((fixed(1.772) * blue + HALF) >> FRACTION));
    }

    private static int fixed(double value) {
        return (int) (value * (1 << FRACTION) + 0.5);
    }

    private static int clipped(int value) {
        return Math.min(255, Math.max(0, value));
    }
}
