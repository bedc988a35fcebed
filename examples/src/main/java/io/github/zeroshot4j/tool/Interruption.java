package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run early, by Ctrl-C or another signal: before the next batch goes to the encoder the run is cancelled, and closes what
 * it has open, so that no part of a file is left behind. The process waits for that.
 */
final class Interruption {
    /** A run that takes longer to end, such as in a large image that is being decoded, is not waited for. */
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean open;
    private volatile boolean asked;

    private Interruption() {}

    /** Returns the interruption by the signals that end this process. */
    static Interruption bySignals() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::interrupt, "interruption"));
        return interruption;
    }

    /** Returns models that can be interrupted while they are open. */
    Models guard(Models models) {
        return (model, options) -> {
            Models.Model opened = models.open(model, options);
            open = true;
            return new Models.Model(new Interruptible(opened.encoder()), opened.note());
        };
    }

    /** Tells that the run is over, however it went. */
    void end() {
        ended.countDown();
    }

    private void interrupt() {
        asked = true;
        try {
            if (open) {
                ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Passes on what is asked until the run is to end. */
    private final class Interruptible extends ForwardingEncoder {
        Interruptible(Encoder encoder) {
            super(encoder);
        }

        private void check() {
            if (asked) {
                throw new CancellationException("interrupted");
            }
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            check();
            super.encodeImages(pixels, count, out);
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            check();
            return super.encodeTexts(texts);
        }
    }
}
