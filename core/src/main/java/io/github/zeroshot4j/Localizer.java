package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** From what windows say for a prompt to its map, presence and boxes, one prompt at a time. */
final class Localizer {
    /** So far below the threshold, in calibrated log-odds, a window may turn out to show an object after all. */
    private static final double WORTH_A_LOOK = 1;

    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final PromptScorer scorer;
    private final int looks;
    private final BudgetMeter meter;
    private final Function<List<Box>, EmbeddedImage.Scan> again;

    /** Makes a localizer for an image that is embedded already, and is not there to be looked at again. */
    Localizer(GuardedEncoder encoder, DetectorOptions options, PromptEmbedder embedder) {
        this(encoder, options, embedder, 0, new BudgetMeter(Budget.UNLIMITED, () -> 0), windows -> {
            throw new IllegalStateException("looks (0) must be positive, or windows are of the image's scans");
        });
    }

    /**
     * Makes a localizer.
     *
     * @param meter what the image may still cost
     * @param again embeds windows of the image that its scans do not have, and has the meter know
     */
    Localizer(
            GuardedEncoder encoder,
            DetectorOptions options,
            PromptEmbedder embedder,
            BudgetMeter meter,
            Function<List<Box>, EmbeddedImage.Scan> again) {
        this(encoder, options, embedder, options.looks(), meter, again);
    }

    private Localizer(
            GuardedEncoder encoder,
            DetectorOptions options,
            PromptEmbedder embedder,
            int looks,
            BudgetMeter meter,
            Function<List<Box>, EmbeddedImage.Scan> again) {
        this.encoder = encoder;
        this.options = options;
        this.scorer = new PromptScorer(encoder, options, embedder);
        this.looks = looks;
        this.meter = meter;
        this.again = again;
    }

    /** Embeds all that is asked, so that a bad phrase shows before an image's cost is spent. */
    List<PromptScorer.Question> questions(List<Prompt> prompts) {
        return scorer.questions(prompts);
    }

    /** Embeds the windows that the budget pays for, where they tell most. */
    List<EmbeddedImage.Scan> scan(
            List<List<Box>> sizes,
            List<PromptScorer.Question> questions,
            Function<List<Box>, EmbeddedImage.Scan> embed) {
        int wanted = options.boxMode() == BoxMode.FITTED ? looks : 0;
        return new CoarseToFine(scorer, questions, meter, embed).scan(sizes, wanted);
    }

    /** A look for one prompt, as long as the budget pays for it. */
    private final class BudgetedLook implements InstanceFinder.Look {
        private final PromptScorer.Question question;

        private BudgetedLook(PromptScorer.Question question) {
            this.question = question;
        }

        @Override
        public double[] logOdds(List<Box> windows) {
            return scorer.score(again.apply(windows), question);
        }

        @Override
        public boolean isAffordable() {
            return meter.remaining() >= InstanceFinder.LOOKS;
        }
    }

    List<Localization> localize(EmbeddedImage image, List<PromptScorer.Question> questions) {
        List<Localization> localizations = new ArrayList<>();
        scorer.score(
                image.scans(),
                questions,
                (question, evidence) -> localizations.add(localize(image, question, evidence)));
        return withoutCovered(localizations);
    }

    /** Takes away what a better detection of any prompt covers, where that is asked for. */
    private List<Localization> withoutCovered(List<Localization> localizations) {
        if (options.crossLabelMaxIou() == 1) {
            return List.copyOf(localizations);
        }
        List<Detection> all = localizations.stream()
                .flatMap(localization -> localization.detections().stream())
                .toList();
        Set<Detection> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        kept.addAll(Suppression.nonMaximumAcrossLabels(all, options.crossLabelMaxIou()));
        return localizations.stream()
                .map(localization -> localization.withDetections(localization.detections().stream()
                        .filter(kept::contains)
                        .toList()))
                .toList();
    }

    private boolean decides() {
        return options.scoring() == Scoring.PROBABILITY;
    }

    private double threshold(Prompt prompt) {
        return prompt.threshold().orElse(options.presenceThreshold());
    }

    private List<String> notes(Prompt prompt) {
        return prompt.phrases().stream()
                .flatMap(phrase -> encoder.notes(phrase).stream())
                .distinct()
                .toList();
    }

    private Localization localize(EmbeddedImage image, PromptScorer.Question question, List<double[]> evidence) {
        if (options.boxMode() == BoxMode.FITTED) {
            return fitted(image, question, evidence);
        }
        Prompt prompt = question.prompt();
        PresenceCalibration calibration = scorer.calibration(prompt);
        List<double[]> scores = decides()
                ? evidence.stream()
                        .map(scan -> probabilities(scan, calibration))
                        .toList()
                : evidence;
        double best = max(evidence);
        double probability = decides() ? calibration.probability(best) : 1;
        Presence presence = new Presence(!decides() || probability >= threshold(prompt), probability, best);
        ScoreMap map = ScanMaps.of(image, scores, options.averaging()).mean();
        List<Detection> detections = presence.present() ? detections(image, prompt, map, scores) : List.of();
        return new Localization(prompt, map, presence, detections, notes(prompt));
    }

