package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A square window of patches that slides over a {@link PatchGrid}.
 *
 * <pre>
 *   5 columns of patches, windowPatches 3, stridePatches 1: three windows in a row
 *     [# # #] . .     . [# # #] .     . . [# # #]
 * </pre>
 *
 * <p>With {@link PatchGrid.Coverage#DROP_REMAINDER} the windows are whole patches and a window that does not fit is left
 * out, as in the article. With {@link PatchGrid.Coverage#COVER} a last window is shifted back to end at the image's edge,
 * so that the windows, all of the same size, see every pixel; an image smaller than the window shrinks the window, and with
 * it the stride where it would leave gaps, to its shorter side.
 *
 * @param grid the patches
 * @param windowPatches side of the window in patches
 * @param stridePatches distance between neighbouring windows in patches, at most the window's side
 */
public record WindowScanner(PatchGrid grid, int windowPatches, int stridePatches) {

    /**
     * Makes a scanner.
     *
     * @throws IllegalArgumentException if a number is not positive, the stride is larger than the window, or the remainder is
     *     dropped and the grid is smaller than the window
     */
    public WindowScanner {
        Objects.requireNonNull(grid, "grid");
        Checks.positive(windowPatches, "windowPatches");
        Checks.positive(stridePatches, "stridePatches");
        Checks.argument(
                stridePatches <= windowPatches,
                "stridePatches (%d) must be at most windowPatches (%d)",
                stridePatches,
                windowPatches);
        if (grid.coverage() == PatchGrid.Coverage.DROP_REMAINDER) {
            requireFit(grid.imageWidth(), grid.imageHeight(), grid.patchPx(), windowPatches);
        }
    }

    /** Refuses a window that is larger than the grid of whole patches, of which an image may have none. */
    static void requireFit(int imageWidth, int imageHeight, int patchPx, int windowPatches) {
        int shorterSide = Math.min(imageWidth, imageHeight);
        Checks.argument(
                windowPatches <= shorterSide / patchPx,
                "windowPatches (%d) must fit the grid of %d x %d patches of the %d x %d image: %s",
                windowPatches,
                imageWidth / patchPx,
                imageHeight / patchPx,
                imageWidth,
                imageHeight,
                shorterSide >= windowPatches
                        ? "the largest patchPx that fits is " + shorterSide / windowPatches + ", not " + patchPx
                        : "no patchPx fits, the shorter side has fewer pixels than the window has patches");
    }

    /** Returns the side of every window in pixels. */
    public int windowPx() {
        long side = (long) windowPatches * grid.patchPx();
        return (int) Math.min(side, Math.min(grid.coveredWidth(), grid.coveredHeight()));
    }

    /** Returns the number of windows. */
    public long windowCount() {
        return originCount(grid.coveredWidth()) * originCount(grid.coveredHeight());
    }

    private long originCount(int lengthPx) {
        long last = (long) lengthPx - windowPx();
        long whole = last / stepPx() + 1;
        return grid.coverage() == PatchGrid.Coverage.COVER && last % stepPx() != 0 ? whole + 1 : whole;
    }

    /** Never further than a window is long: one that had to shrink would leave gaps. */
    private long stepPx() {
        return Math.min((long) stridePatches * grid.patchPx(), windowPx());
    }

    /** Returns the windows in pixels, row by row from the top left. */
    public List<Box> windows() {
        int side = windowPx();
        List<Integer> xs = origins(grid.coveredWidth());
        List<Integer> ys = origins(grid.coveredHeight());
        List<Box> windows = new ArrayList<>(xs.size() * ys.size());
        for (int y : ys) {
            for (int x : xs) {
                windows.add(new Box(x, y, x + side, y + side));
            }
        }
        return Collections.unmodifiableList(windows);
    }

    private List<Integer> origins(int lengthPx) {
        int last = lengthPx - windowPx();
        List<Integer> origins = new ArrayList<>();
        for (long origin = 0; origin <= last; origin += stepPx()) {
            origins.add((int) origin);
        }
        if (grid.coverage() == PatchGrid.Coverage.COVER && origins.get(origins.size() - 1) != last) {
            origins.add(last);
        }
        return origins;
    }
}
