package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Finds the colour profile of JPEG (APP2), PNG (iCCP) and WebP (ICCP), and converts from it to sRGB. A profile that is broken, or
 * not of RGB, changes nothing: a picture is not lost for its metadata.
 */
final class ColourProfile {
    private static final int[] RGB_BANDS = {0, 1, 2};
    private static final int WEBP_HAS_PROFILE = 0x20;
    private static final int MOST_BYTES = 4 << 20;

    private ColourProfile() {}

    /** Returns the profile that a file holds; empty if there is none. */
    static byte[] of(byte[] file) {
        return switch (ImageFormat.of(file)) {
            case JPEG -> JpegSegments.profile(file);
            case PNG -> unpacked(Chunks.png(file, "iCCP"));
            case WEBP -> Chunks.riff(file, "ICCP");
            default -> new byte[0];
        };
    }

    /**
     * Changes a file in place so that no decoder finds its profile: several convert by it without being asked, and each in its
     * own way.
     */
    static void hide(byte[] file) {
        ImageFormat format = ImageFormat.of(file);
        if (format == ImageFormat.JPEG) {
            JpegSegments.hideProfile(file);
        } else if (format == ImageFormat.WEBP) {
            int chunk = Chunks.riffStart(file, "ICCP");
            int header = Chunks.riffStart(file, "VP8X");
            if (chunk > 0 && header > 0 && header + 8 < file.length) {
                file[chunk] = '-';
                file[header + 8] &= (byte) ~WEBP_HAS_PROFILE;
            }
        }
    }

    /** A name, a zero, the method of compression, which is deflate, and the profile. What unpacks to too much is none. */
    private static byte[] unpacked(byte[] chunk) {
        int name = new String(chunk, StandardCharsets.ISO_8859_1).indexOf('\0');
        if (name < 0 || name + 2 >= chunk.length) {
            return new byte[0];
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(chunk, name + 2, chunk.length - name - 2);
            byte[] profile = new byte[MOST_BYTES];
            int length = inflater.inflate(profile);
            return inflater.finished() ? Arrays.copyOf(profile, length) : new byte[0];
        } catch (DataFormatException e) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }

    /** Returns the image in sRGB. */
    static RgbImage toSrgb(RgbImage image, byte[] profile) {
        if (profile.length == 0) {
            return image;
        }
        try {
            ICC_Profile from = ICC_Profile.getInstance(profile);
            if (from.getColorSpaceType() != ColorSpace.TYPE_RGB) {
                return image;
            }
            ICC_Profile to = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
            return converted(image, new ColorConvertOp(new ICC_Profile[] {from, to}, null));
        } catch (IllegalArgumentException | CMMException e) {
            return image;
        }
    }

    private static RgbImage converted(RgbImage image, ColorConvertOp op) {
        int[] pixels = image.toPacked();
        int width = image.width();
        byte[] samples = new byte[3 * width];
        WritableRaster row = Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), width, 1, samples.length, 3, RGB_BANDS, null);
        WritableRaster result = row.createCompatibleWritableRaster();
        int[] converted = new int[3 * width];
        for (int start = 0; start < pixels.length; start += width) {
            for (int x = 0; x < width; x++) {
                int pixel = pixels[start + x];
                samples[3 * x] = (byte) (pixel >> 16);
                samples[3 * x + 1] = (byte) (pixel >> 8);
                samples[3 * x + 2] = (byte) pixel;
            }
            op.filter(row, result);
            result.getPixels(0, 0, width, 1, converted);
            for (int x = 0; x < width; x++) {
                pixels[start + x] = converted[3 * x] << 16 | converted[3 * x + 1] << 8 | converted[3 * x + 2];
            }
        }
        return RgbImage.ofPacked(width, image.height(), pixels);
    }
}
