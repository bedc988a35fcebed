package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SuppressionTest {
    // Two boxes of 4 x 4 that share 2 x 4: IoU 8 / 24.
    private static final Box LEFT = new Box(0, 0, 4, 4);
    private static final Box SHIFTED = new Box(2, 0, 6, 4);

    @Test
    void nonMaximum_none_none() {
        assertThat(Suppression.nonMaximum(List.of(), 0.5)).isEmpty();
    }

    @Test
    void nonMaximum_overlapAboveLimit_bestStays() {
        Detection weak = new Detection("cat", 0.6, LEFT);
        Detection strong = new Detection("cat", 0.9, SHIFTED);
        assertThat(Suppression.nonMaximum(List.of(weak, strong), 0.3)).containsExactly(strong);
    }

    @Test
    void nonMaximum_overlapEqualToLimit_bothStayBestFirst() {
        Detection weak = new Detection("cat", 0.6, LEFT);
        Detection strong = new Detection("cat", 0.9, SHIFTED);
        assertThat(Suppression.nonMaximum(List.of(weak, strong), 8.0 / 24)).containsExactly(strong, weak);
    }

    @Test
    void nonMaximum_differentLabels_bothStay() {
        Detection cat = new Detection("cat", 0.6, LEFT);
        Detection dog = new Detection("dog", 0.9, LEFT);
        assertThat(Suppression.nonMaximum(List.of(cat, dog), 0)).containsExactly(dog, cat);
    }

    @Test
    void nonMaximum_equalScores_firstStays() {
        Detection first = new Detection("cat", 0.6, LEFT);
        Detection second = new Detection("cat", 0.6, SHIFTED);
        assertThat(Suppression.nonMaximum(List.of(first, second), 0.2)).containsExactly(first);
        assertThat(Suppression.nonMaximum(List.of(second, first), 0.2)).containsExactly(second);
    }

    @Test
    void nonMaximum_chain_coveredByWhatWentDoesNotGo() {
        // b covers c, but a, which stays, strikes b first.
        Detection a = new Detection("cat", 0.9, new Box(0, 0, 4, 4));
        Detection b = new Detection("cat", 0.8, new Box(2, 0, 6, 4));
        Detection c = new Detection("cat", 0.7, new Box(4, 0, 8, 4));
        assertThat(Suppression.nonMaximum(List.of(a, b, c), 0.2)).containsExactly(a, c);
    }

    @Test
    void nonMaximum_limitOne_keepsEvenEqualBoxes() {
        Detection cat = new Detection("cat", 0.6, LEFT);
        assertThat(Suppression.nonMaximum(List.of(cat, cat), 1)).containsExactly(cat, cat);
    }

    @Test
    void nonMaximum_randomDetections_equalsNaiveTwinAndKeepsItsInput() {
        Fuzz.check(500, random -> detections(random, Fuzz.between(random, 0, 12)), detections -> {
            List<Detection> before = List.copyOf(detections);
            for (double maxIou : new double[] {0, 0.1, 0.3, 0.5, 1}) {
                assertThat(Suppression.nonMaximum(detections, maxIou))
                        .as("maxIou %s", maxIou)
                        .isEqualTo(Reference.suppress(detections, maxIou));
            }
            assertThat(detections).as("input").isEqualTo(before);
        });
    }

    @Test
    void nonMaximum_randomDetections_idempotentSubsetInOrderOfScore() {
        Fuzz.check(500, random -> detections(random, Fuzz.between(random, 0, 30)), detections -> {
            List<Detection> kept = Suppression.nonMaximum(detections, 0.3);
            assertThat(Suppression.nonMaximum(kept, 0.3)).as("again").isEqualTo(kept);
            assertThat(detections).containsAll(kept);
            assertThat(kept).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        });
    }

    @Test
    void nonMaximumAcrossLabels_samePlace_bestOfAllLabelsStays() {
        Detection cat = new Detection("cat", 0.6, LEFT);
        Detection dog = new Detection("dog", 0.9, SHIFTED);
        Detection far = new Detection("dog", 0.1, new Box(20, 0, 24, 4));
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(), 0.3)).isEmpty();
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(cat, far, dog), 0.3))
                .containsExactly(dog, far);
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(cat, far, dog), 8.0 / 24))
                .as("equal to the limit")
                .containsExactly(dog, cat, far);
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(cat, cat), 1)).hasSize(2);
    }

    @Test
    void nonMaximumAcrossLabels_equalScores_firstStays() {
        Detection cat = new Detection("cat", 0.6, LEFT);
        Detection dog = new Detection("dog", 0.6, SHIFTED);
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(cat, dog), 0.2)).containsExactly(cat);
        assertThat(Suppression.nonMaximumAcrossLabels(List.of(dog, cat), 0.2)).containsExactly(dog);
    }

    @Test
    void nonMaximumAcrossLabels_randomDetections_naiveTwinIdempotentSubset() {
        Fuzz.check(500, random -> detections(random, Fuzz.between(random, 0, 15)), detections -> {
            for (double maxIou : new double[] {0, 0.3, 0.5, 1}) {
                List<Detection> kept = Suppression.nonMaximumAcrossLabels(detections, maxIou);
                assertThat(kept)
                        .as("maxIou %s", maxIou)
                        .isEqualTo(Reference.suppress(detections, (a, b) -> Reference.iou(a.box(), b.box()) > maxIou));
                assertThat(Suppression.nonMaximumAcrossLabels(kept, maxIou))
                        .as("again")
                        .isEqualTo(kept);
                assertThat(detections).containsAll(kept);
                assertThat(Suppression.nonMaximum(detections, maxIou))
                        .as("what stays across labels stays within its own")
                        .containsAll(kept);
            }
        });
    }

    @Test
    void suppression_distinctScores_whateverTheOrderOfTheInput() {
        Fuzz.check(
                300,
                random -> {
                    List<Detection> detections = new ArrayList<>();
                    for (Detection detection : detections(random, Fuzz.between(random, 0, 15))) {
                        detections.add(new Detection(detection.label(), detections.size(), detection.box()));
                    }
                    Collections.shuffle(detections, random);
                    return detections;
                },
                detections -> {
                    List<Detection> turned = new ArrayList<>(detections);
                    Collections.reverse(turned);
                    assertThat(Suppression.nonMaximum(turned, 0.3)).isEqualTo(Suppression.nonMaximum(detections, 0.3));
                    assertThat(Suppression.nonMaximumAcrossLabels(turned, 0.3))
                            .isEqualTo(Suppression.nonMaximumAcrossLabels(detections, 0.3));
                    assertThat(Suppression.merge(turned, Suppression.Overlap.UNION, 0.3))
                            .isEqualTo(Suppression.merge(detections, Suppression.Overlap.UNION, 0.3));
                });
    }

    @Test
    void merge_overlapping_boxAroundThemWithTheHigherScore() {
        Detection weak = new Detection("cat", 0.6, LEFT);
        Detection strong = new Detection("cat", 0.9, SHIFTED);
        Detection dog = new Detection("dog", 0.95, LEFT);
        assertThat(Suppression.merge(List.of(), Suppression.Overlap.UNION, 0.3)).isEmpty();
        assertThat(Suppression.merge(List.of(weak, strong, dog), Suppression.Overlap.UNION, 0.3))
                .containsExactly(dog, new Detection("cat", 0.9, new Box(0, 0, 6, 4)));
        assertThat(Suppression.merge(List.of(weak, strong), Suppression.Overlap.UNION, 8.0 / 24))
                .as("equal to the limit")
                .containsExactly(strong, weak);
        assertThat(Suppression.merge(List.of(weak, weak), Suppression.Overlap.UNION, 1))
                .as("1 joins none")
                .containsExactly(weak, weak);
    }

    @Test
    void merge_partInsideAWhole_bySmallerAreaOnly() {
        // 4 of 64 pixels: an IoU of 1/16, all of the smaller.
        Detection whole = new Detection("cat", 0.6, new Box(0, 0, 8, 8));
        Detection part = new Detection("cat", 0.9, new Box(1, 1, 3, 3));
        assertThat(Suppression.merge(List.of(whole, part), Suppression.Overlap.UNION, 0.5))
                .containsExactly(part, whole);
        assertThat(Suppression.merge(List.of(whole, part), Suppression.Overlap.SMALLER, 0.5))
                .containsExactly(new Detection("cat", 0.9, whole.box()));
    }

    @Test
    void merge_chain_joinedByWayOfAThird() {
        Detection a = new Detection("cat", 0.7, new Box(0, 0, 4, 4));
        Detection b = new Detection("cat", 0.8, new Box(2, 0, 6, 4));
        Detection c = new Detection("cat", 0.9, new Box(4, 0, 8, 4));
        assertThat(Suppression.merge(List.of(a, b, c), Suppression.Overlap.UNION, 0.2))
                .containsExactly(new Detection("cat", 0.9, new Box(0, 0, 8, 4)));
    }

    @Test
    void merge_boxThatGrowsOverAThird_joinedInTurn() {
        // The first two make 0..10 x 0..10, which holds the third; alone neither touches it.
        Detection across = new Detection("cat", 0.9, new Box(0, 0, 10, 4));
        Detection down = new Detection("cat", 0.8, new Box(0, 0, 4, 10));
        Detection corner = new Detection("cat", 0.7, new Box(7, 7, 9, 9));
        assertThat(Suppression.merge(List.of(across, down, corner), Suppression.Overlap.SMALLER, 0.3))
                .containsExactly(new Detection("cat", 0.9, new Box(0, 0, 10, 10)));
    }

    @Test
    void merge_randomDetections_naiveTwinIdempotentAroundItsInput() {
        Fuzz.check(500, random -> detections(random, Fuzz.between(random, 0, 12)), detections -> {
            for (double limit : new double[] {0, 0.2, 0.5}) {
                for (Suppression.Overlap overlap : Suppression.Overlap.values()) {
                    List<Detection> merged = Suppression.merge(detections, overlap, limit);
                    assertThat(Suppression.merge(merged, overlap, limit))
                            .as("again")
                            .isEqualTo(merged);
                    assertThat(merged).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
                    assertThat(detections)
                            .allSatisfy(inside -> assertThat(merged)
                                    .anyMatch(around -> around.label().equals(inside.label())
                                            && around.box().intersectionArea(inside.box())
                                                    == inside.box().area()));
                    assertThat(Set.copyOf(merged))
                            .as("%s above %s", overlap, limit)
                            .isEqualTo(Reference.merge(Set.copyOf(detections), (a, b) -> linked(a, b, overlap, limit)));
                }
            }
        });
    }

    private static boolean linked(Detection a, Detection b, Suppression.Overlap overlap, double limit) {
        double share = overlap == Suppression.Overlap.UNION
                ? Reference.iou(a.box(), b.box())
                : Reference.intersectionOverSmaller(a.box(), b.box());
        return a.label().equals(b.label()) && share > limit;
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void everything_limitOutsideUnitInterval_refused(double maxIou) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suppression.nonMaximum(List.of(), maxIou))
                .withMessage("maxIou (" + maxIou + ") must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suppression.nonMaximumAcrossLabels(List.of(), maxIou))
                .withMessage("maxIou (" + maxIou + ") must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suppression.merge(List.of(), Suppression.Overlap.UNION, maxIou))
                .withMessage("maxOverlap (" + maxIou + ") must be in [0, 1]");
    }

    /** Few scores and labels, so that ties and overlaps are common. */
    private static List<Detection> detections(Random random, int count) {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String label = random.nextBoolean() ? "cat" : "dog";
            detections.add(new Detection(label, Fuzz.between(random, 0, 4) / 4.0, Fuzz.box(random, 8, 8)));
        }
        return detections;
    }
}
