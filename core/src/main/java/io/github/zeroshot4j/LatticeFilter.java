package io.github.zeroshot4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The arithmetic of {@link WindowPixels}: the passes along x and along y, in blocks that several threads work on. A pixel is an
 * int, red in the lowest byte and blue in the third. A thread widens the pixels of a block to lines of ints once, reds, greens
 * and blues one after the other, keeps a few lines that are used in turn, and sums them by their weights.
 *
 * <p>Nearly all loops run over int arrays from end to end without a branch, as those are what the JIT compiler makes vector
 * instructions of.
 *
 * <p>Where there is enough work a {@link Crew} does it, each member with scratch space of its own; otherwise this thread does
 * it alone. Integers are summed, every output by itself: who does it changes nothing.
 */
final class LatticeFilter {
    /** Lines of widened samples, the sums over them, and a block's pixels on their way. */
    private static final class Scratch {
        private final int[][] lines;
        private final int[] sums = new int[3 * BLOCK];
        private final int[] pixels = new int[BLOCK];
        private final int[][] columns = new int[READ][BLOCK];
        private final int[][] outputs = new int[WRITE][BLOCK];
        private final int[][] filtered = new int[BLOCK][];

        private Scratch(int taps) {
            lines = new int[ResampleKernel.lineCount(taps)][3 * BLOCK];
        }
    }

    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** Rows that go along x, and columns that go along y, side by side: the loops over them are long, the lines stay near. */
    private static final int BLOCK = 256;
    /** Outputs along x that one thread makes of the rows. */
    private static final int SEGMENT = 128;
    /** Columns that are read at once, a power of two, from so many rows that their places are all in the nearest caches. */
    private static final int READ = 16;

    private static final int STRIP = 64;
    /** Outputs along x that are written at once. */
    private static final int WRITE = 4;
    /** Multiplications below which starting other threads costs more than they bring: about 10 ms of one. */
    private static final long PARALLEL_FROM = 100_000_000;

    private final RgbImage image;
    private final ResampleKernel across;
    private final ResampleKernel down;
    private final int[][] ring;
    private final int[][] lattice;
    private final Crew crew;
    private final Scratch[] scratch;
    // What is being done; methods as values are made once, as each of them is an object.
    private final Crew.Work rowBlock = this::rowBlock;
    private final Crew.Work columnBlock = this::columnBlock;
    private int from;
    private int to;
    private int[] pending = {};
    private int count;

    /**
     * Makes a filter.
     *
     * @param ring receives filtered rows of {@link #rowLength}: row y is at {@code y % ring.length}
     * @param lattice receives rows of the lattice, where there is room for them
     */
    LatticeFilter(RgbImage image, ResampleKernel across, ResampleKernel down, int[][] ring, int[][] lattice) {
        this.image = image;
        this.across = across;
        this.down = down;
        this.ring = ring;
        this.lattice = lattice;
        long rows = Math.min(image.height(), (long) down.size() * down.taps());
        long work = 3L * across.size() * (rows * across.taps() + (long) down.size() * down.taps());
        this.crew = work < PARALLEL_FROM ? Crew.ofOne() : Crew.ofPool();
        this.scratch = new Scratch[crew.size()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch(Math.max(across.taps(), down.taps()));
        }
    }

    /** Returns who does the work. */
    Crew crew() {
        return crew;
    }

    /** Filters rows of pixels along x, each to its place in the ring. */
    void alongX(int first, int end) {
        from = first;
        to = end;
        crew.each(blocks(Math.max(0, to - from), BLOCK) * blocks(across.size(), SEGMENT), rowBlock);
    }

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    private void rowBlock(int member, int item) {
        int segments = blocks(across.size(), SEGMENT);
        int first = from + item / segments * BLOCK;
        int start = item % segments * SEGMENT;
        alongX(scratch[member], first, Math.min(BLOCK, to - first), start, Math.min(start + SEGMENT, across.size()));
    }

    private void alongX(Scratch own, int y, int rows, int start, int stop) {
        for (int row = 0; row < rows; row++) {
            own.filtered[row] = ring[(y + row) % ring.length];
        }
        int mask = own.lines.length - 1;
        int widened = 0;
        int read = 0;
        for (int i = start; i < stop; i++) {
            int end = across.first(i) + across.count(i);
            for (int x = Math.max(widened, across.first(i)); x < end; x++) {
                if (x >= read) {
                    read = read(own, x, y, rows);
                }
                widen(own.columns[x & (READ - 1)], own.lines[x & mask]);
            }
            widened = Math.max(widened, end);
            across.sumLines(i, own.lines, own.sums);
            narrow(own.sums, own.outputs[i % WRITE]);
            if (i % WRITE == WRITE - 1 || i == stop - 1) {
                write(own, i / WRITE * WRITE, rows);
            }
        }
    }

