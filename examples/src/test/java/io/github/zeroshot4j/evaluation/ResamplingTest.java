package io.github.zeroshot4j.evaluation;

import static io.github.zeroshot4j.evaluation.Cases.categories;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import io.github.zeroshot4j.evaluation.GroundTruth.TrueObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weighing images is the same as evaluating a set that has them several times; and what intervals are. */
final class ResamplingTest {
    private static final int IMAGES = 7;

    /** The naive twin: the set with every image as often as it counts, evaluated from the start. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void weights_anyFigure_asWithCopiesOfTheImages(long seed) {
        Random random = new Random(seed);
        List<EvaluatedImage> images = IntStream.range(0, IMAGES)
                .mapToObj(i -> randomImage(random, 100L * i))
                .toList();
        int[] weights = random.ints(IMAGES, 0, 4).toArray();
        weights[(int) seed % IMAGES] = 2;
        Evaluation whole = new Evaluation(categories(2), images);

        List<EvaluatedImage> copies = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            for (int copy = 0; copy < weights[i]; copy++) {
                copies.add(withId(images.get(i), 100L * i + copy));
            }
        }
        Evaluation resampled = new Evaluation(categories(2), copies);

        for (Figure figure : Figure.values()) {
            assertThat(whole.statistic(figure).of(weights))
                    .as("%s, seed %d", figure, seed)
                    .isCloseTo(resampled.value(figure), within(1e-12));
        }
    }

    private static EvaluatedImage withId(EvaluatedImage it, long id) {
        GroundTruth.Image image = it.image();
        return new EvaluatedImage(
                new GroundTruth.Image(
                        id,
                        image.fileName(),
                        image.width(),
                        image.height(),
                        image.asked(),
                        image.tags(),
                        image.objects()),
                it.answers(),
                it.encoderCalls(),
                it.milliseconds());
    }

    /** Scores differ between images: of equal ones the order would matter, within a step of precision. */
    private static EvaluatedImage randomImage(Random random, long id) {
        List<TrueObject> objects = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (int category = 0; category < 2; category++) {
            List<ScoredRegion> boxes = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                objects.add(new TrueObject(category, region(random), random.nextInt(5) == 0));
            }
            for (int i = random.nextInt(6); i > 0; i--) {
                boxes.add(new ScoredRegion(region(random), random.nextDouble()));
            }
            boxes.sort((a, b) -> Double.compare(b.score(), a.score()));
            answers.add(new Answer(category, boxes, random.nextInt(4), 30, 30, random.nextBoolean()));
        }
        return new EvaluatedImage(
                new GroundTruth.Image(id, "", 100, 100, List.of(0, 1), List.of(), objects),
                answers,
                random.nextInt(100),
                random.nextDouble());
    }

    private static Region region(Random random) {
        return new Region(
                10 * random.nextInt(4),
                10 * random.nextInt(2),
                10 + 10 * random.nextInt(3),
                10 + 10 * random.nextInt(3));
    }

    // ---- naive twins of single statistics

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 31, 64})
    void auc_randomScoresWithTies_asByAllPairs(int count) {
        Random random = new Random(count);
        List<RocAuc.Scored> pairs = IntStream.range(0, count)
                .mapToObj(i -> new RocAuc.Scored(random.nextInt(5), random.nextInt(6), random.nextBoolean()))
                .toList();
        int[] weights = random.ints(5, 0, 3).toArray();

        assertThat(new RocAuc(pairs).of(weights))
                .as("%s with %s", pairs, Arrays.toString(weights))
                .isCloseTo(naiveAuc(pairs, weights), within(1e-12));
    }

    private static double naiveAuc(List<RocAuc.Scored> pairs, int[] weights) {
        double above = 0;
        double all = 0;
        for (RocAuc.Scored one : pairs) {
            for (RocAuc.Scored other : pairs) {
                if (one.present() && !other.present()) {
                    double weight = (double) weights[one.image()] * weights[other.image()];
                    double order = Math.signum(one.score() - other.score());
                    above += weight * (1 + order) / 2;
                    all += weight;
                }
            }
        }
        return above / all;
    }

    /** Precision at a recall is the best at that recall or more, looked for anew at each of the 101 recalls. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 34})
    void averagePrecision_randomBoxes_asByDefinition(int count) {
        Random random = new Random(count);
        Ranking.Builder builder = new Ranking.Builder(new double[] {0.5}, 1);
        List<Region> objects = new ArrayList<>();
        List<ScoredRegion> boxes = new ArrayList<>();
        boolean[] right = new boolean[count];
        for (int i = 0; i < count; i++) {
            objects.add(new Region(100.0 * i, 0, 10, 10));
            right[i] = random.nextBoolean();
            boxes.add(new ScoredRegion(new Region(100.0 * i, right[i] ? 0 : 50, 10, 10), 1.0 / (i + 1)));
        }
        builder.add(0, new Matching(boxes, objects, List.of()), count);

        double expected = 0;
        for (int point = 0; point <= 100; point++) {
            double best = 0;
            int found = 0;
            for (int i = 0; i < count; i++) {
                found += right[i] ? 1 : 0;
                // In integers: found / count >= point / 100.
                best = 100 * found >= point * count ? Math.max(best, found / (i + 1.0)) : best;
            }
            expected += best / 101;
        }
        assertThat(builder.build().averagePrecision(0, new int[] {1})).isCloseTo(expected, within(1e-12));
    }

    // ---- intervals

    @Test
    void interval_sameOnEveryImage_isAPoint() {
        assertThat(Bootstrap.interval(weights -> 0.25, 5)).isEqualTo(new Bootstrap.Interval(0.25, 0.25));
    }

    @Test
    void interval_halfTheImages_asTheBinomialHasIt() {
        // 40 of 80: the standard error is sqrt(0.25 / 80) = 0.056, so 95% are within 0.11.
        Statistic.Ratio ratio = new Statistic.Ratio(80);
        IntStream.range(0, 80).forEach(i -> ratio.add(i, i % 2 == 0));

        Bootstrap.Interval interval = Bootstrap.interval(ratio, 80);

        assertThat(interval.low()).isCloseTo(0.39, within(0.02));
        assertThat(interval.high()).isCloseTo(0.61, within(0.02));
        assertThat(Bootstrap.interval(ratio, 80)).isEqualTo(interval);
    }

    @Test
    void interval_nothingToSay_isNone() {
        assertThat(Bootstrap.interval(weights -> Double.NaN, 3))
                .isEqualTo(new Bootstrap.Interval(Double.NaN, Double.NaN));
    }

    @Test
    void percentile_betweenTwo_interpolated() {
        // numpy.percentile([1, 2, 4], [0, 25, 50, 75, 100]) is 1, 1.5, 2, 3, 4.
        double[] sorted = {1, 2, 4};

        assertThat(Bootstrap.percentile(sorted, 0)).isEqualTo(1);
        assertThat(Bootstrap.percentile(sorted, 0.25)).isEqualTo(1.5);
        assertThat(Bootstrap.percentile(sorted, 0.5)).isEqualTo(2);
        assertThat(Bootstrap.percentile(sorted, 0.75)).isEqualTo(3);
        assertThat(Bootstrap.percentile(sorted, 1)).isEqualTo(4);
    }
}
