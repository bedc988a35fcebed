package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** From window embeddings to maps, presence and boxes, one prompt at a time: no prompt knows of the others. */
final class Localizer {
    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final PromptEmbedder prompts;

    Localizer(GuardedEncoder encoder, DetectorOptions options, PromptEmbedder prompts) {
        this.encoder = encoder;
        this.options = options;
        this.prompts = prompts;
    }

    List<Localization> localize(EmbeddedImage image, List<Prompt> promptList) {
        float[][] texts = prompts.embed(promptList);
        List<Localization> results = new ArrayList<>();
        for (int p = 0; p < texts.length; p++) {
            results.add(localize(image, promptList.get(p), texts[p]));
        }
        return List.copyOf(results);
    }

    private Localization localize(EmbeddedImage image, Prompt prompt, float[] text) {
        boolean decides = options.scoring() == DetectorOptions.Scoring.PROBABILITY;
        List<double[]> evidence = new ArrayList<>();
        List<double[]> scores = new ArrayList<>();
        for (EmbeddedImage.Scan scan : image.scans()) {
            double[] values = decides
                    ? logOdds(scan, prompt, text)
                    : WindowScores.logits(scan, text, encoder.spec().logitScale());
            evidence.add(values);
            scores.add(decides ? probabilities(values) : values);
        }
        double best = max(evidence);
        double probability = decides ? encoder.spec().presenceCalibration().probability(best) : 1;
        Presence presence = new Presence(!decides || probability >= options.presenceThreshold(), probability, best);
        ScoreMap map = average(image, scores);
        List<Detection> detections = presence.present() ? boxes(image, prompt, map, scores) : List.of();
        return new Localization(prompt, map, presence, detections, encoder.notes(prompt.text()));
    }

    private double[] logOdds(EmbeddedImage.Scan scan, Prompt prompt, float[] text) {
        // Who asks for "background" itself does not want it weighed against itself.
        List<String> negatives = options.negatives().stream()
                .filter(negative -> !negative.equalsIgnoreCase(prompt.text().strip()))
                .toList();
        double[] logits = WindowScores.logits(scan, text, encoder.spec().logitScale());
        if (!negatives.isEmpty()) {
            float[][] rows = prompts.embedSentences(negatives);
            double[] against =
                    WindowScores.negativeLogits(scan, rows, encoder.spec().logitScale());
            Arrays.setAll(logits, i -> logits[i] - against[i]);
        }
        return logits;
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

    private List<Detection> boxes(EmbeddedImage image, Prompt prompt, ScoreMap map, List<double[]> scores) {
        ScoreMap relative = map.clipAtMean(options.meanClipPasses()).normalized();
        List<Detection> found = new ArrayList<>();
        for (BoxExtractor.Candidate candidate :
                new BoxExtractor(options.boxMode(), options.boxThreshold()).extract(relative)) {
            double score = options.scoring() == DetectorOptions.Scoring.LOGIT
                    ? max(scores)
                    : bestCentredIn(candidate.box(), image, scores);
            if (options.scoring() == DetectorOptions.Scoring.LOGIT || score >= options.presenceThreshold()) {
                found.add(new Detection(prompt.text(), score, candidate.box()));
            }
        }
        // The extractor's order is that of the peaks; of equal scores the upper left box comes first.
        found.sort(Comparator.comparingInt((Detection d) -> d.box().yMin())
                .thenComparingInt(d -> d.box().xMin()));
        return Suppression.nonMaximum(found, options.maxIou());
    }

    /** Returns the highest score of a window whose centre lies in the box; 0 if there is none. */
    private static double bestCentredIn(Box box, EmbeddedImage image, List<double[]> scores) {
        double best = 0;
        for (int s = 0; s < scores.size(); s++) {
            List<Box> windows = image.scans().get(s).windows();
            for (int i = 0; i < windows.size(); i++) {
                Box window = windows.get(i);
                if (box.contains((window.xMin() + window.xMax()) / 2, (window.yMin() + window.yMax()) / 2)) {
                    best = Math.max(best, scores.get(s)[i]);
                }
            }
        }
        return best;
    }

    private static double max(List<double[]> rows) {
        return rows.stream().flatMapToDouble(Arrays::stream).max().orElseThrow();
    }
}
