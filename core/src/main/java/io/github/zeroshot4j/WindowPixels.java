package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Resizes the windows of one scan to the encoder's input, sharing the work between windows that overlap: with the bytes that
 * resizing each crop alone would give, or with those of crops of the image resized.
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
 * <p>All memory is taken at the beginning. With c distinct samples along x (at most distinct x times crop side) it is
 * {@code 4 * c} bytes for each filtered row that a window spans, and for each row of the lattice that a window or one further
 * down still needs, at most the crop side for each row of windows that overlaps it. Large scans are worked on by a {@link Crew};
 * no result depends on its size. Not thread-safe itself.
 */
final class WindowPixels {
    private final List<Box> windows;
    private final WindowAxis columns;
    private final WindowAxis rows;
    private final PixelNormalizer normalizer;
    private final LatticeFilter filter;
    private final int cropSide;
    /** The rows of the lattice that are there. */
    private final int[][] lattice;
    /** Room for rows of the lattice: the first {@code freeCount} are free. */
    private final int[][] free;

    private final int[] pending;
    private int freeCount;
    /** Rows of pixels below this one have been filtered. */
    private int filteredTo;
    /** The y, of the distinct ones, whose windows can be picked. */
    private int ready = -1;

    // What is being picked: windows from the first on go to the slots of the batch from that one on.
    private final Crew.Work pick = this::pick;
    private final float[][][] lines;
    private int firstPicked;
    private int slot;
    private FloatBuffer batch = FloatBuffer.allocate(0);

    WindowPixels(RgbImage image, List<Box> windows, EncoderSpec spec, Resampling resampling) {
        this.windows = windows;
        this.normalizer = new PixelNormalizer(spec);
        this.cropSide = spec.cropSide();
        int windowPx = windows.get(0).width();
        this.columns = axis(image.width(), windowPx, windows.stream().mapToInt(Box::xMin), spec, resampling);
        this.rows = axis(image.height(), windowPx, windows.stream().mapToInt(Box::yMin), spec, resampling);
        int rowLength = LatticeFilter.rowLength(columns.kernel().size());
        this.lattice = new int[rows.kernel().size()][];
        this.free = new int[rows.mostKept()][rowLength];
        this.freeCount = free.length;
        this.pending = new int[cropSide];
        this.filter = new LatticeFilter(
                image, columns.kernel(), rows.kernel(), new int[rows.mostPixels()][rowLength], lattice);
        this.lines = new float[filter.crew().size()][3][cropSide];
    }

    private static WindowAxis axis(
            int length, int windowPx, IntStream minima, EncoderSpec spec, Resampling resampling) {
        int[] origins = minima.sorted().distinct().toArray();
        return resampling == Resampling.FAST
                ? WindowAxis.fast(length, windowPx, spec, origins)
                : WindowAxis.exact(ResampleKernel.window(windowPx, spec), origins);
    }

    /** Writes window {@code index} to {@code slot} of the batch. Indices must not fall from call to call. */
    void write(int index, FloatBuffer pixels, int slot) {
        write(index, 1, pixels, slot);
    }

    /** Writes {@code count} windows from {@code first} on to the slots of the batch from {@code firstSlot} on. */
    void write(int first, int count, FloatBuffer pixels, int firstSlot) {
        batch = pixels;
        for (int done = 0; done < count; ) {
            firstPicked = first + done;
            slot = firstSlot + done;
            int yMin = windows.get(firstPicked).yMin();
            int end = firstPicked + 1;
            while (end < first + count && windows.get(end).yMin() == yMin) {
                end++;
            }
            prepare(rows.indexOf(yMin));
            filter.crew().each(end - firstPicked, pick);
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
            filter.alongX(from, filteredTo);
            int count = 0;
            for (int sample : rows.samples(y)) {
                if (lattice[sample] == null) {
                    lattice[sample] = free[--freeCount];
                    pending[count++] = sample;
                }
            }
            filter.alongY(pending, count);
            ready = y;
        }
    }

    /** Takes back the rows that no window further down needs. */
    private void release(int y) {
        for (int sample : rows.samples(y)) {
            if (lattice[sample] != null && rows.lastUse(sample) == y) {
                free[freeCount++] = lattice[sample];
                lattice[sample] = null;
            }
        }
    }

    private void pick(int member, int item) {
        Box window = windows.get(firstPicked + item);
        int[] across = columns.samples(columns.indexOf(window.xMin()));
        int[] down = rows.samples(ready);
        for (int row = 0; row < cropSide; row++) {
            normalizer.writeRow(lattice[down[row]], across, row, batch, slot + item, lines[member]);
        }
    }
}
