package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The article's arithmetic against a numpy re-implementation of it, and against what the article's notebook printed. */
final class ArticleGoldenTest {
    private static final String NOTEBOOK = "article/notebook.json";
    private static final PatchGrid BUTTERFLY_GRID = new PatchGrid(3456, 5184, 256, Coverage.DROP_REMAINDER);

    static List<Goldens.Row> numpy() {
        return Goldens.table("article/article.csv");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numpy")
    void article_goldens_mapsAndBox(Goldens.Row row) {
        int patch = row.integer("patch");
        // A few pixels more than whole patches: they are dropped.
        PatchGrid grid = new PatchGrid(
                row.integer("cols") * patch + patch - 1,
                row.integer("rows") * patch + patch / 2,
                patch,
                Coverage.DROP_REMAINDER);
        List<Box> windows = new WindowScanner(grid, row.integer("window"), row.integer("stride")).windows();
        ScoreMap averaged = ScoreMap.ofWindows(grid, windows, row.numbers("scores"), ScoreMap.Averaging.ARTICLE);
        assertThat(averaged.toArray()).as("averaged").containsExactly(row.numbers("averaged"), within(1e-12));

        ScoreMap clipped = averaged.clipAtMean(row.integer("passes"));
        assertThat(clipped.toArray()).as("clipped").containsExactly(row.numbers("clipped"), within(1e-11));

        double[] expected = row.numbers("normalised");
        assertThat(clipped.isFlat()).as("flat").isEqualTo(expected.length == 0);
        ScoreMap normalised = clipped.normalized();
        if (expected.length > 0) {
            assertThat(normalised.toArray()).as("normalised").containsExactly(expected, within(1e-11));
        }
        assertThat(box(normalised, row.number("threshold"))).isEqualTo(expectedBox(row));
    }

    @Test
    void goldens_cases_holdOneAndThreePassesFlatAndEmpty() {
        // What the cases are for: without these the test above would say less than it seems to.
        assertThat(numpy()).extracting(row -> row.integer("passes")).contains(0, 1, 3);
        assertThat(numpy()).anyMatch(row -> row.text("normalised").isEmpty());
        assertThat(numpy())
                .anyMatch(row ->
                        row.text("xmin").isEmpty() && !row.text("normalised").isEmpty());
        assertThat(numpy()).filteredOn(row -> !row.text("xmin").isEmpty()).hasSizeGreaterThan(8);
    }

    @Test
    void normalized_notebooksClippedMap_isItsNormalisedMap() {
        ScoreMap clipped = ScoreMap.of(BUTTERFLY_GRID, Goldens.jsonNumbers(NOTEBOOK, "fluffyCatClippedOnce"));
        // Four decimals of numbers up to 0.19: 0.00005 / 0.19 and 0.00005 of its own.
        assertThat(clipped.normalized().toArray())
                .containsExactly(Goldens.jsonNumbers(NOTEBOOK, "fluffyCatNormalised"), within(4e-4));
    }

    @Test
    void extract_notebooksCatMap_boxReadOffThePrint() {
        ScoreMap printed = ScoreMap.of(BUTTERFLY_GRID, Goldens.jsonNumbers(NOTEBOOK, "fluffyCatNormalised"));
        // Above 0.5 in the print: rows 6 (0.5581) to 18 (0.5908), columns 2 (0.5403) to 10 (0.7311).
        Optional<Box> expected = Optional.of(new Box(2 * 256, 6 * 256, 11 * 256, 19 * 256));
        assertThat(box(printed, 0.5)).isEqualTo(expected);
        ScoreMap clipped = ScoreMap.of(BUTTERFLY_GRID, Goldens.jsonNumbers(NOTEBOOK, "fluffyCatClippedOnce"));
        assertThat(box(clipped.normalized(), 0.5)).isEqualTo(expected);
    }

    @Test
    void extract_notebooksButterflyPatches_boxThatItPrinted() {
        double[] patches = Goldens.jsonNumbers(NOTEBOOK, "butterflyPatches"); // row, column, row, column, ...
        assertThat(patches).hasSize(50);
        double[] values = new double[BUTTERFLY_GRID.rows() * BUTTERFLY_GRID.columns()];
        for (int i = 0; i < patches.length; i += 2) {
            int row = (int) patches[i];
            int column = (int) patches[i + 1];
            values[row * BUTTERFLY_GRID.columns() + column] = 1;
        }
        double[] xywh = Goldens.jsonNumbers(NOTEBOOK, "butterflyBoxXywh");
        Box printed = new Box((int) xywh[0], (int) xywh[1], (int) (xywh[0] + xywh[2]), (int) (xywh[1] + xywh[3]));
        assertThat(printed).as("256, 768, 1024 x 2048").isEqualTo(new Box(256, 768, 1280, 2816));
        assertThat(box(ScoreMap.of(BUTTERFLY_GRID, values), 0.5)).contains(printed);
    }

    @Test
    void ofWindows_constantLogits_centredBoxOutOfNothing() {
        // The known fault that article() keeps: a constant 25 with window 6 gives rows 4-16 and columns 4-9.
        List<Box> windows = new WindowScanner(BUTTERFLY_GRID, 6, 1).windows();
        double[] constant = new double[windows.size()];
        java.util.Arrays.fill(constant, 25);
        ScoreMap article = ScoreMap.ofWindows(BUTTERFLY_GRID, windows, constant, ScoreMap.Averaging.ARTICLE);
        assertThat(article.get(0, 0)).as("a corner, seen once").isEqualTo(25 / 2.0);
        assertThat(article.get(10, 6)).as("the middle, seen 36 times").isCloseTo(25 * 36 / 37.0, within(1e-12));
        assertThat(article.get(10, 0)).as("an edge, seen 6 times").isCloseTo(25 * 6 / 7.0, within(1e-12));
        assertThat(box(article.clipAtMean(3).normalized(), 0.5)).contains(new Box(4 * 256, 4 * 256, 9 * 256, 16 * 256));

        ScoreMap mean = ScoreMap.ofWindows(BUTTERFLY_GRID, windows, constant, ScoreMap.Averaging.MEAN);
        assertThat(box(mean.clipAtMean(3).normalized(), 0.5))
                .as("the default averaging finds nothing")
                .isEmpty();
    }

    private static Optional<Box> box(ScoreMap map, double threshold) {
        return new BoxExtractor(BoxExtractor.Mode.SINGLE, threshold)
                .extract(map).stream().findFirst().map(BoxExtractor.Candidate::box);
    }

    private static Optional<Box> expectedBox(Goldens.Row row) {
        return row.text("xmin").isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Box(row.integer("xmin"), row.integer("ymin"), row.integer("xmax"), row.integer("ymax")));
    }
}
