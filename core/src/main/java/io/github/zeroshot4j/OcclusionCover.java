package io.github.zeroshot4j;

/** What the pixels of a view become where it is hidden: one colour, or those of a blurred picture. Immutable. */
final class OcclusionCover {
    /**
     * So many samples of the blurred view lie along a square that hides: what is smaller than it is gone. Of 1, 2 and 3 the one with
     * which the tiny model's maps point best on development scenes of a style that it never saw.
     */
    private static final int SAMPLES_PER_SQUARE = 1;

    /** One row of the colour, or all rows of the blurred view; interleaved RGB. */
    private final byte[] samples;

    private final boolean plain;

    private OcclusionCover(byte[] samples, boolean plain) {
        this.samples = samples;
        this.plain = plain;
    }

    /** Hides with a colour, 0xRRGGBB. */
    static OcclusionCover colour(int rgb, int width) {
        return new OcclusionCover(RgbImage.filled(width, 1, rgb).samples(), true);
    }

    /** Hides with the mean colour of a view. */
    static OcclusionCover meanColour(RgbImage image, Box view) {
        return colour(meanRgb(image, view), view.width());
    }

    /** Returns the mean colour of a part of an image, each channel rounded. */
    static int meanRgb(RgbImage image, Box part) {
        long[] sums = new long[3];
        for (int y = part.yMin(); y < part.yMax(); y++) {
            int at = 3 * (y * image.width() + part.xMin());
            for (int k = 0; k < 3 * part.width(); k++) {
                sums[k % 3] += image.samples()[at + k] & 0xff;
            }
        }
        int rgb = 0;
        for (long sum : sums) {
            rgb = rgb << 8 | (int) ((sum + part.area() / 2) / part.area());
        }
        return rgb;
    }

    /** Hides with the view itself, of which nothing smaller than the square is left: made small, and large again. */
    static OcclusionCover blur(RgbImage image, Box view, int squarePx) {
        int small = Math.max(1, Math.min(view.width(), SAMPLES_PER_SQUARE * view.width() / squarePx));
        RgbImage blurred = Resampler.resize(image.crop(view), small, small, ResampleFilter.BILINEAR);
        return new OcclusionCover(
                Resampler.resize(blurred, view.width(), view.height(), ResampleFilter.BICUBIC)
                        .samples(),
                false);
    }

    /** Tells whether every row is like the other. */
    boolean isPlain() {
        return plain;
    }

    /** Paints a part of row {@code y} of the view. */
    void paint(byte[] row, int xMin, int xMax, int y) {
        System.arraycopy(samples, (plain ? 0 : y * row.length) + 3 * xMin, row, 3 * xMin, 3 * (xMax - xMin));
    }
}
