package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import io.github.zeroshot4j.onnx.hub.ModelHub;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what {@code --model} and the options beside it name. */
@FunctionalInterface
interface Models {

    /** What the tool says when it uses the embedded model: one line, whose commands a test runs. */
    String TINY_MODEL_NOTE =
            "using the embedded tiny model, which knows a few hundred everyday things as drawings and 3D"
                    + " renders; it is not CLIP and not for photos. For real CLIP: examples/zeroshot models pull"
                    + " openai/clip-vit-base-patch32, then --model openai/clip-vit-base-patch32";

    /**
     * An open model.
     *
     * @param encoder the encoder, which whoever opened it closes
     * @param note a line for the user about the model; empty if there is nothing to say
     */
    record Model(Encoder encoder, String note) implements AutoCloseable {
        @Override
        public void close() {
            encoder.close();
        }
    }

    /**
     * Opens a model.
     *
     * @param model a model directory, or the name of a model that was pulled; null for the embedded model
     * @throws EncoderException if it is neither, or cannot be opened
     */
    Model open(@Nullable String model, OnnxEncoderOptions options);

    /**
     * Returns the real thing: model directories, models that were pulled, and the embedded model.
     *
     * @param environment where the cache is; nothing is ever downloaded here
     */
    static Models ofFiles(Map<String, String> environment) {
        return (model, options) -> model == null
                ? new Model(TinyClip.open(options), TINY_MODEL_NOTE)
                : new Model(OnnxEncoder.open(directory(model, options.variant(), environment), options), "");
    }

    /**
     * Returns where a variant of a model is.
     *
     * @param model a model directory, or the name of a model that was pulled
     * @throws EncoderException if it is neither
     */
    static Path directory(String model, Variant variant, Map<String, String> environment) {
        String precision = variant.name().toLowerCase(Locale.ROOT);
        String in = variant == Variant.AUTO ? "" : " in " + precision;
        String option = variant == Variant.AUTO || variant == Variant.FP32 ? "" : " --precision " + precision;
        return find(model, variant, environment)
                .orElseThrow(() -> new EncoderException("model (" + model
                        + ") must be a directory or a model that was pulled" + in + ", found neither; to pull it:"
                        + " zeroshot models pull " + model + option));
    }

    /** The same, empty for a name of which nothing was pulled. A directory is that of all variants, there or not. */
    static Optional<Path> find(String model, Variant variant, Map<String, String> environment) {
        try {
            Path directory = Path.of(model);
            return Files.isDirectory(directory)
                    ? Optional.of(directory)
                    : ModelHub.builder(environment).variant(variant).build().cached(model);
        } catch (IllegalArgumentException e) {
            // It is not even a name, or the environment is bad.
            throw new EncoderException(
                    "model (" + model + ") must be a directory or a model that was pulled: " + e.getMessage(), e);
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new EncoderException(
                    "model (" + model + ") must be a directory, or the cache must be readable: " + e.getMessage(), e);
        }
    }
}
