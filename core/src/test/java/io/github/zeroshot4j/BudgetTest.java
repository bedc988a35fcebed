package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetTest {
    // 280 px: windows of 280, 168, 101 and 56 px, 1 + 9 + 25 + 81 of them.
    private static final Box UPPER_LEFT = new Box(20, 40, 80, 100);
    private static final RgbImage RED = Grids.drawn(280, 280, Colour.RED, UPPER_LEFT);
    private static final List<Prompt> ASKED = Prompt.all("red", "blue");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 10, 11, 35, 36, 50, 62, 100, 116, 117, 125, 150})
    void localize_encoderCalls_neverMoreThanTheBudgetAndAlwaysAnAnswer(int calls) {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Localization> found =
                    detector(encoder, Budget.ofEncoderCalls(calls)).localize(RED, ASKED);
            assertThat(encoder.images()).isBetween(1, calls);
            assertThat(found).hasSize(2);
            assertThat(found.get(0).map()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 62, 100})
    void localize_encoderCalls_sameEveryTime(int calls) {
        try (FakeEncoder encoder = new FakeEncoder()) {
            ZeroShotDetector detector = detector(encoder, Budget.ofEncoderCalls(calls));
            assertThat(detector.localize(RED, ASKED))
                    .hasToString(detector.localize(RED, ASKED).toString());
        }
    }

    @Test
    void localize_moreThanEnough_bitEqualToNoBudget() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Localization> unlimited = ZeroShotDetector.of(encoder).localize(RED, ASKED);
            int all = encoder.images();
            for (Budget ample : List.of(
                    Budget.ofEncoderCalls(1_000_000),
                    Budget.ofTime(Duration.ofHours(1)),
                    Budget.ofTime(Duration.ofDays(365_000)), // more than its nanoseconds fit a long
                    Budget.ofTime(Duration.ofHours(1)).withMaxEncoderCalls(1_000_000))) {
                int before = encoder.images();
                List<Localization> found = detector(encoder, ample).localize(RED, ASKED);
                assertThat(encoder.images() - before)
                        .as("116 windows and looks: %s", ample)
                        .isEqualTo(all)
                        .isGreaterThan(116);
                for (int i = 0; i < found.size(); i++) {
                    assertThat(found.get(i).map())
                            .as("%s", ample)
                            .isEqualTo(unlimited.get(i).map());
                    assertThat(found.get(i).presence())
                            .isEqualTo(unlimited.get(i).presence());
                    assertThat(found.get(i).detections())
                            .isEqualTo(unlimited.get(i).detections());
                }
            }
        }
    }

    @Test
    void localize_halfTheCalls_spentWhereTheObjectIs() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Detection> found = detector(encoder, Budget.ofEncoderCalls(62)).detect(RED, "red");
            assertThat(found)
                    .singleElement()
                    .satisfies(detection -> assertThat(detection.box().intersectionOverSmaller(UPPER_LEFT))
                            .as("share of %s inside", detection)
                            .isEqualTo(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30, 62, 110})
    void localize_partOfTheWindowsAndRedEverywhere_theWholeImage(int calls) {
        try (FakeEncoder encoder = new FakeEncoder()) {
            Localization red = detector(encoder, Budget.ofEncoderCalls(calls))
                    .localize(RgbImage.filled(280, 280, Colour.RED.rgb()), Prompt.all("red"))
                    .get(0);
            assertThat(red.detections())
                    .singleElement()
                    .satisfies(all -> assertThat(all.box()).isEqualTo(new Box(0, 0, 280, 280)));
            assertThat(red.map().min()).isGreaterThan(0.99);
        }
    }

    @Test
    void localize_logitsOfAPart_noPeakWhereNoWindowIs() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            DetectorOptions options = DetectorOptions.article().toBuilder()
                    .patchPx(40)
                    .windowPatches(2)
                    .averaging(ScoreMap.Averaging.MEAN)
                    .budget(Budget.ofEncoderCalls(3))
                    .build();
            // A plain image of another colour: no logit is above that of the first window, and most patches are in
            // none.
            Localization red = ZeroShotDetector.of(encoder, options)
                    .localize(RgbImage.filled(280, 280, Colour.RED.rgb()), Prompt.all("red"))
                    .get(0);
            assertThat(red.map().isFlat()).isTrue();
        }
    }

    @Test
    void localize_patchWindowsOfOneSize_someOfAllOverTheImage() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            DetectorOptions options = DetectorOptions.article().toBuilder()
                    .patchPx(40)
                    .windowPatches(2)
                    .budget(Budget.ofEncoderCalls(9))
                    .build();
            ZeroShotDetector.of(encoder, options).localize(RED, ASKED);
            assertThat(encoder.images()).isEqualTo(9); // of 36
        }
    }

    @Test
    void localize_noTime_stopsAfterTheFirstImages() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Localization> found =
                    detector(encoder, Budget.ofTime(Duration.ofNanos(1))).localize(RED, ASKED);
            assertThat(found).hasSize(2);
            // The budget's first 16: the 1 and 9 larger windows, and what is left of the 16 for the next size.
            assertThat(encoder.images()).isBetween(10, 16);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 50, 62, 120, 1000})
    void localize_progress_endsWithinTheBudget(int calls) {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<List<Integer>> reports = new ArrayList<>();
            detector(encoder, Budget.ofEncoderCalls(calls))
                    .withProgress((done, total) -> reports.add(List.of(done, total)))
                    .localize(RED, ASKED);
            assertThat(reports).allSatisfy(report -> {
                assertThat(report.get(1)).isLessThanOrEqualTo(calls);
                assertThat(report.get(0)).isBetween(1, report.get(1));
            });
            assertThat(reports).extracting(report -> report.get(0)).isSorted();
            assertThat(reports).extracting(report -> report.get(1)).isSorted();
            List<Integer> last = reports.get(reports.size() - 1);
            assertThat(last.get(0)).isEqualTo(last.get(1)).isGreaterThanOrEqualTo(encoder.images());
            assertThat(reports.subList(0, reports.size() - 1))
                    .as("only finished work is finished")
                    .noneMatch(report -> report.get(0).equals(report.get(1)));
        }
    }

    @Test
    void localize_embeddedWithItsImage_budgetIsForTheLooks() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            EmbeddedImage embedded = ZeroShotDetector.of(encoder).embed(RED);
            int before = encoder.images();
            List<Localization> unlimited = ZeroShotDetector.of(encoder).localize(embedded, RED, ASKED);
            int looks = encoder.images() - before;
            assertThat(looks).isPositive();
            for (Budget ample : List.of(Budget.ofEncoderCalls(36), Budget.ofTime(Duration.ofHours(1)))) {
                assertThat(detector(encoder, ample).localize(embedded, RED, ASKED))
                        .hasToString(unlimited.toString());
            }
            assertThat(encoder.images() - before).isEqualTo(3 * looks);
            detector(encoder, Budget.ofEncoderCalls(8)).localize(embedded, RED, ASKED);
            assertThat(encoder.images() - before).as("no whole look").isEqualTo(3 * looks);
        }
    }

    @Test
    void embed_budget_allWindows() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            assertThat(detector(encoder, Budget.ofEncoderCalls(3)).embed(RED).windowCount())
                    .isEqualTo(116);
        }
    }

    @Test
    void budget_both_keepEachOther() {
        Duration second = Duration.ofSeconds(1);
        assertThat(Budget.ofTime(second).withMaxEncoderCalls(200)).isEqualTo(new Budget(200, second));
        assertThat(Budget.ofEncoderCalls(200).withMaxTime(second)).isEqualTo(new Budget(200, second));
        assertThat(new Budget(200, second).withMaxEncoderCalls(3)).isEqualTo(new Budget(3, second));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Budget.UNLIMITED.withMaxEncoderCalls(0))
                .withMessage("maxEncoderCalls (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Budget.UNLIMITED.withMaxTime(Duration.ZERO))
                .withMessage("maxTime (PT0S) must be positive");
    }

    @Test
    void localize_callsAndTime_whatIsReachedFirst() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            detector(encoder, Budget.ofTime(Duration.ofHours(1)).withMaxEncoderCalls(20))
                    .localize(RED, ASKED);
            assertThat(encoder.images()).isEqualTo(20);
            detector(encoder, Budget.ofEncoderCalls(100).withMaxTime(Duration.ofNanos(1)))
                    .localize(RED, ASKED);
            assertThat(encoder.images()).isEqualTo(20 + 16);
        }
    }

    @Test
    void budget_badLimits_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Budget(-1, Duration.ZERO))
                .withMessage("maxEncoderCalls (-1) must be positive, or 0 for no limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Budget(0, Duration.ofSeconds(-1)))
                .withMessage("maxTime (PT-1S) must be positive, or zero for no limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Budget.ofEncoderCalls(0))
                .withMessage("maxEncoderCalls (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Budget.ofTime(Duration.ZERO))
                .withMessage("maxTime (PT0S) must be positive");
    }

    private static ZeroShotDetector detector(FakeEncoder encoder, Budget budget) {
        return ZeroShotDetector.of(
                encoder, DetectorOptions.defaults().toBuilder().budget(budget).build());
    }
}
