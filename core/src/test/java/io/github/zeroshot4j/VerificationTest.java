package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerificationTest {
    private static final Box THING = new Box(60, 40, 140, 100);
    private static final RgbImage IMAGE = ThingEncoder.drawn(300, 200, THING);

    private final FakeEncoder fake = new FakeEncoder();
    private final ThingEncoder encoder = new ThingEncoder(fake);
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @AfterEach
    void close() {
        encoder.close();
    }

    @Test
    void verify_theThing_isThereAloneAndNotWithoutIt() {
        Verification verification = detector.verify(IMAGE, new Detection("red", 0.9, THING));
        assertThat(verification.alone()).isGreaterThan(0.9);
        assertThat(verification.hidden()).isLessThan(0.1);
        assertThat(verification.confidence())
                .isEqualTo(verification.alone() * (1 - verification.hidden()))
                .isGreaterThan(0.8);
        assertThat(fake.images()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "200, 120, 260, 180, an empty corner",
        "40, 100, 160, 190, below it",
        "60, 40, 84, 100, a third of it: the rest is there without it",
    })
    void verify_anotherBox_lessConfident(int x0, int y0, int x1, int y1, String why) {
        double right = detector.verify(IMAGE, Prompt.of("red"), THING).confidence();
        assertThat(detector.verify(IMAGE, Prompt.of("red"), new Box(x0, y0, x1, y1))
                        .confidence())
                .as(why)
                .isLessThan(right / 2);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 300, 200", "0, 0, 300, 1", "299, 0, 300, 200", "0, 199, 1, 200", "150, 100, 151, 101"})
    void verify_extremeBoxes_areShown(int x0, int y0, int x1, int y1) {
        Verification verification = detector.verify(IMAGE, Prompt.of("red"), new Box(x0, y0, x1, y1));
        assertThat(verification.confidence()).isBetween(0.0, 1.0);
    }

    /** Each channel of the encoder's input is that of the picture: mean 0, deviation 1. */
    @Test
    void verify_box_whatTheEncoderIsShown() {
        RecordingEncoder recorder =
                new RecordingEncoder(EncoderSpec.builder("recorder", 20, 1).build());
        // 40 x 20 white on black: alone in a square of 50 of which it is 16 x 8 outputs, hidden in one of 68.
        RgbImage image = RgbImage.filled(400, 300, 0).fill(new Box(100, 100, 140, 120), 0xFFFFFF);
        ZeroShotDetector.of(recorder).verify(image, Prompt.of("red"), new Box(100, 100, 140, 120));
        float[] both = recorder.calls().get(0);
        double mean = 40.0 * 20 / (68 * 68); // of the square of 68
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 20; x++) {
                boolean inside = x >= 2 && x < 18 && y >= 6 && y < 14;
                assertThat(both[20 * y + x]).as("alone, %d, %d", x, y).isCloseTo(inside ? 1f : (float) mean, within());
                // From 4.1 to 15.9 and from 7.1 to 12.9; within two outputs of these edges it is between both.
                boolean hidden = x >= 6 && x < 14 && y >= 9 && y < 11;
                boolean beside = x < 2 || x >= 18 || y < 5 || y >= 15;
                if (hidden || beside) {
                    assertThat(both[1200 + 20 * y + x])
                            .as("hidden, %d, %d", x, y)
                            .isCloseTo(hidden ? (float) mean : 0f, within());
                }
            }
        }
    }

    private static org.assertj.core.data.Offset<Float> within() {
        return org.assertj.core.api.Assertions.within(0.01f);
    }

    @Test
    void detect_verification_everyDetectionHasIt() {
        ZeroShotDetector verifying = detector.withOptions(
                detector.options().toBuilder().verification(true).build());
        List<Detection> plain = detector.detect(IMAGE, "red", "blue");
        assertThat(plain).isNotEmpty().allMatch(found -> found.verification().isEmpty());
        int before = fake.images();
        List<Integer> reported = new ArrayList<>();
        List<Detection> found = verifying
                .withProgress((done, total) -> reported.add(total - done))
                .detect(IMAGE, "red", "blue");
        assertThat(found).hasSameSizeAs(plain);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).box()).isEqualTo(plain.get(i).box());
            assertThat(found.get(i).score()).isEqualTo(plain.get(i).score());
            assertThat(found.get(i).verification()).contains(detector.verify(IMAGE, plain.get(i)));
        }
        assertThat(reported.get(reported.size() - 1)).isZero();
        assertThat(fake.images() - before)
                .as("as many as before, and two for each, twice with the check above")
                .isEqualTo(before + 4 * found.size());
    }

    @Test
    void detect_verificationWithTheArticle_weighsAgainstNegatives() {
        ZeroShotDetector article = detector.withOptions(DetectorOptions.article().toBuilder()
                .patchPx(20)
                .windowPatches(4)
                .verification(true)
                .build());
        Detection found = article.detect(IMAGE, "red").get(0);
        assertThat(found.verification()).contains(detector.verify(IMAGE, found));
    }

    @Test
    void detect_verificationAndBudget_withinIt() {
        DetectorOptions options = detector.options().toBuilder()
                .verification(true)
                .looks(0)
                .budget(Budget.ofEncoderCalls(57))
                .build();
        List<Detection> found = detector.withOptions(options).detect(IMAGE, "red");
        assertThat(fake.images()).isLessThanOrEqualTo(57);
        assertThat(found).isNotEmpty();
    }

    @Test
    void localize_embeddedImage_notVerified() {
        ZeroShotDetector verifying = detector.withOptions(
                detector.options().toBuilder().verification(true).build());
        assertThat(verifying.detect(verifying.embed(IMAGE), Prompt.all("red")))
                .isNotEmpty()
                .allMatch(found -> found.verification().isEmpty());
    }

    @Test
    void badValues_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verification(1.1, 0))
                .withMessage("alone (1.1) must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verification(1, Double.NaN))
                .withMessage("hidden (NaN) must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.verify(IMAGE, Prompt.of("red"), new Box(10, 10, 301, 20)))
                .withMessageContaining("must be inside the 300 x 200 image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.verify(IMAGE, Prompt.of("red"), new Box(10, 10, 10, 20)))
                .withMessageContaining("not empty");
    }

    @Test
    @SuppressWarnings("NullAway")
    void detection_nullVerification_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Detection("red", 1, THING, null))
                .withMessage("verification");
        assertThat(new Detection("red", 1, THING)).isEqualTo(new Detection("red", 1, THING, Optional.empty()));
    }
}
