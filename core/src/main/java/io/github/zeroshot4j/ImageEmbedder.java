package io.github.zeroshot4j;

import io.github.zeroshot4j.DetectorOptions.Resampling;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

/**
 * Embeds windows and whole images in batches of the encoder's liking, through pixel buffers that are used again. Thread-safe:
 * concurrent calls take a pair of buffers each, and the pairs are kept.
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
    private final ConcurrentLinkedQueue<Buffers> idle = new ConcurrentLinkedQueue<>();

    ImageEmbedder(GuardedEncoder encoder) {
        this.encoder = encoder;
        this.normalizer = new PixelNormalizer(encoder.spec());
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
        EncoderSpec spec = encoder.spec();
        int batch = batch(spec);
        float[] rows = new float[Math.multiplyExact(count, spec.embeddingDimension())];
        Buffers buffers = idle.poll();
        if (buffers == null) {
            buffers = new Buffers(
                    GuardedEncoder.buffer(Math.multiplyExact(batch, normalizer.imageLength())),
                    GuardedEncoder.buffer(Math.multiplyExact(batch, spec.embeddingDimension())));
        }
        try {
            for (int done = 0; done < count; ) {
                int size = Math.min(batch, count - done);
                source.write(done, size, buffers.pixels);
                encoder.encodeImages(buffers.pixels, size, buffers.rows, rows, done * spec.embeddingDimension());
                done += size;
                listener.onProgress(done, count);
            }
        } finally {
            idle.add(buffers);
        }
        return rows;
    }
}
