package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Square windows spread evenly over an image, each overlapping the next by half or more.
 *
 * <pre>
 *   10 pixels, windows of 4: [0, 4) [2, 6) [4, 8) [6, 10)      9 pixels: rounded, [0, 4) [2, 6) [3, 7) [5, 9)
 * </pre>
 */
final class SpreadWindows {
    private SpreadWindows() {}

    /** Returns the side of a window in pixels: a share of the image's shorter side. */
    static int side(int imageWidth, int imageHeight, double share) {
        return (int) Math.max(1, Math.round(share * Math.min(imageWidth, imageHeight)));
    }

    /** Returns how many windows of that side there are. */
    static long count(int imageWidth, int imageHeight, int side) {
        return origins(imageWidth, side) * origins(imageHeight, side);
    }

    /** Returns the windows row by row from the top left. */
    static List<Box> of(int imageWidth, int imageHeight, int side) {
        long columns = origins(imageWidth, side);
        long rows = origins(imageHeight, side);
        List<Box> windows = new ArrayList<>();
        for (long row = 0; row < rows; row++) {
            int y = origin(row, rows, imageHeight - side);
            for (long column = 0; column < columns; column++) {
                int x = origin(column, columns, imageWidth - side);
                windows.add(new Box(x, y, x + side, y + side));
            }
        }
        return Collections.unmodifiableList(windows);
    }

    /** Windows of one pixel cannot overlap by half: one for each pixel. */
    private static long origins(int length, int side) {
        return Math.min(length - side + 1L, (2L * (length - side) + side - 1) / side + 1);
    }

    private static int origin(long index, long count, int last) {
        return count == 1 ? 0 : (int) Math.rint((double) index * last / (count - 1));
    }
}
