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
     * @throws IllegalArgumentException if the image has 2^31 samples or more, or is neither gray nor RGB
     */
    public static RgbImage of(BufferedImage image) {
        return new PixelReader(image).read();
    }
}
