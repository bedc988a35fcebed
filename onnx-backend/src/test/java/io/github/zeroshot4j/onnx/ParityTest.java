package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All variants of a model against PyTorch: pixels by formula, whole pictures from their bytes on, and texts. The command
 * {@code zeroshot4j-export parity} names a model of any size, its golden and a file for the figures.
 */
final class ParityTest {
    private static final double TOLERANCE = 1e-5;
    private static final String MODEL = "zeroshot4j.parity.model";
    private static final String GOLDEN = "zeroshot4j.parity.golden";
    private static final String RESULT = "zeroshot4j.parity.result";

    /** What was measured over some rows of length 1. */
    private record Figures(String variant, String tower, int count, double largestDifference, double leastCosine) {}

    @ParameterizedTest
    @ValueSource(strings = {"random-a", "random-b"})
    void figures_committedModel_fp32IsPyTorchs(String model) {
        List<Figures> figures = figures(TestModels.directory(model), TestModels.golden(model + "-embeddings.json"));
        assertThat(figures).hasSize(model.equals("random-a") ? 6 : 2);
        assertParity(figures);
    }

    @Test
    @EnabledIfSystemProperty(named = MODEL, matches = ".+")
    void figures_namedModel_fp32IsPyTorchs() throws IOException {
        JsonNode golden =
                TestModels.JSON.readTree(Path.of(System.getProperty(GOLDEN)).toFile());
        List<Figures> figures = figures(Path.of(System.getProperty(MODEL)), golden);
        ArrayNode rows = TestModels.JSON.createArrayNode();
        for (Figures f : figures) {
            rows.addObject()
                    .put("variant", f.variant())
                    .put("tower", f.tower())
                    .put("count", f.count())
                    .put("largestDifference", f.largestDifference())
                    .put("leastCosine", f.leastCosine());
        }
        Files.writeString(Path.of(System.getProperty(RESULT)), rows.toPrettyString());
        assertParity(figures);
    }

    private static void assertParity(List<Figures> figures) {
        assertThat(figures)
                .filteredOn(f -> f.variant().equals("fp32"))
                .hasSize(2)
                .allSatisfy(f -> assertThat(f.largestDifference()).as("%s", f).isLessThanOrEqualTo(TOLERANCE));
        assertThat(figures)
                .allSatisfy(f -> assertThat(f.leastCosine()).as("%s", f).isGreaterThan(0.9));
    }

    private static List<Figures> figures(Path model, JsonNode golden) {
        List<Figures> figures = new ArrayList<>();
        for (Variant variant : List.of(Variant.FP32, Variant.FP16, Variant.INT8)) {
            if (!Files.exists(model.resolve(variant.file("vision")))) {
                continue;
            }
            OnnxEncoderOptions options =
                    OnnxEncoderOptions.builder().variant(variant).build();
            try (OnnxEncoder encoder = OnnxEncoder.open(model, options)) {
                figures.add(
                        compare(variant, "images", images(encoder, golden), expected(golden, "images", "pictures")));
                figures.add(compare(variant, "texts", texts(encoder, golden), expected(golden, "texts")));
            }
        }
        return figures;
    }

    private static float[][] images(OnnxEncoder encoder, JsonNode golden) {
        int side = encoder.spec().cropSide();
        int size = 3 * side * side;
        int seeded = golden.path("images").size();
        int count = seeded + golden.path("pictures").size();
        assertThat(count).isGreaterThan(seeded);
        FloatBuffer pixels = TestModels.floats(count * size);
        int[] seeds = golden.path("images").findValues("seed").stream()
                .mapToInt(JsonNode::asInt)
                .toArray();
        pixels.put(0, TestModels.pixels(side, seeds), 0, seeded * size);
        for (int i = seeded; i < count; i++) {
            JsonNode picture = golden.path("pictures").get(i - seeded).path("picture");
            pixels.put(i * size, TestModels.wholePicture(encoder.spec(), TestModels.picture(picture)));
        }
        int dimension = encoder.spec().embeddingDimension();
        FloatBuffer out = TestModels.floats(count * dimension);
        encoder.encodeImages(pixels, count, out);
        float[][] rows = new float[count][dimension];
        for (int i = 0; i < count; i++) {
            out.get(i * dimension, rows[i]);
        }
        return rows;
    }

    private static float[][] texts(OnnxEncoder encoder, JsonNode golden) {
        List<String> prompts = new ArrayList<>();
        golden.path("texts").forEach(text -> prompts.add(text.path("prompt").textValue()));
        return encoder.encodeTexts(prompts);
    }

    private static List<double[]> expected(JsonNode golden, String... lists) {
        List<double[]> rows = new ArrayList<>();
        for (String list : lists) {
            golden.path(list)
                    .forEach(row -> rows.add(TestModels.JSON.convertValue(row.path("embedding"), double[].class)));
        }
        return rows;
    }

    private static Figures compare(Variant variant, String tower, float[][] found, List<double[]> expected) {
        assertThat(found).hasNumberOfRows(expected.size());
        double largest = 0;
        double least = 1;
        for (int row = 0; row < found.length; row++) {
            double dot = 0;
            double norm = 0;
            double expectedNorm = 0;
            for (int i = 0; i < found[row].length; i++) {
                double want = expected.get(row)[i];
                largest = Math.max(largest, Math.abs(found[row][i] - want));
                dot += found[row][i] * want;
                norm += (double) found[row][i] * found[row][i];
                expectedNorm += want * want;
            }
            least = Math.min(least, dot / Math.sqrt(norm * expectedNorm));
        }
        return new Figures(variant.label(), tower, found.length, largest, least);
    }
}
