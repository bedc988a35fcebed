package io.github.zeroshot4j;

/**
 * A rectangle of pixels of the original image, half-open: it holds the pixels {@code xMin <= x < xMax} and
 * {@code yMin <= y < yMax}. The origin is the image's top left corner.
 *
 * <pre>
 *   Box(1, 0, 3, 2)      x: 0 1 2 3
 *                     y 0   . # # .
 *                       1   . # # .
 *                       2   . . . .
 * </pre>
 *
 * @param xMin the first column of pixels inside
 * @param yMin the first row of pixels inside
 * @param xMax the first column of pixels to the right of the box
 * @param yMax the first row of pixels below the box
 */
public record Box(int xMin, int yMin, int xMax, int yMax) {

    /**
     * Makes a box; an empty one (of zero width or height) is allowed.
     *
     * @throws IllegalArgumentException if {@code xMax < xMin} or {@code yMax < yMin}, or a side has 2^31 pixels or more
     */
    public Box {
        Checks.argument(xMax >= xMin, "xMax (%d) must be at least xMin (%d)", xMax, xMin);
        Checks.argument(yMax >= yMin, "yMax (%d) must be at least yMin (%d)", yMax, yMin);
        // The difference of two ints wraps around to a negative number when it does not fit.
        Checks.argument(xMax - xMin >= 0, "xMax (%d) must be less than 2^31 to the right of xMin (%d)", xMax, xMin);
        Checks.argument(yMax - yMin >= 0, "yMax (%d) must be less than 2^31 below yMin (%d)", yMax, yMin);
    }

    /** Returns the width in pixels. */
    public int width() {
        return xMax - xMin;
    }

    /** Returns the height in pixels. */
    public int height() {
        return yMax - yMin;
    }

    /** Returns the area in pixels. */
    public long area() {
        return (long) width() * height();
    }

    /** Tells whether the pixel (x, y) lies inside. */
    public boolean contains(int x, int y) {
        return x >= xMin && x < xMax && y >= yMin && y < yMax;
    }

    /** Returns the area in pixels that this box shares with the other. */
    public long intersectionArea(Box other) {
        long width = Math.min(xMax, other.xMax) - (long) Math.max(xMin, other.xMin);
        long height = Math.min(yMax, other.yMax) - (long) Math.max(yMin, other.yMin);
        return width <= 0 || height <= 0 ? 0 : width * height;
    }

    /**
     * Returns intersection over union, in [0, 1]: 1 for equal boxes, 0 for disjoint or touching ones. If either box is
     * empty the result is 0.
     */
    public double iou(Box other) {
        long intersection = intersectionArea(other);
        return intersection == 0 ? 0 : (double) intersection / (area() + other.area() - intersection);
    }

    /**
     * Returns intersection over the smaller area, in [0, 1]: 1 if one box lies inside the other, 0 for disjoint or touching
     * ones. If either box is empty the result is 0.
     */
    public double intersectionOverSmaller(Box other) {
        long intersection = intersectionArea(other);
        return intersection == 0 ? 0 : (double) intersection / Math.min(area(), other.area());
    }
}
