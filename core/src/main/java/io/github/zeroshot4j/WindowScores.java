package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Cosines of windows with a prompt and with the bank of negatives, and what they become. */
final class WindowScores {
    /** Windows whose sums grow side by side. */
    private static final int BLOCK = 128;

    private WindowScores() {}

    /** Returns the dot product of a row in {@code rows} and a vector, which is their cosine: both have norm 1. */
    static double cosine(float[] rows, int row, float[] vector) {
        double sum = 0;
        for (int i = 0, j = row * vector.length; i < vector.length; i++, j++) {
            sum += (double) rows[j] * vector[i];
        }
        return sum;
    }

    /** Returns the highest cosine of a row in {@code rows} and one of the vectors. */
    static double cosine(float[] rows, int row, float[][] vectors) {
        double best = Double.NEGATIVE_INFINITY;
        for (float[] vector : vectors) {
            best = Math.max(best, cosine(rows, row, vector));
        }
        return best;
    }

    /**
     * Returns the logit, scale times cosine, of every window of the scan for every text: one row per text.
     *
     * <p>Every sum is that of {@link #cosine}, term by term and bit by bit, whatever else is asked: the windows of a block are
     * turned into columns, and the sums of the block's windows grow side by side, which the JIT compiler makes vector
     * instructions of. (It does so for arrays of their own, not for offsets into one: hence the rows.) A block is used for
     * all texts while it is in the cache: {@code 8 * BLOCK * d} bytes.
     */
    static double[][] logits(EmbeddedImage.Scan scan, float[][] texts, double scale) {
        int windows = scan.windows().size();
        double[][] logits = new double[texts.length][windows];
        int dimension = texts[0].length;
        double[][] columns = new double[dimension][Math.min(BLOCK, windows)];
        double[] sums = new double[Math.min(BLOCK, windows)];
        for (int first = 0; first < windows; first += BLOCK) {
            int size = Math.min(BLOCK, windows - first);
            turn(scan.embeddings(), first, size, columns);
            for (int p = 0; p < texts.length; p++) {
                cosines(columns, texts[p], sums);
                for (int i = 0; i < size; i++) {
                    logits[p][first + i] = scale * sums[i];
                }
            }
        }
        return logits;
    }

    /** Rows in memory are read where they are, those in a file through a copy of the block. */
    private static void turn(FloatBuffer rows, int first, int size, double[][] columns) {
        int from = first * columns.length;
        if (rows.hasArray()) {
            turn(rows.array(), from, size, columns);
        } else {
            float[] copy = new float[size * columns.length];
            rows.get(from, copy);
            turn(copy, 0, size, columns);
        }
    }

    private static void turn(float[] rows, int from, int size, double[][] columns) {
        for (int i = 0, j = from; i < size; i++) {
            for (double[] column : columns) {
                column[i] = rows[j++];
            }
        }
    }

    private static void cosines(double[][] columns, float[] text, double[] sums) {
        Arrays.fill(sums, 0);
        int k = 0;
        for (; k + 4 <= columns.length; k += 4) {
            addFour(columns, text, k, sums);
        }
        for (; k < columns.length; k++) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += columns[k][i] * text[k];
            }
        }
    }

    /** Four terms one after the other, not their sum: a sum of its own would round otherwise. */
    private static void addFour(double[][] columns, float[] text, int k, double[] sums) {
        double[] columnA = columns[k];
        double[] columnB = columns[k + 1];
        double[] columnC = columns[k + 2];
        double[] columnD = columns[k + 3];
        double a = text[k];
        double b = text[k + 1];
        double c = text[k + 2];
        double d = text[k + 3];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = (((sums[i] + columnA[i] * a) + columnB[i] * b) + columnC[i] * c) + columnD[i] * d;
        }
    }

    /**
     * Returns per window the log of the summed exponentials of the negatives' logits: what a prompt's logit is compared with.
     * The difference is the log-odds of the softmax over {prompt + negatives}.
     */
    static double[] negativeLogits(EmbeddedImage.Scan scan, float[][] negatives, double scale) {
        double[][] logits = logits(scan, negatives, scale);
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
