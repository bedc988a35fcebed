package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY})
    void nonMaximum_limitOutsideUnitInterval_refused(double maxIou) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Suppression.nonMaximum(List.of(), maxIou))
                .withMessage("maxIou (" + maxIou + ") must be in [0, 1]");
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
