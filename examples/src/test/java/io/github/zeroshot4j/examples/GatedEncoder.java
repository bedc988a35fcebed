package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** An encoder of colours that a test stops before its next image, and lets go on. */
final class GatedEncoder implements Encoder {
    private static final int SECONDS = 60;

    private final FakeEncoder encoder = new FakeEncoder();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore arrived = new Semaphore(0);

    /** Waits until so many more calls are at the gate. */
    void awaitCalls(int calls) throws InterruptedException {
        if (!arrived.tryAcquire(calls, SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody came to the encoder within " + SECONDS + " s");
        }
    }

    /** Lets everybody pass, from now on. */
    void open() {
        gate.countDown();
    }

    FakeEncoder encoder() {
        return encoder;
    }

    @Override
    public EncoderSpec spec() {
        return encoder.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        arrived.release();
        try {
            if (!gate.await(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the gate was closed for " + SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted at the gate", e);
        }
        encoder.encodeImages(pixels, count, out);
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return encoder.encodeTexts(texts);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
