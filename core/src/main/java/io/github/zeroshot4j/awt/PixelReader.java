package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * From the raster of a {@link BufferedImage} to 8-bit RGB, sample by sample. {@code getRGB} is used for palettes and for what
 * is rare only: it takes gray for linear light and brightens it, and it converts colour profiles, which models are not
 * trained on.
 */
final class PixelReader {
    private static final int MOST_BITS = 16;

    private final BufferedImage image;
    private final ColorModel model;
    private final Raster raster;
    private final int width;
    private final byte[] row;
    private final boolean opaque;

    /**
     * Takes the image to read.
     *
     * @param opaque whether alpha is ignored instead of laid on white
     */
    PixelReader(BufferedImage image, boolean opaque) {
        this.image = image;
        this.opaque = opaque;
        this.model = image.getColorModel();
        this.raster = image.getRaster();
        this.width = image.getWidth();
        this.row = new byte[3 * width];
    }

    /** Returns what about the image cannot be told in 8-bit RGB without guessing; empty if nothing. */
    String problem() {
        int type = model.getColorSpace().getType();
        boolean inks = type == ColorSpace.TYPE_CMYK;
        if (!palette() && !gray() && !inks && type != ColorSpace.TYPE_RGB) {
            return "neither gray nor RGB nor CMYK (colour space type " + type + ")";
        }
        if (!palette() && raster.getNumBands() != colours() + (model.hasAlpha() ? 1 : 0)) {
            return raster.getNumBands() + " channels of which some are unknown";
        }
        boolean integers = switch (raster.getTransferType()) {
            case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT, DataBuffer.TYPE_INT -> true;
            default -> false;
        };
        if (!integers || deepest() > MOST_BITS) {
            return "samples of floating point, signed or of more than 16 bits, whose black and white are not known";
        }
        return "";
    }

    private int colours() {
        return gray() ? 1 : model.getColorSpace().getType() == ColorSpace.TYPE_CMYK ? 4 : 3;
    }

    private boolean palette() {
        return model instanceof IndexColorModel;
    }

    private boolean gray() {
        return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    private int deepest() {
        return Arrays.stream(model.getComponentSize()).max().orElse(0);
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
        if (palette() || model.isAlphaPremultiplied()) {
            return this::readConverted;
        }
        if (model.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            int[] samples = new int[width * raster.getNumBands()];
            return y -> readInks(y, samples);
        }
        boolean gray = gray();
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

    private void readInks(int y, int[] samples) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
        int bands = raster.getNumBands();
        for (int x = 0, i = 0; x < width; x++, i += bands) {
            int black = level(samples, i, 3);
            int alpha = model.hasAlpha() ? level(samples, i, 4) : 255;
            put(
                    x,
                    Inks.light(level(samples, i, 0), black),
                    Inks.light(level(samples, i, 1), black),
                    Inks.light(level(samples, i, 2), black),
                    alpha);
        }
    }

    /** Returns a sample of any depth as 0 to 255: round(v / 257) of 16 bits. */
    private int level(int[] samples, int first, int band) {
        long highest = (1L << model.getComponentSize(band)) - 1;
        return (int) ((samples[first + band] * 255L + highest / 2) / highest);
    }

    /** Puts a pixel over white, or as it is. */
    private void put(int x, int red, int green, int blue, int storedAlpha) {
        int alpha = opaque ? 255 : storedAlpha;
        row[3 * x] = overWhite(red, alpha);
        row[3 * x + 1] = overWhite(green, alpha);
        row[3 * x + 2] = overWhite(blue, alpha);
    }

    private static byte overWhite(int level, int alpha) {
        return (byte) ((level * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
