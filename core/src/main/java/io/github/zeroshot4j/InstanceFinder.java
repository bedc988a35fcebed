package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds the objects that explain what windows say for a prompt, one after the other:
 *
 * <pre>
 *   fit a box -> look again around it -> fit once more -> what it explains counts less -> the next, while something is left
 * </pre>
 *
 * <p>With every new box all of them are fitted again, each to the windows that the others leave over: two things side by side
 * first look like one large one. Looking again embeds {@value #LOOKS} windows of two sizes where they tell most about edges.
 *
 * <p>The constants are choices, as {@link BoxFitter} says of its own: none is fitted, and each is tied to what it is compared with,
 * a response, a length of the box or a share of the evidence.
 */
final class InstanceFinder {
    /** Looks at windows of the image that the scan did not have, and returns the prompt's log-odds in each. */
    @FunctionalInterface
    interface Look {
        double[] logOdds(List<Box> windows);

        /** Tells whether there may be one more look. */
        default boolean isAffordable() {
            return true;
        }
    }

    /** An object. */
    record Instance(FittedBox fitted, double logOdds) {}

    /** Objects of one prompt in one image. The time grows with its square. */
    static final int MOST = 8;

    /** Windows per look. */
    static final int LOOKS = 9;

    /** The evidence that a further object must have, of the way from the background to the top. */
    private static final double FURTHER = 2 / 3.0;

    private static final int ROUNDS = 2;
    /**
     * Side and shift of the windows of a look, in lengths of the box: those of 1.2 show all of it, or lose 0.3 of it at one
     * edge; those of 0.7 show 0.3 of it, a corner each. There the response changes with every edge.
     */
    private static final double[][] PATTERN = {
        {1.2, 0, 0},
        {1.2, 0.4, 0},
        {1.2, -0.4, 0},
        {1.2, 0, 0.4},
        {1.2, 0, -0.4},
        {0.7, 0.3, 0.3},
        {0.7, -0.3, 0.3},
        {0.7, 0.3, -0.3},
        {0.7, -0.3, -0.3}
    };

    /** In pixels. */
    private static final double SMALLEST_LOOK = 12;
    /** Windows with such a response show the object well; where there is none, the second. */
    private static final double[] WELL_SEEN = {0.75, 0.4};
    /** What another box explains so well says nothing of this one. */
    private static final double EXPLAINED = 0.9;
    /** Of the smaller one of two boxes: if they share more, they are one thing. */
    private static final double SAME_THING = 0.6;

    private static final int HIGHEST = 3;

    private final int width;
    private final int height;
    private final BoxFitter fitter;
    private final Set<Box> seen;
    private final WindowEvidence evidence;
    private final List<FittedBox> boxes = new ArrayList<>();

    InstanceFinder(int imageWidth, int imageHeight, List<Box> windows, double[] logOdds) {
        this.width = imageWidth;
        this.height = imageHeight;
        this.fitter = new BoxFitter(imageWidth, imageHeight);
        this.seen = new LinkedHashSet<>(windows);
        this.evidence = new WindowEvidence(windows, logOdds);
    }

    /**
     * Finds at least one object, the likeliest, whether it is there or not. What all windows say alike fills the image.
     *
     * @param worth log-odds from which it is worth to look again and for further objects
     * @param looks how many boxes are looked at again at most
     */
    List<Instance> find(double worth, int looks, Look look) {
        if (evidence.isLevel()) {
            return List.of(everything());
        }
        for (int k = 0; k < MOST; k++) {
            double[] weights = weights(-1);
            if (k > 0 && !isSomethingLeft(weights, worth)) {
                break;
            }
            FittedBox fitted = fitter.fit(evidence, weights);
            if (k < looks && highest() >= worth && look.isAffordable()) {
                fitted = again(fitted, look);
            }
            boxes.add(fitted);
            for (int round = 0; round < ROUNDS && boxes.size() > 1; round++) {
                for (int j = 0; j < boxes.size(); j++) {
                    boxes.set(j, fitter.refit(evidence, weights(j), boxes.get(j).edges(), 0.5));
                }
            }
        }
        return distinct(IntStream.range(0, boxes.size())
                .mapToObj(j -> new Instance(boxes.get(j), logOdds(j)))
                .sorted(Comparator.comparingDouble(Instance::logOdds).reversed())
                .toList());
    }

    /** From the likeliest down, an object stays unless it is the same thing as one that stayed. */
    static List<Instance> distinct(List<Instance> likeliestFirst) {
        List<Instance> distinct = new ArrayList<>();
        for (Instance instance : likeliestFirst) {
            if (distinct.stream().noneMatch(likelier -> sameThing(likelier, instance))) {
                distinct.add(instance);
            }
        }
        return List.copyOf(distinct);
    }

    /** Whether a box lies in another by and large: a part of the thing, or what is left of its evidence in wide windows. */
    private static boolean sameThing(Instance a, Instance b) {
        double[] one = a.fitted().edges();
        double[] other = b.fitted().edges();
        double x = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
        double y = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
        double smaller = Math.min((one[2] - one[0]) * (one[3] - one[1]), (other[2] - other[0]) * (other[3] - other[1]));
        return Math.max(0, x) * Math.max(0, y) > SAME_THING * smaller;
    }

    /** Returns the one object that fills the image. */
    Instance everything() {
        double[] image = {0, 0, width, height};
        return new Instance(FittedBox.certain(image), meanOfHighest(IntStream.range(0, evidence.size())));
    }

    private FittedBox again(FittedBox fitted, Look look) {
        List<Box> windows = around(fitted);
        if (windows.isEmpty()) {
            return fitted;
        }
        seen.addAll(windows);
        evidence.add(windows, look.logOdds(windows));
        return fitter.refit(evidence, weights(-1), fitted.edges(), 1, 0.5);
    }

    private double highest() {
        return IntStream.range(0, evidence.size())
                .mapToDouble(evidence::logOdds)
                .max()
                .orElseThrow();
    }

    private boolean isSomethingLeft(double[] weights, double worth) {
        double left = 0;
        for (int i = 0; i < weights.length; i++) {
            left = Math.max(left, evidence.relative(evidence.logOdds(i)) * weights[i]);
        }
        return left >= Math.max(FURTHER, evidence.relative(worth));
    }

    /** Returns how much each window counts for box {@code except}, or for a new one: less where the others explain it. */
    private double[] weights(int except) {
        double[] weights = new double[evidence.size()];
        for (int i = 0; i < weights.length; i++) {
            double rest = 1 - explained(i, except);
            weights[i] = rest * rest;
        }
        return weights;
    }

    private double explained(int window, int except) {
        double explained = 0;
        for (int j = 0; j < boxes.size(); j++) {
            if (j != except) {
                explained = Math.max(
                        explained,
                        fitter.level(evidence.window(window), boxes.get(j).edges()));
            }
        }
        return explained;
    }

    /** Returns the windows of a look that nobody has looked at, inside the image. */
    private List<Box> around(FittedBox fitted) {
        double[] box = fitted.edges();
        double length = fitted.longerSide();
        Set<Box> windows = new LinkedHashSet<>();
        for (double[] place : PATTERN) {
            double side = Math.min(Math.max(SMALLEST_LOOK, place[0] * length), Math.min(width, height));
            int px = (int) Math.rint(side);
            int x = Math.min(width - px, origin((box[0] + box[2]) / 2 + place[1] * length, side, width));
            int y = Math.min(height - px, origin((box[1] + box[3]) / 2 + place[2] * length, side, height));
            Box window = new Box(x, y, x + px, y + px);
            if (!seen.contains(window)) {
                windows.add(window);
            }
        }
        return List.copyOf(windows);
    }

    private static int origin(double centre, double side, int length) {
        return (int) Math.rint(Math.min(Math.max(centre - side / 2, 0), length - side));
    }

    /**
     * Returns the mean of the highest log-odds among the windows that show the object well; where others explain all windows that
     * show anything of it, no more than the background has.
     */
    private double logOdds(int j) {
        double[] box = boxes.get(j).edges();
        double[] responses = IntStream.range(0, evidence.size())
                .mapToDouble(i -> explained(i, j) > EXPLAINED ? 0 : fitter.response(evidence.window(i), box))
                .toArray();
        double best = Arrays.stream(responses).max().orElseThrow();
        if (best == 0) {
            return evidence.background();
        }
        double least = Arrays.stream(WELL_SEEN)
                .filter(level -> best >= level)
                .findFirst()
                .orElse(best);
        return meanOfHighest(IntStream.range(0, responses.length).filter(i -> responses[i] >= least));
    }

    private double meanOfHighest(IntStream windows) {
        double[] sorted = windows.mapToDouble(evidence::logOdds).sorted().toArray();
        return Arrays.stream(sorted, Math.max(0, sorted.length - HIGHEST), sorted.length)
                .average()
                .orElseThrow();
    }
}
