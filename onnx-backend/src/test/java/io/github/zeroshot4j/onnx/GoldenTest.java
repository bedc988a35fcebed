package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PyTorch and transformers say about the random models; the files' headers tell how they were made. */
final class GoldenTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random-a-embeddings.json",
                "random-b-embeddings.json",
                "random-a-tokens.json",
                "random-b-tokens.json"
            })
    void golden_header_namesScriptLibrariesAndLicence(String file) {
        JsonNode header = TestModels.golden(file).path("header");
        assertThat(header.path("script").asText()).contains("goldens");
        assertThat(header.path("libraries").asText()).contains("torch==", "transformers==");
        assertThat(header.path("licence").asText()).isNotBlank();
    }

    /**
     * The tolerances are per component of a row of length 1. fp32 differs from float64 by its rounding; fp16 keeps 11 bits of
     * each value and int8 8 bits, through a few layers.
     */
    @ParameterizedTest
    @CsvSource({"random-a, FP32, 1e-5", "random-b, FP32, 1e-5", "random-a, FP16, 5e-3", "random-a, INT8, 5e-2"})
    void encodeImages_golden_pytorchsEmbeddings(String model, OnnxEncoderOptions.Variant variant, float tolerance) {
        JsonNode golden = TestModels.golden(model + "-embeddings.json");
        try (OnnxEncoder encoder = open(model, variant)) {
            int[] seeds = golden.path("images").findValues("seed").stream()
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            assertThat(seeds).hasSizeGreaterThan(3);
            assertRows(TestModels.encode(encoder, seeds), golden.path("images"), tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"random-a, FP32, 1e-5", "random-b, FP32, 1e-5", "random-a, FP16, 5e-3", "random-a, INT8, 5e-2"})
    void encodeTexts_golden_pytorchsEmbeddings(String model, OnnxEncoderOptions.Variant variant, float tolerance) {
        JsonNode golden = TestModels.golden(model + "-embeddings.json");
        List<String> prompts = new ArrayList<>();
        golden.path("texts").forEach(text -> prompts.add(text.path("prompt").textValue()));
        assertThat(prompts).hasSizeGreaterThan(10).contains("");
        try (OnnxEncoder encoder = open(model, variant)) {
            assertRows(encoder.encodeTexts(prompts), golden.path("texts"), tolerance);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"random-a", "random-b"})
    void tokenizer_hostilePrompts_transformersIds(String model) {
        JsonNode golden = TestModels.golden(model + "-tokens.json");
        int context = golden.path("contextLength").intValue();
        int special = 0;
        try (ClipTokenizer tokenizer = ClipTokenizer.open(
                        new ModelFiles(new DirectorySource(TestModels.directory(model))),
                        context,
                        new ClipTokenizer.Vocabulary(OptionalInt.empty(), OptionalInt.empty()));
                OnnxEncoder encoder = open(model, OnnxEncoderOptions.Variant.FP32)) {
            for (JsonNode example : golden.path("cases")) {
                String prompt = example.path("prompt").textValue();
                long[] ids = TestModels.JSON.convertValue(example.path("ids"), long[].class);
                assertThat(tokenizer.encode(prompt)).as(prompt).containsExactly(ids);
                if (prompt.contains("<|startoftext|>") || prompt.contains("<|endoftext|>")) {
                    special++;
                    assertThatThrownBy(() -> encoder.encodeTexts(List.of(prompt)))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(
                                    "prompt (%s) must not contain the special token %s",
                                    prompt, prompt.contains("<|startoftext|>") ? "<|startoftext|>" : "<|endoftext|>");
                } else {
                    assertThat(tokenizer.specialTokenIn(prompt)).as(prompt).isEmpty();
                }
            }
        }
        assertThat(golden.path("cases").size()).isGreaterThan(250);
        assertThat(special).isGreaterThan(4);
    }

    @ParameterizedTest
    @CsvSource({"random-a, 32, 32, 20, 77, 100", "random-b, 56, 48, 36, 40, 50"})
    void spec_ofModel_isWhatItsFilesSay(String model, int resize, int crop, int dimension, int context, double scale) {
        try (OnnxEncoder encoder = open(model, OnnxEncoderOptions.Variant.AUTO)) {
            var spec = encoder.spec();
            assertThat(spec.modelName()).isEqualTo(model);
            assertThat(spec.variant()).isEqualTo("fp32");
            assertThat(spec.resizeSide()).isEqualTo(resize);
            assertThat(spec.cropSide()).isEqualTo(crop);
            assertThat(spec.embeddingDimension()).isEqualTo(dimension);
            assertThat(spec.contextLength()).isEqualTo(context);
            assertThat(spec.logitScale()).isEqualTo(scale);
            assertThat(spec.preferredBatch()).isEqualTo(OnnxEncoderOptions.DEFAULT_BATCH_SIZE);
            assertThat(encoder.device()).isEqualTo(OnnxEncoderOptions.Device.CPU);
            assertThat(encoder.card()).get().asString().contains("Seeded random weights");
        }
    }

    private static OnnxEncoder open(String model, OnnxEncoderOptions.Variant variant) {
        return OnnxEncoder.open(
                TestModels.directory(model),
                OnnxEncoderOptions.builder()
                        .variant(variant)
                        .batchSize(OnnxEncoderOptions.DEFAULT_BATCH_SIZE)
                        .build());
    }

    private static void assertRows(float[][] rows, JsonNode golden, float tolerance) {
        assertThat(rows).hasNumberOfRows(golden.size());
        for (int row = 0; row < rows.length; row++) {
            float[] expected = TestModels.JSON.convertValue(golden.get(row).path("embedding"), float[].class);
            assertThat(rows[row]).as("row %d", row).containsExactly(expected, within(tolerance));
        }
    }
}
