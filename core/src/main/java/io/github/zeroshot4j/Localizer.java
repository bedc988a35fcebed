package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** From window embeddings to maps, presence and boxes, one prompt at a time: no prompt knows of the others. */
final class Localizer {
    /** A prompt and its row, and the rows of the negatives that it is weighed against: the same array for the same bank. */
    static final class Question {
        private final Prompt prompt;
        private final float[] text;
        private final float[][] negatives;

        private Question(Prompt prompt, float[] text, float[][] negatives) {
            this.prompt = prompt;
            this.text = text;
            this.negatives = negatives;
        }
    }

    /** Likelier than not in every patch: such a prompt fills the image. */
    private static final double EVERYWHERE = 0.5;

    /** Prompts scored together: enough to use a block of windows often, and few enough for their logits to be short-lived. */
    private static final int TOGETHER = 64;

    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final PromptEmbedder embedder;

    Localizer(GuardedEncoder encoder, DetectorOptions options, PromptEmbedder embedder) {
        this.encoder = encoder;
        this.options = options;
        this.embedder = embedder;
    }

    /** Embeds all that is asked, so that a bad phrase shows before an image's cost is spent. */
    List<Question> questions(List<Prompt> prompts) {
        float[][] texts = embedder.embed(prompts);
        Map<List<String>, float[][]> banks = new HashMap<>();
        List<Question> questions = new ArrayList<>();
        for (int p = 0; p < texts.length; p++) {
            List<String> bank = decides() ? bank(prompts.get(p)) : List.of();
            questions.add(
                    new Question(prompts.get(p), texts[p], banks.computeIfAbsent(bank, embedder::embedSentences)));
        }
        return questions;
    }

    List<Localization> localize(EmbeddedImage image, List<Question> questions) {
        IdentityHashMap<float[][], List<double[]>> against = new IdentityHashMap<>();
        List<Localization> localizations = new ArrayList<>();
        for (int from = 0; from < questions.size(); from += TOGETHER) {
            List<Question> together = questions.subList(from, Math.min(questions.size(), from + TOGETHER));
            List<double[][]> logits = logits(image, together);
            for (int q = 0; q < together.size(); q++) {
                int row = q;
                Question question = together.get(q);
                List<double[]> evidence = logits.stream().map(scan -> scan[row]).toList();
                if (decides()) {
                    subtract(evidence, against.computeIfAbsent(question.negatives, rows -> negatives(image, rows)));
                }
                localizations.add(localize(image, question.prompt, evidence));
            }
        }
        return List.copyOf(localizations);
    }

    private List<double[][]> logits(EmbeddedImage image, List<Question> questions) {
        float[][] texts = questions.stream().map(question -> question.text).toArray(float[][]::new);
        return image.scans().stream()
                .map(scan -> WindowScores.logits(scan, texts, encoder.spec().logitScale()))
                .toList();
    }

    private List<double[]> negatives(EmbeddedImage image, float[][] rows) {
        return image.scans().stream()
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
        return options.scoring() == DetectorOptions.Scoring.PROBABILITY;
    }

    /** Who asks for "background" itself does not want it weighed against itself. */
    private List<String> bank(Prompt prompt) {
        List<String> rest = without(options.negatives(), prompt);
        return rest.isEmpty() ? without(DetectorOptions.DEFAULT_NEGATIVES, prompt) : rest;
    }

    private static List<String> without(List<String> negatives, Prompt prompt) {
        return negatives.stream()
                .filter(negative -> !negative.equalsIgnoreCase(prompt.text().strip()))
                .toList();
    }

    private Localization localize(EmbeddedImage image, Prompt prompt, List<double[]> evidence) {
        List<double[]> scores =
                decides() ? evidence.stream().map(this::probabilities).toList() : evidence;
        double best = max(evidence);
        double probability = decides() ? encoder.spec().presenceCalibration().probability(best) : 1;
        Presence presence = new Presence(!decides() || probability >= options.presenceThreshold(), probability, best);
        ScoreMap map = average(image, scores);
        List<Detection> detections = presence.present() ? detections(image, prompt, map, scores) : List.of();
        return new Localization(prompt, map, presence, detections, encoder.notes(prompt.text()));
    }

    private double[] probabilities(double[] logOdds) {
        return Arrays.stream(logOdds)
                .map(encoder.spec().presenceCalibration()::probability)
                .toArray();
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
            if (!decides() || score >= options.presenceThreshold()) {
                found.add(new Detection(prompt.text(), score, box));
            }
        }
        // The extractor's order is that of the peaks; of equal scores the upper left box comes first.
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
        return new BoxExtractor(options.boxMode(), options.boxThreshold())
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
