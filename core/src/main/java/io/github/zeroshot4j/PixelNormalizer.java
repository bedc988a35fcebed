package io.github.zeroshot4j;

import java.nio.FloatBuffer;

/** Turns 8-bit samples into the model's numbers, {@code (value / 255 - mean) / std} per channel, by table. */
final class PixelNormalizer {
    private final float[][] tables = new float[3][256];
    private final int side;

    PixelNormalizer(EncoderSpec spec) {
        this.side = spec.cropSide();
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                tables[channel][value] = (float) ((value / 255.0 - spec.mean(channel)) / spec.std(channel));
            }
        }
    }

    /** Floats of one image. */
    int imageLength() {
        return 3 * side * side;
    }

    /**
     * Writes one row to the three planes of image {@code slot}: the named pixels of a row, red in the lowest byte.
     *
     * @param lines scratch space, three of {@code side} floats: a buffer takes many at once faster than one by one
     */
    void writeRow(int[] pixels, int[] columns, int row, FloatBuffer out, int slot, float[][] lines) {
        float[] reds = lines[0];
        float[] greens = lines[1];
        float[] blues = lines[2];
        float[] red = tables[0];
        float[] green = tables[1];
        float[] blue = tables[2];
        for (int x = 0; x < side; x++) {
            int pixel = pixels[columns[x]];
            reds[x] = red[pixel & 0xff];
            greens[x] = green[pixel >> 8 & 0xff];
            blues[x] = blue[pixel >> 16 & 0xff];
        }
        int start = slot * imageLength() + row * side;
        for (int channel = 0; channel < 3; channel++) {
            out.put(start + channel * side * side, lines[channel], 0, side);
        }
    }

    /** Writes a whole image of the crop side to {@code slot}. */
    void write(RgbImage image, FloatBuffer pixels, int slot) {
        byte[] samples = image.samples();
        int base = slot * imageLength();
        for (int i = 0, s = 0; i < side * side; i++) {
            for (int channel = 0; channel < 3; channel++, s++) {
                pixels.put(base + channel * side * side + i, tables[channel][samples[s] & 0xff]);
            }
        }
    }
}
