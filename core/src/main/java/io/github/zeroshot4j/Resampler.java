package io.github.zeroshot4j;

/** Resizes whole images with the bytes of Pillow's {@code Image.resize}. */
final class Resampler {
    private Resampler() {}

    /** Returns the image resized to the given size: first along the rows, then along the columns, rounded in between. */
    static RgbImage resize(RgbImage image, int width, int height, ResampleFilter filter) {
        return resize(
                image,
                new ResampleKernel(image.width(), width, filter),
                new ResampleKernel(image.height(), height, filter));
    }

    private static RgbImage resize(RgbImage image, ResampleKernel horizontal, ResampleKernel vertical) {
        int stride = 3 * horizontal.size();
        int last = vertical.size() - 1;
        int from = vertical.first(0); // rows that no output needs are left out
        byte[] rows = new byte[stride * (vertical.first(last) + vertical.count(last) - from)];
        for (int offset = 0, y = from; offset < rows.length; offset += stride, y++) {
            horizontal.filterRow(image.samples(), 3 * y * image.width(), rows, offset);
        }
        byte[] result = new byte[stride * vertical.size()];
        int[] sums = new int[stride];
        for (int y = 0; y <= last; y++) {
            vertical.startRows(sums);
            for (int t = 0; t < vertical.count(y); t++) {
                vertical.addRow(y, t, rows, (vertical.first(y) + t - from) * stride, sums);
            }
            for (int k = 0; k < stride; k++) {
                result[y * stride + k] = (byte) ResampleKernel.clip(sums[k]);
            }
        }
        return RgbImage.of(horizontal.size(), vertical.size(), result);
    }

    /**
     * Returns the square that CLIP's preprocessing gives for a whole image: the shorter side resized to
     * {@code spec.resizeSide()}, then {@code spec.cropSide()} pixels cut from the centre. The ends of the longer side are
     * lost, and never computed.
     */
    static RgbImage centreSquare(RgbImage image, EncoderSpec spec) {
        int shorter = Math.min(image.width(), image.height());
        return resize(image, centre(image.width(), shorter, spec), centre(image.height(), shorter, spec));
    }

    private static ResampleKernel centre(int length, int shorter, EncoderSpec spec) {
        long resized = (long) spec.resizeSide() * length / shorter;
        int side = spec.cropSide();
        return new ResampleKernel(length, resized, (resized - side) / 2, side, spec.resampleFilter());
    }
}
