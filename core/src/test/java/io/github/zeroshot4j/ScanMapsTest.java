package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.ScoreMap.Averaging;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScanMapsTest {
    /** Four patches side by side. */
    private static final PatchGrid ROW = new PatchGrid(40, 10, 10, PatchGrid.Coverage.COVER);

    /** Scans of some windows, with their scores. */
    private record Scores(PatchGrid grid, List<List<Box>> windows, List<List<Double>> values) {
        ScanMaps maps(Averaging averaging) {
            List<EmbeddedImage.Scan> scans = windows.stream()
                    .map(boxes -> new EmbeddedImage.Scan(boxes, new float[0]))
                    .toList();
            EmbeddingModel model =
                    EmbeddingModel.of(EncoderSpec.builder("none", 4, 4).build());
            return ScanMaps.of(
                    new EmbeddedImage(grid, scans, model),
                    values.stream()
                            .map(scan -> scan.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray())
                            .toList(),
                    averaging);
        }

        ScoreMap mean() {
            return maps(Averaging.MEAN).mean();
        }
    }

    private static Box columns(int from, int to) {
        return new Box(10 * from, 0, 10 * to, 10);
    }

    private static Scores row(List<List<Box>> windows, List<List<Double>> values) {
        return new Scores(ROW, windows, values);
    }

    @Test
    void mean_scanThatSeesAPart_countsThereAlone() {
        Scores scores = row(
                List.of(List.of(columns(0, 2), columns(2, 4)), List.of(columns(1, 2))),
                List.of(List.of(0.8, 0.6), List.of(0.4)));
        assertThat(scores.mean().toArray()).containsExactly(new double[] {0.8, 0.6, 0.6, 0.6}, within(1e-12));
    }

    @Test
    void mean_patchThatNoScanSees_lowestOfTheSeen() {
        Scores logits = row(List.of(List.of(columns(0, 1), columns(1, 3))), List.of(List.of(-9.0, -4.0)));
        assertThat(logits.mean().toArray()).containsExactly(-9, -4, -4, -9);
        assertThat(logits.mean().peak()).isEqualTo(columns(1, 2));
    }

    @Test
    void mean_asTheArticle_unseenIsZero() {
        Scores logits = row(List.of(List.of(columns(0, 1), columns(1, 3))), List.of(List.of(9.0, 4.0)));
        assertThat(logits.maps(Averaging.ARTICLE).mean().toArray()).containsExactly(4.5, 2, 2, 0);
    }

    @Test
    void isEverywhere_asFarAsTheScansGo() {
        List<Box> all = List.of(columns(0, 4));
        List<Box> part = List.of(columns(0, 1), columns(1, 2));
        assertThat(row(List.of(all, part), List.of(List.of(0.9), List.of(0.5, 0.7)))
                        .maps(Averaging.MEAN)
                        .isEverywhere())
                .isTrue();
        assertThat(row(List.of(all, part), List.of(List.of(0.9), List.of(0.4, 0.7)))
                        .maps(Averaging.MEAN)
                        .isEverywhere())
                .isFalse();
        assertThat(row(List.of(all, part), List.of(List.of(0.2), List.of(0.4, 0.4)))
                        .maps(Averaging.MEAN)
                        .isEverywhere())
                .as("flat")
                .isTrue();
    }

    @Test
    void mean_randomScans_equalNaiveTwin() {
        Fuzz.check(200, ScanMapsTest::scores, scores -> {
            double[] mean = scores.mean().toArray();
            double[] naive = naive(scores);
            double lowest = Arrays.stream(naive)
                    .filter(value -> !Double.isNaN(value))
                    .min()
                    .orElse(0);
            for (int i = 0; i < mean.length; i++) {
                assertThat(mean[i])
                        .as("patch %d", i)
                        .isCloseTo(Double.isNaN(naive[i]) ? lowest : naive[i], within(1e-9));
            }
        });
    }

    private static Scores scores(Random random) {
        PatchGrid grid =
                new PatchGrid(Fuzz.between(random, 1, 30), Fuzz.between(random, 1, 30), 4, PatchGrid.Coverage.COVER);
        List<List<Box>> windows = new ArrayList<>();
        List<List<Double>> values = new ArrayList<>();
        for (int s = Fuzz.between(random, 1, 4); s > 0; s--) {
            List<Box> boxes = new ArrayList<>();
            for (int i = Fuzz.between(random, 1, 5); i > 0; i--) {
                boxes.add(Fuzz.box(random, grid.imageWidth(), grid.imageHeight()));
            }
            windows.add(boxes);
            values.add(boxes.stream().map(box -> random.nextGaussian()).toList());
        }
        return new Scores(grid, windows, values);
    }

    /** By the definition: per scan the mean over the windows that hold the patch's centre, and the mean of these. */
    private static double[] naive(Scores scores) {
        PatchGrid grid = scores.grid();
        double[] naive = new double[grid.rows() * grid.columns()];
        for (int i = 0; i < naive.length; i++) {
            Box patch = grid.patch(i / grid.columns(), i % grid.columns());
            List<Double> means = new ArrayList<>();
            for (int s = 0; s < scores.windows().size(); s++) {
                List<Double> seen = new ArrayList<>();
                for (int w = 0; w < scores.windows().get(s).size(); w++) {
                    if (holdsCentre(scores.windows().get(s).get(w), patch)) {
                        seen.add(scores.values().get(s).get(w));
                    }
                }
                seen.stream().mapToDouble(value -> value).average().ifPresent(means::add);
            }
            naive[i] = means.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
        }
        return naive;
    }

    private static boolean holdsCentre(Box window, Box patch) {
        double x = (patch.xMin() + patch.xMax()) / 2.0;
        double y = (patch.yMin() + patch.yMax()) / 2.0;
        return window.xMin() <= x && x < window.xMax() && window.yMin() <= y && y < window.yMax();
    }
}
