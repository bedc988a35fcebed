package io.github.zeroshot4j.testing;

import static io.github.zeroshot4j.testing.ContractSupport.assertDistinct;
import static io.github.zeroshot4j.testing.ContractSupport.assertRows;
import static io.github.zeroshot4j.testing.ContractSupport.assertUnitNorm;
import static io.github.zeroshot4j.testing.ContractSupport.closest;
import static io.github.zeroshot4j.testing.ContractSupport.direct;
import static io.github.zeroshot4j.testing.ContractSupport.embed;
import static io.github.zeroshot4j.testing.ContractSupport.foreign;
import static io.github.zeroshot4j.testing.ContractSupport.missing;
import static io.github.zeroshot4j.testing.ContractSupport.pixels;
import static io.github.zeroshot4j.testing.ContractSupport.rows;
import static java.nio.FloatBuffer.allocate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The clauses of {@link Encoder#encodeImages}. */
abstract class EncoderImageClauses extends EncoderCapabilities {

    @Test
    void encodeImages_batchAndOneMore_keepsTheOrder() {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), encoder.spec().preferredBatch() + 1);
            float[][] alone = new float[images.size()][];
            for (int i = 0; i < alone.length; i++) {
                alone[i] = embed(encoder, images.subList(i, i + 1))[0];
            }
            assertDistinct(alone, "images");
            float[][] together = embed(encoder, images);
            assertThat(Arrays.stream(together).mapToInt(row -> closest(alone, row)))
                    .as("which image a row is the embedding of, row by row")
                    .containsExactly(IntStream.range(0, alone.length).boxed().toArray(Integer[]::new));
        }
    }

    @Test
    void encodeImages_anyImage_hasUnitNorm() {
        try (Encoder encoder = open()) {
            assertUnitNorm(encoder, embed(encoder, sampleImages(encoder.spec(), 5)));
        }
    }

    @Test
    void encodeImages_otherNeighbours_sameRow() {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), 5);
            float[] row = embed(encoder, List.of(images.get(0), images.get(1), images.get(2)))[1];
            float[] again = embed(encoder, List.of(images.get(3), images.get(1), images.get(4)))[1];
            assertRows(new float[][] {again}, new float[][] {row}, "an image between other neighbours");
        }
    }

    @Test
    void encodeImages_oneToOneMoreThanTheBatch_sameRows() {
        try (Encoder encoder = open()) {
            int batch = encoder.spec().preferredBatch();
            float[] image = sampleImages(encoder.spec(), 1).get(0);
            float[] expected = embed(encoder, Collections.nCopies(batch, image))[0];
            for (int count : new int[] {1, Math.max(1, batch - 1), batch, batch + 1}) {
                float[][] copies = new float[count][];
                Arrays.fill(copies, expected);
                assertRows(embed(encoder, Collections.nCopies(count, image)), copies, count + " times one image");
            }
        }
    }

    @Test
    void encodeImages_largerBuffers_leavesTheRestUntouched() {
        try (Encoder encoder = open()) {
            int dimension = encoder.spec().embeddingDimension();
            FloatBuffer out = direct(4 * dimension);
            IntStream.range(0, out.capacity()).forEach(i -> out.put(i, 42));
            encoder.encodeImages(pixels(sampleImages(encoder.spec(), 3)), 2, out);
            for (int i = 2 * dimension; i < out.capacity(); i++) {
                assertThat(out.get(i))
                        .as("out at %d, after 2 rows of %d", i, dimension)
                        .isEqualTo(42);
            }
        }
    }

    @Test
    void encodeImages_pixels_stayAsTheyWere() {
        try (Encoder encoder = open()) {
            FloatBuffer pixels = pixels(sampleImages(encoder.spec(), 2));
            float[] before = new float[pixels.capacity()];
            pixels.get(0, before);
            encoder.encodeImages(pixels, 2, direct(2 * encoder.spec().embeddingDimension()));
            float[] after = new float[pixels.capacity()];
            pixels.clear().get(0, after);
            assertThat(Arrays.mismatch(before, after))
                    .as("the first pixel that changed, -1 for none")
                    .isEqualTo(-1);
        }
    }

    @Test
    void encodeImages_positionAndLimit_areKept() {
        try (Encoder encoder = open()) {
            FloatBuffer pixels = pixels(sampleImages(encoder.spec(), 3));
            FloatBuffer out = direct(3 * encoder.spec().embeddingDimension());
            encoder.encodeImages(
                    pixels.position(1).limit(pixels.capacity() - 2),
                    2,
                    out.position(3).limit(out.capacity() - 4));
            assertThat(List.of(pixels.position(), pixels.limit(), out.position(), out.limit()))
                    .as("position and limit of pixels, then of out")
                    .containsExactly(1, pixels.capacity() - 2, 3, out.capacity() - 4);
        }
    }

    @Test
    void encodeImages_positionAndLimit_areNotLookedAt() {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), 2);
            FloatBuffer out = direct(2 * encoder.spec().embeddingDimension());
            encoder.encodeImages(
                    pixels(images).position(5).limit(9), 2, out.position(3).limit(4));
            assertRows(rows(encoder, out, 2), embed(encoder, images), "buffers in the middle of their content");
        }
    }

    @Test
    void encodeImages_sameBuffersWithOtherPixels_givesTheirRows() {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), 2);
            FloatBuffer pixels = pixels(images.subList(0, 1));
            FloatBuffer out = direct(encoder.spec().embeddingDimension());
            encoder.encodeImages(pixels, 1, out);
            pixels.clear().put(images.get(1)).clear();
            encoder.encodeImages(pixels, 1, out.clear());
            assertRows(rows(encoder, out, 1), embed(encoder, images.subList(1, 2)), "buffers used again");
        }
    }

    @Test
    void encodeImages_countZero_isRefused() {
        assertRefused("count", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), 0, direct(out)));
    }

    @Test
    void encodeImages_countNegative_isRefused() {
        assertRefused("count", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), -1, direct(out)));
    }

    @Test
    void encodeImages_countThatOverflows_isRefused() {
        // The floats of 2^31 - 1 images wrap around an int.
        assertRefused(
                "", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), Integer.MAX_VALUE, direct(out)));
    }

    @Test
    void encodeImages_pixelsTooSmall_isRefused() {
        assertRefused("pixels", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels - 1), 1, direct(out)));
    }

    @Test
    void encodeImages_outTooSmall_isRefused() {
        assertRefused("out", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), 1, direct(out - 1)));
    }

    @Test
    void encodeImages_pixelsOnHeap_isRefused() {
        assertRefused("pixels", (encoder, pixels, out) -> encoder.encodeImages(allocate(pixels), 1, direct(out)));
    }

    @Test
    void encodeImages_outOnHeap_isRefused() {
        assertRefused("out", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), 1, allocate(out)));
    }

    @Test
    void encodeImages_pixelsOfForeignByteOrder_isRefused() {
        assertRefused("pixels", (encoder, pixels, out) -> encoder.encodeImages(foreign(pixels), 1, direct(out)));
    }

    @Test
    void encodeImages_outOfForeignByteOrder_isRefused() {
        assertRefused("out", (encoder, pixels, out) -> encoder.encodeImages(direct(pixels), 1, foreign(out)));
    }

    @Test
    void encodeImages_null_isRefused() {
        try (Encoder encoder = open()) {
            int out = encoder.spec().embeddingDimension();
            assertThatNullPointerException()
                    .as("pixels")
                    .isThrownBy(() -> encoder.encodeImages(missing(), 1, direct(out)));
            assertThatNullPointerException()
                    .as("out")
                    .isThrownBy(() -> encoder.encodeImages(direct(floats(encoder.spec())), 1, missing()));
        }
    }

    @Test
    void encodeImages_afterARefusedCall_works() {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), 1);
            float[][] before = embed(encoder, images);
            assertThatIllegalArgumentException().isThrownBy(() -> encoder.encodeImages(allocate(1), 1, allocate(1)));
            assertRows(embed(encoder, images), before, "an image after a refused call");
        }
    }

    /** A call on an encoder, with the numbers of floats that one image takes and gives. */
    private interface Call {
        void on(Encoder encoder, int pixels, int out);
    }

    private void assertRefused(String named, Call call) {
        try (Encoder encoder = open()) {
            EncoderSpec spec = encoder.spec();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> call.on(encoder, floats(spec), spec.embeddingDimension()))
                    .withMessageContaining(named);
        }
    }

    private static int floats(EncoderSpec spec) {
        return 3 * spec.cropSide() * spec.cropSide();
    }
}
