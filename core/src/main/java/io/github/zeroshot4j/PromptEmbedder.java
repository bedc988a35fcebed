package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Embeds prompts, each sentence and each exemplar once: the embeddings of the most recently used sentences are kept.
 * Thread-safe.
 */
final class PromptEmbedder {
    private final GuardedEncoder encoder;
    private final Exemplars exemplars;
    private final Map<String, float[]> cache;

    PromptEmbedder(GuardedEncoder encoder, ImageEmbedder images, int capacity) {
        this.encoder = encoder;
        this.exemplars = new Exemplars(encoder, images);
        this.cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * Returns the rows of norm 1 of every prompt, the best of which counts: one, or one per phrase of a prompt that is combined by
     * {@link Prompt.Combination#MAX}.
     */
    List<float[][]> embed(List<Prompt> prompts) {
        List<List<List<String>>> sentences =
                prompts.stream().map(Prompt::sentencesByPhrase).toList();
        Map<String, float[]> rows = rows(
                sentences.stream().flatMap(List::stream).flatMap(List::stream).toList());
        List<float[][]> result = new ArrayList<>();
        for (int p = 0; p < prompts.size(); p++) {
            result.add(embed(prompts.get(p), sentences.get(p), rows));
        }
        return result;
    }

    private float[][] embed(Prompt prompt, List<List<String>> sentences, Map<String, float[]> rows) {
        if (prompt.exemplar().isPresent()) {
            return new float[][] {exemplars.embed(prompt.exemplar().get())};
        }
        List<float[]> phrases = sentences.stream()
                .map(phrase -> mean(phrase.stream().map(rows::get).toList()))
                .toList();
        return prompt.combination() == Prompt.Combination.MAX
                ? phrases.toArray(float[][]::new)
                : new float[][] {mean(phrases)};
    }

    /** Returns the cosine with an exemplar's row that parts what is it from what is not. */
    double pivot(float[] exemplar) {
        return exemplars.pivot(exemplar);
    }

    /** Returns one row per sentence, as the encoder gives it. */
    float[][] embedSentences(List<String> sentences) {
        Map<String, float[]> rows = rows(sentences);
        return sentences.stream().map(rows::get).toArray(float[][]::new);
    }

    private Map<String, float[]> rows(List<String> sentences) {
        Map<String, float[]> rows = new HashMap<>();
        sentences.forEach(sentence -> rows.computeIfAbsent(sentence, this::row));
        return rows;
    }

    private float[] row(String sentence) {
        synchronized (cache) {
            float[] kept = cache.get(sentence);
            if (kept != null) {
                return kept;
            }
        }
        // Alone: in a batch its row might depend, in the last bits, on what else is asked.
        // Outside the lock: two threads may embed the same sentence at once.
        float[] fresh = encoder.encodeTexts(List.of(sentence))[0];
        synchronized (cache) {
            cache.put(sentence, fresh);
        }
        return fresh;
    }

    private static float[] mean(List<float[]> rows) {
        if (rows.size() == 1) {
            return rows.get(0);
        }
        double[] sum = new double[rows.get(0).length];
        for (float[] row : rows) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += row[i];
            }
        }
        double norm = 0;
        for (double value : sum) {
            norm += value * value;
        }
        norm = Math.sqrt(norm);
        float[] mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            mean[i] = (float) (norm == 0 ? 0 : sum[i] / norm);
        }
        return mean;
    }
}
