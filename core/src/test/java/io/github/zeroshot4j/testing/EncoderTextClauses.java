package io.github.zeroshot4j.testing;

import static io.github.zeroshot4j.testing.ContractSupport.assertDistinct;
import static io.github.zeroshot4j.testing.ContractSupport.assertRows;
import static io.github.zeroshot4j.testing.ContractSupport.assertUnitNorm;
import static io.github.zeroshot4j.testing.ContractSupport.closest;
import static io.github.zeroshot4j.testing.ContractSupport.missing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.Encoder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The clauses of {@link Encoder#encodeTexts}. */
abstract class EncoderTextClauses extends EncoderImageClauses {

    @Test
    void encodeTexts_severalTexts_keepsTheOrder() {
        try (Encoder encoder = open()) {
            float[][] alone = sampleTexts().stream()
                    .map(text -> encoder.encodeTexts(List.of(text))[0])
                    .toArray(float[][]::new);
            assertDistinct(alone, "texts");
            float[][] together = encoder.encodeTexts(sampleTexts());
            assertThat(Arrays.stream(together).map(row -> closest(alone, row)))
                    .as("which text a row is the embedding of, row by row")
                    .containsExactlyElementsOf(
                            IntStream.range(0, alone.length).boxed().toList());
        }
    }

    @Test
    void encodeTexts_anyText_hasUnitNorm() {
        try (Encoder encoder = open()) {
            assertUnitNorm(encoder, encoder.encodeTexts(sampleTexts()));
        }
    }

    @Test
    void encodeTexts_otherNeighbours_sameRow() {
        try (Encoder encoder = open()) {
            List<String> texts = sampleTexts();
            float[] row = encoder.encodeTexts(texts.subList(0, 3))[1];
            // A long neighbour, because texts of one batch may be padded to the longest.
            float[] again = encoder.encodeTexts(List.of(texts.get(3), texts.get(1), words(40)))[1];
            assertRows(new float[][] {again}, new float[][] {row}, "a text between other neighbours");
        }
    }

    @Test
    void encodeTexts_rows_belongToTheCaller() {
        try (Encoder encoder = open()) {
            float[][] rows = encoder.encodeTexts(sampleTexts());
            float[][] copies = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
            Arrays.stream(rows).forEach(row -> Arrays.fill(row, 0));
            assertRows(encoder.encodeTexts(sampleTexts()), copies, "texts whose former rows were overwritten");
        }
    }

    @Test
    void encodeTexts_noText_givesNoRow() {
        try (Encoder encoder = open()) {
            assertThat(encoder.encodeTexts(List.of()).length)
                    .as("rows of no texts")
                    .isZero();
        }
    }

    @Test
    void encodeTexts_emptyText_hasARow() {
        try (Encoder encoder = open()) {
            assertUnitNorm(encoder, encoder.encodeTexts(List.of("")));
        }
    }

    @Test
    void encodeTexts_longText_hasARow() {
        try (Encoder encoder = open()) {
            assertUnitNorm(encoder, encoder.encodeTexts(List.of(words(200))));
        }
    }

    @Test
    void encodeTexts_longText_isCutAtItsEnd() {
        try (Encoder encoder = open()) {
            // A word is one token or more, so that the context ends before the last ones.
            String text = words(encoder.spec().contextLength());
            float[][] rows = encoder.encodeTexts(List.of(text, text + " magenta butterfly"));
            assertRows(
                    new float[][] {rows[1]}, new float[][] {rows[0]}, "a text that goes on after the model's context");
        }
    }

    @Test
    void encodeTexts_specialToken_isRefusedByName() {
        try (Encoder encoder = open()) {
            for (String token : specialTokens()) {
                assertThatIllegalArgumentException()
                        .as(token)
                        .isThrownBy(() -> encoder.encodeTexts(List.of("a cat", "a " + token + " cat")))
                        .withMessageContaining(token);
            }
        }
    }

    @Test
    void encodeTexts_null_isRefused() {
        try (Encoder encoder = open()) {
            assertThatNullPointerException().as("texts").isThrownBy(() -> encoder.encodeTexts(missing()));
            assertThatNullPointerException()
                    .as("a text")
                    .isThrownBy(() -> encoder.encodeTexts(Collections.singletonList(missing())));
        }
    }

    private static String words(int count) {
        List<String> words = List.of("a", "red", "cat", "near", "blue", "houses");
        return IntStream.range(0, count)
                .mapToObj(i -> words.get(i % words.size()))
                .collect(Collectors.joining(" "));
    }
}
