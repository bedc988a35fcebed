package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs of all kinds that are accepted, by models made by hand whose embeddings are known. */
final class GraphTest {
    /** The ids of "a cat" in random-a's tokenizer, from its golden: 1022, 320, 66, 536, 1023. */
    private static final int CAT_IDS = 1022 + 320 + 66 + 536 + 1023;

    private static final int CAT_LENGTH = 5;

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({
        "1, 1, n", // FLOAT to FLOAT: no copy
        "10, 1, n", // FLOAT16 to FLOAT
        "1, 10, n",
        "10, 10, n",
        "1, 1, 1", // one image a run
    })
    void encodeImages_typesOfInputAndOutput_sameEmbedding(int in, int out, String batch) {
        Object size = batch.equals("n") ? batch : (Object) Integer.valueOf(batch);
        try (OnnxEncoder encoder =
                OnnxEncoder.open(HandMade.write(temp, HandMade.vision(in, out, size), HandMade.text()))) {
            FloatBuffer rows = TestModels.floats(3 * HandMade.DIMENSION);
            encoder.encodeImages(colours(3, 4, 0, 0, 0, 2, -1, 0, 0), 3, rows);
            // fp16 keeps 11 bits.
            assertRow(rows, 0, 1e-3f, 0.6f, 0.8f, 0);
            assertRow(rows, 1, 1e-3f, 0, 0, 1);
            assertRow(rows, 2, 1e-3f, -1, 0, 0);
        }
    }

    static Stream<Arguments> textGraphs() {
        int fixed = HandMade.CONTEXT;
        return Stream.of(
                // mask, batch, length, type, padding in tokenizer.json, expected: ids + counted ids, tokens, length
                Arguments.of(false, "n", "t", OnnxGraph.FLOAT, "", 2 * CAT_IDS, CAT_LENGTH, CAT_LENGTH),
                Arguments.of(false, 1, "t", OnnxGraph.FLOAT, "", 2 * CAT_IDS, CAT_LENGTH, CAT_LENGTH),
                Arguments.of(true, "n", "t", OnnxGraph.FLOAT, "", 2 * CAT_IDS, CAT_LENGTH, CAT_LENGTH),
                // padded with 1023, the pad_token of tokenizer_config.json
                Arguments.of(false, "n", fixed, OnnxGraph.FLOAT, "", 2 * (CAT_IDS + 72 * 1023), fixed, fixed),
                Arguments.of(true, "n", fixed, OnnxGraph.FLOAT, "", 2 * CAT_IDS + 72 * 1023, CAT_LENGTH, fixed),
                // padded to 8 with 1023 as the file says; the mask hides it
                Arguments.of(true, "n", "t", OnnxGraph.FLOAT, "8", 2 * CAT_IDS + 3 * 1023, CAT_LENGTH, 8),
                Arguments.of(false, "n", "t", OnnxGraph.FLOAT, "8", 2 * CAT_IDS + 6 * 1023, 8, 8));
    }

