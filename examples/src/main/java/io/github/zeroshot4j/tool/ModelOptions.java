package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and where it runs. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model directory in the Hugging Face ONNX layout, or the name of a model that was pulled"
                    + " (zeroshot models). Default: the embedded tiny model.")
    private @Nullable String model;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, cuda, or auto: CUDA where it is there. Default: cpu.")
    private OnnxEncoderOptions.Device device = OnnxEncoderOptions.DEFAULT_DEVICE;

    /**
     * Opens the model.
     *
     * @throws BadUse if it cannot be opened
     */
    Models.Model open(Models models) {
        try {
            return models.open(model, device);
        } catch (EncoderException e) {
            throw new BadUse(String.valueOf(e.getMessage()), e);
        }
    }
}
