package io.github.zeroshot4j;

/**
 * The filters that models are trained with, antialiased as Pillow has them: when an image is made smaller the filter's
 * support grows with the scale, so that every source pixel counts. The bytes are those of Pillow 12.3's {@code Image.resize}.
 */
public enum ResampleFilter {
    /** Keys' cubic convolution with a = -0.5, support 2; CLIP's filter. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double a = -0.5;
            double t = Math.abs(x);
            if (t < 1) {
                return ((a + 2) * t - (a + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
        }
    },
    /** The triangle filter, support 1. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    };

    private final double support;

    ResampleFilter(double support) {
        this.support = support;
    }

    /** Returns the radius outside which the filter is 0, in pixels of the larger of source and target. */
    double support() {
        return support;
    }

    abstract double weight(double x);
}
