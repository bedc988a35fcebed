package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Device;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import org.junit.jupiter.api.Test;

final class OnnxEncoderOptionsTest {

    @Test
    void defaults_eachOption_isItsConstantAndItsDocumentedValue() {
        OnnxEncoderOptions options = OnnxEncoderOptions.defaults();
        assertThat(options.variant())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_VARIANT)
                .isEqualTo(Variant.AUTO);
        assertThat(options.device())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_DEVICE)
                .isEqualTo(Device.CPU);
        assertThat(options.deviceId())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_DEVICE_ID)
                .isZero();
        assertThat(options.threads())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_THREADS)
                .isZero();
        assertThat(options.intraOpThreads())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_INTRA_OP_THREADS)
                .isZero();
        assertThat(options.batchSize())
                .isEqualTo(OnnxEncoderOptions.DEFAULT_BATCH_SIZE)
                .isEqualTo(16)
                .isEqualTo(EncoderSpec.DEFAULT_PREFERRED_BATCH);
        assertThat(OnnxEncoderOptions.class.getDeclaredFields())
                .as("an option more needs a line above")
                .filteredOn(field -> !java.lang.reflect.Modifier.isStatic(field.getModifiers()))
                .hasSize(6);
    }

    @Test
    void toBuilder_changingOne_keepsTheOthers() {
        OnnxEncoderOptions options = OnnxEncoderOptions.builder()
                .variant(Variant.INT8)
                .device(Device.AUTO)
                .deviceId(1)
                .threads(6)
                .intraOpThreads(3)
                .batchSize(4)
                .build();
        assertThat(options.toBuilder().build()).hasToString(options.toString());
        assertThat(options.toBuilder().batchSize(5).build())
                .hasToString(
                        "OnnxEncoderOptions[variant=INT8, device=AUTO, deviceId=1, threads=6, intraOpThreads=3, batchSize=5]");
    }

    @Test
    void builder_badValue_namesItAndTheRule() {
        OnnxEncoderOptions.Builder builder = OnnxEncoderOptions.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.batchSize(0))
                .withMessage("batchSize (0) must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.threads(-1))
                .withMessage("threads (-1) must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.intraOpThreads(-1))
                .withMessage("intraOpThreads (-1) must be at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.deviceId(-1))
                .withMessage("deviceId (-1) must be at least 0");
    }

    @Test
    void variant_files_areTheHubsNames() {
        assertThat(Variant.FP32.file("vision")).isEqualTo("onnx/vision_model.onnx");
        assertThat(Variant.FP16.file("text")).isEqualTo("onnx/text_model_fp16.onnx");
        assertThat(Variant.INT8.file("vision")).isEqualTo("onnx/vision_model_quantized.onnx");
    }
}
