package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which windows of an image are embedded.
 *
 * @param grid the patches that the windows' scores are mapped on
 * @param sizes the windows of each size, row by row
 */
record WindowPlan(PatchGrid grid, List<List<Box>> sizes) {

    /**
     * Plans by options.
     *
     * @param dimension of the model's embeddings
     * @throws IllegalArgumentException if the options do not fit the image's size, or a scan's embeddings would not fit an array
     */
    static WindowPlan of(RgbImage image, DetectorOptions options, int dimension) {
        PatchGrid grid = grid(image, options);
        return new WindowPlan(
                grid,
                options.windowShares().isEmpty()
                        ? patchWindows(grid, options, dimension)
                        : shareWindows(grid, options, dimension));
    }

    int windowCount() {
        return sizes.stream().mapToInt(List::size).sum();
    }

    /** Where windows are no whole patches, patches can be smaller at no cost of the encoder. */
    private static PatchGrid grid(RgbImage image, DetectorOptions options) {
        boolean shares = !options.windowShares().isEmpty();
        int automatic = PatchGrid.automaticPatchPx(image.width(), image.height());
        int patchPx = options.patchPx() != 0 ? options.patchPx() : shares ? Math.max(1, automatic / 2) : automatic;
        if (options.coverage() == PatchGrid.Coverage.DROP_REMAINDER) {
            // Before the grid refuses a patch larger than the image, which would say nothing of the window.
            options.windowPatches()
                    .forEach(window -> WindowScanner.requireFit(image.width(), image.height(), patchPx, window));
        }
        return new PatchGrid(image.width(), image.height(), patchPx, options.coverage());
    }

    private static List<List<Box>> patchWindows(PatchGrid grid, DetectorOptions options, int dimension) {
        List<WindowScanner> scanners = options.windowPatches().stream()
                .map(windowPatches -> new WindowScanner(grid, windowPatches, options.stridePatches()))
                .toList();
        for (WindowScanner scanner : scanners) {
            requireRoom(scanner.windowCount(), dimension, "patchPx (" + grid.patchPx() + ")", grid);
        }
        return scanners.stream().map(WindowScanner::windows).toList();
    }

    /** In an image of a few pixels' height shares may round to one side: its windows are embedded once. */
    private static List<List<Box>> shareWindows(PatchGrid grid, DetectorOptions options, int dimension) {
        int width = grid.imageWidth();
        int height = grid.imageHeight();
        Set<Integer> sides = new HashSet<>();
        List<List<Box>> windows = new ArrayList<>();
        for (double share : options.windowShares()) {
            int side = SpreadWindows.side(width, height, share);
            if (sides.add(side)) {
                requireRoom(SpreadWindows.count(width, height, side), dimension, "windowShares (" + share + ")", grid);
                windows.add(SpreadWindows.of(width, height, side));
            }
        }
        return windows;
    }

    /** A scan's embeddings are one array: what does not fit is refused before its windows are listed. */
    private static void requireRoom(long windows, int dimension, String option, PatchGrid grid) {
        Checks.argument(
                windows <= Integer.MAX_VALUE / dimension,
                "%s must give at most %d windows with this model's %d dimensions, it gives %d in the %d x %d image",
                option,
                Integer.MAX_VALUE / dimension,
                dimension,
                windows,
                grid.imageWidth(),
                grid.imageHeight());
    }
}
