package io.github.zeroshot4j.evaluation;

import java.util.Arrays;
import java.util.Random;

/**
 * How far a figure may be off because the set has these images and not others: percentile intervals of a bootstrap over the
 * images (Efron 1979). The resamples depend on the number of images alone, so that presets are compared on the same ones.
 *
 * <p>They are percentile intervals without a correction of bias. A mean over categories (AP) is biased upwards: a category without an
 * object in a resample drops out of its mean, and it is the rare ones that drop out. The fewer objects the categories have, the more:
 * both ends lie too high then, and the value may lie at the lower end.
 */
public final class Bootstrap {
    /** How many resamples are drawn: {@value}. */
    public static final int RESAMPLES = 1000;

    /** How much of the resamples an interval holds: {@value}. */
    public static final double LEVEL = 0.95;

    /** The seed of the resamples: {@value}. */
    public static final long SEED = 20_260_101;

    private Bootstrap() {}

    /**
     * An interval.
     *
     * @param low NaN where no resample has a value
     * @param high the same
     */
    public record Interval(double low, double high) {}

    static Interval interval(Statistic statistic, int images) {
        Random random = new Random(SEED);
        double[] values = new double[RESAMPLES];
        int[] weights = new int[images];
        for (int r = 0; r < RESAMPLES; r++) {
            Arrays.fill(weights, 0);
            for (int i = 0; i < images; i++) {
                weights[random.nextInt(images)]++;
            }
            values[r] = statistic.of(weights);
        }
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        double tail = (1 - LEVEL) / 2;
        return new Interval(percentile(sorted, tail), percentile(sorted, 1 - tail));
    }

    /** Returns a percentile with linear interpolation between neighbours, as numpy does by default. */
    static double percentile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
