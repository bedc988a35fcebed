package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.image.BufferedImage;

/** The bridge between {@link RgbImage} and {@link BufferedImage}. */
public final class AwtImages {
    private AwtImages() {}

    /** Returns the image as a new {@link BufferedImage} of type {@code TYPE_INT_RGB}. */
    public static BufferedImage toBufferedImage(RgbImage image) {
        BufferedImage result = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        result.setRGB(0, 0, image.width(), image.height(), image.toPacked(), 0, image.width());
        return result;
    }

    /**
     * Returns the pixels of any {@link BufferedImage}: the samples as they are stored, without colour management, so that
     * gray 140 is 140 (which {@code BufferedImage.getRGB} makes 196). Transparent pixels are laid on white, 16-bit samples v
     * become {@code round(v / 257)}.
     *
     * @throws IllegalArgumentException if the image has 2^31 samples or more, is neither gray nor RGB nor CMYK, or has samples
     *     of floating point, signed ones or such of more than 16 bits
     */
    public static RgbImage of(BufferedImage image) {
        PixelReader pixels = new PixelReader(image, false);
        String problem = pixels.problem();
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(
                    "image (" + problem + ") must have gray, RGB or CMYK samples of 16 bits at most");
        }
        return pixels.read();
    }
}
