package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Scores of one prompt on the patches of an image: an immutable grid of finite numbers, addressed by (row, column). What a
 * score means depends on where the map comes from; higher is always more of what the prompt asks for.
 */
public final class ScoreMap {

    /** How the scores of the windows over a patch become the score of the patch. */
    public enum Averaging {
        /**
         * As the article does it: the count of visits starts at 1, not 0, so that a patch seen by n windows has sum / (n + 1).
         * This favours the middle of the image.
         */
        ARTICLE(1),
        /** The mean over the windows that see the patch. */
        MEAN(0);

        private final int firstCount;

        Averaging(int firstCount) {
            this.firstCount = firstCount;
        }
    }

    /** The largest magnitude of a score: 1e150. Sums and differences of such scores are finite. */
    public static final double LARGEST_SCORE = 1e150;

    private final PatchGrid grid;
    private final int columns;
    private final double[] values;

    private ScoreMap(PatchGrid grid, double[] values) {
        this.grid = grid;
        this.columns = grid.columns();
        this.values = values;
    }

    /**
     * Makes a map of given scores, which are copied.
     *
     * @param values one score per patch, row by row
     * @throws IllegalArgumentException if there is not one score per patch, finite and at most {@link #LARGEST_SCORE}
     */
    public static ScoreMap of(PatchGrid grid, double[] values) {
        int patches = grid.rows() * grid.columns();
        Checks.argument(
                values.length == patches,
                "values (%d) must hold one score for each of the %d x %d patches",
                values.length,
                grid.rows(),
                grid.columns());
        for (double value : values) {
            requireScore(value);
        }
        return new ScoreMap(grid, values.clone());
    }

    /**
     * Averages window scores per patch. A window sees the patches whose centre lies in it. A patch that no window sees has
     * the score 0. The sums are exact to 2^-62 of the largest score, in any order of the windows.
     *
     * <p>Cost: time proportional to patches plus windows, however many patches a window has; 20 bytes per patch while it runs.
     *
     * @param windows windows in pixels of the grid's image
     * @param scores one finite score per window, in the same order
     * @throws IllegalArgumentException if there is not one score per window, finite and at most {@link #LARGEST_SCORE}
     */
    public static ScoreMap ofWindows(PatchGrid grid, List<Box> windows, double[] scores, Averaging averaging) {
        return new ScoreMap(grid, averages(grid, windows, scores, averaging, 0));
    }

    /** Returns the averages, row by row; {@code unseen} where no window and no count says anything. */
    static double[] averages(PatchGrid grid, List<Box> windows, double[] scores, Averaging averaging, double unseen) {
        Checks.argument(
                scores.length == windows.size(),
                "scores (%d) must hold one score for each of the %d windows",
                scores.length,
                windows.size());
        double largest = 0;
        for (double score : scores) {
            requireScore(score);
            largest = Math.max(largest, Math.abs(score));
        }
        WindowSums sums = new WindowSums(grid, largest);
        for (int i = 0; i < scores.length; i++) {
            sums.add(windows.get(i), scores[i]);
        }
        return sums.averages(averaging.firstCount, unseen);
    }

    private static void requireScore(double score) {
        Checks.argument(
                Math.abs(score) <= LARGEST_SCORE,
                "score (%s) must be a finite number of at most %s",
                score,
                LARGEST_SCORE);
    }

    /**
     * Returns the mean of maps on one grid, patch by patch.
     *
     * @throws IllegalArgumentException if there is no map or the grids differ
     */
    public static ScoreMap mean(List<ScoreMap> maps) {
        Checks.argument(!maps.isEmpty(), "maps (%s) must not be empty", maps);
        PatchGrid grid = maps.get(0).grid;
        double[] sums = new double[grid.rows() * grid.columns()];
        for (ScoreMap map : maps) {
            Checks.argument(map.grid.equals(grid), "grid (%s) must be the grid of the first map, %s", map.grid, grid);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += map.values[i] / maps.size();
            }
        }
        return new ScoreMap(grid, sums);
    }

    /** Returns the patches that the map lies on. */
    public PatchGrid grid() {
        return grid;
    }

    /** Returns the number of rows. */
    public int rows() {
        return grid.rows();
    }

    /** Returns the number of columns. */
    public int columns() {
        return columns;
    }

    /**
     * Returns the score of a patch.
     *
     * @throws IllegalArgumentException if there is no such patch
     */
    public double get(int row, int column) {
        Checks.argument(
                row >= 0 && row < rows() && column >= 0 && column < columns,
                "patch (%d, %d) must be inside the %d x %d patches",
                row,
                column,
                rows(),
                columns);
        return values[row * columns + column];
    }

    /** Returns a copy of the scores, row by row. */
    public double[] toArray() {
        return values.clone();
    }

    /** Returns the highest score. */
    public double max() {
        return values[peakIndex()];
    }

    /** Returns the lowest score. */
    public double min() {
        double min = values[0];
        for (double value : values) {
            min = Math.min(min, value);
        }
        return min;
    }

    /** Returns the mean score. */
    public double mean() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Returns the pixels of the patch with the highest score, of equal ones the first in row-major order. */
    public Box peak() {
        int index = peakIndex();
        return grid.patch(index / columns, index % columns);
    }

    private int peakIndex() {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Tells whether all scores are the same, but for rounding errors: then the map says nothing of where. */
    public boolean isFlat() {
        double max = max();
        double min = min();
        return max - min <= 1e-9 * Math.max(1, Math.max(Math.abs(max), Math.abs(min)));
    }

    /**
     * Returns the map with its mean subtracted and what is then negative set to 0, several times over. The article does it
     * once or three times.
     *
     * @param passes how many times; 0 returns the map as it is
     * @throws IllegalArgumentException if passes is negative
     */
    public ScoreMap clipAtMean(int passes) {
        Checks.argument(passes >= 0, "passes (%d) must not be negative", passes);
        ScoreMap map = this;
        for (int pass = 0; pass < passes; pass++) {
            double mean = map.mean();
            double[] clipped = map.values.clone();
            for (int i = 0; i < clipped.length; i++) {
                clipped[i] = Math.max(0, clipped[i] - mean);
            }
            map = new ScoreMap(grid, clipped);
        }
        return map;
    }

    /** Returns the map stretched to [0, 1], lowest score to highest. A {@linkplain #isFlat flat} map becomes all 0. */
    public ScoreMap normalized() {
        if (isFlat()) {
            return new ScoreMap(grid, new double[values.length]);
        }
        double min = min();
        double range = max() - min;
        double[] stretched = values.clone();
        for (int i = 0; i < stretched.length; i++) {
            stretched[i] = (stretched[i] - min) / range;
        }
        return new ScoreMap(grid, stretched);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScoreMap map && grid.equals(map.grid) && Arrays.equals(values, map.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(grid, Arrays.hashCode(values));
    }

    @Override
    public String toString() {
        return "ScoreMap[" + rows() + " rows, " + columns + " columns, " + min() + " to " + max() + "]";
    }
}
