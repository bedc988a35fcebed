package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a scan asks of the heap and of direct memory, counted by the JVM on every thread that takes part: an encoder of CLIP's
 * shape that does nothing reads the counters.
 */
final class ScanMemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MB = 1 << 20;

    @ParameterizedTest(name = "{0} threads, {1}")
    @CsvSource({"1, EXACT", "1, FAST", "3, EXACT", "3, FAST"})
    void embed_betweenTwoWindows_nothingAllocated(int threads, Resampling resampling) throws Exception {
        RgbImage image = RgbImage.filled(2560, 2304, 0x336699);
        try (Pool pool = new Pool(threads)) {
            CountingEncoder encoder = new CountingEncoder(pool, 1);
            ZeroShotDetector detector = detector(encoder, resampling);
            for (int warmUp = 0; warmUp < 5; warmUp++) {
                pool.run(() -> detector.embed(image));
            }
            encoder.calls = 0;
            pool.run(() -> detector.embed(image));
            assertThat(encoder.calls).as("a call for each of the windows").isEqualTo(5 * 4);
            assertThat(encoder.gaps()).as("bytes from one call to the next").containsOnly(0L);
        }
    }

    @ParameterizedTest(name = "{0} x {1}, {2}")
    @CsvSource({
        // 1, 18 and 72 megapixels. The first is smaller than the window, which shrinks.
        "1152, 896, EXACT",
        "1152, 896, FAST",
        "5184, 3456, EXACT",
        "5184, 3456, FAST",
        "10368, 6912, EXACT",
        "10368, 6912, FAST",
    })
    void embed_anyImage_heapAndDirectMemoryWithinTheFormulaAnd64Megabytes(int width, int height, Resampling resampling)
            throws Exception {
        RgbImage image = RgbImage.filled(width, height, 0x336699);
        try (Pool pool = new Pool(3)) {
            CountingEncoder encoder = new CountingEncoder(pool, 16);
            pool.run(() -> detector(encoder, resampling).embed(image)); // classes are loaded
            ZeroShotDetector detector = detector(encoder, resampling);
            long heap = pool.allocated();
            long direct = direct();
            EmbeddedImage[] result = new EmbeddedImage[1];
            pool.run(() -> result[0] = detector.embed(image));
            // All that was asked for: what is held at one time is no more.
            heap = pool.allocated() - heap;
            direct = direct() - direct;

            long windows = result[0].windowCount();
            long embeddings = windows * 512 * Float.BYTES;
            long boxes = windows * 64; // a Box, and its places in lists
            long batch = 16L * (3 * 224 * 224 + 512) * Float.BYTES;
            assertThat(direct).as("direct memory: the buffers of a batch").isBetween(batch, batch + MB / 16);
            long scan = heap - embeddings - boxes;
            assertThat(scan).as("heap and direct memory, batch apart").isLessThan(64 * MB);
            // The formula of ZeroShotDetector's Javadoc, with w*p what the window shrinks to.
            long c = (width / 256 + 1) * 224L;
            long formula = 4 * c * (Math.min(6 * 256, Math.min(width, height)) + 7 * 224);
            assertThat(scan)
                    .as("heap, against the formula of %d bytes", formula)
                    .isLessThan(formula + MB);
        }
    }

    private static ZeroShotDetector detector(Encoder encoder, Resampling resampling) {
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .patchPx(256)
                .windowPatches(6)
                .resampling(resampling)
                .build();
        return ZeroShotDetector.of(encoder, options);
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** A pool whose threads are all there and known. */
    private static final class Pool implements AutoCloseable {
        private final ForkJoinPool pool;
        private final long[] threads;
        private int count;

        Pool(int size) throws Exception {
            threads = new long[size];
            pool = new ForkJoinPool(size, this::thread, null, false);
            CountDownLatch all = new CountDownLatch(size);
            List<ForkJoinTask<?>> tasks = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                tasks.add(pool.submit(() -> {
                    all.countDown();
                    all.await();
                    return null;
                }));
            }
            for (ForkJoinTask<?> task : tasks) {
                task.get();
            }
        }

        private synchronized ForkJoinWorkerThread thread(ForkJoinPool owner) {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(owner);
            threads[count++] = thread.getId();
            return thread;
        }

        void run(Runnable work) throws Exception {
            pool.submit(work).get();
        }

        long allocated() {
            long sum = 0;
            for (long thread : threads) {
                sum += THREADS.getThreadAllocatedBytes(thread);
            }
            return sum;
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }

    private static final class CountingEncoder implements Encoder {
        private final EncoderSpec spec;
        private final Pool pool;
        private final float[] row = new float[512];
        private final long[] before = new long[1024];
        private final long[] after = new long[1024];
        private int calls;

        CountingEncoder(Pool pool, int batch) {
            this.pool = pool;
            this.spec = EncoderSpec.builder("counting", 224, 512)
                    .preferredBatch(batch)
                    .build();
            row[0] = 1;
        }

        long[] gaps() {
            long first = pool.allocated();
            long own = pool.allocated() - first; // what the reading itself asks for: nothing on JDK 17
            return IntStream.range(1, calls)
                    .mapToLong(i -> before[i] - after[i - 1] - own)
                    .toArray();
        }

        @Override
        public EncoderSpec spec() {
            return spec;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            before[calls] = pool.allocated();
            for (int i = 0; i < count; i++) {
                out.put(i * row.length, row);
            }
            after[calls++] = pool.allocated();
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            float[][] rows = new float[texts.size()][];
            Arrays.setAll(rows, i -> row.clone());
            return rows;
        }

        @Override
        public void close() {}
    }
}
