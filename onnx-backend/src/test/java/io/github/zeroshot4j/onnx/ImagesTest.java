package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Buffers, batches and threads. */
final class ImagesTest {
    private static OnnxEncoder encoder;
    private static int imageFloats;
    private static int dimension;

    @BeforeAll
    static void open() {
        encoder = OnnxEncoder.open(TestModels.directory("random-a"));
        imageFloats = 3 * encoder.spec().cropSide() * encoder.spec().cropSide();
        dimension = encoder.spec().embeddingDimension();
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void encodeImages_badBuffers_nameTheBufferAndTheRule() {
        FloatBuffer pixels = TestModels.floats(imageFloats);
        FloatBuffer out = TestModels.floats(dimension);
        FloatBuffer foreign =
                ByteBuffer.allocateDirect(imageFloats * 4).order(foreignOrder()).asFloatBuffer();
        refused(pixels, 0, out, "count (0) must be at least 1");
        refused(
                FloatBuffer.allocate(imageFloats),
                1,
                out,
                "pixels (java.nio.HeapFloatBuffer",
                ") must be a direct buffer");
        refused(
                pixels,
                1,
                FloatBuffer.allocate(dimension),
                "out (java.nio.HeapFloatBuffer",
                ") must be a direct buffer");
        refused(foreign, 1, out, "pixels (" + foreignOrder() + ") must be in native byte order");
        refused(pixels, 2, TestModels.floats(2 * dimension), "pixels (capacity 3072) must hold at least 6144 floats");
        refused(pixels, 1, TestModels.floats(dimension - 1), "out (capacity 19) must hold at least 20 floats");
        refused(pixels, 1, out.asReadOnlyBuffer(), "must not be read-only");
        // 2^31 / 3072 images would overflow an int
        refused(pixels, 800_000, out, "pixels (capacity 3072) must hold at least 2457600000 floats");
    }

    @Test
    void encodeImages_positionsAndLimits_areIgnoredAndKept() {
        FloatBuffer pixels = TestModels.floats(2 * imageFloats + 5);
        pixels.put(0, TestModels.pixels(encoder.spec().cropSide(), 1, 2), 0, 2 * imageFloats);
        FloatBuffer out = TestModels.floats(2 * dimension + 1);
        out.put(2 * dimension, 42f);
        pixels.position(7).limit(9);
        out.position(3).limit(4);
        encoder.encodeImages(pixels, 2, out);
        assertThat(pixels.position()).isEqualTo(7);
        assertThat(pixels.limit()).isEqualTo(9);
        assertThat(out.position()).isEqualTo(3);
        assertThat(out.limit()).isEqualTo(4);
        float[][] expected = TestModels.encode(encoder, 1, 2);
        out.clear();
        for (int row = 0; row < 2; row++) {
            float[] found = new float[dimension];
            out.get(row * dimension, found);
            assertThat(found).containsExactly(expected[row]);
        }
        assertThat(out.get(2 * dimension)).as("what lies behind the rows").isEqualTo(42f);
    }

    @Test
    void encodeImages_slicedBuffers_areReadFromTheSlice() {
        FloatBuffer whole = TestModels.floats(2 * imageFloats);
        whole.put(imageFloats, TestModels.pixels(encoder.spec().cropSide(), 3), 0, imageFloats);
        FloatBuffer out = TestModels.floats(3 * dimension).slice(dimension, dimension);
        encoder.encodeImages(whole.slice(imageFloats, imageFloats), 1, out);
        float[] found = new float[dimension];
        out.get(0, found);
        assertThat(found).containsExactly(TestModels.encode(encoder, 3)[0]);
    }

    /** The rows of 11 images in batches of 1, 4, 10, 11 and 64 against each image alone. */
    @ParameterizedTest
    @EnumSource(value = Variant.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void encodeImages_batchOfAnySize_sameRows(Variant variant) {
        int[] seeds = IntStream.rangeClosed(1, 11).toArray();
        float[][] alone = new float[seeds.length][];
        try (OnnxEncoder one = open(variant, 1)) {
            Arrays.setAll(alone, i -> TestModels.encode(one, seeds[i])[0]);
        }
        for (int batch : new int[] {4, 10, 11, 64}) {
            try (OnnxEncoder many = open(variant, batch)) {
                assertRows(TestModels.encode(many, seeds), alone, variant + " in batches of " + batch);
            }
        }
    }

    /** As above for texts, of which some have the same length and some have not. */
    @ParameterizedTest
    @EnumSource(value = Variant.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void encodeTexts_batchOfAnySize_sameRowsInOrder(Variant variant) {
        List<String> texts =
                List.of("a cat", "", "a dog", "two red apples on a wooden table", "a cat", "a butterfly", "x");
        float[][] alone = new float[texts.size()][];
        try (OnnxEncoder one = open(variant, 1)) {
            Arrays.setAll(alone, i -> one.encodeTexts(List.of(texts.get(i)))[0]);
        }
        for (int batch : new int[] {2, 3, 64}) {
            try (OnnxEncoder many = open(variant, batch)) {
                assertRows(many.encodeTexts(texts), alone, variant + " in batches of " + batch);
            }
        }
        assertThat(alone[0]).isEqualTo(alone[4]);
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 4"})
    void encodeImages_anotherNumberOfThreads_sameRows(int few, int many) {
        try (OnnxEncoder a = threads(few);
                OnnxEncoder b = threads(many)) {
            assertThat(TestModels.encode(a, 1, 2, 3)).isDeepEqualTo(TestModels.encode(b, 1, 2, 3));
            assertThat(a.encodeTexts(List.of("a cat"))).isDeepEqualTo(b.encodeTexts(List.of("a cat")));
        }
    }

    @Test
    void encodeTexts_none_givesNone() {
        assertThat(encoder.encodeTexts(List.of())).isEmpty();
    }

    @Test
    void encodeTexts_oddText_givesARow() {
        // lone surrogates are no text, but come out of cut strings
        for (String text : List.of("\ud83d", "\udc31 cat", "a\u0000b", "\ufffe", "x".repeat(100_000))) {
            assertThat(encoder.encodeTexts(List.of(text))).hasDimensions(1, dimension);
        }
    }

    private static OnnxEncoder open(Variant variant, int batch) {
        return OnnxEncoder.open(
                TestModels.directory("random-a"),
                OnnxEncoderOptions.builder().variant(variant).batchSize(batch).build());
    }

    private static OnnxEncoder threads(int threads) {
        return OnnxEncoder.open(
                TestModels.directory("random-a"),
                OnnxEncoderOptions.builder().intraOpThreads(threads).build());
    }

    private static void refused(FloatBuffer pixels, int count, FloatBuffer out, String... message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encodeImages(pixels, count, out))
                .withMessageContainingAll(message);
    }

    private static ByteOrder foreignOrder() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    private static void assertRows(float[][] found, float[][] expected, String as) {
        assertThat(found).hasNumberOfRows(expected.length);
        for (int row = 0; row < found.length; row++) {
            assertThat(found[row]).as("%s, row %d", as, row).containsExactly(expected[row], within(1e-5f));
        }
    }
}
