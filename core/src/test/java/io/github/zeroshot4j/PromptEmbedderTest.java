package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromptEmbedderTest {
    @Test
    void embed_severalTemplates_meanOfNormOne() {
        PromptEmbedder embedder = embedder(new FakeEncoder());
        // Axes red (3), green (4) and blue (5) of the fake encoder; green counts twice.
        Prompt prompt = Prompt.of("x").withTemplates(List.of("red {}", "green {}", "blue {}", "the green {}"));
        float[] row = onlyRow(embedder, prompt);
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
        PromptEmbedder embedder = embedder(encoder);
        List<float[][]> rows = embedder.embed(List.of(Prompt.of("a cat"), Prompt.of("red")));
        assertThat(rows).containsExactly(encoder.encodeTexts(List.of("a cat")), encoder.encodeTexts(List.of("red")));
        assertThat(embedder.embedSentences(List.of("red", "a cat")))
                .isEqualTo(encoder.encodeTexts(List.of("red", "a cat")));
    }

    @Test
    void embed_sentencesThatCancelOut_zeroNotNaN() {
        PromptEmbedder embedder = embedder(new Opposites());
        float[] row = onlyRow(embedder, Prompt.of("x").withTemplates(List.of("plus {}", "minus {}")));
        assertThat(row).containsExactly(0, 0);
    }

    @Test
    void embed_synonymsByMean_meanOfThePhrasesMeans() {
        // "red" and "red and green" are 45 degrees apart, their mean lies half way: axes red (3) and green (4).
        Prompt prompt = Prompt.of("red")
                .withTemplates(List.of("{}", "{} and green"))
                .withSynonyms(List.of("blue and blue and white"));
        double turn = Math.PI / 8;
        double[] red = new double[16];
        red[3] = Math.cos(turn);
        red[4] = Math.sin(turn);
        FakeEncoder encoder = new FakeEncoder();
        double[] blue =
                mean(encoder.encodeTexts(List.of("blue and blue and white", "blue and blue and white and green")));
        double[] expected = mean(new float[][] {floats(red), floats(blue)});
        float[] row = onlyRow(embedder(encoder), prompt);
        for (int i = 0; i < 16; i++) {
            assertThat((double) row[i]).as("axis %d", i).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void embed_synonymsByMax_oneRowPerPhrase() {
        FakeEncoder encoder = new FakeEncoder();
        Prompt prompt = Prompt.of("red").withSynonyms(List.of("blue", "green"), Prompt.Combination.MAX);
        assertThat(embedder(encoder).embed(List.of(prompt)))
                .containsExactly(encoder.encodeTexts(List.of("red", "blue", "green")));
    }

    @Test
    void embed_sentencesThatPhrasesShare_encodedOnce() {
        FakeEncoder encoder = new FakeEncoder();
        PromptEmbedder embedder = embedder(encoder);
        List<Prompt> prompts = List.of(
                Prompt.of("red").withSynonyms(List.of("blue"), Prompt.Combination.MAX),
                Prompt.of("blue").withSynonyms(List.of("red", "green")));
        embedder.embed(prompts);
        embedder.embed(prompts);
        assertThat(encoder.texts()).containsExactlyInAnyOrder("red", "blue", "green");
    }

    @Test
    void embed_exemplar_encodedOnceAsLongAsItIsKept() {
        FakeEncoder encoder = new FakeEncoder();
        PromptEmbedder embedder = embedder(encoder);
        Prompt prompt = Prompt.ofImage("this", RgbImage.filled(40, 30, Colour.RED.rgb()));
        float[] first = onlyRow(embedder, prompt);
        assertThat(onlyRow(embedder, prompt.withThreshold(0.9))).isSameAs(first);
        assertThat(first).isEqualTo(encoder.encodeTexts(List.of("red"))[0]);
        assertThat(encoder.images()).isEqualTo(1);
    }

    private static PromptEmbedder embedder(Encoder encoder) {
        GuardedEncoder guarded = new GuardedEncoder(encoder);
        return new PromptEmbedder(guarded, new ImageEmbedder(guarded), 10);
    }

    private static float[] onlyRow(PromptEmbedder embedder, Prompt prompt) {
        float[][] rows = embedder.embed(List.of(prompt)).get(0);
        assertThat(rows).hasNumberOfRows(1);
        return rows[0];
    }

    /** The mean of rows, of norm 1. */
    private static double[] mean(float[][] rows) {
        double[] mean = new double[rows[0].length];
        for (float[] row : rows) {
            Arrays.setAll(mean, i -> mean[i] + row[i]);
        }
        double norm = Math.sqrt(Arrays.stream(mean).map(v -> v * v).sum());
        return Arrays.stream(mean).map(v -> v / norm).toArray();
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
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