    @ParameterizedTest
    @MethodSource("textGraphs")
    void encodeTexts_maskAndLengths_asGraphAndTokenizerSay(
            boolean mask, Object batch, Object length, int type, String padding, int ids, int tokens, int all) {
        HandMade.write(temp, HandMade.vision(), HandMade.text(mask, batch, length, type));
        if (!padding.isEmpty()) {
            TestModels.set(temp, "tokenizer.json", "padding", """
                    {"strategy": {"Fixed": %s}, "direction": "Right", "pad_to_multiple_of": null,
                     "pad_id": 1023, "pad_type_id": 0, "pad_token": "<|endoftext|>"}""".formatted(padding));
        }
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            for (float[] row : encoder.encodeTexts(List.of("a cat", "a cat"))) {
                assertRow(FloatBuffer.wrap(row), 0, 1e-6f, ids, tokens, all);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // types of ids and mask: 6 is INT32, 7 INT64, 0 none
        "6, 0",
        "6, 6",
        "6, 7",
        "7, 6",
        "7, 7",
    })
    void encodeTexts_idsAndMaskOf32Or64Bits_sameEmbedding(int idType, int maskType) {
        HandMade.write(temp, HandMade.vision(), HandMade.text(idType, maskType, "n", "t", OnnxGraph.FLOAT));
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            float[][] rows = encoder.encodeTexts(List.of("a cat", "a " + "a ".repeat(99), "a cat"));
            assertRow(FloatBuffer.wrap(rows[0]), 0, 1e-6f, 2 * CAT_IDS, CAT_LENGTH, CAT_LENGTH);
            assertRow(FloatBuffer.wrap(rows[1]), 0, 1e-6f, 2 * (1022 + 75 * 320 + 1023), 77, 77);
            assertThat(rows[2]).isEqualTo(rows[0]);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                // tokenizer_config.json's pad_token; nothing: no such field ~ its id
                "                           ~ 0",
                "\"!\"                        ~ 0",
                "\"<|endoftext|>\"            ~ 1023",
                "{\"content\": \"a</w>\"}     ~ 320",
            })
    void encodeTexts_fixedLengthAndNoPaddingInTheTokenizer_padTokenOfItsConfig(String padToken, int id) {
        HandMade.write(temp, HandMade.vision(), HandMade.text(true, "n", HandMade.CONTEXT, OnnxGraph.FLOAT));
        TestModels.set(temp, "tokenizer_config.json", "pad_token", padToken == null ? "" : padToken);
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            float[] row = encoder.encodeTexts(List.of("a cat"))[0];
            int padding = (HandMade.CONTEXT - CAT_LENGTH) * id;
            assertRow(FloatBuffer.wrap(row), 0, 1e-6f, 2 * CAT_IDS + padding, CAT_LENGTH, HandMade.CONTEXT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // side of the input, dimension: as of B/16, L/14 at 336 pixels, and of no known model
        "224, 512",
        "336, 768",
        "5, 1",
    })
    void open_otherSizesAndDimensions_areReadFromTheFiles(int side, int dimension) {
        int size = 3 * side * side;
        HandMade.write(
                temp,
                new OnnxGraph()
                        .input("pixel_values", OnnxGraph.FLOAT, "n", 3, side, side)
                        .output("image_embeds", OnnxGraph.FLOAT, "n", dimension)
                        .node("Flatten", "flat", "pixel_values")
                        .longs("axis", 1)
                        .node("ReduceSum", "sum", "flat", "axis")
                        .floats("ones", ones(dimension), 1, dimension)
                        .node("MatMul", "image_embeds", "sum", "ones")
                        .bytes(),
                new OnnxGraph()
                        .input("input_ids", OnnxGraph.INT64, "n", "t")
                        .output("text_embeds", OnnxGraph.FLOAT, "n", dimension)
                        .node("Cast", "to", OnnxGraph.FLOAT, "floats", "input_ids")
                        .longs("axis", 1)
                        .node("ReduceSum", "sum", "floats", "axis")
                        .floats("ones", ones(dimension), 1, dimension)
                        .node("MatMul", "text_embeds", "sum", "ones")
                        .bytes());
        TestModels.set(temp, "config.json", "projection_dim", String.valueOf(dimension));
        TestModels.set(temp, "preprocessor_config.json", "size", String.valueOf(side));
        TestModels.set(temp, "preprocessor_config.json", "crop_size", String.valueOf(side));
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertThat(encoder.spec().cropSide()).isEqualTo(side);
            assertThat(encoder.spec().embeddingDimension()).isEqualTo(dimension);
            FloatBuffer pixels = TestModels.floats(size);
            pixels.put(0, 2f);
            FloatBuffer row = TestModels.floats(dimension);
            encoder.encodeImages(pixels, 1, row);
            assertRow(row, 0, 1e-6f, ones(dimension));
            assertRow(FloatBuffer.wrap(encoder.encodeTexts(List.of("a cat"))[0]), 0, 1e-6f, ones(dimension));
        }
    }

    /** The graphs of the Hub give them as the projection leaves them; others divide by the length already. */
    @Test
    void encode_graphThatNormalisesItself_sameEmbedding() {
        byte[] vision = new OnnxGraph()
                .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                .output("image_embeds", OnnxGraph.FLOAT, "n", HandMade.DIMENSION)
                .floats("weights", HandMade.channelSums(), 3 * HandMade.SIDE * HandMade.SIDE, HandMade.DIMENSION)
                .node("Flatten", "flat", "pixel_values")
                .node("MatMul", "sums", "flat", "weights")
                .node("LpNormalization", "p", 2, "image_embeds", "sums")
                .bytes();
        HandMade.write(temp, vision, HandMade.text());
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            FloatBuffer rows = TestModels.floats(2 * HandMade.DIMENSION);
            encoder.encodeImages(colours(3, 4, 0, 0, 0, 2), 2, rows);
            assertRow(rows, 0, 1e-6f, 0.6f, 0.8f, 0);
            assertRow(rows, 1, 1e-6f, 0, 0, 1);
        }
    }

    @Test
    void encodeTexts_float16Output_isRead() {
        // Sums of ids are too large for 16 bits.
        HandMade.write(temp, HandMade.vision(), HandMade.text(false, "n", "t", OnnxGraph.FLOAT16));
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertRow(FloatBuffer.wrap(encoder.encodeTexts(List.of("a cat"))[0]), 0, 1e-3f, 2 * CAT_IDS, 5, 5);
        }
    }

    @Test
    void encodeTexts_longText_isCutToTheContextWithItsEnd() {
        HandMade.write(temp, HandMade.vision(), HandMade.text());
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            float[] row = encoder.encodeTexts(List.of("a ".repeat(200)))[0];
            // 320 is "a"; 75 of them between the marks
            assertRow(FloatBuffer.wrap(row), 0, 1e-6f, 2 * (1022 + 75 * 320 + 1023), 77, 77);
        }
    }

    /** A graph that adds to every row the largest of the run: a caricature of what fp16 and int8 graphs do. */
    @ParameterizedTest
    @CsvSource({"FP32, false", "FP16, true", "INT8, true"})
    void encodeImages_graphThatMixesRows_isRunOneByOneButFp32(Variant variant, boolean alone) throws IOException {
        byte[] mixing = new OnnxGraph()
                .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                .output("image_embeds", OnnxGraph.FLOAT, "n", HandMade.DIMENSION)
                .floats("weights", HandMade.channelSums(), 3 * HandMade.SIDE * HandMade.SIDE, HandMade.DIMENSION)
                .node("Flatten", "flat", "pixel_values")
                .node("MatMul", "sums", "flat", "weights")
                .node("ReduceMax", "largest", "sums")
                .node("Add", "image_embeds", "sums", "largest")
                .bytes();
        HandMade.write(temp, mixing, HandMade.text());
        Files.write(temp.resolve(variant.file("vision")), mixing);
        Files.write(temp.resolve(variant.file("text")), HandMade.text());
        OnnxEncoderOptions options =
                OnnxEncoderOptions.builder().variant(variant).build();
        try (OnnxEncoder encoder = OnnxEncoder.open(temp, options)) {
            FloatBuffer rows = TestModels.floats(2 * HandMade.DIMENSION);
            encoder.encodeImages(colours(1, 0, 0, 0, 0, 5), 2, rows);
            // alone (1, 0, 0) + 1; with its neighbour (1, 0, 0) + 5
            assertRow(rows, 0, 1e-6f, alone ? new float[] {2, 1, 1} : new float[] {6, 5, 5});
            assertRow(rows, 1, 1e-6f, 5, 5, 10);
        }
    }

    @Test
    void open_weightsBesideTheGraph_areFoundInADirectoryOnly() throws IOException {
        HandMade.write(temp, HandMade.visionWithExternalData("vision_model.onnx_data"), HandMade.text());
        float[] weights = HandMade.channelSums();
        ByteBuffer bytes = ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(weights);
        Files.write(temp.resolve("onnx/vision_model.onnx_data"), bytes.array());
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            FloatBuffer rows = TestModels.floats(HandMade.DIMENSION);
            encoder.encodeImages(colours(3, 4, 0), 1, rows);
            assertRow(rows, 0, 1e-6f, 0.6f, 0.8f, 0);
        }
        DirectorySource directory = new DirectorySource(temp);
        ModelSource jar = new ModelSource() {
            @Override
            public String description() {
                return "a jar";
            }

            @Override
            public Optional<InputStream> open(String relativePath) throws IOException {
                return directory.open(relativePath);
            }
        };
        assertThatThrownBy(() -> OnnxEncoder.open(jar, OnnxEncoderOptions.defaults()))
                .isInstanceOf(EncoderException.class)
                .hasMessageStartingWith(
                        "model hand-made (a jar): onnx/vision_model.onnx must be an ONNX graph that runs on CPU")
                .hasMessageContaining("vision_model.onnx_data");
    }

    @ParameterizedTest
    @CsvSource({"NaN, NaN", "0, 0.0", "Infinity, Infinity"})
    void encodeImages_embeddingWithoutLength_namesModelFileAndItem(float weight, String found) {
        byte[] vision = HandMade.visionNodes(
                new OnnxGraph()
                        .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                        .output("image_embeds", OnnxGraph.FLOAT, "n", HandMade.DIMENSION),
                OnnxGraph.FLOAT,
                HandMade.same(weight));
        HandMade.write(temp, vision, HandMade.text());
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertThatThrownBy(() -> encoder.encodeImages(colours(1, 2, 3), 1, TestModels.floats(3)))
                    .isInstanceOf(EncoderException.class)
                    .hasMessage(
                            "model hand-made (%s): onnx/vision_model.onnx must give embeddings with a positive length, "
                                    + "found %s for item 0",
                            temp, found);
        }
    }

    @Test
    void encode_graphThatFails_namesModelAndFile() {
        HandMade.writeFailing(temp);
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertThatThrownBy(() -> encoder.encodeImages(colours(1, 2, 3), 1, TestModels.floats(3)))
                    .isInstanceOf(EncoderException.class)
                    .hasMessageStartingWith("model hand-made (%s): onnx/vision_model.onnx failed to run: ", temp)
                    .hasMessageContaining("Reshape");
            assertThatThrownBy(() -> encoder.encodeTexts(List.of("a cat")))
                    .isInstanceOf(EncoderException.class)
                    .hasMessageStartingWith("model hand-made (%s): onnx/text_model.onnx failed to run: ", temp);
        }
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Images of one colour each: three values per image, of which each fills a channel. */
    private static FloatBuffer colours(float... values) {
        int pixels = HandMade.SIDE * HandMade.SIDE;
        FloatBuffer buffer = TestModels.floats(values.length * pixels);
        for (int i = 0; i < values.length * pixels; i++) {
            buffer.put(i, values[i / pixels]);
        }
        return buffer;
    }

    private static void assertRow(FloatBuffer rows, int row, float tolerance, float... direction) {
        double norm = 0;
        for (float value : direction) {
            norm += (double) value * value;
        }
        float[] found = new float[direction.length];
        rows.get(row * direction.length, found);
        for (int i = 0; i < direction.length; i++) {
            assertThat(found[i])
                    .as("component %d of row %d", i, row)
                    .isCloseTo((float) (direction[i] / Math.sqrt(norm)), within(tolerance));
        }
    }
}
