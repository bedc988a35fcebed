package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a prompt's synonyms, negatives and threshold change, and that they change it for that prompt alone. */
final class PromptScoringTest {
    private static final Box UPPER_LEFT = new Box(20, 40, 100, 120);
    private static final Box LOWER_RIGHT = new Box(180, 160, 260, 240);
    private static final RgbImage RED_AND_BLUE =
            Grids.drawn(280, 280, List.of(new Shape(Colour.RED, UPPER_LEFT), new Shape(Colour.BLUE, LOWER_RIGHT)));
    /** One window, all red: cosine 1 to red, 1/sqrt(2) to "red and blue", 0 to all others. */
    private static final RgbImage RED = RgbImage.filled(32, 32, Colour.RED.rgb());

    private static final DetectorOptions ONE_WINDOW = DetectorOptions.defaults().toBuilder()
            .patchPx(16)
            .windowPatches(2)
            .negatives(List.of("gray"))
            .build();

    private static final Comparator<Double> NEARLY = (a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b);

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @AfterEach
    void close() {
        encoder.close();
    }

    @Test
    void synonyms_byMean_evidenceOfTheMean() {
        // Mean of the axes red and blue: cosine 1 / sqrt(2).
        Prompt prompt = Prompt.of("red").withSynonyms(List.of("blue"));
        assertThat(presence(RED, prompt).evidence()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
    }

    @Test
    void synonyms_byMax_evidenceOfTheBestPerWindow() {
        Prompt prompt = Prompt.of("blue").withSynonyms(List.of("green", "red"), Prompt.Combination.MAX);
        assertThat(presence(RED, prompt).evidence()).isCloseTo(100, within(1e-4));
        // In one image each window has a best phrase of its own: both squares are found under one label.
        DetectorOptions squares = DetectorOptions.defaults().toBuilder()
                .windowPatches(2, 4)
                .boxMode(BoxMode.COMPONENTS)
                .build();
        List<Detection> found = detector.withOptions(squares)
                .detect(
                        RED_AND_BLUE,
                        List.of(Prompt.of("thing").withSynonyms(List.of("red", "blue"), Prompt.Combination.MAX)));
        assertThat(found).extracting(Detection::label).containsExactly("thing", "thing");
        assertThat(found).anySatisfy(d -> assertThat(d.box().iou(UPPER_LEFT)).isGreaterThanOrEqualTo(0.5));
        assertThat(found).anySatisfy(d -> assertThat(d.box().iou(LOWER_RIGHT)).isGreaterThanOrEqualTo(0.5));
    }

    @Test
    void synonyms_amongTheNegatives_notWeighedAgainstThemselves() {
        ZeroShotDetector one = detector.withOptions(
                ONE_WINDOW.toBuilder().negatives(List.of("gray", "Red")).build());
        Prompt prompt = Prompt.of("a thing").withSynonyms(List.of("red"), Prompt.Combination.MAX);
        assertThat(one.localize(RED, List.of(prompt)).get(0).presence().evidence())
                .isCloseTo(100, within(1e-4));
    }

    @Test
    void negatives_ofItsOwn_addedToTheBank() {
        Prompt plain = Prompt.of("red and blue"); // log-odds 100 / sqrt(2) - log(exp(0)) against gray
        assertThat(presence(RED, plain).evidence()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
        assertThat(presence(RED, plain.withNegatives(List.of("red"))).evidence())
                .as("red is nearer: 100 / sqrt(2) - log(exp(0) + exp(100))")
                .isCloseTo(100 / Math.sqrt(2) - 100, within(1e-4));
        assertThat(presence(RED, Prompt.of("green").withNegatives(List.of("blue", "blue", "gray")))
                        .evidence())
                .as("each once, beside the detector's own: gray and blue")
                .isCloseTo(-Math.log(2), within(1e-4));
        assertThat(presence(RED, Prompt.of("red").withNegatives(List.of("RED ")))
                        .evidence())
                .as("itself left out")
                .isCloseTo(100, within(1e-4));
    }

    @Test
    void threshold_ofItsOwn_inPlaceOfTheOptions() {
        Prompt even = Prompt.of("blue"); // cosine 0 as gray: a probability of 0.5
        assertThat(presence(RED, even).present()).isTrue();
        assertThat(presence(RED, even.withThreshold(0.51)).present()).isFalse();
        assertThat(presence(RED, even.withThreshold(0.51)).probability()).isEqualTo(0.5);
        ZeroShotDetector strict = detector.withOptions(
                ONE_WINDOW.toBuilder().presenceThreshold(0.9).build());
        assertThat(strict.detect(RED, List.of(even))).isEmpty();
        assertThat(strict.detect(RED, List.of(even.withThreshold(0.4)))).hasSize(1);
    }

    @Test
    void notes_ofSynonyms_too() {
        Prompt prompt = Prompt.of("red").withSynonyms(List.of("a unicorn", "a griffin"));
        List<String> notes = new ArrayList<>(encoder.notes("a unicorn"));
        notes.addAll(encoder.notes("a griffin"));
        assertThat(detector.localize(RED, List.of(prompt)).get(0).notes()).isEqualTo(notes);
    }

    @Test
    void localize_randomGroups_everyPromptAsIfAskedAlone() {
        EmbeddedImage image = detector.embed(RED_AND_BLUE);
        Fuzz.check(60, PromptScoringTest::prompts, prompts -> {
            List<Localization> together = detector.localize(image, prompts);
            for (int p = 0; p < prompts.size(); p++) {
                Localization alone =
                        detector.localize(image, List.of(prompts.get(p))).get(0);
                assertThat(together.get(p).map()).isEqualTo(alone.map());
                assertThat(together.get(p).presence()).isEqualTo(alone.presence());
                assertThat(together.get(p).detections()).isEqualTo(alone.detections());
            }
        });
    }

    /** Up to 80 prompts, more than are scored together, of all kinds, some twice, in any order. */
    private static List<Prompt> prompts(Random random) {
        List<String> words =
                List.of("red", "blue", "green", "a red square", "red and blue", "a unicorn", "gray", "white");
        List<Prompt> prompts = new ArrayList<>();
        int count = Fuzz.between(random, 1, random.nextInt(6) == 0 ? 80 : 6);
        for (int i = 0; i < count; i++) {
            Prompt prompt = Prompt.of(one(random, words));
            if (random.nextBoolean()) {
                prompt = prompt.withSynonyms(
                        List.of(one(random, words), one(random, words)),
                        random.nextBoolean() ? Prompt.Combination.MEAN : Prompt.Combination.MAX);
            }
            if (random.nextBoolean()) {
                prompt = prompt.withNegatives(List.of(one(random, words), one(random, words)));
            }
            if (random.nextInt(3) == 0) {
                prompt = prompt.withTemplates(Prompt.OPENAI_SEVEN).withThreshold(random.nextDouble());
            }
            if (random.nextInt(5) == 0) {
                prompt = Prompt.ofImage("this", RED_AND_BLUE, random.nextBoolean() ? UPPER_LEFT : LOWER_RIGHT);
            }
            prompts.add(prompt);
            if (random.nextInt(5) == 0) {
                prompts.add(prompt);
            }
        }
        Collections.shuffle(prompts, random);
        return prompts;
    }

    private static String one(Random random, List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    @Test
    void contrast_prompts_othersOfTheCallAreNegatives() {
        List<Prompt> asked = Prompt.all("red and blue", "red", "green");
        assertThat(evidence(ONE_WINDOW, asked))
                .as("off: as asked alone")
                .usingElementComparator(NEARLY)
                .containsExactly(100 / Math.sqrt(2), 100.0, 0.0);
        assertThat(evidence(contrast(ONE_WINDOW), asked))
                .as("on: against gray and the two others")
                .usingElementComparator(NEARLY)
                .containsExactly(
                        100 / Math.sqrt(2) - 100, // gray and green at 0 weigh nothing beside red at 100
                        100 - 100 / Math.sqrt(2),
                        -100.0);
        assertThat(evidence(contrast(ONE_WINDOW), Prompt.all("red")))
                .as("alone")
                .isEqualTo(evidence(ONE_WINDOW, Prompt.all("red")));
        assertThat(detector.withOptions(contrast(ONE_WINDOW)).detect(RED, asked))
                .extracting(Detection::label)
                .containsExactly("red");
    }

    @Test
    void contrast_samePhraseOrExemplar_noRivals() {
        List<Prompt> asked = List.of(
                Prompt.of("red"),
                Prompt.of("thing").withSynonyms(List.of(" RED"), Prompt.Combination.MAX),
                Prompt.of("red").withThreshold(0.1),
                Prompt.ofImage("this", RED));
        assertThat(evidence(contrast(ONE_WINDOW), asked)).isEqualTo(evidence(ONE_WINDOW, asked));
    }

    @Test
    void contrast_logits_unchanged() {
        DetectorOptions logits = ONE_WINDOW.toBuilder()
                .scoring(Scoring.LOGIT)
                .boxMode(BoxMode.COMPONENTS)
                .build();
        List<Prompt> asked = Prompt.all("red and blue", "red");
        assertThat(evidence(contrast(logits), asked)).isEqualTo(evidence(logits, asked));
    }

    @Test
    void crossLabelMaxIou_onePlaceTwoPrompts_higherScoreHasIt() {
        // "red and blue" is found where "red" is, with a score that is lower by the negatives' share.
        EncoderSpec mild = EncoderSpec.builder("mild", 32, 16).logitScale(5).build();
        try (FakeEncoder other = new FakeEncoder(mild)) {
            // Regions: to an encoder of colours a part of a square says as much as the whole.
            DetectorOptions base = DetectorOptions.defaults().toBuilder()
                    .boxMode(BoxMode.COMPONENTS)
                    .negatives(List.of("gray"))
                    .build();
            ZeroShotDetector each = ZeroShotDetector.of(other, base);
            ZeroShotDetector one =
                    each.withOptions(base.toBuilder().crossLabelMaxIou(0.3).build());
            List<Prompt> asked = Prompt.all("red and blue", "red", "blue");
            RgbImage image = Grids.drawn(280, 280, Colour.RED, UPPER_LEFT);
            assertThat(each.detect(image, asked)).extracting(Detection::label).contains("red", "red and blue");
            List<Localization> found = one.localize(image, asked);
            assertThat(found.get(0).detections()).isEmpty();
            assertThat(found.get(0).presence().present())
                    .as("the decision stays")
                    .isTrue();
            assertThat(found.get(1).detections()).hasSize(1);
            assertThat(one.detect(image, asked))
                    .isEqualTo(Suppression.nonMaximumAcrossLabels(each.detect(image, asked), 0.3));
        }
    }

    @Test
    void crossLabelMaxIou_equalScores_firstPromptHasIt() {
        ZeroShotDetector one = detector.withOptions(DetectorOptions.defaults().toBuilder()
                .boxMode(BoxMode.COMPONENTS)
                .crossLabelMaxIou(0.5)
                .build());
        assertThat(one.detect(RED_AND_BLUE, "a red square", "red", "blue"))
                .extracting(Detection::label)
                .containsExactlyInAnyOrder("a red square", "blue");
        assertThat(one.detect(RED_AND_BLUE, "red", "red"))
                .as("equal in everything")
                .hasSize(1);
    }

    private static DetectorOptions contrast(DetectorOptions options) {
        return options.toBuilder().contrast(Presence.Contrast.PROMPTS).build();
    }

    private List<Double> evidence(DetectorOptions options, List<Prompt> prompts) {
        return detector.withOptions(options).localize(RED, prompts).stream()
                .map(found -> found.presence().evidence())
                .toList();
    }

    private Presence presence(RgbImage image, Prompt prompt) {
        return detector.withOptions(ONE_WINDOW)
                .localize(image, List.of(prompt))
                .get(0)
                .presence();
    }
}
