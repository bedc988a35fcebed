package io.github.zeroshot4j;

import java.util.List;

/** Cosines of windows with a prompt and with the bank of negatives, and what they become. */
final class WindowScores {
    private WindowScores() {}

    /** Returns the dot product of a row in {@code rows} and a vector, which is their cosine: both have norm 1. */
    static double cosine(float[] rows, int row, float[] vector) {
        double sum = 0;
        for (int i = 0, j = row * vector.length; i < vector.length; i++, j++) {
            sum += (double) rows[j] * vector[i];
        }
        return sum;
    }

    /** Returns the logit, scale times cosine, of every window of the scan. */
    static double[] logits(EmbeddedImage.Scan scan, float[] text, double scale) {
        double[] logits = new double[scan.windows().size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = scale * cosine(scan.embeddings(), i, text);
        }
        return logits;
    }

    /**
     * Returns per window the log of the summed exponentials of the negatives' logits: what a prompt's logit is compared with.
     * The difference is the log-odds of the softmax over {prompt + negatives}.
     */
    static double[] negativeLogits(EmbeddedImage.Scan scan, float[][] negatives, double scale) {
        List<double[]> logits = java.util.Arrays.stream(negatives)
                .map(negative -> logits(scan, negative, scale))
                .toList();
        double[] result = new double[scan.windows().size()];
        for (int i = 0; i < result.length; i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (double[] row : logits) {
                max = Math.max(max, row[i]);
            }
            double sum = 0;
            for (double[] row : logits) {
                sum += Math.exp(row[i] - max);
            }
            result[i] = max + Math.log(sum);
        }
        return result;
    }
}
