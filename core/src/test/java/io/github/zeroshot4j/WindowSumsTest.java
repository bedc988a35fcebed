package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.PatchGrid.Coverage;
import io.github.zeroshot4j.ScoreMap.Averaging;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** What sums by differences could spoil, and sums by adding could not: see also the naive twin in {@link ScoreMapTest}. */
final class WindowSumsTest {
    /** Windows at random places, some empty, some partly outside, and a score for each. */
    private record Windows(PatchGrid grid, List<Box> windows, List<Double> scoreList) {
        double[] scores() {
            return scoreList.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double[] map(Averaging averaging) {
            return ScoreMap.ofWindows(grid, windows, scores(), averaging).toArray();
        }
    }

    private static Windows windows(Random random) {
        int width = Fuzz.between(random, 1, 60);
        int height = Fuzz.between(random, 1, 60);
        int patch = Fuzz.between(random, 1, Math.min(width, height));
        Coverage coverage = random.nextBoolean() ? Coverage.COVER : Coverage.DROP_REMAINDER;
        List<Box> windows = new ArrayList<>();
        for (int i = Fuzz.between(random, 0, 40); i > 0; i--) {
            windows.add(Fuzz.box(random, width + 20, height + 20));
        }
        // Of all magnitudes: a small score beside a large one is what rounding would lose.
        List<Double> scores = windows.stream()
                .map(window -> random.nextGaussian() * Math.pow(10, Fuzz.between(random, -12, 3)))
                .toList();
        return new Windows(new PatchGrid(width, height, patch, coverage), windows, scores);
    }

    @Test
    void averages_anyWindows_equalNaiveTwin() {
        Fuzz.check(500, WindowSumsTest::windows, windows -> {
            double largest =
                    windows.scoreList().stream().mapToDouble(Math::abs).max().orElse(0);
            for (Averaging averaging : Averaging.values()) {
                double[] naive = Reference.averaged(
                        windows.grid(), windows.windows(), windows.scores(), averaging == Averaging.ARTICLE ? 1 : 0);
                // 40 additions of doubles of up to 40 times the largest score: the twin's own rounding.
                assertThat(windows.map(averaging)).containsExactly(naive, within(40 * 40 * Math.ulp(largest)));
            }
        });
    }

    @Test
    void averages_patchThatNoWindowSees_exactlyZero() {
        Fuzz.check(500, WindowSumsTest::windows, windows -> {
            double[] ones = new double[windows.windows().size()];
            Arrays.fill(ones, 1);
            double[] seen = Reference.averaged(windows.grid(), windows.windows(), ones, 0);
            double[] map = windows.map(Averaging.MEAN);
            for (int i = 0; i < map.length; i++) {
                if (seen[i] == 0) {
                    assertThat(Double.doubleToRawLongBits(map[i]))
                            .as("bits of patch %d", i)
                            .isZero();
                }
            }
        });
    }

    @Test
    void averages_windowsInAnotherOrder_sameBits() {
        Fuzz.check(200, WindowSumsTest::windows, windows -> {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < windows.windows().size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, new Random(1));
            Windows shuffled = new Windows(
                    windows.grid(),
                    order.stream().map(windows.windows()::get).toList(),
                    order.stream().map(windows.scoreList()::get).toList());
            assertThat(shuffled.map(Averaging.ARTICLE)).containsExactly(windows.map(Averaging.ARTICLE));
        });
    }

    @Test
    void averages_patchesUnderTheSameWindows_sameBits() {
        // Two far corners see one window each, of the same score; what lies between them sees twelve others.
        PatchGrid grid = new PatchGrid(100, 100, 1, Coverage.COVER);
        List<Box> windows = new ArrayList<>(List.of(new Box(0, 0, 10, 10), new Box(90, 90, 100, 100)));
        double[] scores = new double[14];
        scores[0] = scores[1] = 0.1;
        for (int i = 2; i < 14; i++) {
            windows.add(new Box(10 + i, 10 + i, 50 + 3 * i, 90 - i));
            scores[i] = Math.PI * Math.pow(1000, i % 4 - 2);
        }
        ScoreMap map = ScoreMap.ofWindows(grid, windows, scores, Averaging.MEAN);
        double corner = map.get(0, 0);
        // The largest score is below 2^12.
        assertThat(corner).isCloseTo(0.1, within(Math.scalb(1.0, 12 - 62)));
        assertThat(List.of(map.get(9, 9), map.get(90, 90), map.get(99, 99))).containsOnly(corner);
        assertThat(map.get(9, 10)).isZero();
    }

    @Test
    void averages_equalScores_flat() {
        for (double score : new double[] {0.1, 1 / 3.0, 25.7, 1e-300, 1e150, -Double.MIN_VALUE, 0}) {
            PatchGrid grid = new PatchGrid(97, 53, 5, Coverage.COVER);
            List<Box> windows = new WindowScanner(grid, 4, 1).windows();
            double[] scores = new double[windows.size()];
            Arrays.fill(scores, score);
            ScoreMap map = ScoreMap.ofWindows(grid, windows, scores, Averaging.MEAN);
            assertThat(map.isFlat()).as("%s", score).isTrue();
            // The rounding of a sum and of a division.
            assertThat(map.toArray())
                    .as("%s", score)
                    .usingComparatorWithPrecision(2 * Math.ulp(score))
                    .containsOnly(score);
        }
    }

    @Test
    void averages_quarterOfAMillionLargeWindows_timeOfTheGrid() {
        // Adding every window to every patch that it sees would be 63 billion additions.
        PatchGrid grid = new PatchGrid(1000, 1000, 1, Coverage.COVER);
        List<Box> windows = new WindowScanner(grid, 500, 1).windows();
        double[] scores = new double[windows.size()];
        Arrays.fill(scores, 3);
        assertThat(scores).hasSize(501 * 501);
        ScoreMap map = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> ScoreMap.ofWindows(grid, windows, scores, Averaging.MEAN));
        assertThat(List.of(map.min(), map.max())).containsOnly(3.0);
    }
}
