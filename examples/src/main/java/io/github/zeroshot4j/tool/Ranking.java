package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The best detections of one prompt among those of any number of images, of which no more are held than are wanted. The order
 * in which images come does not matter: of equal scores the image whose name comes first goes first, then the upper left box.
 */
final class Ranking {
    /**
     * A detection and where it was.
     *
     * @param image the image's name
     * @param width the image's width in pixels
     * @param height the image's height in pixels
     */
    record Hit(String image, int width, int height, Detection detection) {
        private double score() {
            return detection.score();
        }

        private Box box() {
            return detection.box();
        }
    }

    private static final Comparator<Hit> BEST_FIRST = Comparator.comparingDouble(Hit::score)
            .reversed()
            .thenComparing(Hit::image)
            .thenComparingInt(hit -> hit.box().yMin())
            .thenComparingInt(hit -> hit.box().xMin())
            .thenComparingInt(hit -> hit.box().yMax())
            .thenComparingInt(hit -> hit.box().xMax());

    private final int most;
    private final PriorityQueue<Hit> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

    Ranking(int most) {
        this.most = most;
    }

    void add(Hit hit) {
        worstFirst.add(hit);
        if (worstFirst.size() > most) {
            worstFirst.remove();
        }
    }

    /** Returns the hits, the best first. */
    List<Hit> hits() {
        List<Hit> hits = new ArrayList<>(worstFirst);
        hits.sort(BEST_FIRST);
        return hits;
    }
}
