package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.OcclusionLocalizer;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.evaluation.EvaluatedImage;
import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import io.github.zeroshot4j.evaluation.GroundTruth;
import io.github.zeroshot4j.evaluation.GroundTruth.Category;
import io.github.zeroshot4j.evaluation.Region;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PresetRunnerTest {
    private static final List<Category> CATEGORIES =
            List.of(new Category(5, "red", "a red"), new Category(6, "green", "a green"));
    private static final RgbImage IMAGE = RgbImage.filled(140, 140, 0x808080).fill(new Box(30, 40, 80, 90), 0xFF0000);
    private static final GroundTruth.Image TRUTH =
            new GroundTruth.Image(1, "red.png", 140, 140, List.of(0, 1), List.of(), List.of());

    private static List<EvaluatedImage> evaluate(FakeEncoder encoder, String... presets) {
        return new PresetRunner(encoder, EvaluatedPreset.all(List.of(presets)), CATEGORIES, (done, total) -> {})
                .evaluate(TRUTH, IMAGE);
    }

    @Test
    void evaluate_presetsOfTheSameWindows_embeddedOnceAndChargedEach() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<EvaluatedImage> results = evaluate(
                    encoder,
                    "default:looks=0",
                    "default:looks=0,boxMode=components",
                    "default:looks=0,windowPatches=4",
                    "a=default:looks=0,windowShares=1+0.6+0.36+0.2");

            // 1 + 9 + 25 + 81 windows of shares of 140 pixels; 11 x 11 of 4 patches of 10 pixels.
            assertThat(results.stream().map(EvaluatedImage::encoderCalls)).containsExactly(116L, 116L, 121L, 116L);
            assertThat(encoder.images()).isEqualTo(116 + 121);
        }
    }

    @Test
    void evaluate_secondLooks_chargedToThePresetThatLooks() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<EvaluatedImage> results = evaluate(encoder, "default:looks=0", "default:looks=1");

            assertThat(results.get(0).encoderCalls()).isEqualTo(116);
            // Nine windows, of those that the scan had already none; green is not there.
            assertThat(results.get(1).encoderCalls()).isBetween(117L, 125L);
        }
    }

    @Test
    void evaluate_verification_rankedByScoreTimesConfidence() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<EvaluatedImage> results = evaluate(encoder, "default", "default:verification=true");

            Detection found =
                    ZeroShotDetector.of(encoder).detect(IMAGE, "a red").get(0);
            double confidence =
                    ZeroShotDetector.of(encoder).verify(IMAGE, found).confidence();
            assertThat(results.get(0).answers().get(0).boxes().get(0).score()).isEqualTo(found.score());
            assertThat(results.get(1).answers().get(0).boxes().get(0).score()).isEqualTo(found.score() * confidence);
            assertThat(results.get(1).encoderCalls())
                    .isEqualTo(results.get(0).encoderCalls()
                            + 2L * results.get(1).answers().get(0).boxes().size());
        }
    }

    @Test
    void evaluate_occlusion_sameAsTheLocalizer() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            EvaluatedImage result = evaluate(encoder, "default", "occlusion").get(1);

            // The view and 12 x 12 squares of 3 of 14 patches.
            assertThat(result.encoderCalls()).isEqualTo(145);
            ScoreMap map = OcclusionLocalizer.of(encoder)
                    .localize(IMAGE, Prompt.all("a red"))
                    .get(0);
            EvaluatedImage.Answer red = result.answers().get(0);
            assertThat(red.presence()).isEqualTo(map.max()).isPositive();
            assertThat(new Box(30, 40, 80, 90).contains((int) red.peakX(), (int) red.peakY()))
                    .isTrue();
            assertThat(red.boxes())
                    .singleElement()
                    .satisfies(box -> assertThat(box.score()).isEqualTo(map.max()));
        }
    }

    @Test
    void evaluate_promptAlone_askedAgainOnlyWhereOthersMatter() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<EvaluatedImage> results = evaluate(encoder, "default");
            assertThat(encoder.images()).as("as often as charged").isEqualTo((int)
                    results.get(0).encoderCalls());
        }
        for (String preset : List.of("default:contrast=prompts", "default:crossLabelMaxIou=0.5", "default:budget=40")) {
            try (FakeEncoder encoder = new FakeEncoder()) {
                List<EvaluatedImage> results = evaluate(encoder, preset);
                assertThat(encoder.images()).as(preset).isGreaterThan((int)
                        results.get(0).encoderCalls());
            }
        }
    }

    @Test
    void evaluate_everyPreset_sameAsTheDetector() {
        String[] presets = {
            "article", "default", "default:boxThreshold=0.1", "default:boxMode=single,scoring=logit", "unbiased"
        };
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<EvaluatedImage> results = evaluate(encoder, presets);

            for (int p = 0; p < presets.length; p++) {
                ZeroShotDetector detector = ZeroShotDetector.of(
                        encoder, EvaluatedPreset.of(presets[p]).optionsFor(140, 140));
                List<Localization> expected = detector.localize(IMAGE, Prompt.all("a red", "a green"));
                assertSame(results.get(p), expected, presets[p].matches(".*(article|logit|unbiased).*"));
            }
        }
    }

    private static void assertSame(EvaluatedImage found, List<Localization> expected, boolean undecided) {
        for (int i = 0; i < expected.size(); i++) {
            EvaluatedImage.Answer answer = found.answers().get(i);
            Localization localization = expected.get(i);
            List<ScoredRegion> boxes = new ArrayList<>();
            localization.detections().forEach(it -> boxes.add(new ScoredRegion(Region.of(it.box()), it.score())));
            Box peak = localization.map().peak();
            assertThat(answer)
                    .isEqualTo(new EvaluatedImage.Answer(
                            i,
                            boxes,
                            undecided
                                    ? localization.presence().evidence()
                                    : localization.presence().probability(),
                            (peak.xMin() + peak.xMax()) / 2.0,
                            (peak.yMin() + peak.yMax()) / 2.0,
                            !boxes.isEmpty()));
        }
    }
}
