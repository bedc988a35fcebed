package io.github.zeroshot4j;

/**
 * Sums of scores of windows, or of other boxes, per patch by differences: a window adds its score where it begins and takes it
 * back where it ends, and one pass of running sums over the grid, along the rows and down the columns, turns that into the sums.
 *
 * <pre>
 *   differences      along the rows      down the columns
 *   +4  .  -4        4  4  0             4  4  0
 *    .  .   .        0  0  0             4  4  0
 *   -4  .  +4       -4 -4  0             0  0  0
 * </pre>
 *
 * <p>What is taken back must leave nothing behind, or a patch that no window sees would have a score and a flat map would not
 * be flat. Doubles leave their rounding behind, so the sums are integers: a score is a multiple of 2^-62 of the largest
 * one's power of two, in two parts of 31 bits, of which 2^31 windows fit a long. Not thread-safe.
 */
final class WindowSums {
    private static final int PART_BITS = 31;
    private static final double PART = 1L << PART_BITS;

    private final PatchGrid grid;
    private final int columns;
    private final int exponent;
    private final long[] high;
    private final long[] low;
    private final int[] counts;

    /** Sums for scores of at most the given magnitude. */
    WindowSums(PatchGrid grid, double largest) {
        this.grid = grid;
        this.columns = grid.columns();
        this.exponent = Math.getExponent(largest) + 1 - PART_BITS;
        int patches = grid.rows() * columns;
        this.high = new long[patches];
        this.low = new long[patches];
        this.counts = new int[patches];
    }

    void add(Box window, double score) {
        int rowMin = grid.firstCentredFrom(window.yMin(), grid.imageHeight());
        int rowMax = grid.firstCentredFrom(window.yMax(), grid.imageHeight());
        int columnMin = grid.firstCentredFrom(window.xMin(), grid.imageWidth());
        int columnMax = grid.firstCentredFrom(window.xMax(), grid.imageWidth());
        double scaled = Math.scalb(score, -exponent);
        long whole = (long) Math.floor(scaled);
        long rest = Math.round((scaled - whole) * PART);
        change(rowMin, columnMin, whole, rest, 1);
        change(rowMin, columnMax, -whole, -rest, -1);
        change(rowMax, columnMin, -whole, -rest, -1);
        change(rowMax, columnMax, whole, rest, 1);
    }

    /** What would begin behind the last row or column changes no patch. */
    private void change(int row, int column, long whole, long rest, int count) {
        if (row < grid.rows() && column < columns) {
            int index = row * columns + column;
            high[index] += whole;
            low[index] += rest;
            counts[index] += count;
        }
    }

    /** Ends the work: returns sum / (count + firstCount) per patch, {@code unseen} where nothing was counted. */
    double[] averages(int firstCount, double unseen) {
        double[] averages = totals();
        for (int index = 0; index < counts.length; index++) {
            int count = counts[index] + firstCount;
            averages[index] = count == 0 ? unseen : averages[index] / count;
        }
        return averages;
    }

    /** Ends the work: returns the sum per patch. */
    double[] totals() {
        for (int index = 0; index < counts.length; index++) {
            if (index % columns > 0) {
                addTo(index, index - 1);
            }
        }
        double[] totals = new double[counts.length];
        for (int index = 0; index < counts.length; index++) {
            if (index >= columns) {
                addTo(index, index - columns);
            }
            totals[index] = Math.scalb(high[index] + low[index] / PART, exponent);
        }
        return totals;
    }

    private void addTo(int index, int before) {
        high[index] += high[before];
        low[index] += low[before];
        counts[index] += counts[before];
    }
}
