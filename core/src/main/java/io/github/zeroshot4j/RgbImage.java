package io.github.zeroshot4j;

/**
 * An immutable image of 8-bit red, green and blue, in sRGB, row by row. Memory: 3 bytes per pixel. Thread-safe.
 *
 * <p>To read one from a file, or make one from a {@code BufferedImage}, see {@code io.github.zeroshot4j.awt}.
 */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] data;

    private RgbImage(int width, int height, byte[] data) {
        this.width = width;
        this.height = height;
        this.data = data;
    }

    /**
     * Makes an image of interleaved samples, which are copied.
     *
     * @param rgb red, green, blue of the first pixel, then of the next to its right, row by row
     * @throws IllegalArgumentException if width or height is not positive, the image has 2^31 samples or more, or the array
     *     does not hold {@code width * height * 3} samples
     */
    public static RgbImage of(int width, int height, byte[] rgb) {
        int length = sampleCount(width, height);
        Checks.argument(
                rgb.length == length,
                "rgb (%d samples) must hold width * height * 3 = %d samples of a %d x %d image",
                rgb.length,
                length,
                width,
                height);
        return new RgbImage(width, height, rgb.clone());
    }

    /**
     * Makes an image of packed pixels, as {@code BufferedImage.getRGB} gives them. Bits 24 to 31 are ignored.
     *
     * @param pixels 0xRRGGBB of each pixel, row by row
     * @throws IllegalArgumentException as {@link #of(int, int, byte[])}
     */
    public static RgbImage ofPacked(int width, int height, int[] pixels) {
        int length = sampleCount(width, height);
        Checks.argument(
                pixels.length == length / 3,
                "pixels (%d) must hold width * height = %d pixels of a %d x %d image",
                pixels.length,
                length / 3,
                width,
                height);
        byte[] data = new byte[length];
        for (int i = 0, j = 0; i < pixels.length; i++) {
            int pixel = pixels[i];
            data[j++] = (byte) (pixel >> 16);
            data[j++] = (byte) (pixel >> 8);
            data[j++] = (byte) pixel;
        }
        return new RgbImage(width, height, data);
    }

    /**
     * Makes an image of one colour.
     *
     * @param rgb the colour as 0xRRGGBB
     * @throws IllegalArgumentException if width or height is not positive or the image has 2^31 samples or more
     */
    public static RgbImage filled(int width, int height, int rgb) {
        RgbImage image = new RgbImage(width, height, new byte[sampleCount(width, height)]);
        image.paint(image.bounds(), rgb);
        return image;
    }

    private static int sampleCount(int width, int height) {
        Checks.positive(width, "width");
        Checks.positive(height, "height");
        Checks.argument(
                (long) width * height <= Integer.MAX_VALUE / 3,
                "width * height (%d x %d) must be below 2^31 / 3 pixels",
                width,
                height);
        return 3 * width * height;
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height in pixels. */
    public int height() {
        return height;
    }

    /** Returns the box that holds the whole image. */
    public Box bounds() {
        return new Box(0, 0, width, height);
    }

    /**
     * Returns a pixel as 0xRRGGBB.
     *
     * @throws IllegalArgumentException if the pixel is outside the image
     */
    public int rgb(int x, int y) {
        Checks.argument(
                x >= 0 && x < width && y >= 0 && y < height,
                "pixel (%d, %d) must be inside the %d x %d image",
                x,
                y,
                width,
                height);
        int i = 3 * (y * width + x);
        return (data[i] & 0xff) << 16 | (data[i + 1] & 0xff) << 8 | (data[i + 2] & 0xff);
    }

    /** Returns a copy of all pixels as 0xRRGGBB, row by row. */
    public int[] toPacked() {
        int[] pixels = new int[width * height];
        for (int i = 0, j = 0; i < pixels.length; i++, j += 3) {
            pixels[i] = (data[j] & 0xff) << 16 | (data[j + 1] & 0xff) << 8 | (data[j + 2] & 0xff);
        }
        return pixels;
    }

    /**
     * Returns the part of the image inside the box.
     *
     * @throws IllegalArgumentException if the box is empty or not inside the image
     */
    public RgbImage crop(Box box) {
        requireInside(box);
        byte[] part = new byte[3 * box.width() * box.height()];
        for (int y = 0; y < box.height(); y++) {
            System.arraycopy(
                    data, 3 * ((y + box.yMin()) * width + box.xMin()), part, 3 * y * box.width(), 3 * box.width());
        }
        return new RgbImage(box.width(), box.height(), part);
    }

    /**
     * Returns the image with the box painted in one colour.
     *
     * @param rgb the colour as 0xRRGGBB
     * @throws IllegalArgumentException if the box is empty or not inside the image
     */
    public RgbImage fill(Box box, int rgb) {
        requireInside(box);
        RgbImage copy = new RgbImage(width, height, data.clone());
        copy.paint(box, rgb);
        return copy;
    }

    /** Returns this image with another laid over it, its top left corner at (x, y). */
    RgbImage paste(RgbImage other, int x, int y) {
        requireInside(new Box(x, y, x + other.width, y + other.height));
        RgbImage copy = new RgbImage(width, height, data.clone());
        for (int row = 0; row < other.height; row++) {
            System.arraycopy(
                    other.data, 3 * row * other.width, copy.data, 3 * ((y + row) * width + x), 3 * other.width);
        }
        return copy;
    }

    private void paint(Box box, int rgb) {
        for (int y = box.yMin(); y < box.yMax(); y++) {
            for (int x = box.xMin(); x < box.xMax(); x++) {
                int i = 3 * (y * width + x);
                data[i] = (byte) (rgb >> 16);
                data[i + 1] = (byte) (rgb >> 8);
                data[i + 2] = (byte) rgb;
            }
        }
    }

    void requireInside(Box box) {
        Checks.argument(
                box.xMin() >= 0 && box.yMin() >= 0 && box.xMax() <= width && box.yMax() <= height && box.area() > 0,
                "box (%s) must be inside the %d x %d image and not empty",
                box,
                width,
                height);
    }

    /** The samples themselves, not a copy: never to be written to or handed out. */
    byte[] samples() {
        return data;
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + " x " + height + "]";
    }
}