    /** Reads columns from x on, as many as there is room for, and returns the one behind them. */
    private int read(Scratch own, int x, int y, int rows) {
        int stride = 3 * image.width();
        int end = Math.min(x + READ, image.width());
        for (int from = 0; from < rows; from += STRIP) {
            int to = Math.min(from + STRIP, rows);
            int s = (y + from) * stride + 3 * x;
            int column = x;
            for (; column + 4 <= end; column += 4, s += 12) {
                readFour(own.columns, column, s, from, to);
            }
            for (; column < end; column++, s += 3) {
                readOne(own.columns[column & (READ - 1)], s, from, to);
            }
        }
        return end;
    }

    /** Four pixels are three ints. */
    private void readFour(int[][] columns, int x, int start, int from, int to) {
        byte[] samples = image.samples();
        int stride = 3 * image.width();
        int[] first = columns[x & (READ - 1)];
        int[] second = columns[x + 1 & (READ - 1)];
        int[] third = columns[x + 2 & (READ - 1)];
        int[] fourth = columns[x + 3 & (READ - 1)];
        for (int row = from, s = start; row < to; row++, s += stride) {
            int low = (int) FOUR_BYTES.get(samples, s);
            int middle = (int) FOUR_BYTES.get(samples, s + 4);
            int high = (int) FOUR_BYTES.get(samples, s + 8);
            // What is above the third byte is the next pixel's.
            first[row] = low;
            second[row] = low >>> 24 | middle << 8;
            third[row] = middle >>> 16 | high << 16;
            fourth[row] = high >>> 8;
        }
    }

    private void readOne(int[] column, int start, int from, int to) {
        byte[] samples = image.samples();
        int stride = 3 * image.width();
        for (int row = from, s = start; row < to; row++, s += stride) {
            column[row] = (samples[s] & 0xff) | (samples[s + 1] & 0xff) << 8 | (samples[s + 2] & 0xff) << 16;
        }
    }

    /** Writes outputs from i on to their rows, which have room for as many. */
    private static void write(Scratch own, int i, int rows) {
        int[] first = own.outputs[0];
        int[] second = own.outputs[1];
        int[] third = own.outputs[2];
        int[] fourth = own.outputs[3];
        for (int row = 0; row < rows; row++) {
            int[] out = own.filtered[row];
            out[i] = first[row];
            out[i + 1] = second[row];
            out[i + 2] = third[row];
            out[i + 3] = fourth[row];
        }
    }

    /** Returns how long a row must be to have room for so many outputs. */
    static int rowLength(int outputs) {
        return blocks(outputs, WRITE) * WRITE;
    }

    /** Makes the first {@code number} of these rows of the lattice from the ring; their first pixels rise. */
    void alongY(int[] rows, int number) {
        pending = rows;
        count = number;
        crew.each(count == 0 ? 0 : blocks(across.size(), BLOCK), columnBlock);
    }

    private void columnBlock(int member, int block) {
        Scratch own = scratch[member];
        int start = block * BLOCK;
        int size = Math.min(BLOCK, across.size() - start);
        int widened = 0;
        for (int p = 0; p < count; p++) {
            int i = pending[p];
            int end = down.first(i) + down.count(i);
            for (int y = Math.max(widened, down.first(i)); y < end; y++) {
                System.arraycopy(ring[y % ring.length], start, own.pixels, 0, size);
                widen(own.pixels, own.lines[y & (own.lines.length - 1)]);
            }
            widened = Math.max(widened, end);
            down.sumLines(i, own.lines, own.sums);
            narrow(own.sums, own.pixels);
            System.arraycopy(own.pixels, 0, lattice[i], start, size);
        }
    }

    /** Takes pixels apart: all reds, all greens, all blues. */
    private static void widen(int[] pixels, int[] line) {
        for (int k = 0; k < BLOCK; k++) {
            line[k] = pixels[k] & 0xff;
        }
        for (int k = 0; k < BLOCK; k++) {
            line[BLOCK + k] = pixels[k] >> 8 & 0xff;
        }
        for (int k = 0; k < BLOCK; k++) {
            line[2 * BLOCK + k] = pixels[k] >> 16 & 0xff;
        }
    }

    /** Puts pixels together from sums. */
    private static void narrow(int[] sums, int[] pixels) {
        for (int k = 0; k < BLOCK; k++) {
            pixels[k] = ResampleKernel.clip(sums[k]);
        }
        for (int k = 0; k < BLOCK; k++) {
            pixels[k] |= ResampleKernel.clip(sums[BLOCK + k]) << 8;
        }
        for (int k = 0; k < BLOCK; k++) {
            pixels[k] |= ResampleKernel.clip(sums[2 * BLOCK + k]) << 16;
        }
    }
}
