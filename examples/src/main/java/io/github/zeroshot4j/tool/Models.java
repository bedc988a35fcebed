package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.tiny.TinyClip;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens what {@code --model} and {@code --device} name. */
@FunctionalInterface
interface Models {

    /** What the tool says when it uses the embedded model: one line, whose commands a test runs. */
    String TINY_MODEL_NOTE =
            "using the embedded tiny model, which knows a few hundred everyday things as drawings and 3D"
                    + " renders; it is not CLIP and not for photos. For real CLIP: python3 -m zeroshot4j_export export"
                    + " openai/clip-vit-base-patch32 DIR, then --model DIR";

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
     * @param directory the model directory, null for the embedded model
     */
    Model open(@Nullable Path directory, OnnxEncoderOptions.Device device);

    /** Returns the real thing: model directories, and the embedded model. */
    static Models ofFiles() {
        return (directory, device) -> {
            OnnxEncoderOptions options =
                    OnnxEncoderOptions.builder().device(device).build();
            OnnxEncoder encoder = directory == null ? TinyClip.open(options) : OnnxEncoder.open(directory, options);
            return new Model(encoder, directory == null ? TINY_MODEL_NOTE : "");
        };
    }
}
