package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * From window embeddings to what each window says for each prompt: a logit, or with {@link Scoring#PROBABILITY} log-odds against
 * what the prompt is weighed against. No prompt knows of the others unless told to.
 */
final class PromptScorer {
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

        Prompt prompt() {
            return prompt;
        }

        private boolean isExemplar() {
            return prompt.exemplar().isPresent();
        }
    }

    /** Prompts scored together: enough to use a block of windows often, and few enough for their logits to be short-lived. */
    private static final int TOGETHER = 64;

    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final PromptEmbedder embedder;

    PromptScorer(GuardedEncoder encoder, DetectorOptions options, PromptEmbedder embedder) {
        this.encoder = encoder;
        this.options = options;
        this.embedder = embedder;
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

    /** Calls back with one question after the other and, scan by scan, what its windows say; the arrays are the receiver's. */
    void score(
            List<EmbeddedImage.Scan> scans, List<Question> questions, BiConsumer<Question, List<double[]>> receiver) {
        IdentityHashMap<float[][], List<double[]>> against = new IdentityHashMap<>();
        for (int from = 0; from < questions.size(); from += TOGETHER) {
            List<Question> together = questions.subList(from, Math.min(questions.size(), from + TOGETHER));
            List<double[][]> logits = logits(scans, together);
            for (int q = 0; q < together.size(); q++) {
                int row = q;
                Question question = together.get(q);
                List<double[]> evidence = logits.stream().map(scan -> scan[row]).toList();
                weigh(evidence, question, rows -> against.computeIfAbsent(rows, r -> negatives(scans, r)));
                receiver.accept(question, evidence);
            }
        }
    }

    /** Returns what windows of another scan say for one prompt. */
    double[] score(EmbeddedImage.Scan scan, Question question) {
        List<double[]> evidence = new ArrayList<>();
        score(List.of(scan), List.of(question), (asked, rows) -> evidence.addAll(rows));
        return evidence.get(0);
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

    /** Returns how log-odds become a probability: what an exemplar's are has not been fitted. */
    PresenceCalibration calibration(Prompt prompt) {
        return prompt.exemplar().isPresent()
                ? PresenceCalibration.NONE
                : encoder.spec().presenceCalibration();
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
}
