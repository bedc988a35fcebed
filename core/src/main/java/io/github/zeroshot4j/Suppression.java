package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.List;

/** Takes away detections that say the same thing twice. */
public final class Suppression {
    private Suppression() {}

    /**
     * Greedy non-maximum suppression per label: from the highest score down, a detection stays unless one of the same label
     * that stayed overlaps it too much. Detections of different labels never suppress each other. Time grows with the square
     * of the number of detections of a label.
     *
     * @param detections in any order; of equal scores the first stays
     * @param maxIou two detections of one label with a higher {@link Box#iou} are one; 1 keeps all
     * @return those that stay, highest score first
     * @throws IllegalArgumentException if maxIou is not in [0, 1]
     */
    public static List<Detection> nonMaximum(List<Detection> detections, double maxIou) {
        Checks.unitInterval(maxIou, "maxIou");
        List<Detection> kept = new ArrayList<>();
        for (Detection candidate : sortedByScore(detections)) {
            boolean covered = kept.stream()
                    .anyMatch(stays -> stays.label().equals(candidate.label())
                            && stays.box().iou(candidate.box()) > maxIou);
            if (!covered) {
                kept.add(candidate);
            }
        }
        return List.copyOf(kept);
    }

    /** Returns the detections with the highest score first; equal ones keep their order. */
    static List<Detection> sortedByScore(List<Detection> detections) {
        return detections.stream()
                .sorted((a, b) -> Double.compare(b.score(), a.score()))
                .toList();
    }
}
