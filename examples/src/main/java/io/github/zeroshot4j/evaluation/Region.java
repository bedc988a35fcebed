package io.github.zeroshot4j.evaluation;

import io.github.zeroshot4j.Box;

/**
 * A rectangle as COCO has it: in pixels, with fractions. A {@link Box} of whole pixels is the region of the same corners.
 *
 * @param x the left edge
 * @param y the upper edge
 * @param width at least 0
 * @param height at least 0
 */
public record Region(double x, double y, double width, double height) {

    /** Returns the region of a box. */
    public static Region of(Box box) {
        return new Region(box.xMin(), box.yMin(), box.width(), box.height());
    }

    /** Tells whether a point lies inside; of the edges, the left and the upper one do. */
    public boolean contains(double pointX, double pointY) {
        return pointX >= x && pointX < x + width && pointY >= y && pointY < y + height;
    }

    /** Returns intersection over union, in [0, 1]; 0 if there is no intersection. */
    public double iou(Region other) {
        double intersection = intersection(other);
        return intersection == 0 ? 0 : intersection / (area() + other.area() - intersection);
    }

    /** Returns the share of this region that lies in the other, in [0, 1]: what COCO uses instead of IoU for a crowd. */
    double shareIn(Region crowd) {
        double intersection = intersection(crowd);
        return intersection == 0 ? 0 : intersection / area();
    }

    private double area() {
        return width * height;
    }

    private double intersection(Region other) {
        double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        return w <= 0 || h <= 0 ? 0 : w * h;
    }
}
