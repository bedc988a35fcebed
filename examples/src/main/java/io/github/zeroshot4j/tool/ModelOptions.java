package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
            names = "--precision",
            paramLabel = "PRECISION",
            description = "Which of the model's files are used: fp32, fp16 or int8. Default: the first of these that"
                    + " is there.")
    private Variant precision = OnnxEncoderOptions.DEFAULT_VARIANT;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    /**
     * Opens the model.
     *
     * @throws BadUse if it cannot be opened
     */
    Models.Model open(Models models) {
        OnnxEncoderOptions options = device.toBuilder().variant(precision).build();
        try {
            return models.open(model, options);
        } catch (EncoderException e) {
            throw new BadUse(String.valueOf(e.getMessage()), e);
        }
    }
}
