package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.zeroshot4j.PatchGrid.Coverage;
import io.github.zeroshot4j.ScoreMap.Averaging;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScoreMapTest {
    private static final PatchGrid GRID = new PatchGrid(30, 20, 10, Coverage.COVER);

    @Test
    void ofWindows_twoWindows_meanAndArticleByHand() {
        //   windows of 2 x 2 patches with scores 4 and 8; the middle column is seen by both
        PatchGrid grid = new PatchGrid(35, 25, 10, Coverage.DROP_REMAINDER);
        List<Box> windows = List.of(new Box(0, 0, 20, 20), new Box(10, 0, 30, 20));
        double[] scores = {4, 8};
        assertThat(ScoreMap.ofWindows(grid, windows, scores, Averaging.MEAN).toArray())
                .containsExactly(4, 6, 8, 4, 6, 8);
        assertThat(ScoreMap.ofWindows(grid, windows, scores, Averaging.ARTICLE).toArray())
                .containsExactly(2, 4, 4, 2, 4, 4); // 4 / 2, 12 / 3, 8 / 2
        assertThat(scores).as("input").containsExactly(4, 8);
    }

    @Test
    void ofWindows_patchThatNoWindowSees_zero() {
        List<Box> windows = List.of(new Box(0, 0, 10, 10));
        assertThat(ScoreMap.ofWindows(GRID, windows, new double[] {7}, Averaging.MEAN)
                        .toArray())
                .containsExactly(7, 0, 0, 0, 0, 0);
        assertThat(ScoreMap.ofWindows(GRID, List.of(), new double[0], Averaging.ARTICLE)
                        .toArray())
                .containsOnly(0);
    }

    @Test
    void ofWindows_shiftedWindow_seesThePatchesCentredInIt() {
        // 27 px in patches of 10: centres 5, 15 and, of the cut one, 23.5. The last window is shifted to [7, 27).
        PatchGrid grid = new PatchGrid(27, 20, 10, Coverage.COVER);
        List<Box> windows = new WindowScanner(grid, 2, 2).windows();
        assertThat(windows).containsExactly(new Box(0, 0, 20, 20), new Box(7, 0, 27, 20));
        assertThat(ScoreMap.ofWindows(grid, windows, new double[] {1, 3}, Averaging.MEAN)
                        .toArray())
                .containsExactly(1, 2, 3, 1, 2, 3);
    }

    @Test
    void ofWindows_randomScans_equalNaiveTwin() {
        Fuzz.check(300, ScoreMapTest::scan, scan -> {
            for (Averaging averaging : Averaging.values()) {
                double[] naive = Reference.averaged(
                        scan.grid(), scan.windows(), scan.scores(), averaging == Averaging.ARTICLE ? 1 : 0);
                assertThat(ScoreMap.ofWindows(scan.grid(), scan.windows(), scan.scores(), averaging)
                                .toArray())
                        .as("%s", averaging)
                        .containsExactly(naive, within(1e-12));
            }
        });
    }

    @Test
    void ofWindows_cover_everyPatchIsSeen() {
        Fuzz.check(300, ScoreMapTest::scan, scan -> {
            double[] ones = new double[scan.windows().size()];
            Arrays.fill(ones, 1);
            assertThat(ScoreMap.ofWindows(scan.grid(), scan.windows(), ones, Averaging.MEAN)
                            .toArray())
                    .containsOnly(1);
        });
    }

    @Test
    void mean_severalMaps_patchByPatch() {
        ScoreMap sum = ScoreMap.mean(List.of(Grids.map("0246"), Grids.map("4444"), Grids.map("8642")));
        assertThat(sum.toArray()).containsExactly(new double[] {0.4, 0.4, 0.4, 0.4}, within(1e-15));
        assertThat(ScoreMap.mean(List.of(Grids.map("0246")))).isEqualTo(Grids.map("0246"));
    }

    @Test
    void statistics_drawnMap_byHand() {
        ScoreMap map = Grids.map(
                "12.", //
                "493", "199");
        assertThat(map.max()).isEqualTo(0.9);
        assertThat(map.min()).isZero();
        assertThat(map.mean()).isCloseTo(3.8 / 9, within(1e-15));
        assertThat(map.peak()).as("the first of three in row-major order").isEqualTo(new Box(10, 10, 20, 20));
        assertThat(map.get(2, 1)).isEqualTo(0.9);
        assertThat(List.of(map.rows(), map.columns())).containsExactly(3, 3);
        assertThat(map).hasToString("ScoreMap[3 rows, 3 columns, 0.0 to 0.9]");
    }

    @Test
    void clipAtMean_drawnMap_onePassAndTwoByHand() {
        ScoreMap map = Grids.map("0 1 2 9".replace(" ", "")); // mean 0.3
        assertThat(map.clipAtMean(0)).isEqualTo(map);
        assertThat(map.clipAtMean(1).toArray()).containsExactly(new double[] {0, 0, 0, 0.6}, within(1e-15));
        assertThat(map.clipAtMean(2).toArray()).containsExactly(new double[] {0, 0, 0, 0.45}, within(1e-15));
        assertThat(map).as("input").isEqualTo(Grids.map("0129"));
    }

    @Test
    void normalized_drawnMap_zeroToOne() {
        assertThat(Grids.map("2", "4", "7").normalized().toArray())
                .containsExactly(new double[] {0, 0.4, 1}, within(1e-15));
    }

    @Test
    void normalized_randomMaps_inUnitIntervalAndInOrder() {
        Fuzz.check(300, random -> Fuzz.map(random, 4, 5, 20), map -> {
            ScoreMap normalized = map.clipAtMean(1).normalized();
            assertThat(normalized.min()).isZero();
            assertThat(normalized.max()).isEqualTo(map.isFlat() ? 0 : 1);
            assertThat(normalized.isFlat() || normalized.peak().equals(map.peak()))
                    .as("the peak stays")
                    .isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 25, -3, 1e-12, 1e12, 0.1})
    void flatMap_anyLevel_clippedAndNormalisedToNothing(double level) {
        double[] values = new double[6];
        Arrays.fill(values, level);
        ScoreMap flat = ScoreMap.of(GRID, values);
        assertThat(flat.isFlat()).isTrue();
        assertThat(flat.normalized().toArray()).as("no division by zero").containsOnly(0);
        assertThat(flat.clipAtMean(3).normalized().toArray()).containsOnly(0);
    }

    @Test
    void isFlat_roundingOnly_flatButATrueDifferenceIsNot() {
        assertThat(ScoreMap.of(GRID, new double[] {25, 25, 25, 25, 25, Math.nextUp(25.0)})
                        .isFlat())
                .isTrue();
        assertThat(ScoreMap.of(GRID, new double[] {25, 25, 25, 25, 25, 25.0001}).isFlat())
                .isFalse();
        assertThat(ScoreMap.of(GRID, new double[] {-25, -25, -25, -25, -25, -25.0001})
                        .isFlat())
                .isFalse();
    }

    @Test
    void of_arrayChangedAfterwards_mapUnchanged() {
        double[] values = {1, 2, 3, 4, 5, 6};
        ScoreMap map = ScoreMap.of(GRID, values);
        values[0] = 99;
        map.toArray()[1] = 99;
        assertThat(map.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void equals_valuesAndGrid_both() {
        ScoreMap map = Grids.map("12", "34");
        assertThat(map).isEqualTo(Grids.map("12", "34")).hasSameHashCodeAs(Grids.map("12", "34"));
        assertThat(map).as("other values").isNotEqualTo(Grids.map("12", "35"));
        assertThat(map).as("another grid").isNotEqualTo(Grids.map("1234"));
        assertThat(map).as("another type").isNotEqualTo("ScoreMap");
    }

    @Test
    void everything_largestScores_staysFinite() {
        double most = ScoreMap.LARGEST_SCORE;
        ScoreMap map = ScoreMap.of(GRID, new double[] {-most, most, most, most, most, most});
        assertThat(map.normalized().toArray()).containsExactly(0, 1, 1, 1, 1, 1);
        assertThat(map.mean()).isCloseTo(most * 4 / 6, withinPercentage(1e-9));
        assertThat(ScoreMap.mean(List.of(map, map, map)).max()).isCloseTo(most, withinPercentage(1e-9));
    }

    @Test
    void ofWindows_windowBeyondTheImage_seesWhatIsInside() {
        PatchGrid grid = new PatchGrid(3, 2, 1, PatchGrid.Coverage.COVER);
        Box beyond = new Box(1, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(ScoreMap.ofWindows(grid, List.of(beyond), new double[] {5}, Averaging.MEAN)
                        .toArray())
                .containsExactly(0, 5, 5, 0, 5, 5);
    }

    @Test
    void of_wrongLength_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.of(GRID, new double[5]))
                .withMessage("values (5) must hold one score for each of the 2 x 3 patches");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.1e150, -1.7e308})
    void factories_notFinite_refused(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.of(GRID, new double[] {0, 0, 0, bad, 0, 0}))
                .withMessage("score (" + bad + ") must be a finite number of at most 1.0E150");
        List<Box> windows = List.of(new Box(0, 0, 10, 10), new Box(0, 0, 10, 10));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.ofWindows(GRID, windows, new double[] {0, bad}, Averaging.MEAN))
                .withMessage("score (" + bad + ") must be a finite number of at most 1.0E150");
    }

    @Test
    void ofWindows_wrongCount_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.ofWindows(GRID, List.of(), new double[1], Averaging.MEAN))
                .withMessage("scores (1) must hold one score for each of the 0 windows");
    }

    @Test
    void mean_noneOrOtherGrid_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.mean(List.of()))
                .withMessage("maps ([]) must not be empty");
        ScoreMap wide = Grids.map("12");
        ScoreMap tall = Grids.map("1", "2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreMap.mean(List.of(wide, tall)))
                .withMessage("grid (" + tall.grid() + ") must be the grid of the first map, " + wide.grid());
    }

    @Test
    void clipAtMean_negative_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grids.map("1").clipAtMean(-1))
                .withMessage("passes (-1) must not be negative");
    }

    @Test
    void get_outside_refused() {
        ScoreMap map = Grids.map("12", "34");
        for (int[] patch : new int[][] {{-1, 0}, {2, 0}, {0, -1}, {0, 2}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> map.get(patch[0], patch[1]))
                    .withMessage("patch (" + patch[0] + ", " + patch[1] + ") must be inside the 2 x 2 patches");
        }
    }

    /** The windows of a scan that covers everything, and a score for each. */
    private record Scan(PatchGrid grid, List<Box> windows, List<Double> scoreList) {
        double[] scores() {
            return scoreList.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    private static Scan scan(Random random) {
        PatchGrid grid = new PatchGrid(
                Fuzz.between(random, 1, 40), Fuzz.between(random, 1, 40), Fuzz.between(random, 1, 9), Coverage.COVER);
        int window = Fuzz.between(random, 1, 5);
        List<Box> windows = new WindowScanner(grid, window, Fuzz.between(random, 1, window)).windows();
        List<Double> scores = random.doubles(windows.size(), -30, 30).boxed().toList();
        return new Scan(grid, windows, scores);
    }
}
