package io.github.zeroshot4j.evaluation;

import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The boxes of one category on all images, highest score first, and which of them are right. Matching is within an image, so
 * it is done once; how often each image counts comes later.
 */
final class Ranking {
    private static final int RECALL_POINTS = 101;

    private final int[] images;
    private final int[][] matches;
    private final int[] objects;

    private Ranking(int[] images, int[][] matches, int[] objects) {
        this.images = images;
        this.matches = matches;
        this.objects = objects;
    }

    /** Collects the matchings of a category. */
    static final class Builder {
        private static final class Entry {
            private final int image;
            private final double score;
            private final int[] matches;

            Entry(int image, double score, int[] matches) {
                this.image = image;
                this.score = score;
                this.matches = matches;
            }
        }

        private final double[] thresholds;
        private final List<Entry> entries = new ArrayList<>();
        private final int[] objects;

        Builder(double[] thresholds, int images) {
            this.thresholds = thresholds;
            this.objects = new int[images];
        }

        void add(int image, Matching matching, int objectCount) {
            objects[image] = objectCount;
            int[][] byThreshold =
                    Arrays.stream(thresholds).mapToObj(matching::at).toArray(int[][]::new);
            List<ScoredRegion> boxes = matching.boxes();
            for (int b = 0; b < boxes.size(); b++) {
                int box = b;
                int[] own = Arrays.stream(byThreshold).mapToInt(row -> row[box]).toArray();
                entries.add(new Entry(image, boxes.get(b).score(), own));
            }
        }

        Ranking build() {
            // Stable: of equal scores the earlier image comes first, as in COCO's code.
            entries.sort(
                    Comparator.comparingDouble((Entry entry) -> entry.score).reversed());
            return new Ranking(
                    entries.stream().mapToInt(entry -> entry.image).toArray(),
                    entries.stream().map(entry -> entry.matches).toArray(int[][]::new),
                    objects);
        }
    }

    /** Returns the number of objects. */
    long objects(int[] weights) {
        long total = 0;
        for (int i = 0; i < weights.length; i++) {
            total += (long) weights[i] * objects[i];
        }
        return total;
    }

    /**
     * Returns COCO's average precision at one threshold: the mean over 101 recalls of the best precision at that recall or
     * more. NaN if there is no object. Copies of an image follow each other in the ranking; only the last of them can be the
     * best precision at its recall, so that a step per box is enough.
     */
    double averagePrecision(int threshold, int[] weights) {
        long total = objects(weights);
        if (total == 0) {
            return Double.NaN;
        }
        double[] recalls = new double[images.length];
        double[] precisions = new double[images.length];
        int count = 0;
        long right = 0;
        long wrong = 0;
        for (int b = 0; b < images.length; b++) {
            int weight = weights[images[b]];
            int match = matches[b][threshold];
            if (match == Matching.NONE) {
                wrong += weight;
            } else if (match != Matching.CROWD && weight > 0) {
                right += weight;
                recalls[count] = (double) right / total;
                precisions[count] = (double) right / (right + wrong);
                count++;
            }
        }
        for (int i = count - 1; i > 0; i--) {
            precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
        }
        double sum = 0;
        for (int point = 0, i = 0; point < RECALL_POINTS; point++) {
            while (i < count && recalls[i] < 0.01 * point) {
                i++;
            }
            sum += i < count ? precisions[i] : 0;
        }
        return sum / RECALL_POINTS;
    }

    /** Returns the share of objects that were found at one threshold; NaN if there is no object. */
    double recall(int threshold, int[] weights) {
        long found = 0;
        for (int b = 0; b < images.length; b++) {
            found += matches[b][threshold] >= 0 ? weights[images[b]] : 0;
        }
        long total = objects(weights);
        return total == 0 ? Double.NaN : (double) found / total;
    }
}
