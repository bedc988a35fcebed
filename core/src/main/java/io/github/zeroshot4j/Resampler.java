package io.github.zeroshot4j;

/** Resizes whole images with the bytes of Pillow's {@code Image.resize}. */
final class Resampler {
    /** How many times as tall as wide an image may be before Pillow (12.3) makes its columns shorter first. */
    private static final int TALL = 100;

    private Resampler() {}

    /**
     * Returns the image resized to the given size: first along the rows, then along the columns, rounded in between; or first
     * along the columns where the image is very tall and gets lower.
     */
    static RgbImage resize(RgbImage image, int width, int height, ResampleFilter filter) {
        return resize(
                image,
                new ResampleKernel(image.width(), width, filter),
                new ResampleKernel(image.height(), height, filter),
                height);
    }

    /** The kernels may give a part of the result alone: how high all of it is decides which comes first. */
    private static RgbImage resize(
            RgbImage image, ResampleKernel horizontal, ResampleKernel vertical, long wholeHeight) {
        boolean columnsFirst = image.height() > (long) TALL * image.width() && wholeHeight < image.height();
        return columnsFirst
                ? transposed(resize(transposed(image), vertical, horizontal))
                : resize(image, horizontal, vertical);
    }

    private static RgbImage transposed(RgbImage image) {
        byte[] samples = image.samples();
        byte[] result = new byte[samples.length];
        for (int y = 0, from = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, from += 3) {
                System.arraycopy(samples, from, result, 3 * (x * image.height() + y), 3);
            }
        }
        return RgbImage.of(image.height(), image.width(), result);
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
        return resize(
                image,
                centre(image.width(), shorter, spec),
                centre(image.height(), shorter, spec),
                resized(image.height(), shorter, spec));
    }

    private static long resized(int length, int shorter, EncoderSpec spec) {
        return (long) spec.resizeSide() * length / shorter;
    }

    private static ResampleKernel centre(int length, int shorter, EncoderSpec spec) {
        long resized = resized(length, shorter, spec);
        int side = spec.cropSide();
        return new ResampleKernel(length, resized, (resized - side) / 2, side, spec.resampleFilter());
    }
}
