package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Detection inside a service, however its requests come in: the model is opened once, when the service starts, and all request
 * threads share it. Encoder and detector are thread-safe, and the detector keeps the embeddings of recent prompts.
 *
 * <p>A few detections run at once, a few more requests wait, and whoever comes then is turned away before the upload is read: so
 * many images are in memory at most, and nobody waits for an answer that comes too late.
 */
public final class DetectionService implements AutoCloseable {
    /**
     * What a service takes on. Uploads come from strangers: a small file can claim to hold billions of pixels.
     *
     * @param running detections at once, at least 1. They share the encoder's threads: two are enough to have one image decoded
     *     while the model is busy with another
     * @param waiting requests that wait for that, or for the rest of their upload
     * @param maxBytes the most bytes of an upload
     * @param maxPixels the most pixels of an image, by its header
     * @param maxTime the most time from the end of the upload to the answer, but for second looks, which are not interrupted
     */
    public record Limits(int running, int waiting, int maxBytes, long maxPixels, Duration maxTime) {
        /** For one machine; each of the ten requests takes up to 20 MB, the two that run up to 0.2 GB more. */
        public static final Limits DEFAULT = new Limits(2, 8, 20_000_000, 25_000_000, Duration.ofSeconds(30));

        public Limits {
            require(running >= 1, "running", running, "at least 1");
            require(waiting >= 0, "waiting", waiting, "at least 0");
        }

        private static void require(boolean condition, String name, int value, String rule) {
            if (!condition) {
                throw new IllegalArgumentException(name + " (" + value + ") must be " + rule);
            }
        }
    }

    /** Where an image comes from: read once there is a place for it. */
    @FunctionalInterface
    public interface Upload {
        /** Returns the bytes of an image file, as many as the limits allow. */
        byte[] read() throws IOException;
    }

    /** What was found, and the size of the image that the boxes lie in. */
    public record Answer(int width, int height, List<Detection> detections) {}

    private final Encoder encoder;
    private final ZeroShotDetector detector;
    private final Limits limits;
    private final ImageReadOptions reading;
    private final Semaphore places;
    private final Semaphore running;

    /** Starts the service with an open model, which {@link #close()} closes. */
    public DetectionService(Encoder encoder, Limits limits) {
        this.encoder = encoder;
        this.detector = ZeroShotDetector.of(encoder);
        this.limits = limits;
        this.reading =
                ImageReadOptions.defaults().withMaxPixels(limits.maxPixels()).withMaxBytes(limits.maxBytes());
        this.places = new Semaphore(limits.running() + limits.waiting());
        this.running = new Semaphore(limits.running(), true);
    }

    /**
     * Handles one request; any number of threads may do so at once.
     *
     * @throws IllegalArgumentException if a prompt is blank
     * @throws RejectedExecutionException if too many requests are here already: try again later
     * @throws CancellationException if it takes too long
     * @throws IOException if the upload is no image, a broken one, or above the limits
     */
    // region service
    public Answer find(Upload upload, List<String> texts) throws IOException, InterruptedException {
        List<Prompt> prompts = Prompt.all(texts);
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("busy with other requests, try again later");
        }
        try {
            byte[] file = upload.read();
            long start = System.nanoTime();
            if (!running.tryAcquire(limits.maxTime().toNanos(), TimeUnit.NANOSECONDS)) {
                throw tooLate();
            }
            try {
                RgbImage image = ImageFiles.read(file, reading);
                // Told how far it is, the listener stops the work by throwing.
                ZeroShotDetector timed = detector.withProgress((done, total) -> requireTime(start));
                return new Answer(image.width(), image.height(), timed.detect(image, prompts));
            } finally {
                running.release();
            }
        } finally {
            places.release();
        }
    }
    // endregion

    private void requireTime(long start) {
        if (System.nanoTime() - start > limits.maxTime().toNanos()) {
            throw tooLate();
        }
    }

    private CancellationException tooLate() {
        return new CancellationException("took longer than " + limits.maxTime().toMillis() + " ms");
    }

    @Override
    public void close() {
        encoder.close();
    }
}
