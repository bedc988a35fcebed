package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the images that go through an encoder, and the time that texts take in it. */
final class TallyEncoder implements Encoder {
    private final Encoder encoder;
    private final AtomicLong images = new AtomicLong();
    private final AtomicLong textNanos = new AtomicLong();

    TallyEncoder(Encoder encoder) {
        this.encoder = encoder;
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
    public EncoderSpec spec() {
        return encoder.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        encoder.encodeImages(pixels, count, out);
        images.addAndGet(count);
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        long start = System.nanoTime();
        float[][] rows = encoder.encodeTexts(texts);
        textNanos.addAndGet(System.nanoTime() - start);
        return rows;
    }

    @Override
    public List<String> notes(String prompt) {
        return encoder.notes(prompt);
    }

    @Override
    public boolean offloads() {
        return encoder.offloads();
    }

    @Override
    public void close() {
        // Whoever opened the encoder closes it.
    }
}
