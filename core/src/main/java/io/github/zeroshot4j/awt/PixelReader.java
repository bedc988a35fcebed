package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * From the raster of a {@link BufferedImage} to 8-bit RGB, sample by sample. {@code getRGB} is used for palettes and for what
 * is rare only: it takes gray for linear light and brightens it, and it converts colour profiles, which models are not
 * trained on.
 */
final class PixelReader {
    private final BufferedImage image;
    private final ColorModel model;
    private final Raster raster;
    private final int width;
    private final byte[] row;

    PixelReader(BufferedImage image) {
        this.image = image;
        this.model = image.getColorModel();
        this.raster = image.getRaster();
        this.width = image.getWidth();
        this.row = new byte[3 * width];
    }

    RgbImage read() {
        long length = 3L * width * image.getHeight();
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "image (" + width + " x " + image.getHeight() + ") must have fewer than 2^31 / 3 pixels");
        }
        byte[] rgb = new byte[(int) length];
        RowReader rows = rowReader();
        for (int y = 0; y < image.getHeight(); y++) {
            rows.read(y);
            System.arraycopy(row, 0, rgb, y * row.length, row.length);
        }
        return RgbImage.of(width, image.getHeight(), rgb);
    }

    private interface RowReader {
        void read(int y);
    }

    private RowReader rowReader() {
        int type = model.getColorSpace().getType();
        boolean palette = model instanceof IndexColorModel;
        boolean gray = type == ColorSpace.TYPE_GRAY;
        if (!palette && !gray && type != ColorSpace.TYPE_RGB) {
            throw new IllegalArgumentException("image (colour space type " + type + ") must be gray or RGB");
        }
        boolean integers =
                raster.getTransferType() != DataBuffer.TYPE_FLOAT && raster.getTransferType() != DataBuffer.TYPE_DOUBLE;
        if (palette || model.isAlphaPremultiplied() || !integers) {
            return this::readConverted;
        }
        if (model instanceof ComponentColorModel && raster.getTransferType() == DataBuffer.TYPE_BYTE && isDeep(8)) {
            byte[] samples = new byte[width * raster.getNumBands()];
            return y -> readBytes(y, samples, gray);
        }
        int[] samples = new int[width * raster.getNumBands()];
        return y -> readSamples(y, samples, gray);
    }

    private boolean isDeep(int bits) {
        for (int size : model.getComponentSize()) {
            if (size != bits) {
                return false;
            }
        }
        return true;
    }

    private void readConverted(int y) {
        for (int x = 0; x < width; x++) {
            int argb = image.getRGB(x, y);
            put(x, argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24);
        }
    }

    private void readBytes(int y, byte[] samples, boolean gray) {
        raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
        int bands = raster.getNumBands();
        int colours = gray ? 1 : 3;
        for (int x = 0, i = 0; x < width; x++, i += bands) {
            int alpha = model.hasAlpha() ? samples[i + colours] & 0xff : 255;
            put(x, samples[i] & 0xff, samples[i + colours / 2] & 0xff, samples[i + colours - 1] & 0xff, alpha);
        }
    }

    private void readSamples(int y, int[] samples, boolean gray) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
        int bands = raster.getNumBands();
        int colours = gray ? 1 : 3;
        for (int x = 0, i = 0; x < width; x++, i += bands) {
            int alpha = model.hasAlpha() ? level(samples, i, colours) : 255;
            put(x, level(samples, i, 0), level(samples, i, colours / 2), level(samples, i, colours - 1), alpha);
        }
    }

    /** Returns a sample of any depth as 0 to 255: round(v / 257) of 16 bits. */
    private int level(int[] samples, int first, int band) {
        long highest = (1L << model.getComponentSize(band)) - 1;
        return (int) ((samples[first + band] * 255L + highest / 2) / highest);
    }

    /** Puts a pixel over white. */
    private void put(int x, int red, int green, int blue, int alpha) {
        row[3 * x] = overWhite(red, alpha);
        row[3 * x + 1] = overWhite(green, alpha);
        row[3 * x + 2] = overWhite(blue, alpha);
    }

    private static byte overWhite(int level, int alpha) {
        return (byte) ((level * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
