package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.tiny.TinyClip;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The encoder of a benchmark, opened before and closed after it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class OpenModel {
    /**
     * {@code tiny}, the embedded model; a model directory; or {@code no-op}, an encoder of CLIP's shape that does nothing.
     */
    @Param("tiny")
    public String model;

    /** The variant of the model: {@code auto}, {@code fp32}, {@code fp16} or {@code int8}. */
    @Param("auto")
    public String variant;

    /** What computes: {@code cpu}, {@code cuda} or {@code auto}. */
    @Param("cpu")
    public String device;

    /** {@link OnnxEncoderOptions#threads()}; 0 is the default, as many as suit the machine. */
    @Param("0")
    public int threads;

    /** {@link OnnxEncoderOptions#batchSize()}. */
    @Param("16")
    public int batchSize;

    private Encoder encoder;

    /** Opens the encoder. */
    @Setup
    public void open() {
        encoder = open(
                model,
                options(variant, device).threads(threads).batchSize(batchSize).build());
    }

    static Encoder open(String model, String variant, String device) {
        return open(model, options(variant, device).build());
    }

    private static OnnxEncoderOptions.Builder options(String variant, String device) {
        return OnnxEncoderOptions.builder()
                .variant(OnnxEncoderOptions.Variant.valueOf(variant.toUpperCase(Locale.ROOT)))
                .device(OnnxEncoderOptions.Device.valueOf(device.toUpperCase(Locale.ROOT)));
    }

    private static Encoder open(String model, OnnxEncoderOptions options) {
        return switch (model) {
            case "tiny" -> TinyClip.open(options);
            case "no-op" -> new NoOpEncoder();
            default -> OnnxEncoder.open(Path.of(model), options);
        };
    }

    /** Closes the encoder. */
    @TearDown
    public void close() {
        encoder.close();
    }

    Encoder encoder() {
        return encoder;
    }

    /** Returns a buffer for the pixels of so many images, filled with numbers of the range that normalised pixels have. */
    FloatBuffer pixels(int images) {
        int side = encoder.spec().cropSide();
        FloatBuffer pixels = Inputs.buffer(images * 3 * side * side);
        SplittableRandom random = new SplittableRandom(20261123);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (float) (4 * random.nextDouble() - 2));
        }
        return pixels;
    }

    /** Returns a buffer for the embeddings of so many images. */
    FloatBuffer rows(int images) {
        return Inputs.buffer(images * encoder.spec().embeddingDimension());
    }
}
