package io.github.zeroshot4j.benchmarks;

/**
 * Pillow's bicubic resizing of a square image, antialiased, in plain arithmetic: one pass along the rows, rounded to whole
 * levels, and one along the columns. Pillow computes with weights rounded to 22 bits: now and then a level differs by 1.
 */
final class PillowBicubic {
    private PillowBicubic() {}

    /**
     * Returns the image at another size.
     *
     * @param levels interleaved RGB levels in [0, 255], {@code side * side} pixels
     */
    static int[] resize(int[] levels, int side, int newSide) {
        int[] narrow = resizeLines(levels, side, side, newSide);
        return resizeLines(narrow, side, newSide, newSide);
    }

    /** Resizes each line of pixels and returns the transposed image: new pixel i of line n is pixel n of line i. */
    private static int[] resizeLines(int[] levels, int length, int lines, int newLength) {
        int[] transposed = new int[newLength * lines * 3];
        double scale = (double) length / newLength;
        double widening = Math.max(1, scale); // the filter covers as many more pixels as the image gets smaller
        for (int i = 0; i < newLength; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - 2 * widening + 0.5));
            int end = Math.min(length, (int) (centre + 2 * widening + 0.5));
            double[] weights = weights(first, end, centre, widening);
            for (int line = 0; line < lines; line++) {
                for (int channel = 0; channel < 3; channel++) {
                    double sum = 0;
                    for (int tap = 0; tap < weights.length; tap++) {
                        sum += weights[tap] * levels[3 * (line * length + first + tap) + channel];
                    }
                    int level = (int) Math.floor(sum + 0.5);
                    transposed[3 * (i * lines + line) + channel] = Math.max(0, Math.min(255, level));
                }
            }
        }
        return transposed;
    }

    private static double[] weights(int first, int end, double centre, double widening) {
        double[] weights = new double[end - first];
        double sum = 0;
        for (int tap = 0; tap < weights.length; tap++) {
            weights[tap] = cubic((first + tap + 0.5 - centre) / widening);
            sum += weights[tap];
        }
        for (int tap = 0; tap < weights.length; tap++) {
            weights[tap] /= sum;
        }
        return weights;
    }

    /** The cubic convolution of Keys (1981) with a = -0.5. */
    private static double cubic(double distance) {
        double x = Math.abs(distance);
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
}
