package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** From window embeddings to maps, presence and boxes, one prompt at a time: no prompt knows of the others unless told to. */
final class Localizer {
    /**
     * A prompt and its rows, the best of which counts, and what they are weighed against: the rows of the negatives, the same
     * array for the same bank, or for an exemplar the pivot, a cosine.
     */
    static final class Question {
        private final Prompt prompt;
        private final float[][] phrases;
        private final float[][] negatives;
        private final double pivot;

        private Question(Prompt prompt, float[][] phrases, float[][] negatives, double pivot) {
            this.prompt = prompt;
            this.phrases = phrases;
            this.negatives = negatives;
            this.pivot = pivot;
        }

        private boolean isExemplar() {
            return prompt.exemplar().isPresent();
        }
    }

    /** An image that is embedded already, and is not there to be looked at again. */
    static final Function<List<Box>, EmbeddedImage.Scan> NO_LOOK = windows -> {
        throw new IllegalStateException("windows must be of the image's scans");
    };

    /** So far below the threshold, in calibrated log-odds, a window may turn out to show an object after all. */
    private static final double WORTH_A_LOOK = 1;

    /** Likelier than not in every patch: such a prompt fills the image. */
    private static final double EVERYWHERE = 0.5;

    /** Prompts scored together: enough to use a block of windows often, and few enough for their logits to be short-lived. */
    private static final int TOGETHER = 64;

    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final PromptEmbedder embedder;
    private final Function<List<Box>, EmbeddedImage.Scan> again;

    /**
     * Makes a localizer.
     *
     * @param again embeds windows of the image that its scans do not have; what there is no way to look at gives none
     */
    Localizer(
            GuardedEncoder encoder,
            DetectorOptions options,
            PromptEmbedder embedder,
            Function<List<Box>, EmbeddedImage.Scan> again) {
        this.encoder = encoder;
        this.options = options;
        this.embedder = embedder;
        this.again = again;
    }

