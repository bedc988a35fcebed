package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the images that go through an encoder, and the time that texts take in it. */
final class TallyEncoder extends ForwardingEncoder {
    private final AtomicLong images = new AtomicLong();
    private final AtomicLong textNanos = new AtomicLong();

    TallyEncoder(Encoder encoder) {
        super(encoder);
    }

    /** Returns how many images went through so far. */
    long images() {
        return images.get();
    }

    /** Returns the time that texts took so far. */
    long textNanos() {
        return textNanos.get();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        super.encodeImages(pixels, count, out);
        images.addAndGet(count);
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        long start = System.nanoTime();
        float[][] rows = super.encodeTexts(texts);
        textNanos.addAndGet(System.nanoTime() - start);
        return rows;
    }

    @Override
    public void close() {
        // Whoever opened the encoder closes it.
    }
}
