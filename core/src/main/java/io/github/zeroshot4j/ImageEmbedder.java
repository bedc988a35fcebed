package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntFunction;

/**
 * Embeds windows and whole images in batches of the encoder's liking, through pixel buffers that are used again. Thread-safe:
 * concurrent calls take a pair of buffers each, and the pairs are kept. Where the encoder computes elsewhere, a call takes two
 * pairs, and the next batch is prepared while one is with the encoder; where it needs the processor itself, that would only
 * take turns with it.
 */
final class ImageEmbedder {
    private record Buffers(FloatBuffer pixels, FloatBuffer rows) {}

    /** Writes items from {@code first} on to the first slots of the batch; called with rising indices. */
    @FunctionalInterface
    interface PixelSource {
        void write(int first, int count, FloatBuffer pixels);
    }

    /** In floats: a direct buffer has fewer than 2^31 bytes. */
    private static final int LARGEST_BUFFER = Integer.MAX_VALUE / Float.BYTES;

    private final GuardedEncoder encoder;
    private final PixelNormalizer normalizer;
    private final int batch;
    private final ConcurrentLinkedQueue<Buffers> idle = new ConcurrentLinkedQueue<>();

    ImageEmbedder(GuardedEncoder encoder) {
        this.encoder = encoder;
        this.normalizer = new PixelNormalizer(encoder.spec());
        this.batch = batch(encoder.spec());
    }

    /** Returns how many images share a call: what the encoder prefers, as far as a buffer holds it. */
    static int batch(EncoderSpec spec) {
        int longest = Math.max(3 * spec.cropSide() * spec.cropSide(), spec.embeddingDimension());
        return Math.max(1, Math.min(spec.preferredBatch(), LARGEST_BUFFER / longest));
    }

    /** Returns one row after the other for the windows of an image. */
    float[] windows(RgbImage image, List<Box> windows, Resampling resampling, ProgressListener listener) {
        WindowPixels source = new WindowPixels(image, windows, encoder.spec(), resampling);
        return embed(windows.size(), (first, count, pixels) -> source.write(first, count, pixels, 0), listener);
    }

    /** Returns one row after the other for images of the encoder's crop side. */
    float[] squares(int count, IntFunction<RgbImage> images, ProgressListener listener) {
        PixelSource source = (first, size, pixels) -> {
            for (int slot = 0; slot < size; slot++) {
                normalizer.write(images.apply(first + slot), pixels, slot);
            }
        };
        return embed(count, source, listener);
    }

    private float[] embed(int count, PixelSource source, ProgressListener listener) {
        float[] rows = new float[Math.multiplyExact(count, encoder.spec().embeddingDimension())];
        Buffers first = take();
        if (encoder.offloads()) {
            Buffers second = take();
            try {
                embedAhead(first, second, rows, count, source, listener);
            } finally {
                idle.add(second);
                idle.add(first);
            }
        } else {
            try {
                embed(first, rows, count, source, listener);
            } finally {
                idle.add(first);
            }
        }
        return rows;
    }

    private void embed(Buffers buffers, float[] rows, int count, PixelSource source, ProgressListener listener) {
        for (int done = 0; done < count; ) {
            int size = Math.min(batch, count - done);
            source.write(done, size, buffers.pixels);
            encode(buffers, size, rows, done);
            done += size;
            listener.onProgress(done, count);
        }
    }

    /** Prepares a batch on a thread of the pool while the one before is with the encoder; whatever fails, none is left running. */
    private void embedAhead(
            Buffers now, Buffers next, float[] rows, int count, PixelSource source, ProgressListener listener) {
        source.write(0, Math.min(batch, count), now.pixels);
        for (int done = 0; done < count; ) {
            int size = Math.min(batch, count - done);
            ForkJoinTask<?> preparing = prepare(source, done + size, count, next.pixels);
            try {
                encode(now, size, rows, done);
                done += size;
                listener.onProgress(done, count);
            } finally {
                preparing.quietlyJoin();
            }
            preparing.join(); // its failure, if it failed
            Buffers swap = now;
            now = next;
            next = swap;
        }
    }

    private ForkJoinTask<?> prepare(PixelSource source, int first, int count, FloatBuffer pixels) {
        int size = Math.min(batch, count - first);
        return ForkJoinTask.adapt(() -> {
                    if (size > 0) {
                        source.write(first, size, pixels);
                    }
                })
                .fork();
    }

    private void encode(Buffers buffers, int size, float[] rows, int done) {
        encoder.encodeImages(
                buffers.pixels, size, buffers.rows, rows, done * encoder.spec().embeddingDimension());
    }

    private Buffers take() {
        Buffers buffers = idle.poll();
        return buffers != null
                ? buffers
                : new Buffers(
                        GuardedEncoder.buffer(Math.multiplyExact(batch, normalizer.imageLength())),
                        GuardedEncoder.buffer(
                                Math.multiplyExact(batch, encoder.spec().embeddingDimension())));
    }
}
