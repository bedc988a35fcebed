package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowScoresTest {
    @ParameterizedTest(name = "{0} prompts x {1} windows x {2} dimensions")
    @CsvSource({
        "1, 1, 1, the smallest",
        "1, 120, 512, the article's scan with one prompt",
        "3, 127, 7, one window less than a block; dimensions that are no multiple of four",
        "3, 128, 4, a block",
        "2, 129, 5, one more",
        "5, 300, 6, several blocks with a rest",
        "70, 131, 33, more prompts than are scored together",
    })
    void logits_blocked_bitsOfTheCosineOneByOne(int prompts, int windows, int dimension, String why) {
        EmbeddedImage.Scan scan = scan(windows, dimension);
        float[][] texts = rows(prompts, dimension, 2);
        double[][] logits = WindowScores.logits(scan, texts, 98.7);
        assertThat(logits).hasDimensions(prompts, windows);
        for (int p = 0; p < prompts; p++) {
            for (int i = 0; i < windows; i++) {
                double naive = 98.7 * WindowScores.cosine(scan.embeddings().array(), i, texts[p]);
                assertThat(logits[p][i])
                        .as("%s: prompt %d, window %d", why, p, i)
                        .isEqualTo(naive);
            }
        }
    }

    @Test
    void logits_prompt_sameBitsAloneAndAmongOthers() {
        EmbeddedImage.Scan scan = scan(200, 512);
        float[][] texts = rows(9, 512, 3);
        double[][] together = WindowScores.logits(scan, texts, 100);
        for (int p = 0; p < texts.length; p++) {
            assertThat(WindowScores.logits(scan, new float[][] {texts[p]}, 100)[0])
                    .as("prompt %d", p)
                    .containsExactly(together[p]);
        }
    }

    @Test
    void cosine_smallRows_byHand() {
        float[] rows = {9, 9, 0.5f, -0.25f};
        assertThat(WindowScores.cosine(rows, 1, new float[] {2, 4})).isZero();
        assertThat(WindowScores.cosine(rows, 0, new float[] {2, 4})).isEqualTo(54);
    }

    @Test
    void negativeLogits_byHand() {
        // Logits 10 * 1 and 10 * 0 for the one window: log(e^10 + e^0).
        EmbeddedImage.Scan scan = new EmbeddedImage.Scan(List.of(new Box(0, 0, 1, 1)), new float[] {1, 0});
        double[] found = WindowScores.negativeLogits(scan, new float[][] {{1, 0}, {0, 1}}, 10);
        assertThat(found).containsExactly(10 + Math.log(1 + Math.exp(-10)));
    }

    private static EmbeddedImage.Scan scan(int windows, int dimension) {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            boxes.add(new Box(i, 0, i + 1, 1));
        }
        float[] flat = new float[windows * dimension];
        float[][] rows = rows(windows, dimension, 1);
        for (int i = 0; i < windows; i++) {
            System.arraycopy(rows[i], 0, flat, i * dimension, dimension);
        }
        return new EmbeddedImage.Scan(boxes, flat);
    }

    /** Random rows of norm 1. */
    private static float[][] rows(int count, int dimension, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[count][dimension];
        for (float[] row : rows) {
            double[] raw = random.doubles(dimension, -1, 1).toArray();
            double norm = Math.sqrt(Arrays.stream(raw).map(v -> v * v).sum());
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) (raw[i] / norm);
            }
        }
        return rows;
    }
}
