package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The facade: scores worked out by hand, and what it refuses. Boxes are in {@link DrawnImageClauses}. */
final class ZeroShotDetectorTest {
    private static final Box UPPER_LEFT = new Box(20, 40, 100, 120);
    private static final Box LOWER_RIGHT = new Box(180, 160, 260, 240);
    private static final RgbImage TWO_RED =
            Grids.drawn(280, 280, List.of(new Shape(Colour.RED, UPPER_LEFT), new Shape(Colour.RED, LOWER_RIGHT)));
    private static final RgbImage RED_AND_BLUE =
            Grids.drawn(280, 280, List.of(new Shape(Colour.RED, UPPER_LEFT), new Shape(Colour.BLUE, LOWER_RIGHT)));

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @AfterEach
    void detectorNeverClosesTheEncoder() {
        encoder.assertOpen();
        encoder.close();
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"1, 1", "3, 2", "2, 5", "1, 40", "12, 12"})
    void detect_tinyImage_allOfIt(int width, int height) {
        RgbImage image = RgbImage.filled(width, height, Colour.RED.rgb());
        assertThat(detector.detect(image, "red")).singleElement().satisfies(found -> {
            assertThat(found.box()).isEqualTo(image.bounds());
            assertThat(found.score()).isEqualTo(1);
        });
        assertThat(detector.detect(image, "blue")).isEmpty();
    }

    @Test
    void results_ofEveryKind_unmodifiable() {
        List<Detection> found = detector.detect(RED_AND_BLUE, "red");
        List<Localization> localizations = detector.localize(RED_AND_BLUE, Prompt.all("red"));
        List<Classification> classes = detector.classify(RED_AND_BLUE, Prompt.all("red"));
        for (List<?> result : List.of(found, localizations, localizations.get(0).detections(), classes)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(result::clear)
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void localize_logits_byHand() {
        // One window of 2 x 2 patches, half red and half gray: cosine to red 1 / sqrt(2).
        ZeroShotDetector logits = detector.withOptions(DetectorOptions.defaults().toBuilder()
                .patchPx(16)
                .windowPatches(2)
                .scoring(Scoring.LOGIT)
                .boxMode(BoxMode.COMPONENTS)
                .build());
        RgbImage image = Grids.drawn(32, 32, Colour.RED, new Box(0, 0, 16, 32));
        Localization red = logits.localize(image, Prompt.all("red")).get(0);
        assertThat(red.map().toArray()).hasSize(4).containsOnly(red.map().max());
        assertThat(red.map().max()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
        assertThat(red.presence().present()).as("logits decide nothing").isTrue();
        assertThat(red.presence().probability()).isEqualTo(1);
        assertThat(red.presence().evidence()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
        assertThat(red.prompt()).isEqualTo(Prompt.of("red"));
        assertThat(red.detections()).as("a flat map").isEmpty();
        assertThat(red.toString()).startsWith("Localization[red, Presence[present=true");
    }

    @Test
    void localize_logOdds_byHand() {
        DetectorOptions.Builder oneWindow =
                DetectorOptions.defaults().toBuilder().patchPx(16).windowPatches(2);
        RgbImage image = RgbImage.filled(32, 32, Colour.RED.rgb());
        // Cosines of the window: 1 to red, 0 to all others. Log-odds of a prompt: 100 cos - log(sum of exp(100 cos)).
        assertPresence(oneWindow.negatives(List.of("gray")), image, "red", true, 1, 100);
        assertPresence(oneWindow.negatives(List.of("gray", "blue")), image, "red", true, 1, 100 - Math.log(2));
        assertPresence(oneWindow.negatives(List.of("gray", "blue")), image, "green", false, 1 / 3.0, -Math.log(2));
        assertPresence(oneWindow.negatives(List.of("red")), image, "blue", false, 0, -100);
        assertPresence(oneWindow.negatives(List.of("gray")), image, "blue", true, 0.5, 0); // 0.5 reaches 0.5
        assertPresence(oneWindow.presenceThreshold(0.51), image, "blue", false, 0.5, 0);
        // Who asks for a negative itself does not weigh it against itself.
        // Where no other negative is left, the default ones serve: six, all at cosine 0.
        assertPresence(oneWindow.negatives(List.of("Red")), image, " red ", true, 1, 100 - Math.log(6));
        assertPresence(oneWindow.negatives(List.of("red", "gray")), image, "red", true, 1, 100);
    }

    private void assertPresence(
            DetectorOptions.Builder options,
            RgbImage image,
            String prompt,
            boolean present,
            double p,
            double evidence) {
        Presence presence = detector.withOptions(options.build())
                .localize(image, Prompt.all(prompt))
                .get(0)
                .presence();
        assertThat(presence.present()).as("%s: %s", prompt, presence).isEqualTo(present);
        assertThat(presence.probability()).as("%s: %s", prompt, presence).isCloseTo(p, within(1e-6));
        assertThat(presence.evidence()).as("%s: %s", prompt, presence).isCloseTo(evidence, within(1e-4));
    }

    @Test
    void localize_unknownWords_notesOfTheModel() {
        assertThat(localize(TWO_RED, "a unicorn").notes()).containsExactlyElementsOf(encoder.notes("a unicorn"));
        assertThat(localize(TWO_RED, "red").notes()).isEmpty();
    }

    @Test
    void localize_templates_meanOfTheSentencesNormalisedAgain() {
        // "red" and "blue" are axes; their mean, of length 1 again, has the cosine 1 / sqrt(2) to each.
        Prompt both = Prompt.of("thing").withTemplates(List.of("red {}", "blue {}"));
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .scoring(Scoring.LOGIT)
                .boxMode(BoxMode.COMPONENTS)
                .build();
        Localization localization = detector.withOptions(options)
                .localize(RgbImage.filled(28, 28, Colour.RED.rgb()), List.of(both))
                .get(0);
        assertThat(localization.map().min()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
        assertThat(localization.map().max()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
    }

    @Test
    void detect_article_imageTooSmall_refusedWithThePatchThatFits() {
        ZeroShotDetector article = detector.withOptions(DetectorOptions.article());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> article.detect(RgbImage.filled(1000, 800, 0), "red"))
                .withMessage("windowPatches (6) must fit the grid of 3 x 3 patches of the 1000 x 800 image: "
                        + "the largest patchPx that fits is 133, not 256");
        assertThatIllegalArgumentException()
                .as("smaller than a patch")
                .isThrownBy(() -> article.detect(RgbImage.filled(200, 100, 0), "red"))
                .withMessage("windowPatches (6) must fit the grid of 0 x 0 patches of the 200 x 100 image: "
                        + "the largest patchPx that fits is 16, not 256");
        assertThatIllegalArgumentException()
                .as("smaller than a window of single pixels")
                .isThrownBy(() -> article.embed(RgbImage.filled(200, 5, 0)))
                .withMessage("windowPatches (6) must fit the grid of 0 x 0 patches of the 200 x 5 image: "
                        + "no patchPx fits, the shorter side has fewer pixels than the window has patches");
        assertThat(encoder.images()).as("images embedded").isZero();
    }

    @Test
    void everything_noPrompt_refused() {
        EmbeddedImage embedded = detector.embed(RgbImage.filled(28, 28, 0));
        String message = "prompts ([]) must not be empty";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.detect(TWO_RED))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.detect(embedded, List.of()))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(TWO_RED, List.of()))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.classify(TWO_RED, List.of()))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.detect(TWO_RED, "red", " "))
                .withMessage("text ( ) must not be blank");
    }

    @Test
    void detect_promptThatTheEncoderRefuses_beforeAnyImageIsEmbedded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.detect(TWO_RED, "red <|endoftext|>"))
                .withMessageContaining("<|endoftext|>");
        assertThat(encoder.images()).isZero();
    }

    @Test
    @SuppressWarnings("NullAway")
    void factories_null_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> ZeroShotDetector.of(null))
                .withMessage("encoder");
        assertThatNullPointerException()
                .isThrownBy(() -> ZeroShotDetector.of(encoder, null))
                .withMessage("options");
        assertThatNullPointerException()
                .isThrownBy(() -> detector.withOptions(null))
                .withMessage("newOptions");
        assertThatNullPointerException()
                .isThrownBy(() -> detector.withProgress(null))
                .withMessage("newListener");
    }

    private Localization localize(RgbImage image, String prompt) {
        return detector.localize(image, Prompt.all(prompt)).get(0);
    }
}
