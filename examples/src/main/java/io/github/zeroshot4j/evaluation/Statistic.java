package io.github.zeroshot4j.evaluation;

import java.util.Arrays;

/** A number about a set of images, in which each image may count several times or not at all. */
@FunctionalInterface
interface Statistic {
    /**
     * Computes the number.
     *
     * @param weights how often each image counts, at least 0
     * @return NaN where there is nothing to say, such as a share of nothing
     */
    double of(int[] weights);

    /** Returns the number for a set in which each of the images counts once. */
    default double ofAll(int images) {
        int[] once = new int[images];
        Arrays.fill(once, 1);
        return of(once);
    }

    /** A sum over the images divided by another: shares and means. */
    final class Ratio implements Statistic {
        private final double[] numerators;
        private final double[] denominators;

        Ratio(int images) {
            numerators = new double[images];
            denominators = new double[images];
        }

        void add(int image, double numerator, double denominator) {
            numerators[image] += numerator;
            denominators[image] += denominator;
        }

        /** Counts one case, and whether it is a hit. */
        void add(int image, boolean hit) {
            add(image, hit ? 1 : 0, 1);
        }

        @Override
        public double of(int[] weights) {
            double numerator = 0;
            double denominator = 0;
            for (int i = 0; i < weights.length; i++) {
                numerator += weights[i] * numerators[i];
                denominator += weights[i] * denominators[i];
            }
            return denominator == 0 ? Double.NaN : numerator / denominator;
        }
    }
}