    /** Boxes that explain what the windows say; whether the prompt is there is what its best box says. */
    private Localization fitted(EmbeddedImage image, PromptScorer.Question question, List<double[]> evidence) {
        Prompt prompt = question.prompt();
        PatchGrid grid = image.grid();
        PresenceCalibration calibration = scorer.calibration(prompt);
        List<double[]> scores =
                evidence.stream().map(scan -> probabilities(scan, calibration)).toList();
        ScanMaps maps = ScanMaps.of(image, scores, options.averaging());
        InstanceFinder finder =
                new InstanceFinder(grid.imageWidth(), grid.imageHeight(), windows(image), joined(evidence));
        double worth = calibration.logOdds(threshold(prompt)) - WORTH_A_LOOK / calibration.slope();
        List<InstanceFinder.Instance> instances = maps.isEverywhere()
                ? List.of(finder.everything())
                : finder.find(worth, looks, new BudgetedLook(question));
        double[] coverage = new double[grid.rows() * grid.columns()];
        List<Detection> found = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (InstanceFinder.Instance instance : instances) {
            double probability = calibration.probability(instance.logOdds());
            double[] covered = instance.fitted().coverage(grid);
            Arrays.setAll(coverage, i -> Math.max(coverage[i], probability * covered[i]));
            if (probability >= threshold(prompt)) {
                found.add(new Detection(
                        prompt.text(), probability, instance.fitted().box(grid.imageWidth(), grid.imageHeight())));
            }
            best = Math.max(best, instance.logOdds());
        }
        double probability = calibration.probability(best);
        Presence presence = new Presence(probability >= threshold(prompt), probability, best);
        ScoreMap both = ScoreMap.mean(List.of(maps.mean(), ScoreMap.of(grid, coverage)));
        return new Localization(prompt, both, presence, rowByRow(found), notes(prompt));
    }

    private static List<Box> windows(EmbeddedImage image) {
        return image.scans().stream().flatMap(scan -> scan.windows().stream()).toList();
    }

    private static double[] joined(List<double[]> rows) {
        return rows.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] probabilities(double[] logOdds, PresenceCalibration calibration) {
        return Arrays.stream(logOdds).map(calibration::probability).toArray();
    }

    private List<Detection> detections(EmbeddedImage image, Prompt prompt, ScoreMap map, List<double[]> scores) {
        List<Detection> found = new ArrayList<>();
        for (Box box : boxes(map)) {
            double score = decides() ? bestCentredIn(box, image, scores) : max(scores);
            if (!decides() || score >= threshold(prompt)) {
                found.add(new Detection(prompt.text(), score, box));
            }
        }
        return rowByRow(found);
    }

    /** Takes away what says the same thing twice; of equal scores the upper left box comes first. */
    private List<Detection> rowByRow(List<Detection> found) {
        found.sort(Comparator.comparingInt((Detection d) -> d.box().yMin())
                .thenComparingInt(d -> d.box().xMin()));
        return Suppression.nonMaximum(found, options.maxIou());
    }

    private List<Box> boxes(ScoreMap map) {
        if (decides() && ScanMaps.isEverywhere(map)) {
            return List.of(map.grid().patches(0, 0, map.rows(), map.columns()));
        }
        ScoreMap relative = map.clipAtMean(options.meanClipPasses()).normalized();
        BoxExtractor.Mode mode =
                options.boxMode() == BoxMode.SINGLE ? BoxExtractor.Mode.SINGLE : BoxExtractor.Mode.COMPONENTS;
        return new BoxExtractor(mode, options.boxThreshold())
                .extract(relative).stream().map(BoxExtractor.Candidate::box).toList();
    }

    /**
     * Returns the highest score of a window whose centre lies in the box, its edges included; if there is none, as at the
     * image's edges, the highest score among the windows that overlap the box best.
     */
    private static double bestCentredIn(Box box, EmbeddedImage image, List<double[]> scores) {
        double centred = Double.NEGATIVE_INFINITY;
        double overlapping = Double.NEGATIVE_INFINITY;
        double highestIou = -1;
        for (int s = 0; s < scores.size(); s++) {
            List<Box> windows = image.scans().get(s).windows();
            for (int i = 0; i < windows.size(); i++) {
                double score = scores.get(s)[i];
                if (isCentredIn(box, windows.get(i))) {
                    centred = Math.max(centred, score);
                }
                double iou = box.iou(windows.get(i));
                if (iou >= highestIou) {
                    overlapping = iou > highestIou ? score : Math.max(overlapping, score);
                    highestIou = iou;
                }
            }
        }
        return centred > Double.NEGATIVE_INFINITY ? centred : overlapping;
    }

    /** In half pixels, so that a picture and its mirror image agree. */
    private static boolean isCentredIn(Box box, Box window) {
        long x = (long) window.xMin() + window.xMax();
        long y = (long) window.yMin() + window.yMax();
        return 2L * box.xMin() <= x && x <= 2L * box.xMax() && 2L * box.yMin() <= y && y <= 2L * box.yMax();
    }

    private static double max(List<double[]> rows) {
        double max = Double.NEGATIVE_INFINITY;
        for (double[] row : rows) {
            for (double value : row) {
                max = Math.max(max, value);
            }
        }
        return max;
    }
}
