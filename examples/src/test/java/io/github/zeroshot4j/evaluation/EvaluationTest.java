package io.github.zeroshot4j.evaluation;

import static io.github.zeroshot4j.evaluation.Cases.answer;
import static io.github.zeroshot4j.evaluation.Cases.box;
import static io.github.zeroshot4j.evaluation.Cases.categories;
import static io.github.zeroshot4j.evaluation.Cases.crowd;
import static io.github.zeroshot4j.evaluation.Cases.evaluated;
import static io.github.zeroshot4j.evaluation.Cases.image;
import static io.github.zeroshot4j.evaluation.Cases.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Cases drawn by hand; what pycocotools says of larger ones is in {@link CocoGoldenTest}. */
final class EvaluationTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private static Evaluation one(EvaluatedImage... images) {
        return new Evaluation(categories(2), List.of(images));
    }

    // ---- average precision

    @Test
    void averagePrecision_noImage_nothingToSay() {
        Evaluation nothing = one();

        assertThat(Stream.of(Figure.values()).map(nothing::value)).allMatch(value -> value.isNaN());
        assertThat(nothing.counts()).isEqualTo(new Evaluation.Counts(0, 0, 0, 0, 0));
    }

    @Test
    void averagePrecision_exactBox_1() {
        Evaluation found =
                one(evaluated(image(1, List.of(0), object(0, 10, 10, 20, 20)), answer(0, box(0.9, 10, 10, 20, 20))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.value(Figure.MAP)).isEqualTo(1);
    }

    @Test
    void averagePrecision_iouOf070_countsUpToThere() {
        // 14 of 20 pixels: 0.70. Of 0.50, 0.55, ..., 0.95 the first five are reached.
        Evaluation found =
                one(evaluated(image(1, List.of(0), object(0, 0, 0, 20, 1)), answer(0, box(0.9, 0, 0, 14, 1))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.value(Figure.AP75)).isZero();
        assertThat(found.value(Figure.MAP)).isCloseTo(0.5, EXACT);
    }

    @Test
    void averagePrecision_rightWrongRight_interpolated() {
        // Two objects; by score: right (precision 1, recall 1/2), wrong, right (precision 2/3, recall 1).
        // 51 of the 101 recalls are at most 1/2: (51 * 1 + 50 * 2/3) / 101.
        Evaluation found = one(evaluated(
                image(1, List.of(0), object(0, 0, 0, 10, 10), object(0, 50, 50, 10, 10)),
                answer(0, box(0.9, 0, 0, 10, 10), box(0.8, 80, 80, 10, 10), box(0.7, 50, 50, 10, 10))));

        assertThat(found.value(Figure.AP50)).isCloseTo((51 + 50 * 2 / 3.0) / 101, EXACT);
    }

    @Test
    void averagePrecision_twoBoxesOnOneObject_secondIsWrong() {
        Evaluation found = one(evaluated(
                image(1, List.of(0), object(0, 0, 0, 10, 10)),
                answer(0, box(0.9, 0, 0, 10, 10), box(0.8, 0, 0, 10, 10))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.value(Figure.PRECISION)).isEqualTo(0.5);
    }

    @Test
    void averagePrecision_boxInCrowd_isNeitherRightNorWrong() {
        Evaluation found = one(evaluated(
                image(1, List.of(0), object(0, 0, 0, 10, 10), crowd(0, 50, 50, 50, 50)),
                answer(0, box(0.9, 60, 60, 5, 5), box(0.8, 0, 0, 10, 10))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.value(Figure.PRECISION)).isEqualTo(1);
        assertThat(found.counts()).isEqualTo(new Evaluation.Counts(1, 1, 1, 1, 0));
    }

    @Test
    void averagePrecision_categoryWithoutObjects_notInTheMean() {
        Evaluation found = one(evaluated(
                image(1, List.of(0, 1), object(0, 0, 0, 10, 10)),
                answer(0, box(0.9, 0, 0, 10, 10)),
                answer(1, box(0.9, 0, 0, 10, 10))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.averagePrecision(0)).isEqualTo(1);
        assertThat(found.averagePrecision(1)).isNaN();
        assertThat(found.objects(0)).isEqualTo(1);
        assertThat(found.objects(1)).isZero();
    }

    @Test
    void averagePrecision_objectNotAsked_neitherFoundNorMissed() {
        Evaluation found = one(evaluated(
                image(1, List.of(0), object(0, 0, 0, 10, 10), object(1, 50, 50, 10, 10)),
                answer(0, box(0.9, 0, 0, 10, 10))));

        assertThat(found.value(Figure.AP50)).isEqualTo(1);
        assertThat(found.counts()).isEqualTo(new Evaluation.Counts(1, 1, 1, 1, 0));
    }

    // ---- localization

    @Test
    void localization_boxesOfAPair_workedOut() {
        // Two objects of 10 x 10. The best box has IoU 1/2 with the first (5 of 10 rows), the other 4/10 with the
        // second.
        GroundTruth.Image scene = image(1, List.of(0), object(0, 0, 0, 10, 10), object(0, 50, 50, 10, 10));
        Evaluation found = one(evaluated(scene, answer(0, box(0.9, 0, 0, 10, 5), box(0.8, 50, 50, 10, 4))));

        assertThat(found.value(Figure.CORLOC)).isEqualTo(1);
        assertThat(found.value(Figure.MATCHED_IOU)).isCloseTo(0.5, EXACT);
        assertThat(found.value(Figure.BEST_IOU)).isCloseTo((0.5 + 0.4) / 2, EXACT);
        assertThat(found.value(Figure.RECALL)).isEqualTo(0.5);
        assertThat(found.value(Figure.RECALL_OF_SEVERAL)).isEqualTo(0.5);
        assertThat(found.value(Figure.PRECISION)).isEqualTo(0.5);
    }

    @Test
    void localization_bestScoredBoxIsWrong_corLocMisses() {
        Evaluation found = one(evaluated(
                image(1, List.of(0), object(0, 0, 0, 10, 10)),
                answer(0, box(0.9, 50, 50, 10, 10), box(0.8, 0, 0, 10, 10))));

        assertThat(found.value(Figure.CORLOC)).isZero();
        assertThat(found.value(Figure.RECALL)).isEqualTo(1);
        assertThat(found.value(Figure.RECALL_OF_SEVERAL)).isNaN();
    }

    @Test
    void localization_noBox_everythingMissed() {
        Evaluation found = one(evaluated(image(1, List.of(0), object(0, 0, 0, 10, 10)), answer(0)));

        assertThat(found.value(Figure.AP50)).isZero();
        assertThat(found.value(Figure.CORLOC)).isZero();
        assertThat(found.value(Figure.BEST_IOU)).isZero();
        assertThat(found.value(Figure.PRECISION)).isNaN();
        assertThat(found.value(Figure.MATCHED_IOU)).isNaN();
    }

    @Test
    void pointing_edgesOfTheObject_leftAndUpperAreInside() {
        double[][] peaks = {{20, 20}, {29.5, 29.5}, {30, 25}, {25, 30}, {19.5, 25}};
        List<EvaluatedImage> images = Stream.of(peaks)
                .map(peak -> evaluated(
                        image((long) (100 * peak[0] + peak[1]), List.of(0), object(0, 20, 20, 10, 10)),
                        new Answer(0, List.of(), 0, peak[0], peak[1], false)))
                .toList();

        // The first two are inside, and no box is needed for it.
        assertThat(new Evaluation(categories(1), images).value(Figure.POINTING)).isCloseTo(2 / 5.0, EXACT);
    }

    // ---- presence

    @Test
    void absentRate_boxes_countOnAbsentPairsOnly() {
        EvaluatedImage present = evaluated(
                image(1, List.of(0, 1), object(0, 0, 0, 10, 10)),
                answer(0, box(0.9, 0, 0, 10, 10)),
                new Answer(1, List.of(), 0.1, 0, 0, true));
        EvaluatedImage absent =
                evaluated(image(2, List.of(0, 1), crowd(1, 0, 0, 50, 50)), answer(0, box(0.6, 0, 0, 9, 9)), answer(1));

        Evaluation found = one(present, absent);

        // Absent are category 1 on the first image and category 0 on the second; a crowd is neither.
        assertThat(found.counts()).isEqualTo(new Evaluation.Counts(2, 1, 4, 1, 2));
        assertThat(found.value(Figure.ABSENT_RATE)).isEqualTo(0.5);
        assertThat(found.value(Figure.ABSENT_RATE_ALONE)).isEqualTo(1);
        assertThat(found.value(Figure.PRESENCE_AUC)).isEqualTo(1);
    }

    @Test
    void cost_images_mean() {
        Evaluation found = one(evaluated(image(1, List.of())), evaluated(image(4, List.of())));

        assertThat(found.value(Figure.ENCODER_CALLS)).isEqualTo(25);
        assertThat(found.value(Figure.MILLISECONDS)).isEqualTo(2.5);
    }

    // ---- order

    @Test
    void evaluation_imagesInAnotherOrder_sameFigures() {
        List<EvaluatedImage> images = Stream.of(3, 1, 2)
                .map(id -> evaluated(
                        image(id, List.of(0), object(0, 0, 0, 10, 10)),
                        answer(0, box(0.5, id == 2 ? 40 : 0, 0, 10, 10))))
                .collect(Collectors.toCollection(ArrayList::new));
        Evaluation one = new Evaluation(categories(1), images);
        Collections.reverse(images);
        Evaluation other = new Evaluation(categories(1), images);

        for (Figure figure : Figure.values()) {
            assertThat(one.value(figure)).as("%s", figure).isEqualTo((Double) other.value(figure));
            assertThat(one.interval(figure)).as("%s", figure).isEqualTo(other.interval(figure));
        }
    }
}