    /** Embeds all that is asked, so that a bad phrase shows before an image's cost is spent. */
    List<Question> questions(List<Prompt> prompts) {
        List<float[][]> phrases = embedder.embed(prompts);
        Map<List<String>, float[][]> banks = new HashMap<>();
        List<Question> questions = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            Prompt prompt = prompts.get(p);
            float[][] rows = phrases.get(p);
            if (prompt.exemplar().isPresent()) {
                questions.add(new Question(prompt, rows, new float[0][], embedder.pivot(rows[0])));
            } else {
                List<String> bank = decides() ? bank(prompt) : List.of();
                float[][] negatives = banks.computeIfAbsent(bank, embedder::embedSentences);
                questions.add(new Question(prompt, rows, withRivals(negatives, prompt, prompts, phrases), 0));
            }
        }
        return questions;
    }

    /** Adds the rows of the other prompts that are of words, where they count. */
    private float[][] withRivals(float[][] negatives, Prompt prompt, List<Prompt> prompts, List<float[][]> phrases) {
        if (options.contrast() == Presence.Contrast.NONE) {
            return negatives;
        }
        List<float[]> rows = new ArrayList<>(List.of(negatives));
        for (int p = 0; p < phrases.size(); p++) {
            // Who asks for one thing twice, or under two labels, does not want it weighed against itself.
            List<String> rival = prompts.get(p).phrases();
            if (rival.stream().noneMatch(prompt::says)
                    && prompts.get(p).exemplar().isEmpty()) {
                rows.addAll(List.of(phrases.get(p)));
            }
        }
        return rows.toArray(float[][]::new);
    }

    List<Localization> localize(EmbeddedImage image, List<Question> questions) {
        IdentityHashMap<float[][], List<double[]>> against = new IdentityHashMap<>();
        List<Localization> localizations = new ArrayList<>();
        for (int from = 0; from < questions.size(); from += TOGETHER) {
            List<Question> together = questions.subList(from, Math.min(questions.size(), from + TOGETHER));
            List<double[][]> logits = logits(image.scans(), together);
            for (int q = 0; q < together.size(); q++) {
                int row = q;
                Question question = together.get(q);
                List<double[]> evidence = logits.stream().map(scan -> scan[row]).toList();
                weigh(evidence, question, rows -> against.computeIfAbsent(rows, r -> negatives(image.scans(), r)));
                localizations.add(localize(image, question, evidence));
            }
        }
        return withoutCovered(localizations);
    }

    /** Turns logits into log-odds against what the prompt is weighed against. */
    private void weigh(List<double[]> logits, Question question, Function<float[][], List<double[]>> negatives) {
        if (decides() && question.isExemplar()) {
            double pivot = encoder.spec().logitScale() * question.pivot;
            logits.forEach(scan -> Arrays.setAll(scan, i -> scan[i] - pivot));
        } else if (decides()) {
            subtract(logits, negatives.apply(question.negatives));
        }
    }

    /** Returns the log-odds of a prompt in windows that the image's scans do not have. */
    private double[] lookAgain(List<Box> windows, Question question) {
        if (windows.isEmpty()) {
            return new double[0];
        }
        List<EmbeddedImage.Scan> scan = List.of(again.apply(windows));
        List<double[]> evidence =
                logits(scan, List.of(question)).stream().map(rows -> rows[0]).toList();
        weigh(evidence, question, rows -> negatives(scan, rows));
        return evidence.get(0);
    }

    /** One row per question and scan: per window, the logit of the phrase that fits it best. */
    private List<double[][]> logits(List<EmbeddedImage.Scan> scans, List<Question> questions) {
        float[][] rows = questions.stream()
                .flatMap(question -> Arrays.stream(question.phrases))
                .toArray(float[][]::new);
        return scans.stream()
                .map(scan -> best(WindowScores.logits(scan, rows, encoder.spec().logitScale()), questions))
                .toList();
    }

    private static double[][] best(double[][] logits, List<Question> questions) {
        double[][] best = new double[questions.size()][];
        int row = 0;
        for (int q = 0; q < best.length; q++) {
            double[] highest = logits[row++];
            for (int phrase = 1; phrase < questions.get(q).phrases.length; phrase++) {
                double[] other = logits[row++];
                Arrays.setAll(highest, i -> Math.max(highest[i], other[i]));
            }
            best[q] = highest;
        }
        return best;
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

    private List<double[]> negatives(List<EmbeddedImage.Scan> scans, float[][] rows) {
        return scans.stream()
                .map(scan ->
                        WindowScores.negativeLogits(scan, rows, encoder.spec().logitScale()))
                .toList();
    }

    private static void subtract(List<double[]> from, List<double[]> values) {
        for (int s = 0; s < from.size(); s++) {
            double[] scan = from.get(s);
            double[] less = values.get(s);
            Arrays.setAll(scan, i -> scan[i] - less[i]);
        }
    }

    private boolean decides() {
        return options.scoring() == Scoring.PROBABILITY;
    }

    /** Who asks for "background" itself does not want it weighed against itself. */
    private List<String> bank(Prompt prompt) {
        List<String> general = options.negatives();
        List<String> own = prompt.negatives().stream()
                .filter(negative -> !general.contains(negative))
                .distinct()
                .toList();
        List<String> rest = without(Stream.concat(general.stream(), own.stream()), prompt);
        return rest.isEmpty() ? without(DetectorOptions.DEFAULT_NEGATIVES.stream(), prompt) : rest;
    }

    private static List<String> without(Stream<String> negatives, Prompt prompt) {
        return negatives.filter(negative -> !prompt.says(negative)).toList();
    }

    /** What an exemplar's evidence is has not been fitted. */
    private PresenceCalibration calibration(Prompt prompt) {
        return prompt.exemplar().isPresent()
                ? PresenceCalibration.NONE
                : encoder.spec().presenceCalibration();
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

    private Localization localize(EmbeddedImage image, Question question, List<double[]> evidence) {
        if (options.boxMode() == BoxMode.FITTED) {
            return fitted(image, question, evidence);
        }
        Prompt prompt = question.prompt;
        PresenceCalibration calibration = calibration(prompt);
        List<double[]> scores = decides()
                ? evidence.stream()
                        .map(scan -> probabilities(scan, calibration))
                        .toList()
                : evidence;
        double best = max(evidence);
        double probability = decides() ? calibration.probability(best) : 1;
        Presence presence = new Presence(!decides() || probability >= threshold(prompt), probability, best);
        ScoreMap map = average(image, scores);
        List<Detection> detections = presence.present() ? detections(image, prompt, map, scores) : List.of();
        return new Localization(prompt, map, presence, detections, notes(prompt));
    }

    /** Boxes that explain what the windows say; whether the prompt is there is what its best box says. */
    private Localization fitted(EmbeddedImage image, Question question, List<double[]> evidence) {
        Prompt prompt = question.prompt;
        PatchGrid grid = image.grid();
        PresenceCalibration calibration = calibration(prompt);
        InstanceFinder finder =
                new InstanceFinder(grid.imageWidth(), grid.imageHeight(), windows(image), joined(evidence));
        double worth = calibration.logOdds(threshold(prompt)) - WORTH_A_LOOK / calibration.slope();
        int looks = again == NO_LOOK ? 0 : options.looks();
        List<InstanceFinder.Instance> instances = finder.find(worth, looks, windows -> lookAgain(windows, question));
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
        List<double[]> scores =
                evidence.stream().map(scan -> probabilities(scan, calibration)).toList();
        ScoreMap map = ScoreMap.mean(List.of(average(image, scores), ScoreMap.of(grid, coverage)));
        double probability = calibration.probability(best);
        Presence presence = new Presence(probability >= threshold(prompt), probability, best);
        return new Localization(prompt, map, presence, rowByRow(found), notes(prompt));
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

    private ScoreMap average(EmbeddedImage image, List<double[]> scores) {
        List<ScoreMap> maps = new ArrayList<>();
        for (int s = 0; s < scores.size(); s++) {
            maps.add(ScoreMap.ofWindows(
                    image.grid(), image.scans().get(s).windows(), scores.get(s), options.averaging()));
        }
        return ScoreMap.mean(maps);
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
        // What is present everywhere fills the image: stretching such a map would make a part of it "not there".
        if (decides() && (map.isFlat() || map.min() >= EVERYWHERE)) {
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
