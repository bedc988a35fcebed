package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Resizes the windows of one scan to the encoder's input with the bytes that resizing each crop alone would give, sharing
 * the work between windows that overlap.
 *
 * <p>The filter is separable, and all windows of a scan have the same size. What all windows together need is a lattice:
 * every distinct sample along x ({@link WindowAxis}) at every distinct sample along y. It is made once, from top to bottom,
 * and a window is picked from its rows and columns:
 *
 * <pre>
 *   rows of pixels --along x--> filtered rows, in a ring --along y--> rows of the lattice, kept while a window needs them
 * </pre>
 *
 * <p>The windows must therefore come row-major, as {@link WindowScanner#windows()} gives them.
 *
 * <p>Memory, with c distinct samples along x (at most distinct x times crop side): {@code 3 * c} bytes for each of the
 * {@code windowPx} filtered rows, and for the rows of the lattice that a window or one further down still needs, at most the
 * crop side for each row of windows that overlaps it. Large scans are worked on by the threads of the common pool; no result
 * depends on how many there are. Not thread-safe itself.
 */
final class WindowPixels {
    private final List<Box> windows;
    private final WindowAxis columns;
    private final WindowAxis rows;
    private final PixelNormalizer normalizer;
    private final LatticeFilter filter;
    private final int cropSide;
    /** Filtered row y is at {@code y % ring.length}; rows below {@code filteredTo} have been filtered. */
    private final byte[][] ring;

    private int filteredTo;
    /** The rows of the lattice that are there. */
    private final byte[][] lattice;

    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private final int[] pending;
    /** The y, of the distinct ones, whose windows can be picked. */
    private int ready = -1;

    WindowPixels(RgbImage image, List<Box> windows, EncoderSpec spec) {
        this.windows = windows;
        this.normalizer = new PixelNormalizer(spec);
        this.cropSide = spec.cropSide();
        int cropOffset = (spec.resizeSide() - cropSide) / 2;
        ResampleKernel window = new ResampleKernel(
                windows.get(0).width(), spec.resizeSide(), cropOffset, cropSide, spec.resampleFilter());
        int[] xs = windows.stream().mapToInt(Box::xMin).sorted().distinct().toArray();
        int[] ys = windows.stream().mapToInt(Box::yMin).sorted().distinct().toArray();
        this.columns = WindowAxis.exact(window, xs);
        this.rows = WindowAxis.exact(window, ys);
        this.filter = new LatticeFilter(image, columns.kernel(), rows.kernel());
        int span = 0;
        for (int o = 0; o < rows.origins(); o++) {
            span = Math.max(span, rows.endPixel(o) - rows.firstPixel(o));
        }
        this.ring = new byte[span][3 * columns.kernel().size()];
        this.lattice = new byte[rows.kernel().size()][];
        this.pending = new int[cropSide];
    }

    /** Writes window {@code index} to {@code slot} of the batch. Indices must not fall from call to call. */
    void write(int index, FloatBuffer pixels, int slot) {
        write(index, 1, pixels, slot);
    }

    /** Writes {@code count} windows from {@code first} on to the slots of the batch from {@code slot} on. */
    void write(int first, int count, FloatBuffer pixels, int slot) {
        for (int done = 0; done < count; ) {
            int from = first + done;
            int yMin = windows.get(from).yMin();
            int end = from + 1;
            while (end < first + count && windows.get(end).yMin() == yMin) {
                end++;
            }
            int y = rows.indexOf(yMin);
            prepare(y);
            int shift = slot - first;
            filter.each(end - from, (worker, i) -> pick(from + i, y, pixels, from + i + shift));
            done = end - first;
        }
    }

    private void prepare(int y) {
        for (int before = Math.max(0, ready); before < y; before++) {
            release(before);
        }
        if (y != ready) {
            int from = Math.max(filteredTo, rows.firstPixel(y));
            filteredTo = Math.max(filteredTo, rows.endPixel(y));
            filter.alongX(from, filteredTo, ring);
            int count = 0;
            for (int sample : rows.samples(y)) {
                if (lattice[sample] == null) {
                    byte[] used = free.poll();
                    lattice[sample] =
                            used == null ? new byte[3 * columns.kernel().size()] : used;
                    pending[count++] = sample;
                }
            }
            filter.alongY(pending, count, ring, lattice);
            ready = y;
        }
    }

    /** Takes back the rows that no window further down needs. */
    private void release(int y) {
        for (int sample : rows.samples(y)) {
            if (lattice[sample] != null && rows.lastUse(sample) == y) {
                free.add(lattice[sample]);
                lattice[sample] = null;
            }
        }
    }

    private void pick(int index, int y, FloatBuffer pixels, int slot) {
        int[] across = columns.samples(columns.indexOf(windows.get(index).xMin()));
        int[] down = rows.samples(y);
        for (int row = 0; row < cropSide; row++) {
            normalizer.writeRow(lattice[down[row]], across, row, pixels, slot);
        }
    }
}
