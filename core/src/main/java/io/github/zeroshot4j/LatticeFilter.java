package io.github.zeroshot4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The arithmetic of {@link WindowPixels}: the passes along x and along y, in blocks that several threads work on. A thread
 * widens the bytes of a block to ints once, in a few lines that are used in turn, and sums the lines by their weights.
 *
 * <p>Where there is enough work a {@link Crew} does it, each member with scratch space of its own; otherwise this thread does
 * it alone. Integers are summed, every output by itself: who does it changes nothing.
 */
final class LatticeFilter {
    /** Lines of widened samples, the sums over them, and where those of a block go. */
    private static final class Scratch {
        private final int[][] lines;
        private final byte[][] filtered = new byte[BLOCK_ROWS][];
        private final int[] acrossSums = new int[3 * BLOCK_ROWS];
        private final int[] downSums = new int[TILE];

        private Scratch(int taps) {
            lines = new int[ResampleKernel.lineCount(taps)][Math.max(3 * BLOCK_ROWS, TILE)];
        }
    }

    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    /** Rows that go along x side by side. */
    private static final int BLOCK_ROWS = 64;
    /** Samples of a row that go along y side by side. */
    private static final int TILE = 512;
    /** Multiplications below which starting other threads costs more than they bring: about 10 ms of one. */
    private static final long PARALLEL_FROM = 100_000_000;

    private final RgbImage image;
    private final ResampleKernel across;
    private final ResampleKernel down;
    private final byte[][] ring;
    private final byte[][] lattice;
    private final Crew crew;
    private final Scratch[] scratch;
    // What is being done; methods as values are made once, as each of them is an object.
    private final Crew.Work rowBlock = this::rowBlock;
    private final Crew.Work tile = this::tile;
    private int from;
    private int to;
    private int[] pending = {};
    private int count;

    /**
     * Makes a filter.
     *
     * @param ring receives filtered rows: row y is at {@code y % ring.length}
     * @param lattice receives rows of the lattice, where there is room for them
     */
    LatticeFilter(RgbImage image, ResampleKernel across, ResampleKernel down, byte[][] ring, byte[][] lattice) {
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
        crew.each((Math.max(0, to - from) + BLOCK_ROWS - 1) / BLOCK_ROWS, rowBlock);
    }

    private void rowBlock(int member, int block) {
        int first = from + block * BLOCK_ROWS;
        alongX(scratch[member], first, Math.min(BLOCK_ROWS, to - first));
    }

    private void alongX(Scratch own, int y, int rows) {
        for (int row = 0; row < rows; row++) {
            own.filtered[row] = ring[(y + row) % ring.length];
        }
        int[] sums = own.acrossSums;
        int widened = 0;
        for (int i = 0; i < across.size(); i++) {
            int end = across.first(i) + across.count(i);
            for (int x = Math.max(widened, across.first(i)); x < end; x++) {
                widenColumn(x, y, rows, own.lines[x & (own.lines.length - 1)]);
            }
            widened = Math.max(widened, end);
            across.sumLines(i, own.lines, sums);
            for (int row = 0, k = 0; row < rows; row++) {
                byte[] out = own.filtered[row];
                for (int o = 3 * i; o < 3 * i + 3; o++, k++) {
                    out[o] = (byte) ResampleKernel.clip(sums[k]);
                }
            }
        }
    }

    private void widenColumn(int x, int y, int rows, int[] line) {
        byte[] samples = image.samples();
        int stride = 3 * image.width();
        int s = y * stride + 3 * x;
        if (x == image.width() - 1) {
            for (int row = 0; row < rows; row++, s += stride) {
                line[3 * row] = samples[s] & 0xff;
                line[3 * row + 1] = samples[s + 1] & 0xff;
                line[3 * row + 2] = samples[s + 2] & 0xff;
            }
            return;
        }
        for (int row = 0; row < rows; row++, s += stride) {
            int pixel = (int) FOUR_BYTES.get(samples, s); // the next pixel's red on top
            line[3 * row] = pixel & 0xff;
            line[3 * row + 1] = pixel >> 8 & 0xff;
            line[3 * row + 2] = pixel >> 16 & 0xff;
        }
    }

    /** Makes the first {@code number} of these rows of the lattice from the ring; their first pixels rise. */
    void alongY(int[] rows, int number) {
        pending = rows;
        count = number;
        crew.each(count == 0 ? 0 : (3 * across.size() + TILE - 1) / TILE, tile);
    }

    private void tile(int member, int index) {
        Scratch own = scratch[member];
        int start = index * TILE;
        int[] sums = own.downSums;
        int size = Math.min(TILE, 3 * across.size() - start);
        int widened = 0;
        for (int p = 0; p < count; p++) {
            int i = pending[p];
            int end = down.first(i) + down.count(i);
            for (int y = Math.max(widened, down.first(i)); y < end; y++) {
                widenRow(ring[y % ring.length], start, size, own.lines[y & (own.lines.length - 1)]);
            }
            widened = Math.max(widened, end);
            down.sumLines(i, own.lines, sums);
            byte[] out = lattice[i];
            for (int k = 0; k < size; k++) {
                out[start + k] = (byte) ResampleKernel.clip(sums[k]);
            }
        }
    }

    private static void widenRow(byte[] row, int from, int size, int[] line) {
        for (int k = 0; k < size; k++) {
            line[k] = row[from + k] & 0xff;
        }
    }
}
