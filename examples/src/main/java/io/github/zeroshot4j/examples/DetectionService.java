package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.util.List;

/**
 * Detection inside a service: the model is opened once, when the service starts, and all request threads share it. Encoder and
 * detector are thread-safe, and the detector keeps the embeddings of recent prompts.
 */
// region service
public final class DetectionService implements AutoCloseable {
    /** Uploads come from strangers: a small file can claim to hold billions of pixels. */
    private static final ImageReadOptions LIMITS =
            ImageReadOptions.defaults().withMaxPixels(25_000_000).withMaxBytes(20_000_000);

    private final Encoder encoder;
    private final ZeroShotDetector detector;

    /** Starts the service with an open model, which {@link #close()} closes. */
    public DetectionService(Encoder encoder) {
        this.encoder = encoder;
        this.detector = ZeroShotDetector.of(encoder);
    }

    /** Handles one request; any number of threads may do so at once. Throws an IOException if the upload is no image. */
    public List<Detection> find(byte[] upload, List<String> prompts) throws IOException {
        RgbImage image = ImageFiles.read(upload, LIMITS);
        return detector.detect(image, Prompt.all(prompts));
    }

    @Override
    public void close() {
        encoder.close();
    }
}
// endregion
