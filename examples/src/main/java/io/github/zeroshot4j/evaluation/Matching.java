package io.github.zeroshot4j.evaluation;

import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import java.util.Comparator;
import java.util.List;

/**
 * Which box is which object, for one category on one image, as COCO matches them: from the highest score down, each box takes
 * the free object that it overlaps most, of equal ones the last. A box that takes none may lie in a crowd, which has room for
 * any number, and is then left out of the count. At most {@value #MAX_BOXES} boxes count.
 */
final class Matching {
    /** COCO's maxDets. */
    static final int MAX_BOXES = 100;

    /** The box matched nothing: it is wrong. */
    static final int NONE = -1;

    /** The box lies in a crowd: it does not count. */
    static final int CROWD = -2;

    private final List<ScoredRegion> boxes;
    private final int objectCount;
    private final double[][] overlaps;

    Matching(List<ScoredRegion> boxes, List<Region> objects, List<Region> crowds) {
        this.boxes = boxes.stream()
                .sorted(Comparator.comparingDouble(ScoredRegion::score).reversed())
                .limit(MAX_BOXES)
                .toList();
        this.objectCount = objects.size();
        this.overlaps = new double[this.boxes.size()][objects.size() + crowds.size()];
        for (int b = 0; b < overlaps.length; b++) {
            Region region = this.boxes.get(b).region();
            for (int o = 0; o < objects.size(); o++) {
                overlaps[b][o] = region.iou(objects.get(o));
            }
            for (int c = 0; c < crowds.size(); c++) {
                overlaps[b][objects.size() + c] = region.shareIn(crowds.get(c));
            }
        }
    }

    /** Returns the boxes that count, highest score first; equal ones in the order given. */
    List<ScoredRegion> boxes() {
        return boxes;
    }

    /** Returns the overlap of a box with an object. */
    double iou(int box, int object) {
        return overlaps[box][object];
    }

    /** Returns for each box the object that it takes at a least overlap, {@link #NONE} or {@link #CROWD}. */
    int[] at(double leastIou) {
        // COCO's code lets an overlap of 1 pass at the threshold 1.
        double least = Math.min(leastIou, 1 - 1e-10);
        int[] taken = new int[boxes.size()];
        boolean[] gone = new boolean[objectCount];
        for (int b = 0; b < taken.length; b++) {
            int object = best(overlaps[b], gone, least);
            if (object != NONE) {
                gone[object] = true;
            }
            taken[b] = object != NONE || !inCrowd(overlaps[b], least) ? object : CROWD;
        }
        return taken;
    }

    private static int best(double[] row, boolean[] gone, double least) {
        int best = NONE;
        for (int o = 0; o < gone.length; o++) {
            if (!gone[o] && row[o] >= (best == NONE ? least : row[best])) {
                best = o;
            }
        }
        return best;
    }

    private boolean inCrowd(double[] row, double least) {
        for (int c = objectCount; c < row.length; c++) {
            if (row[c] >= least) {
                return true;
            }
        }
        return false;
    }
}
