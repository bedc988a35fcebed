package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.List;

/**
 * The windows of one image and what each says for one prompt, between what the prompt has in this image by and large (0) and
 * what its best windows have (1). The two levels are the median of the first windows and the mean of their three highest;
 * windows that are added later are measured by the same levels. Not thread-safe.
 */
final class WindowEvidence {
    /** Of the way from the background to the top: below it windows differ by chance. Chosen, as {@link BoxFitter} says. */
    static final double FLOOR = 0.27;
    /** Windows that are added later may say more than the first, but no single one may say everything. Chosen. */
    private static final double CEILING = 1.2;

    private static final int HIGHEST = 3;

    private double[][] windows = new double[0][];
    private double[] logOdds = new double[0];
    private double[] levels = new double[0];
    private double background;
    private double top;

    WindowEvidence(List<Box> boxes, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        background = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        top = Math.max(mean(sorted, n - HIGHEST, n), background + 1);
        add(boxes, values);
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, Math.max(0, from), to).average().orElseThrow();
    }

    /** Adds windows that were looked at later. */
    final void add(List<Box> boxes, double[] values) {
        int before = logOdds.length;
        windows = Arrays.copyOf(windows, before + values.length);
        logOdds = Arrays.copyOf(logOdds, before + values.length);
        levels = Arrays.copyOf(levels, before + values.length);
        for (int i = 0; i < values.length; i++) {
            Box box = boxes.get(i);
            windows[before + i] = new double[] {box.xMin(), box.yMin(), box.xMax(), box.yMax()};
            logOdds[before + i] = values[i];
            double level = (relative(values[i]) - FLOOR) / (1 - FLOOR);
            levels[before + i] = Math.min(CEILING, Math.max(0, level));
        }
    }

    int size() {
        return logOdds.length;
    }

    /** Returns left, upper, right and lower edge of a window: never to be written to. */
    double[] window(int i) {
        return windows[i];
    }

    double logOdds(int i) {
        return logOdds[i];
    }

    /** Returns the log-odds that the prompt has in this image by and large. */
    double background() {
        return background;
    }

    /** Returns where log-odds lie between background (0) and top (1). */
    double relative(double value) {
        return (value - background) / (top - background);
    }

    /** Tells whether no window says more than the others, but by chance. */
    boolean isLevel() {
        return Arrays.stream(levels).allMatch(level -> level == 0);
    }

    /** Returns what speaks for the prompt in a window: 0 below the floor. */
    double level(int i) {
        return levels[i];
    }
}
