package io.github.zeroshot4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxExtractor;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.WindowScanner;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The oracle: the port of the article's arithmetic and the library's classes, on the same window scores. */
final class ArticleMapTest {
    /** Both compute in 64 bits but add in different orders: scores of 20 to 30 differ by a few 1e-15. */
    private static final double TOLERANCE = 1e-12;

    private static final int PATCH = 16;

    @ParameterizedTest
    @CsvSource({
        // rows, columns, window, stride, passes, threshold
        "20, 13, 6, 1, 1, 0.5", // the article's cat
        "20, 13, 6, 1, 3, 0.5", // its butterfly
        "20, 13, 4, 1, 3, 0.5", // its last example
        "20, 13, 6, 1, 0, 0.5",
        "20, 13, 6, 1, 3, 0.0",
        "20, 13, 6, 1, 3, 1.0", // nothing exceeds the maximum: no box
        "17, 12, 5, 2, 3, 0.5", // the last column has no window
        "12, 9, 3, 3, 1, 0.5", // no overlap
        "7, 5, 1, 1, 1, 0.5",
        "1, 9, 1, 1, 2, 0.3",
        "3, 11, 2, 1, 3, 0.7",
    })
    void scores_ofEverySeed_giveTheMapAndBoxOfTheLibrary(
            int rows, int columns, int window, int stride, int passes, double threshold) {
        for (int seed = 0; seed < 10; seed++) {
            double[] windowScores = bump(rows, columns, window, stride, seed);

            INDArray averaged = averaged(rows, columns, window, stride, windowScores);
            INDArray normalised = ArticleMap.normalise(ArticleMap.clip(averaged, passes));
            List<Box> boxes =
                    ArticleMap.box(normalised, threshold, PATCH).stream().toList();

            ScoreMap map = map(rows, columns, window, stride, windowScores);
            ScoreMap relative = map.clipAtMean(passes).normalized();
            assertThat(map.toArray()).as("scores, seed %d", seed).containsExactly(values(averaged), within(TOLERANCE));
            assertThat(relative.toArray())
                    .as("normalised, seed %d", seed)
                    .containsExactly(values(normalised), within(TOLERANCE));
            assertThat(new BoxExtractor(BoxExtractor.Mode.SINGLE, threshold).extract(relative))
                    .as("box, seed %d", seed)
                    .extracting(BoxExtractor.Candidate::box)
                    .isEqualTo(boxes);
        }
    }

    /** What the article's fault makes of no information at all: rows 4 to 16, columns 4 to 9 of the article's grid. */
    @Test
    void box_ofConstantScores_isInTheMiddle() {
        double[] constant = new double[120];
        Arrays.fill(constant, 25);

        INDArray normalised = ArticleMap.normalise(ArticleMap.clip(averaged(20, 13, 6, 1, constant), 3));

        Box middle = new Box(4 * PATCH, 4 * PATCH, 9 * PATCH, 16 * PATCH);
        assertThat(ArticleMap.box(normalised, 0.5, PATCH)).contains(middle);
    }

    /** One window over all of the grid: the article divides by zero, the library returns an empty map. */
    @Test
    void normalise_ofFlatScores_isNotANumberAndHasNoBox() {
        INDArray flat = averaged(2, 2, 2, 1, new double[] {20});

        INDArray normalised = ArticleMap.normalise(ArticleMap.clip(flat, 1));

        assertThat(values(normalised)).containsOnly(Double.NaN);
        assertThat(ArticleMap.box(normalised, 0.5, PATCH)).isEmpty();
    }

    private static INDArray averaged(int rows, int columns, int window, int stride, double[] windowScores) {
        int perRow = (columns - window) / stride + 1;
        return ArticleMap.scores(
                rows, columns, window, stride, (r, c) -> windowScores[r / stride * perRow + c / stride]);
    }

    private static ScoreMap map(int rows, int columns, int window, int stride, double[] windowScores) {
        // Some pixels more than whole patches, which the article drops.
        PatchGrid grid = new PatchGrid(columns * PATCH + 3, rows * PATCH + 5, PATCH, PatchGrid.Coverage.DROP_REMAINDER);
        List<Box> windows = new WindowScanner(grid, window, stride).windows();
        return ScoreMap.ofWindows(grid, windows, windowScores, ScoreMap.Averaging.ARTICLE);
    }

    /** Scores at the level of CLIP's logits: noise, and an object somewhere. */
    private static double[] bump(int rows, int columns, int window, int stride, int seed) {
        int perColumn = (rows - window) / stride + 1;
        int perRow = (columns - window) / stride + 1;
        Random random = new Random(seed);
        double row = random.nextDouble() * perColumn;
        double column = random.nextDouble() * perRow;
        double[] scores = new double[perColumn * perRow];
        for (int i = 0; i < scores.length; i++) {
            int y = i / perRow;
            int x = i % perRow;
            double distance = Math.hypot((y - row) / perColumn, (x - column) / perRow);
            scores[i] = 20 + 0.6 * random.nextGaussian() + 7 * Math.exp(-distance * distance / 0.06);
        }
        return scores;
    }

    private static double[] values(INDArray map) {
        return map.dup('c').data().asDouble();
    }
}
