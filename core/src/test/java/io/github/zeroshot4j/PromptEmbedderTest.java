package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptEmbedderTest {
    @Test
    void embed_severalTemplates_meanOfNormOne() {
        PromptEmbedder embedder = new PromptEmbedder(new GuardedEncoder(new FakeEncoder()), 10);
        // Axes red (3), green (4) and blue (5) of the fake encoder; green counts twice.
        Prompt prompt = new Prompt("x", List.of("red {}", "green {}", "blue {}", "the green {}"));
        float[] row = embedder.embed(List.of(prompt))[0];
        double norm = Math.sqrt(1 + 4 + 1);
        double[] expected = new double[16];
        expected[3] = 1 / norm;
        expected[4] = 2 / norm;
        expected[5] = 1 / norm;
        for (int i = 0; i < 16; i++) {
            assertThat((double) row[i]).as("axis %d", i).isCloseTo(expected[i], within(1e-7));
        }
    }

    @Test
    void embed_oneTemplate_theRowOfTheEncoder() {
        FakeEncoder encoder = new FakeEncoder();
        PromptEmbedder embedder = new PromptEmbedder(new GuardedEncoder(encoder), 10);
        float[][] rows = embedder.embed(List.of(Prompt.of("a cat"), Prompt.of("red")));
        assertThat(rows).isEqualTo(encoder.encodeTexts(List.of("a cat", "red")));
        assertThat(embedder.embedSentences(List.of("red", "a cat")))
                .isEqualTo(encoder.encodeTexts(List.of("red", "a cat")));
    }

    @Test
    void embed_sentencesThatCancelOut_zeroNotNaN() {
        PromptEmbedder embedder = new PromptEmbedder(new GuardedEncoder(new Opposites()), 10);
        float[] row = embedder.embed(List.of(new Prompt("x", List.of("plus {}", "minus {}"))))[0];
        assertThat(row).containsExactly(0, 0);
    }

    /** A space of two dimensions in which sentences that start with "minus" are the opposite of all others. */
    private static final class Opposites implements Encoder {
        @Override
        public EncoderSpec spec() {
            return EncoderSpec.builder("opposites", 1, 2).build();
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            throw new EncoderException("opposites has no images");
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            return texts.stream()
                    .map(text -> new float[] {0, text.startsWith("minus") ? -1 : 1})
                    .toArray(float[][]::new);
        }

        @Override
        public void close() {}
    }
}
