package io.github.zeroshot4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Draws boxes around the patches of a {@link ScoreMap} that score above a threshold.
 *
 * <pre>
 *   scores          above 0.5        SINGLE: one box      COMPONENTS: two boxes
 *   .9 .7 .1 .1     # # . .          +-----------+        +---+ . .
 *   .1 .8 .1 .1     . # . .          |           |        +---+ . .
 *   .1 .1 .1 .6     . . . #          +-----------+        . . . []
 * </pre>
 *
 * <p>Components are 8-connected: patches that touch at a corner belong together. Immutable and thread-safe; time and memory
 * grow with the number of patches.
 *
 * @param mode one box or many
 * @param threshold a patch belongs to a box if its score is strictly higher
 */
public record BoxExtractor(Mode mode, double threshold) {

    /** One box or many. */
    public enum Mode {
        /** One box around all patches above the threshold, as in the article. */
        SINGLE,
        /** One box around each connected component of patches above the threshold. */
        COMPONENTS
    }

    /**
     * A box and the highest score inside.
     *
     * @param box in pixels of the image
     * @param peak the highest score among the patches that made the box
     */
    public record Candidate(Box box, double peak) {}

    /**
     * Makes an extractor.
     *
     * @throws IllegalArgumentException if the threshold is not a finite number
     */
    public BoxExtractor {
        Objects.requireNonNull(mode, "mode");
        Checks.argument(Double.isFinite(threshold), "threshold (%s) must be a finite number", threshold);
    }

    /** Returns the boxes, highest peak first, equal ones in row-major order of their first patch; none if no patch is above. */
    public List<Candidate> extract(ScoreMap map) {
        int[] labels = new int[map.rows() * map.columns()];
        List<Region> regions = new ArrayList<>();
        for (int index = 0; index < labels.length; index++) {
            if (labels[index] == 0 && score(map, index) > threshold) {
                if (mode == Mode.COMPONENTS || regions.isEmpty()) {
                    regions.add(new Region());
                }
                flood(map, index, labels, regions.get(regions.size() - 1));
            }
        }
        return regions.stream()
                .map(region -> region.candidate(map.grid()))
                .sorted(Comparator.comparingDouble(Candidate::peak).reversed())
                .toList();
    }

    /** Adds the component of a patch to the region, without recursion. */
    private void flood(ScoreMap map, int start, int[] labels, Region region) {
        Deque<Integer> pending = new ArrayDeque<>();
        pending.add(start);
        labels[start] = 1;
        while (!pending.isEmpty()) {
            int index = pending.poll();
            int row = index / map.columns();
            int column = index % map.columns();
            region.add(row, column, map.get(row, column));
            for (int r = Math.max(0, row - 1); r <= Math.min(map.rows() - 1, row + 1); r++) {
                for (int c = Math.max(0, column - 1); c <= Math.min(map.columns() - 1, column + 1); c++) {
                    int neighbour = r * map.columns() + c;
                    if (labels[neighbour] == 0 && score(map, neighbour) > threshold) {
                        labels[neighbour] = 1;
                        pending.add(neighbour);
                    }
                }
            }
        }
    }

    private static double score(ScoreMap map, int index) {
        return map.get(index / map.columns(), index % map.columns());
    }

    private static final class Region {
        private int rowMin = Integer.MAX_VALUE;
        private int columnMin = Integer.MAX_VALUE;
        private int rowMax;
        private int columnMax;
        private double peak = Double.NEGATIVE_INFINITY;

        void add(int row, int column, double score) {
            rowMin = Math.min(rowMin, row);
            columnMin = Math.min(columnMin, column);
            rowMax = Math.max(rowMax, row + 1);
            columnMax = Math.max(columnMax, column + 1);
            peak = Math.max(peak, score);
        }

        Candidate candidate(PatchGrid grid) {
            return new Candidate(grid.patches(rowMin, columnMin, rowMax, columnMax), peak);
        }
    }
}
