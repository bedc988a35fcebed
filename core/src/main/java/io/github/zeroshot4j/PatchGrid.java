package io.github.zeroshot4j;

import java.util.Objects;

/**
 * An image cut into square patches: the geometry between (row, column) and pixels.
 *
 * <pre>
 *   an image of 7 x 5 pixels, patchPx 2          DROP_REMAINDER: 2 rows, 3 columns    COVER: 3 rows, 4 columns
 *                                                  0 0 1 1 2 2 .                        0 0 1 1 2 2 3
 *   the number is the column of the patch;         0 0 1 1 2 2 .                        0 0 1 1 2 2 3
 *   a dot is a pixel in no patch                   0 0 1 1 2 2 .                        0 0 1 1 2 2 3
 *                                                  0 0 1 1 2 2 .                        0 0 1 1 2 2 3
 *                                                  . . . . . . .                        0 0 1 1 2 2 3
 * </pre>
 *
 * @param imageWidth width of the image in pixels
 * @param imageHeight height of the image in pixels
 * @param patchPx side of a patch in pixels
 * @param coverage what happens to the pixels that make no whole patch
 */
public record PatchGrid(int imageWidth, int imageHeight, int patchPx, Coverage coverage) {

    /** How many patches {@link #automaticPatchPx} puts along the shorter side: 14. */
    public static final int AUTOMATIC_PATCHES = 14;

    /** How many patches {@link #automaticPatchPx} makes at most, whatever the image's shape: 784. */
    public static final int AUTOMATIC_MAX_PATCHES = 784;

    /** What happens to the pixels at the right and lower edge that make no whole patch. */
    public enum Coverage {
        /** They are ignored, as in the article. */
        DROP_REMAINDER,
        /** They make smaller patches: no pixel is unseen. */
        COVER
    }

    /**
     * Makes a grid.
     *
     * @throws IllegalArgumentException if a number is not positive, or the patch is larger than the image and the remainder
     *     is dropped
     */
    public PatchGrid {
        Checks.positive(imageWidth, "imageWidth");
        Checks.positive(imageHeight, "imageHeight");
        Checks.positive(patchPx, "patchPx");
        Objects.requireNonNull(coverage, "coverage");
        Checks.argument(
                coverage == Coverage.COVER || patchPx <= Math.min(imageWidth, imageHeight),
                "patchPx (%d) must be at most the shorter side of the %d x %d image",
                patchPx,
                imageWidth,
                imageHeight);
        long patches = (long) count(imageHeight, patchPx, coverage) * count(imageWidth, patchPx, coverage);
        Checks.argument(
                patches <= Integer.MAX_VALUE - 8,
                "patchPx (%d) must give fewer than 2^31 patches, it gives %d in the %d x %d image",
                patchPx,
                patches,
                imageWidth,
                imageHeight);
    }

    /**
     * Returns a patch size that suits the image: {@value #AUTOMATIC_PATCHES} patches along the shorter side, but no more than
     * {@value #AUTOMATIC_MAX_PATCHES} patches in all.
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    public static int automaticPatchPx(int imageWidth, int imageHeight) {
        Checks.positive(imageWidth, "imageWidth");
        Checks.positive(imageHeight, "imageHeight");
        double byShorterSide = Math.min(imageWidth, imageHeight) / (double) AUTOMATIC_PATCHES;
        double byCount = Math.sqrt((double) imageWidth * imageHeight / AUTOMATIC_MAX_PATCHES);
        int patchPx = (int) Math.max(1, Math.ceil(Math.max(byShorterSide, byCount)));
        // Cut patches count whole: a long thin image may still have too many along its longer side.
        int maxAlongLonger = AUTOMATIC_MAX_PATCHES / ceilDiv(Math.min(imageWidth, imageHeight), patchPx);
        return Math.max(patchPx, ceilDiv(Math.max(imageWidth, imageHeight), maxAlongLonger));
    }

    private static int ceilDiv(int a, int b) {
        return (a - 1) / b + 1;
    }

    /** Returns the number of rows of patches. */
    public int rows() {
        return count(imageHeight);
    }

    /** Returns the number of columns of patches. */
    public int columns() {
        return count(imageWidth);
    }

    private int count(int lengthPx) {
        return count(lengthPx, patchPx, coverage);
    }

    private static int count(int lengthPx, int patchPx, Coverage coverage) {
        return coverage == Coverage.COVER ? ceilDiv(lengthPx, patchPx) : lengthPx / patchPx;
    }

    /** Returns the pixel edge behind {@code count} patches; the last may be cut, and whole it may end beyond 2^31. */
    private int end(int count, int lengthPx) {
        return (int) Math.min(lengthPx, (long) count * patchPx);
    }

    /** Returns the width in pixels that the patches cover together. */
    public int coveredWidth() {
        return end(columns(), imageWidth);
    }

    /** Returns the height in pixels that the patches cover together. */
    public int coveredHeight() {
        return end(rows(), imageHeight);
    }

    /**
     * Returns the pixels of one patch.
     *
     * @throws IllegalArgumentException if there is no such patch
     */
    public Box patch(int row, int column) {
        return patches(row, column, row + 1, column + 1);
    }

    /**
     * Returns the pixels of a block of patches.
     *
     * @param rowMin the first row
     * @param columnMin the first column
     * @param rowMax the first row below the block
     * @param columnMax the first column to the right of the block
     * @throws IllegalArgumentException if the block is empty or not inside the grid
     */
    public Box patches(int rowMin, int columnMin, int rowMax, int columnMax) {
        Checks.argument(
                rowMin >= 0 && rowMin < rowMax && rowMax <= rows(),
                "rows [%d, %d) must be inside the %d rows of the grid and not empty",
                rowMin,
                rowMax,
                rows());
        Checks.argument(
                columnMin >= 0 && columnMin < columnMax && columnMax <= columns(),
                "columns [%d, %d) must be inside the %d columns of the grid and not empty",
                columnMin,
                columnMax,
                columns());
        return new Box(columnMin * patchPx, rowMin * patchPx, end(columnMax, imageWidth), end(rowMax, imageHeight));
    }

    /** Returns the first row or column whose patch has its centre at or behind the pixel edge {@code px}. */
    int firstCentredFrom(int px, int lengthPx) {
        if (px >= lengthPx) {
            return count(lengthPx);
        }
        int count = count(lengthPx);
        int index = Math.max(0, px / patchPx - 1);
        while (index < count && 2L * index * patchPx + Math.min(patchPx, lengthPx - (long) index * patchPx) < 2L * px) {
            index++;
        }
        return Math.min(index, count);
    }
}
