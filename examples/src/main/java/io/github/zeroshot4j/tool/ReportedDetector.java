package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.Scoring;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.ArrayList;
import java.util.List;

/**
 * A detector that is watched for a report. Beside the run's own answers, which are the same as without a report, it tells what
 * scores below the run's threshold, where that costs no further image through the encoder: the embedded image is asked once more
 * with a threshold of {@value #LOWEST}, without a second look.
 */
final class ReportedDetector {
    /** The lowest score that is asked for. */
    static final double LOWEST = 0.05;

    /** Of the smaller one of two boxes: shared with one of the run, it is the same thing, as the detector has it. */
    private static final double SAME_THING = 0.6;

    private final TallyEncoder encoder;
    private final ZeroShotDetector detector;
    private final double threshold;

    /**
     * What was found in an image.
     *
     * @param localizations the run's answers, one per prompt
     * @param below what scores less than the run's threshold, for each prompt
     * @param seconds that the run's answers took
     * @param encoderImages how many images went through the encoder for them
     */
    record Answer(List<Localization> localizations, List<List<Detection>> below, double seconds, long encoderImages) {}

    ReportedDetector(Encoder encoder, DetectorOptions options, ProgressListener progress) {
        this.encoder = new TallyEncoder(encoder);
        this.detector = ZeroShotDetector.of(this.encoder, options).withProgress(progress);
        this.threshold = options.presenceThreshold();
    }

    /** Returns whether boxes below the run's threshold are known: with a budget, an image is not embedded in whole. */
    static boolean asksBelow(DetectorOptions options) {
        return options.scoring() == Scoring.PROBABILITY
                && options.budget().equals(Budget.UNLIMITED)
                && options.presenceThreshold() > LOWEST;
    }

    Answer ask(RgbImage image, List<Prompt> prompts) {
        long images = encoder.images();
        long start = System.nanoTime();
        if (!asksBelow(detector.options())) {
            List<Localization> found = detector.localize(image, prompts);
            return answer(found, found.stream().map(it -> List.<Detection>of()).toList(), start, images);
        }
        EmbeddedImage embedded = detector.embed(image);
        List<Localization> found = detector.localize(embedded, image, prompts);
        Answer answer = answer(found, List.of(), start, images);
        return new Answer(found, below(embedded, prompts, found), answer.seconds, answer.encoderImages);
    }

    private Answer answer(List<Localization> found, List<List<Detection>> below, long start, long images) {
        return new Answer(found, below, (System.nanoTime() - start) / 1e9, encoder.images() - images);
    }

    private List<List<Detection>> below(EmbeddedImage embedded, List<Prompt> prompts, List<Localization> found) {
        DetectorOptions lower =
                detector.options().toBuilder().presenceThreshold(LOWEST).build();
        List<Localization> more = detector.withOptions(lower).localize(embedded, prompts);
        List<List<Detection>> below = new ArrayList<>();
        for (int i = 0; i < more.size(); i++) {
            below.add(below(found.get(i), more.get(i).detections()));
        }
        return below;
    }

    /**
     * Returns what is no part of the answer. Where the second look made a prompt absent, its best box has the probability that the
     * look left it, and no other is likelier.
     */
    private List<Detection> below(Localization found, List<Detection> more) {
        boolean present = found.presence().present();
        double probability = found.presence().probability();
        List<Detection> below = new ArrayList<>();
        for (Detection it : more) {
            boolean best = below.isEmpty() && !present;
            double score = best ? Math.min(it.score(), probability) : it.score();
            boolean likely = best || score < (present ? threshold : probability);
            boolean known = found.detections().stream().anyMatch(own -> isSame(own.box(), it.box()));
            if (likely && !known && score >= LOWEST) {
                below.add(new Detection(it.label(), score, it.box()));
            }
        }
        return below;
    }

    private boolean isSame(Box own, Box other) {
        return detector.options().boxMode() == BoxMode.FITTED
                ? own.intersectionOverSmaller(other) > SAME_THING
                : own.equals(other);
    }
}
