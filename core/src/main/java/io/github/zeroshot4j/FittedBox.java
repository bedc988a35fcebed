package io.github.zeroshot4j;

import java.util.Arrays;

/** A box with edges in fractions of pixels, and the boxes that it is the mean of, with their probabilities. Immutable. */
final class FittedBox {
    /** Less likely candidates change no patch of a map. */
    private static final double LEAST_PROBABILITY = 1e-4;

    private final double[] edges;
    private final double[][] candidates;
    private final double[] probabilities;

    private FittedBox(double[] edges, double[][] candidates, double[] probabilities) {
        this.edges = edges;
        this.candidates = candidates;
        this.probabilities = probabilities;
    }

    static FittedBox certain(double[] edges) {
        return new FittedBox(edges, new double[][] {edges}, new double[] {1});
    }

    /** Returns the mean of candidates, each weighing the exponential of its score. */
    static FittedBox mean(double[][] candidates, double[] scores) {
        double highest = Arrays.stream(scores).max().orElseThrow();
        double[] probabilities =
                Arrays.stream(scores).map(score -> Math.exp(score - highest)).toArray();
        double sum = Arrays.stream(probabilities).sum();
        double[] edges = new double[4];
        for (int i = 0; i < candidates.length; i++) {
            probabilities[i] /= sum;
            for (int edge = 0; edge < 4; edge++) {
                edges[edge] += probabilities[i] * candidates[i][edge];
            }
        }
        return new FittedBox(edges, candidates, probabilities);
    }

    /** Left, upper, right and lower: never to be written to. */
    double[] edges() {
        return edges;
    }

    double longerSide() {
        return Math.max(edges[2] - edges[0], edges[3] - edges[1]);
    }

    /** Returns the box in whole pixels, at least one in each direction. */
    Box box(int imageWidth, int imageHeight) {
        int xMin = (int) Math.min(imageWidth - 1, Math.rint(edges[0]));
        int yMin = (int) Math.min(imageHeight - 1, Math.rint(edges[1]));
        return new Box(xMin, yMin, (int) Math.max(xMin + 1, Math.rint(edges[2])), (int)
                Math.max(yMin + 1, Math.rint(edges[3])));
    }

    /** Returns per patch the probability that its centre lies in the object, row by row. Time: candidates plus patches. */
    double[] coverage(PatchGrid grid) {
        WindowSums sums = new WindowSums(grid, 1);
        for (int i = 0; i < candidates.length; i++) {
            if (probabilities[i] >= LEAST_PROBABILITY) {
                double[] box = candidates[i];
                sums.add(
                        new Box((int) Math.rint(box[0]), (int) Math.rint(box[1]), (int) Math.rint(box[2]), (int)
                                Math.rint(box[3])),
                        probabilities[i]);
            }
        }
        return sums.totals();
    }
}
