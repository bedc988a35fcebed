package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.OcclusionLocalizer;
import io.github.zeroshot4j.Presence;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.Scoring;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.evaluation.EvaluatedImage;
import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import io.github.zeroshot4j.evaluation.GroundTruth;
import io.github.zeroshot4j.evaluation.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks an image what it is asked, with one preset after the other. Presets that embed the same windows share them, and each
 * is charged their full cost.
 */
final class PresetRunner {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final List<EvaluatedPreset> presets;
    private final List<Prompt> prompts;
    private final TallyEncoder encoder;
    private final ZeroShotDetector detector;
    private final OcclusionLocalizer occlusion;

    /** Windows that are embedded, and what that cost. */
    private record Embedded(EmbeddedImage image, long encoderCalls, long nanos) {}

    PresetRunner(
            Encoder encoder,
            List<EvaluatedPreset> presets,
            List<GroundTruth.Category> categories,
            ProgressListener progress) {
        this.presets = presets;
        this.prompts =
                Prompt.all(categories.stream().map(GroundTruth.Category::prompt).toList());
        this.encoder = new TallyEncoder(encoder);
        this.detector = ZeroShotDetector.of(this.encoder).withProgress(progress);
        this.occlusion = OcclusionLocalizer.of(this.encoder).withProgress(progress);
    }

    /**
     * Returns what each preset makes of an image.
     *
     * @throws IllegalArgumentException if the options of a preset do not fit the image's size
     */
    List<EvaluatedImage> evaluate(GroundTruth.Image truth, RgbImage image) {
        Map<DetectorOptions, Embedded> embedded = new HashMap<>();
        List<EvaluatedImage> results = new ArrayList<>();
        for (EvaluatedPreset preset : presets) {
            try {
                if (preset.isOcclusion()) {
                    results.add(occlude(truth, image));
                    continue;
                }
                DetectorOptions options = preset.optionsFor(image.width(), image.height());
                ZeroShotDetector asked = detector.withOptions(options);
                // With a budget it depends on the prompts which windows are embedded.
                results.add(
                        options.budget().equals(Budget.UNLIMITED)
                                ? ask(
                                        asked,
                                        truth,
                                        image,
                                        embedded.computeIfAbsent(
                                                DetectorSetting.embeddingPart(options), part -> embed(asked, image)))
                                : ask(asked, truth, 0, 0, questions -> asked.localize(image, questions)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("preset " + preset.title() + ": " + e.getMessage(), e);
            }
        }
        return results;
    }

    /** What is asked has no part in what it costs, and none in the others' answers. */
    private EvaluatedImage occlude(GroundTruth.Image truth, RgbImage image) {
        List<Prompt> questions = truth.asked().stream().map(prompts::get).toList();
        long calls = encoder.images();
        long texts = encoder.textNanos();
        long start = System.nanoTime();
        List<ScoreMap> maps = questions.isEmpty() ? List.of() : occlusion.localize(image, questions);
        long nanos = System.nanoTime() - start - (encoder.textNanos() - texts);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < maps.size(); i++) {
            ScoreMap map = maps.get(i);
            List<Detection> found = OccludeCommand.boxes(questions.get(i), map, OccludeCommand.DEFAULT_THRESHOLD);
            answers.add(answer(truth.asked().get(i), found, map.max(), map, !found.isEmpty()));
        }
        return new EvaluatedImage(truth, answers, encoder.images() - calls, nanos / NANOS_PER_MILLISECOND);
    }

    private Embedded embed(ZeroShotDetector asked, RgbImage image) {
        long calls = encoder.images();
        long start = System.nanoTime();
        EmbeddedImage windows = asked.embed(image);
        return new Embedded(windows, encoder.images() - calls, System.nanoTime() - start);
    }

    private EvaluatedImage ask(ZeroShotDetector asked, GroundTruth.Image truth, RgbImage image, Embedded windows) {
        return ask(
                asked,
                truth,
                windows.encoderCalls(),
                windows.nanos(),
                questions -> asked.localize(windows.image(), image, questions));
    }

    /**
     * Asks all that is asked of the image together, and once more each prompt alone, where it may say something else then; that is
     * not charged.
     */
    private EvaluatedImage ask(
            ZeroShotDetector asked,
            GroundTruth.Image truth,
            long earlierCalls,
            long earlierNanos,
            Function<List<Prompt>, List<Localization>> localize) {
        List<Prompt> questions = truth.asked().stream().map(prompts::get).toList();
        long calls = encoder.images();
        long texts = encoder.textNanos();
        long start = System.nanoTime();
        List<Localization> found = questions.isEmpty() ? List.of() : localize.apply(questions);
        // Prompts are embedded once, whatever the number of images: their time is none of the image's.
        long nanos = System.nanoTime() - start - (encoder.textNanos() - texts) + earlierNanos;
        long allCalls = earlierCalls + encoder.images() - calls;
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Localization alone = isTheSameAlone(asked.options())
                    ? found.get(i)
                    : localize.apply(List.of(questions.get(i))).get(0);
            boolean foundAlone = !alone.detections().isEmpty();
            answers.add(answer(truth.asked().get(i), found.get(i), asked.options(), foundAlone));
        }
        return new EvaluatedImage(truth, answers, allCalls, nanos / NANOS_PER_MILLISECOND);
    }

    /** Whether what a prompt gets does not depend on the others of the call, as the library has it. */
    private static boolean isTheSameAlone(DetectorOptions options) {
        return options.contrast() == Presence.Contrast.NONE
                && options.crossLabelMaxIou() == 1
                && options.budget().equals(Budget.UNLIMITED);
    }

    private static Answer answer(int category, Localization found, DetectorOptions options, boolean foundAlone) {
        boolean decided = options.scoring() == Scoring.PROBABILITY;
        double presence =
                decided ? found.presence().probability() : found.presence().evidence();
        return answer(category, found.detections(), presence, found.map(), foundAlone);
    }

    /** What is verified is ranked by both. */
    private static double rank(Detection detection) {
        return detection
                .verification()
                .map(verification -> detection.score() * verification.confidence())
                .orElse(detection.score());
    }

    private static Answer answer(
            int category, List<Detection> found, double presence, ScoreMap map, boolean foundAlone) {
        List<ScoredRegion> boxes = found.stream()
                .map(it -> new ScoredRegion(Region.of(it.box()), rank(it)))
                .sorted(Comparator.comparingDouble(ScoredRegion::score).reversed())
                .toList();
        Box peak = map.peak();
        double peakX = (peak.xMin() + peak.xMax()) / 2.0;
        double peakY = (peak.yMin() + peak.yMax()) / 2.0;
        return new Answer(category, boxes, presence, peakX, peakY, foundAlone);
    }
}
