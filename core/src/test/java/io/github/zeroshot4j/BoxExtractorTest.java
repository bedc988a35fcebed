package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.BoxExtractor.Candidate;
import io.github.zeroshot4j.BoxExtractor.Mode;
import io.github.zeroshot4j.PatchGrid.Coverage;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoxExtractorTest {
    private static final BoxExtractor SINGLE = new BoxExtractor(Mode.SINGLE, 0.5);
    private static final BoxExtractor COMPONENTS = new BoxExtractor(Mode.COMPONENTS, 0.5);

    @Test
    void extract_nothingAbove_none() {
        ScoreMap map = Grids.map("123", "450");
        assertThat(SINGLE.extract(map)).isEmpty();
        assertThat(COMPONENTS.extract(map)).isEmpty();
    }

    @Test
    void extract_drawingOfTheJavadoc_oneBoxOrTwo() {
        ScoreMap map = Grids.map(
                "9711", //
                "1811", "1116");
        assertThat(SINGLE.extract(map)).containsExactly(new Candidate(new Box(0, 0, 40, 30), 0.9));
        assertThat(COMPONENTS.extract(map))
                .containsExactly(
                        new Candidate(new Box(0, 0, 20, 20), 0.9), new Candidate(new Box(30, 20, 40, 30), 0.6));
    }

    @Test
    void extract_threshold_strict() {
        assertThat(SINGLE.extract(Grids.map("5"))).as("0.5 is not above 0.5").isEmpty();
        assertThat(SINGLE.extract(Grids.map("6"))).hasSize(1);
        assertThat(new BoxExtractor(Mode.COMPONENTS, -1).extract(Grids.map("..", "..")))
                .as("everything is above -1")
                .containsExactly(new Candidate(new Box(0, 0, 20, 20), 0));
    }

    @Test
    void extract_diagonalNeighbours_oneComponentOf8Neighbours() {
        // With 4 neighbours this would be five components.
        ScoreMap diagonal = Grids.map(
                "#...#", //
                ".#.#.", "..#..");
        assertThat(COMPONENTS.extract(diagonal)).containsExactly(new Candidate(new Box(0, 0, 50, 30), 1));
    }

    @Test
    void extract_gapOfOnePatch_twoComponents() {
        ScoreMap map = Grids.map(
                "##.##", //
                "##.##");
        assertThat(COMPONENTS.extract(map))
                .extracting(Candidate::box)
                .containsExactly(new Box(0, 0, 20, 20), new Box(30, 0, 50, 20));
    }

    @Test
    void extract_ringAndItsMiddle_boxInABox() {
        ScoreMap map = Grids.map(
                "#####", //
                "#...#", "#.9.#", "#...#", "#####");
        assertThat(COMPONENTS.extract(map))
                .containsExactly(new Candidate(new Box(0, 0, 50, 50), 1), new Candidate(new Box(20, 20, 30, 30), 0.9));
    }

    @Test
    void extract_order_peakThenRowMajorOfTheFirstPatch() {
        ScoreMap map = Grids.map(
                "..7.6.7", //
                ".......", "7..9...");
        assertThat(COMPONENTS.extract(map))
                .extracting(Candidate::box)
                .containsExactly(
                        new Box(30, 20, 40, 30), // 0.9
                        new Box(20, 0, 30, 10), // the 0.7s, row by row
                        new Box(60, 0, 70, 10),
                        new Box(0, 20, 10, 30),
                        new Box(40, 0, 50, 10)); // 0.6
    }

    @Test
    void extract_cutPatches_boxEndsAtTheImage() {
        PatchGrid grid = new PatchGrid(25, 15, 10, Coverage.COVER);
        ScoreMap map = ScoreMap.of(grid, new double[] {0, 0, 0, 0, 0, 1});
        assertThat(COMPONENTS.extract(map)).containsExactly(new Candidate(new Box(20, 10, 25, 15), 1));
    }

    @Test
    void extract_randomMaps_equalNaiveTwin() {
        Fuzz.check(500, random -> Fuzz.map(random, Fuzz.between(random, 1, 8), Fuzz.between(random, 1, 8), 4), map -> {
            List<Candidate> components = COMPONENTS.extract(map);
            assertThat(components.stream().map(Candidate::box).collect(Collectors.toSet()))
                    .isEqualTo(Reference.components(map, 0.5));
            assertThat(components).isSortedAccordingTo((a, b) -> Double.compare(b.peak(), a.peak()));
            assertThat(components)
                    .allSatisfy(candidate ->
                            assertThat(candidate.peak()).isGreaterThan(0.5).isLessThanOrEqualTo(map.max()));
        });
    }

    @Test
    void extract_randomMaps_singleIsTheHullOfTheComponents() {
        Fuzz.check(500, random -> Fuzz.map(random, 6, 7, 3), map -> {
            List<Candidate> components = COMPONENTS.extract(map);
            List<Candidate> single = SINGLE.extract(map);
            assertThat(single).hasSameSizeAs(components.isEmpty() ? List.of() : List.of(1));
            for (Candidate one : single) {
                assertThat(one)
                        .isEqualTo(new Candidate(
                                new Box(
                                        least(components, Box::xMin),
                                        least(components, Box::yMin),
                                        -least(components, box -> -box.xMax()),
                                        -least(components, box -> -box.yMax())),
                                map.max()));
            }
        });
    }

    private static int least(List<Candidate> candidates, java.util.function.ToIntFunction<Box> edge) {
        return candidates.stream().map(Candidate::box).mapToInt(edge).min().orElseThrow();
    }

    @Test
    void extract_transposedMap_transposedBoxes() {
        Fuzz.check(300, random -> Fuzz.map(random, 5, 7, 4), map -> {
            double[] values = new double[35];
            for (int i = 0; i < 35; i++) {
                values[i] = map.get(i % 5, i / 5);
            }
            ScoreMap transposed = ScoreMap.of(new PatchGrid(5, 7, 1, Coverage.COVER), values);
            for (BoxExtractor extractor : List.of(SINGLE, COMPONENTS)) {
                assertThat(extractor.extract(transposed))
                        .containsExactlyInAnyOrderElementsOf(extractor.extract(map).stream()
                                .map(c -> new Candidate(Grids.transposed(c.box()), c.peak()))
                                .toList());
            }
        });
    }

    @Test
    void extract_oneComponentOfAllPatches_withoutDeepRecursion() {
        // A recursive fill of 250,000 patches would overflow the stack.
        PatchGrid grid = new PatchGrid(500, 500, 1, Coverage.COVER);
        double[] ones = new double[250_000];
        java.util.Arrays.fill(ones, 1);
        assertThat(COMPONENTS.extract(ScoreMap.of(grid, ones)))
                .containsExactly(new Candidate(new Box(0, 0, 500, 500), 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void constructor_notFinite_refused(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BoxExtractor(Mode.SINGLE, threshold))
                .withMessage("threshold (" + threshold + ") must be a finite number");
    }

    @Test
    @SuppressWarnings("NullAway")
    void constructor_nullMode_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new BoxExtractor(null, 0.5))
                .withMessage("mode");
    }
}
