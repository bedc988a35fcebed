package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a run early, by Ctrl-C or another signal: before the next batch goes to the encoder the run is cancelled, and closes what
 * it has open, so that no part of a file is left behind. The process waits for that.
 */
final class Interruption {
    /** How long a batch is waited for that is with the encoder. */
    private static final int LONGEST_BATCH_SECONDS = 10;

    /** How long a run is waited for that does something else: it may read standard input, which never ends. */
    private static final int PATIENCE_SECONDS = 2;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();
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
            int waited = 0;
            while (open
                    && waited < (calls.get() > 0 ? LONGEST_BATCH_SECONDS : PATIENCE_SECONDS)
                    && !ended.await(1, TimeUnit.SECONDS)) {
                waited++;
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

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            begin();
            try {
                super.encodeImages(pixels, count, out);
            } finally {
                calls.decrementAndGet();
            }
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            begin();
            try {
                return super.encodeTexts(texts);
            } finally {
                calls.decrementAndGet();
            }
        }

        private void begin() {
            if (asked) {
                throw new CancellationException("interrupted");
            }
            calls.incrementAndGet();
        }
    }
}
