package io.github.zeroshot4j.benchmarks;

import com.sun.management.ThreadMXBean;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * An encoder around another one that notes how many bytes of the heap the JVM's threads have asked for, before and after each
 * batch: between two batches that is the window loop, within one the encoder. For one thread at a time.
 */
final class AllocationProbe implements Encoder {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Encoder encoder;
    private final long[] before = new long[1 << 12];
    private final long[] after = new long[1 << 12];
    /** What reading the counters itself allocates: it depends on how many threads there are. */
    private final long[] own = new long[1 << 12];

    private int batches;

    AllocationProbe(Encoder encoder) {
        this.encoder = encoder;
    }

    /** Forgets all batches. */
    void reset() {
        batches = 0;
    }

    /** Returns the median over the gaps between batches of what the loop allocated there, in bytes. */
    long loopBytesPerBatch() {
        long[] gaps = new long[batches - 1];
        for (int i = 1; i < batches; i++) {
            gaps[i - 1] = before[i] - after[i - 1] - 2 * own[i];
        }
        return Math.max(0, median(gaps));
    }

    /** Returns the median of what the encoder allocated in a batch, in bytes. */
    long encoderBytesPerBatch() {
        long[] within = new long[batches];
        for (int i = 0; i < batches; i++) {
            within[i] = after[i] - before[i] - own[i];
        }
        return Math.max(0, median(within));
    }

    private static long median(long[] values) {
        Arrays.sort(values);
        return values.length == 0 ? 0 : values[values.length / 2];
    }

    private static long allocated() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    @Override
    public EncoderSpec spec() {
        return encoder.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        long first = allocated();
        before[batches] = allocated();
        own[batches] = before[batches] - first;
        encoder.encodeImages(pixels, count, out);
        after[batches++] = allocated();
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return encoder.encodeTexts(texts);
    }

    @Override
    public void close() {}
}
