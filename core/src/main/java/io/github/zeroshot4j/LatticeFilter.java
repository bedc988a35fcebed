package io.github.zeroshot4j;

import java.util.stream.IntStream;

/**
 * The arithmetic of {@link WindowPixels}: the passes along x and along y, in blocks that several threads work on. A thread
 * widens the bytes of a block to ints once, in a few lines that are used in turn, and sums the lines by their weights.
 *
 * <p>Work is dealt to {@value #WORKERS} workers with scratch space of their own. Where there is enough of it they run on the
 * threads of the common pool, this one included; otherwise one worker does it all on this thread. Integers are summed, every
 * output by itself: who does it changes nothing.
 */
final class LatticeFilter {
    /** One worker, or one of several, does one item of the work. */
    @FunctionalInterface
    interface Work {
        void run(Worker worker, int item);
    }

    /** Scratch space: lines of widened samples, and the sums over them. */
    static final class Worker {
        private final int[][] lines;
        private final int[] acrossSums = new int[3 * BLOCK_ROWS];
        private final int[] downSums = new int[TILE];

        private Worker(int taps) {
            lines = new int[taps][Math.max(3 * BLOCK_ROWS, TILE)];
        }
    }

    private static final int WORKERS = 16;
    /** Rows that go along x side by side. */
    private static final int BLOCK_ROWS = 32;
    /** Samples of a row that go along y side by side. */
    private static final int TILE = 256;
    /** Multiplications below which starting other threads costs more than they bring: about 10 ms of one. */
    private static final long PARALLEL_FROM = 100_000_000;

    private final RgbImage image;
    private final ResampleKernel across;
    private final ResampleKernel down;
    private final Worker[] workers;

    LatticeFilter(RgbImage image, ResampleKernel across, ResampleKernel down) {
        this.image = image;
        this.across = across;
        this.down = down;
        long rows = Math.min(image.height(), (long) down.size() * down.taps());
        long work = 3L * across.size() * (rows * across.taps() + (long) down.size() * down.taps());
        this.workers = new Worker[work < PARALLEL_FROM ? 1 : WORKERS];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(Math.max(across.taps(), down.taps()));
        }
    }

    /** Does items 0 to {@code count - 1}, on several threads if that pays. */
    void each(int count, Work work) {
        if (workers.length == 1 || count == 1) {
            for (int item = 0; item < count; item++) {
                work.run(workers[0], item);
            }
        } else {
            IntStream.range(0, workers.length).parallel().forEach(i -> {
                for (int item = i; item < count; item += workers.length) {
                    work.run(workers[i], item);
                }
            });
        }
    }

    /** Filters rows of pixels along x, each to its place in the ring. */
    void alongX(int from, int to, byte[][] ring) {
        int blocks = (Math.max(0, to - from) + BLOCK_ROWS - 1) / BLOCK_ROWS;
        each(blocks, (worker, block) -> {
            int first = from + block * BLOCK_ROWS;
            alongX(worker, first, Math.min(BLOCK_ROWS, to - first), ring);
        });
    }

    private void alongX(Worker worker, int y, int rows, byte[][] ring) {
        int[] sums = worker.acrossSums;
        int widened = 0;
        for (int i = 0; i < across.size(); i++) {
            int end = across.first(i) + across.count(i);
            for (int x = Math.max(widened, across.first(i)); x < end; x++) {
                widenColumn(x, y, rows, worker.lines[x % worker.lines.length]);
            }
            widened = Math.max(widened, end);
            across.sumLines(i, worker.lines, sums);
            for (int row = 0, k = 0; row < rows; row++) {
                byte[] out = ring[(y + row) % ring.length];
                for (int o = 3 * i; o < 3 * i + 3; o++, k++) {
                    out[o] = (byte) ResampleKernel.clip(sums[k]);
                }
            }
        }
    }

    private void widenColumn(int x, int y, int rows, int[] line) {
        byte[] samples = image.samples();
        int stride = 3 * image.width();
        for (int row = 0, k = 0, s = y * stride + 3 * x; row < rows; row++, k += 3, s += stride) {
            line[k] = samples[s] & 0xff;
            line[k + 1] = samples[s + 1] & 0xff;
            line[k + 2] = samples[s + 2] & 0xff;
        }
    }

    /** Makes {@code count} rows of the lattice, whose first pixels rise, from the filtered rows in the ring. */
    void alongY(int[] pending, int count, byte[][] ring, byte[][] lattice) {
        if (count > 0) {
            int tiles = (3 * across.size() + TILE - 1) / TILE;
            each(tiles, (worker, tile) -> alongY(worker, tile * TILE, pending, count, ring, lattice));
        }
    }

    private void alongY(Worker worker, int from, int[] pending, int count, byte[][] ring, byte[][] lattice) {
        int[] sums = worker.downSums;
        int size = Math.min(TILE, 3 * across.size() - from);
        int widened = 0;
        for (int p = 0; p < count; p++) {
            int i = pending[p];
            int end = down.first(i) + down.count(i);
            for (int y = Math.max(widened, down.first(i)); y < end; y++) {
                widenRow(ring[y % ring.length], from, size, worker.lines[y % worker.lines.length]);
            }
            widened = Math.max(widened, end);
            down.sumLines(i, worker.lines, sums);
            byte[] out = lattice[i];
            for (int k = 0; k < size; k++) {
                out[from + k] = (byte) ResampleKernel.clip(sums[k]);
            }
        }
    }

    private static void widenRow(byte[] row, int from, int size, int[] line) {
        for (int k = 0; k < size; k++) {
            line[k] = row[from + k] & 0xff;
        }
    }
}
