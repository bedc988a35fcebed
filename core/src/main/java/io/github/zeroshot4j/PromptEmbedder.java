package io.github.zeroshot4j;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Embeds prompts, each sentence once: the embeddings of the most recently used sentences are kept. Thread-safe. */
final class PromptEmbedder {
    private final GuardedEncoder encoder;
    private final Map<String, float[]> cache;

    PromptEmbedder(GuardedEncoder encoder, int capacity) {
        this.encoder = encoder;
        this.cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Returns one row per prompt: the mean of its sentences' embeddings, of norm 1. */
    float[][] embed(List<Prompt> prompts) {
        List<List<String>> sentences = prompts.stream().map(Prompt::sentences).toList();
        Map<String, float[]> rows =
                rows(sentences.stream().flatMap(List::stream).toList());
        float[][] result = new float[prompts.size()][];
        for (int p = 0; p < result.length; p++) {
            result[p] = mean(sentences.get(p).stream().map(rows::get).toList());
        }
        return result;
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
        // Alone: in a batch its row might depend, in the last bits, on what else is asked. And outside the lock: two
        // threads
        // may embed the same sentence at once.
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
