package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Fits a box to the evidence of windows: which object would make the windows say what they say?
 *
 * <p>A box predicts a level for every window by {@link WindowResponse}. How well prediction g and levels y agree, each window
 * counting w, is the part of the levels that the prediction explains, {@code (sum g w y)^2 / sum g^2 w}: the reduction of the
 * squared error by the best multiple of g. With noise of variance s2 this makes a box likelier by {@code exp(that / (2 s2))};
 * slim boxes are held unlikely beforehand. The result is the mean of the boxes around a first guess, each by its
 * likelihood, which is steadier than the likeliest box: windows are few and noisy. Edges are in fractions of pixels, finer than
 * windows and patches.
 *
 * <p>The variance of the noise goes with the response, as measured with the same model on the same scenes. The other constants are
 * choices, not measurements: those of the search make it fine enough for its cost, and all of them were judged together, by the
 * figures of the development scenes (EVALUATION.md tells which parts were switched off, one by one).
 *
 * <p>Deterministic. Time: windows near the box times {@value #CANDIDATES} candidates in each round, of which a fit has two.
 */
final class BoxFitter {
    /** Of levels: measured, see above. */
    private static final double NOISE_VARIANCE = 0.08;
    /** Times the squared logarithm of width over height. Chosen: a box twice as long as wide is 0.38 times as likely beforehand. */
    private static final double SLIMNESS = 2;
    /** Keeps what hardly any window sees from being explained perfectly. Chosen. */
    private static final double LEAST_WEIGHT = 0.05;

    /** First guesses: about the middle of the best windows, smaller than these, for a window that says most holds the thing. */
    private static final int STARTS = 6;

    private static final double[] START_SIZES = {0.45, 0.65, 0.85};
    private static final double[] START_SHIFTS = {-0.2, 0, 0.2};

    /** Candidates around a guess: in its lengths, and in logarithms of its size (half to twice) and of width over height. */
    private static final double[] SHIFTS = spaced(0.4, 7);

    private static final double[] LOG_SIZES = spaced(0.7, 9);
    private static final double[] LOG_ASPECTS = spaced(0.6, 5);
    static final int CANDIDATES = 7 * 7 * 9 * 5;

    /** Windows side by side in arrays: the loop over them, for every candidate, is what takes the time. */
    private static final class Neighbourhood {
        private final double[] xMin;
        private final double[] yMin;
        private final double[] xMax;
        private final double[] yMax;
        private final double[] areas;
        private final double[] weights;
        private final double[] weightedLevels;

        private Neighbourhood(WindowEvidence evidence, double[] allWeights, int[] windows) {
            xMin = edges(evidence, windows, 0);
            yMin = edges(evidence, windows, 1);
            xMax = edges(evidence, windows, 2);
            yMax = edges(evidence, windows, 3);
            areas = Arrays.stream(windows)
                    .mapToDouble(i -> area(evidence.window(i)))
                    .toArray();
            weights = Arrays.stream(windows).mapToDouble(i -> allWeights[i]).toArray();
            weightedLevels = Arrays.stream(windows)
                    .mapToDouble(i -> allWeights[i] * evidence.level(i))
                    .toArray();
        }

        private static double[] edges(WindowEvidence evidence, int[] windows, int edge) {
            return Arrays.stream(windows)
                    .mapToDouble(i -> evidence.window(i)[edge])
                    .toArray();
        }
    }

    private final WindowResponse response = new WindowResponse();
    private final int width;
    private final int height;
    private final double smallest;

    BoxFitter(int imageWidth, int imageHeight) {
        this.width = imageWidth;
        this.height = imageHeight;
        this.smallest = Math.min(8, Math.min(imageWidth, imageHeight) / 8.0);
    }

    private static double[] spaced(double reach, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> reach * (2.0 * i / (count - 1) - 1))
                .toArray();
    }

    /** Returns the response that a box makes a window expect, 0 to 1. */
    double response(double[] window, double[] box) {
        double x = Math.min(window[2], box[2]) - Math.max(window[0], box[0]);
        double y = Math.min(window[3], box[3]) - Math.max(window[1], box[1]);
        return x <= 0 || y <= 0 ? 0 : response.of(x * y, area(window), area(box));
    }

    /** Returns the level that a box predicts for a window, 0 to 1. */
    double level(double[] window, double[] box) {
        return Math.max(0, (response(window, box) - WindowEvidence.FLOOR) / (1 - WindowEvidence.FLOOR));
    }

    private static double area(double[] box) {
        return (box[2] - box[0]) * (box[3] - box[1]);
    }

    /** Fits a box anywhere: from the best of first guesses in the windows with the most weighted evidence. */
    FittedBox fit(WindowEvidence evidence, double[] weights) {
        int[] indices = IntStream.range(0, evidence.size()).toArray();
        Neighbourhood all = new Neighbourhood(evidence, weights, indices);
        double[] best = evidence.window(0);
        double bestScore = Double.NEGATIVE_INFINITY;
        int[] highest = IntStream.range(0, evidence.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -evidence.level(i) * weights[i]))
                .limit(STARTS)
                .mapToInt(i -> i)
                .toArray();
        for (int i : highest) {
            double[] window = evidence.window(i);
            for (double size : START_SIZES) {
                for (double dx : START_SHIFTS) {
                    for (double dy : START_SHIFTS) {
                        double[] guess = clipped(window, size, dx, dy);
                        double score = isLargeEnough(guess) ? score(guess, all) : Double.NEGATIVE_INFINITY;
                        if (score > bestScore) {
                            bestScore = score;
                            best = guess;
                        }
                    }
                }
            }
        }
        return refit(evidence, weights, best, 1, 0.5);
    }

    private double[] clipped(double[] window, double size, double dx, double dy) {
        double side = window[2] - window[0];
        double x = (window[0] + window[2]) / 2 + dx * side;
        double y = (window[1] + window[3]) / 2 + dy * side;
        double half = side * size / 2;
        return clipped(x - half, y - half, x + half, y + half);
    }

    private double[] clipped(double xMin, double yMin, double xMax, double yMax) {
        return new double[] {Math.max(0, xMin), Math.max(0, yMin), Math.min(width, xMax), Math.min(height, yMax)};
    }

    private boolean isLargeEnough(double[] box) {
        return box[2] - box[0] >= smallest && box[3] - box[1] >= smallest;
    }

    /** Fits the box near a first guess, in rounds of the given reach (1: from half to twice the size). */
    FittedBox refit(WindowEvidence evidence, double[] weights, double[] guess, double... reaches) {
        Neighbourhood near = new Neighbourhood(evidence, weights, near(evidence, guess));
        FittedBox fitted = FittedBox.certain(guess);
        for (double reach : reaches) {
            fitted = mean(near, fitted.edges(), reach);
        }
        return fitted;
    }

    /** Windows within one length of the box that are not so large that they would see nothing of it. */
    private static int[] near(WindowEvidence evidence, double[] box) {
        double length = Math.max(box[2] - box[0], box[3] - box[1]);
        return IntStream.range(0, evidence.size())
                .filter(i -> {
                    double[] window = evidence.window(i);
                    return window[0] < box[2] + length
                            && window[2] > box[0] - length
                            && window[1] < box[3] + length
                            && window[3] > box[1] - length
                            && window[2] - window[0] < 8 * length;
                })
                .toArray();
    }

    private FittedBox mean(Neighbourhood near, double[] guess, double reach) {
        double length = Math.sqrt(area(guess));
        double x = (guess[0] + guess[2]) / 2;
        double y = (guess[1] + guess[3]) / 2;
        double[][] candidates = new double[CANDIDATES][];
        double[] scores = new double[CANDIDATES];
        int count = 0;
        for (double shiftX : SHIFTS) {
            for (double shiftY : SHIFTS) {
                for (double logSize : LOG_SIZES) {
                    double half = length * Math.exp(logSize * reach) / 2;
                    for (double logAspect : LOG_ASPECTS) {
                        double w = half * Math.exp(logAspect / 2);
                        double h = half * Math.exp(-logAspect / 2);
                        double cx = x + shiftX * reach * length;
                        double cy = y + shiftY * reach * length;
                        double[] box = clipped(cx - w, cy - h, cx + w, cy + h);
                        if (isLargeEnough(box)) {
                            candidates[count] = box;
                            scores[count++] = score(box, near);
                        }
                    }
                }
            }
        }
        return count == 0
                ? FittedBox.certain(guess)
                : FittedBox.mean(Arrays.copyOf(candidates, count), Arrays.copyOf(scores, count));
    }

    /** Returns the logarithm of the likelihood, but for a constant. */
    private double score(double[] box, Neighbourhood near) {
        double area = area(box);
        double agreement = 0;
        double squares = LEAST_WEIGHT;
        for (int i = 0; i < near.weights.length; i++) {
            double x = Math.min(near.xMax[i], box[2]) - Math.max(near.xMin[i], box[0]);
            double y = Math.min(near.yMax[i], box[3]) - Math.max(near.yMin[i], box[1]);
            if (x > 0 && y > 0) {
                double predicted = response.of(x * y, near.areas[i], area) - WindowEvidence.FLOOR;
                if (predicted > 0) {
                    predicted /= 1 - WindowEvidence.FLOOR;
                    agreement += predicted * near.weightedLevels[i];
                    squares += predicted * predicted * near.weights[i];
                }
            }
        }
        double logAspect = Math.log((box[2] - box[0]) / (box[3] - box[1]));
        return agreement * agreement / squares / (2 * NOISE_VARIANCE) - SLIMNESS * logAspect * logAspect;
    }
}
