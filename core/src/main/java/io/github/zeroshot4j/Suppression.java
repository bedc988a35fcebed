package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Takes away detections that say the same thing twice. Of equal scores the first of the input counts as the better: from a
 * {@link ZeroShotDetector} they come in the order of the prompts and then row by row. Where no scores are equal, the order of
 * the input does not matter. Time grows with the square of the number of detections.
 */
public final class Suppression {
    /** How much two boxes overlap. */
    public enum Overlap {
        /** {@link Box#iou}: high for two boxes around one thing. */
        UNION,
        /** {@link Box#intersectionOverSmaller}: high also for a box around a part of what the other is around. */
        SMALLER;

        private double of(Box a, Box b) {
            return this == UNION ? a.iou(b) : a.intersectionOverSmaller(b);
        }
    }

    private Suppression() {}

    /**
     * Greedy non-maximum suppression per label: from the highest score down, a detection stays unless one of the same label
     * that stayed overlaps it too much. Detections of different labels never suppress each other.
     *
     * @param maxIou two detections of one label with a higher {@link Box#iou} are one; 1 keeps all
     * @return those that stay, highest score first
     * @throws IllegalArgumentException if maxIou is not in [0, 1]
     */
    public static List<Detection> nonMaximum(List<Detection> detections, double maxIou) {
        Checks.unitInterval(maxIou, "maxIou");
        return suppress(
                detections, (a, b) -> a.label().equals(b.label()) && a.box().iou(b.box()) > maxIou);
    }

    /**
     * Greedy non-maximum suppression whatever the labels are: where two prompts claim one place, the higher score has it.
     *
     * @param maxIou two detections with a higher {@link Box#iou} are one; 1 keeps all
     * @return those that stay, highest score first
     * @throws IllegalArgumentException if maxIou is not in [0, 1]
     */
    public static List<Detection> nonMaximumAcrossLabels(List<Detection> detections, double maxIou) {
        Checks.unitInterval(maxIou, "maxIou");
        return suppress(detections, (a, b) -> a.box().iou(b.box()) > maxIou);
    }

    private static List<Detection> suppress(List<Detection> detections, BiPredicate<Detection, Detection> covers) {
        List<Detection> kept = new ArrayList<>();
        for (Detection candidate : sortedByScore(detections)) {
            if (kept.stream().noneMatch(stays -> covers.test(stays, candidate))) {
                kept.add(candidate);
            }
        }
        return List.copyOf(kept);
    }

    /**
     * Joins detections of one label that overlap, in place of striking the weaker ones: for boxes that each hold a part of one
     * thing. What overlaps too much, be it by way of a third, becomes the smallest box around all of it, with the highest of
     * their scores; so on, until no two overlap too much. Chains of overlapping boxes become one large box.
     *
     * @param maxOverlap two detections of one label that overlap more are joined; 1 joins none
     * @return highest score first
     * @throws IllegalArgumentException if maxOverlap is not in [0, 1]
     */
    public static List<Detection> merge(List<Detection> detections, Overlap overlap, double maxOverlap) {
        Checks.unitInterval(maxOverlap, "maxOverlap");
        List<Detection> merged = sortedByScore(detections);
        for (int before = -1; before != merged.size(); ) {
            before = merged.size();
            merged = joined(merged, (a, b) -> a.label().equals(b.label()) && overlap.of(a.box(), b.box()) > maxOverlap);
        }
        return merged;
    }

    /** One detection per connected component, in the order of their best. */
    private static List<Detection> joined(List<Detection> sorted, BiPredicate<Detection, Detection> linked) {
        List<Detection> left = new ArrayList<>(sorted);
        List<Detection> joined = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Detection> component = new ArrayList<>(List.of(left.remove(0)));
            for (int i = 0; i < component.size(); i++) {
                Detection member = component.get(i);
                component.addAll(left.stream()
                        .filter(other -> linked.test(member, other))
                        .toList());
                left.removeIf(other -> linked.test(member, other));
            }
            joined.add(around(component));
        }
        return List.copyOf(joined);
    }

    private static Detection around(List<Detection> component) {
        Box box = component.stream()
                .map(Detection::box)
                .reduce(Suppression::around)
                .orElseThrow();
        return new Detection(component.get(0).label(), component.get(0).score(), box);
    }

    private static Box around(Box a, Box b) {
        return new Box(
                Math.min(a.xMin(), b.xMin()),
                Math.min(a.yMin(), b.yMin()),
                Math.max(a.xMax(), b.xMax()),
                Math.max(a.yMax(), b.yMax()));
    }

    /** Returns the detections with the highest score first; equal ones keep their order. */
    static List<Detection> sortedByScore(List<Detection> detections) {
        return detections.stream()
                .sorted((a, b) -> Double.compare(b.score(), a.score()))
                .toList();
    }
}
