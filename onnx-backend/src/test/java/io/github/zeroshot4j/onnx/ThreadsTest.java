package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads change the speed and not a bit of the results; which graph embeds the texts of which variant. */
final class ThreadsTest {
    private static final int CALLERS = 16;
    private static final int[] IMAGES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    private static final List<String> TEXTS = List.of("a cat", "two cats", "a photo of a red mug", "dog", "a dog");

    @TempDir
    Path temp;

    /** Embeddings of all images, then of all texts. */
    private static List<float[]> rows(OnnxEncoder encoder) {
        List<float[]> rows = new ArrayList<>(List.of(TestModels.encode(encoder, IMAGES)));
        rows.addAll(List.of(encoder.encodeTexts(TEXTS)));
        return rows;
    }

    private static void assertEqualBits(List<float[]> rows, List<float[]> expected, String what) {
        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            // compares floats by their bits, zeros' signs included
            assertThat(Arrays.equals(rows.get(i), expected.get(i)))
                    .as("row %d, %s", i, what)
                    .isTrue();
        }
    }

    /** The reference is one thread; the others have too many, too few, several runs at once, and 16 callers. */
    @ParameterizedTest
    @EnumSource(
            value = Variant.class,
            names = {"FP32", "FP16", "INT8"})
    void encode_anyThreadsAndCallers_bitEqual(Variant variant) throws Exception {
        Path model = TestModels.directory("random-a");
        OnnxEncoderOptions serial =
                OnnxEncoderOptions.builder().variant(variant).threads(1).build();
        List<float[]> expected;
        try (OnnxEncoder encoder = OnnxEncoder.open(model, serial)) {
            expected = rows(encoder);
        }
        for (int threads : new int[] {0, 1, 2, 3, 8}) {
            for (int intraOp : new int[] {0, 1, 2}) {
                OnnxEncoderOptions options = serial.toBuilder()
                        .threads(threads)
                        .intraOpThreads(intraOp)
                        .build();
                try (OnnxEncoder encoder = OnnxEncoder.open(model, options)) {
                    assertEqualBits(rows(encoder), expected, options.toString());
                    for (List<float[]> rows : ofManyCallers(encoder)) {
                        assertEqualBits(rows, expected, CALLERS + " callers, " + options);
                    }
                }
            }
        }
    }

    private static List<List<float[]>> ofManyCallers(OnnxEncoder encoder) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<List<float[]>>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(callers.submit(() -> rows(encoder)));
            }
            List<List<float[]>> rows = new ArrayList<>();
            for (Future<List<float[]>> call : calls) {
                rows.add(call.get());
            }
            return rows;
        } finally {
            callers.shutdownNow();
        }
    }

    /** Texts are embedded as well as the directory allows: without the fp32 graph by the fp16 one, without both in 8 bits. */
    @Test
    void encodeTexts_int8_usesTheBestTextGraphThatIsThere() throws IOException {
        TestModels.copy("random-a", temp);
        assertThat(texts(temp, Variant.INT8)).isDeepEqualTo(texts(temp, Variant.FP32));
        float[][] fp16 = texts(temp, Variant.FP16);
        Files.delete(temp.resolve(Variant.FP32.file("text")));
        assertThat(texts(temp, Variant.INT8)).isDeepEqualTo(fp16);
        Files.delete(temp.resolve(Variant.FP16.file("text")));
        assertThat(texts(temp, Variant.INT8)).isNotEqualTo(fp16);
        Files.delete(temp.resolve(Variant.FP32.file("vision")));
        Files.delete(temp.resolve(Variant.FP16.file("vision")));
        assertThat(texts(temp, Variant.AUTO)).isDeepEqualTo(texts(temp, Variant.INT8));
    }

    /** The variant is the images'; the fingerprint tells the two kinds of texts apart. */
    @Test
    void spec_int8_namesTheImagesVariantAndCountsTheTextGraph() throws IOException {
        TestModels.copy("random-a", temp);
        OnnxEncoderOptions int8 =
                OnnxEncoderOptions.builder().variant(Variant.INT8).build();
        try (OnnxEncoder better = OnnxEncoder.open(temp, int8)) {
            assertThat(better.spec().variant()).isEqualTo("int8");
            assertThat(better.spec().fingerprint())
                    .isEqualTo(new ModelFiles(new DirectorySource(temp))
                            .fingerprint("onnx/vision_model_quantized.onnx", "onnx/text_model.onnx", "tokenizer.json"));
        }
    }

    private static float[][] texts(Path model, Variant variant) {
        OnnxEncoderOptions options =
                OnnxEncoderOptions.builder().variant(variant).build();
        try (OnnxEncoder encoder = OnnxEncoder.open(model, options)) {
            return encoder.encodeTexts(TEXTS);
        }
    }
}
