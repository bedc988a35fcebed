package io.github.zeroshot4j;

import java.util.Arrays;

/**
 * A square part of an image as the encoder gets it, and the same with a square in it hidden. The view is resized once; with a square
 * hidden only those of its outputs are computed again whose filter reaches the square, with the same bytes as if the painted image
 * had been resized.
 *
 * <p>Memory: {@code 3 * side} bytes per row of the view for the encoder's side. Immutable.
 */
final class OccludedView {
    private final RgbImage image;
    private final Box view;
    private final OcclusionCover cover;
    private final int side;
    /** For both directions: a view is square. */
    private final ResampleKernel kernel;
    /** The view's rows, filtered along x. */
    private final byte[] across;

    private final byte[] whole;

    /** Outputs from {@code start} to before {@code end}. */
    private record Range(int start, int end) {
        int size() {
            return end - start;
        }
    }

    /**
     * Makes a view.
     *
     * @param view a square inside the image
     * @param cover what hides in this view
     */
    OccludedView(RgbImage image, Box view, EncoderSpec spec, OcclusionCover cover) {
        this.image = image;
        this.view = view;
        this.cover = cover;
        this.side = spec.cropSide();
        this.kernel = new ResampleKernel(view.width(), side, spec.resampleFilter());
        this.across = new byte[Math.multiplyExact(3 * side, view.height())];
        for (int y = 0; y < view.height(); y++) {
            kernel.filterRow(image.samples(), sourceOffset(y), across, 3 * side * y);
        }
        this.whole = new byte[3 * side * side];
        alongY(new Range(0, side), new Range(0, side), new byte[0], 0, 0, whole);
    }

    private int sourceOffset(int y) {
        return 3 * ((view.yMin() + y) * image.width() + view.xMin());
    }

    /** Returns the view, nothing hidden, {@code side x side}. */
    RgbImage whole() {
        return RgbImage.of(side, side, whole);
    }

    /**
     * Returns the view with a part hidden, {@code side x side}.
     *
     * @param square inside the view, in pixels from its upper left corner
     */
    RgbImage without(Box square) {
        Range columns = reached(square.xMin(), square.xMax());
        Range rows = reached(square.yMin(), square.yMax());
        byte[] result = whole.clone();
        alongY(columns, rows, painted(square, columns), square.yMin(), square.yMax(), result);
        return RgbImage.of(side, side, result);
    }

    /** Returns the outputs whose filter reaches an input from {@code start} to before {@code end}. */
    private Range reached(int start, int end) {
        int first = 0;
        while (kernel.first(first) + kernel.count(first) <= start) {
            first++;
        }
        int last = first;
        while (last + 1 < side && kernel.first(last + 1) < end) {
            last++;
        }
        return new Range(first, last + 1);
    }

    /** Returns the rows of the square, painted and filtered along x, those outputs alone. */
    private byte[] painted(Box square, Range columns) {
        Range inner = covered(square, columns);
        ResampleKernel before = part(new Range(columns.start, inner.start));
        ResampleKernel within = part(inner);
        ResampleKernel behind = part(new Range(inner.end, columns.end));
        int stride = 3 * columns.size();
        byte[] filtered = new byte[stride * square.height()];
        byte[] line = new byte[3 * view.width()];
        for (int y = square.yMin(), to = 0; y < square.yMax(); y++, to += stride) {
            System.arraycopy(image.samples(), sourceOffset(y), line, 0, line.length);
            cover.paint(line, square.xMin(), square.xMax(), y);
            before.filterRow(line, 0, filtered, to);
            int innerAt = to + 3 * (inner.start - columns.start);
            if (to == 0 || !cover.isPlain()) {
                within.filterRow(line, 0, filtered, innerAt);
            } else { // one row of a plain colour is like the other
                System.arraycopy(filtered, innerAt - to, filtered, innerAt, 3 * inner.size());
            }
            behind.filterRow(line, 0, filtered, to + 3 * (inner.end - columns.start));
        }
        return filtered;
    }

    /** Returns those of the outputs that see nothing but the square along x: maybe none. */
    private Range covered(Box square, Range columns) {
        int start = columns.start;
        while (start < columns.end && kernel.first(start) < square.xMin()) {
            start++;
        }
        int end = start;
        while (end < columns.end && kernel.first(end) + kernel.count(end) <= square.xMax()) {
            end++;
        }
        return new Range(start, end);
    }

    private ResampleKernel part(Range range) {
        int[] outputs = new int[range.size()];
        Arrays.setAll(outputs, i -> range.start + i);
        int[] firsts = Arrays.stream(outputs).map(kernel::first).toArray();
        return kernel.select(firsts, outputs);
    }

    /** Filters along y; rows from {@code yMin} to before {@code yMax} are the painted ones, all others the view's. */
    private void alongY(Range columns, Range rows, byte[] painted, int yMin, int yMax, byte[] result) {
        int stride = 3 * columns.size();
        int[] sums = new int[stride];
        for (int row = rows.start; row < rows.end; row++) {
            kernel.startRows(sums);
            for (int t = 0; t < kernel.count(row); t++) {
                int y = kernel.first(row) + t;
                if (y >= yMin && y < yMax) {
                    kernel.addRow(row, t, painted, (y - yMin) * stride, sums);
                } else {
                    kernel.addRow(row, t, across, 3 * (side * y + columns.start), sums);
                }
            }
            int to = 3 * (side * row + columns.start);
            for (int k = 0; k < stride; k++) {
                result[to + k] = (byte) ResampleKernel.clip(sums[k]);
            }
        }
    }
}
