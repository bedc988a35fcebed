package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.DoubleUnaryOperator;

/** The naive twins: slow, short, and written from the definitions, not from the code that they check. */
final class Reference {
    private Reference() {}

    /** Intersection over union by counting pixels. */
    static double iou(Box a, Box b) {
        int both = shared(a, b);
        return both == 0 ? 0 : (double) both / (shared(a, a) + shared(b, b) - both);
    }

    /** Intersection over the smaller area by counting pixels. */
    static double intersectionOverSmaller(Box a, Box b) {
        int both = shared(a, b);
        return both == 0 ? 0 : (double) both / Math.min(shared(a, a), shared(b, b));
    }

    private static int shared(Box a, Box b) {
        int both = 0;
        for (int y = a.yMin(); y < a.yMax(); y++) {
            for (int x = a.xMin(); x < a.xMax(); x++) {
                both += x >= b.xMin() && x < b.xMax() && y >= b.yMin() && y < b.yMax() ? 1 : 0;
            }
        }
        return both;
    }

    /** Non-maximum suppression per label: take the best that is left, strike out what it covers, until nothing is left. */
    static List<Detection> suppress(List<Detection> detections, double maxIou) {
        return suppress(detections, (a, b) -> a.label().equals(b.label()) && iou(a.box(), b.box()) > maxIou);
    }

    /** The same, with what "covers" means given. */
    static List<Detection> suppress(List<Detection> detections, BiPredicate<Detection, Detection> covers) {
        List<Detection> left = new ArrayList<>(detections);
        List<Detection> kept = new ArrayList<>();
        while (!left.isEmpty()) {
            int best = 0;
            for (int i = 1; i < left.size(); i++) {
                best = left.get(i).score() > left.get(best).score() ? i : best;
            }
            Detection stays = left.remove(best);
            kept.add(stays);
            left.removeIf(other -> covers.test(stays, other));
        }
        return kept;
    }

    /** Merging: who reaches whom, by the transitive closure of a matrix; the box around all; again until nothing changes. */
    static Set<Detection> merge(Set<Detection> detections, BiPredicate<Detection, Detection> linked) {
        List<Detection> all = List.copyOf(detections);
        boolean[][] reaches = new boolean[all.size()][all.size()];
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                reaches[i][j] = i == j || linked.test(all.get(i), all.get(j));
            }
        }
        for (int k = 0; k < all.size(); k++) {
            for (int i = 0; i < all.size(); i++) {
                for (int j = 0; j < all.size(); j++) {
                    reaches[i][j] |= reaches[i][k] && reaches[k][j];
                }
            }
        }
        Set<Detection> merged = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            Detection around = all.get(i);
            for (int j = 0; j < all.size(); j++) {
                around = reaches[i][j] ? around(around, all.get(j)) : around;
            }
            merged.add(around);
        }
        return merged.equals(detections) ? merged : merge(merged, linked);
    }

    private static Detection around(Detection a, Detection b) {
        Box box = new Box(
                Math.min(a.box().xMin(), b.box().xMin()),
                Math.min(a.box().yMin(), b.box().yMin()),
                Math.max(a.box().xMax(), b.box().xMax()),
                Math.max(a.box().yMax(), b.box().yMax()));
        return new Detection(a.label(), Math.max(a.score(), b.score()), box);
    }

    /** The boxes, in patches, of the 8-connected components of the patches above a threshold: grow each until it stops. */
    static Set<Box> components(ScoreMap map, double threshold) {
        int[][] labels = new int[map.rows()][map.columns()];
        int next = 1;
        for (int[] row : labels) {
            for (int c = 0; c < row.length; c++) {
                row[c] = next++;
            }
        }
        for (boolean changed = true; changed; ) {
            changed = false;
            for (int r = 0; r < map.rows(); r++) {
                for (int c = 0; c < map.columns(); c++) {
                    int lowest = lowestNeighbour(map, threshold, labels, r, c);
                    changed |= lowest < labels[r][c];
                    labels[r][c] = lowest;
                }
            }
        }
        Set<Box> boxes = new HashSet<>();
        for (int label = 1; label < next; label++) {
            Box box = boxOf(map, threshold, labels, label);
            if (box.area() > 0) {
                boxes.add(box);
            }
        }
        return boxes;
    }

    private static int lowestNeighbour(ScoreMap map, double threshold, int[][] labels, int r, int c) {
        int lowest = labels[r][c];
        for (int y = r - 1; y <= r + 1; y++) {
            for (int x = c - 1; x <= c + 1; x++) {
                boolean inside = y >= 0 && y < map.rows() && x >= 0 && x < map.columns();
                if (inside && map.get(r, c) > threshold && map.get(y, x) > threshold) {
                    lowest = Math.min(lowest, labels[y][x]);
                }
            }
        }
        return lowest;
    }

    private static Box boxOf(ScoreMap map, double threshold, int[][] labels, int label) {
        int[] box = {Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0};
        for (int r = 0; r < map.rows(); r++) {
            for (int c = 0; c < map.columns(); c++) {
                if (labels[r][c] == label && map.get(r, c) > threshold) {
                    box = new int[] {
                        Math.min(box[0], c), Math.min(box[1], r), Math.max(box[2], c + 1), Math.max(box[3], r + 1)
                    };
                }
            }
        }
        return box[2] == 0 ? new Box(0, 0, 0, 0) : new Box(box[0], box[1], box[2], box[3]);
    }

    /** The mean of the windows that hold a patch's centre, patch by patch; the count starts at {@code firstCount}. */
    static double[] averaged(PatchGrid grid, List<Box> windows, double[] scores, int firstCount) {
        double[] result = new double[grid.rows() * grid.columns()];
        for (int r = 0; r < grid.rows(); r++) {
            for (int c = 0; c < grid.columns(); c++) {
                Box patch = grid.patch(r, c);
                double sum = 0;
                int count = firstCount;
                for (int i = 0; i < scores.length; i++) {
                    Box window = windows.get(i);
                    double x = (patch.xMin() + patch.xMax()) / 2.0;
                    double y = (patch.yMin() + patch.yMax()) / 2.0;
                    if (x >= window.xMin() && x < window.xMax() && y >= window.yMin() && y < window.yMax()) {
                        sum += scores[i];
                        count++;
                    }
                }
                result[r * grid.columns() + c] = count == 0 ? 0 : sum / count;
            }
        }
        return result;
    }

    /** Pillow's resize, sample by sample: weights from the definition, 22 bits of fraction, 8 bits between the passes. */
    static RgbImage resize(RgbImage image, int width, int height, ResampleFilter filter) {
        if (image.height() > 100 * image.width() && height < image.height()) {
            RgbImage lower = inTwoPasses(image, image.width(), height, filter); // a pass that changes no size is a copy
            return inTwoPasses(lower, width, height, filter);
        }
        return inTwoPasses(image, width, height, filter);
    }

    private static RgbImage inTwoPasses(RgbImage image, int width, int height, ResampleFilter filter) {
        int[][] across = new int[image.height()][3 * width];
        for (int x = 0; x < width; x++) {
            List<Weight> weights = weights(image.width(), width, x, filter);
            for (int y = 0; y < image.height(); y++) {
                for (int channel = 0; channel < 3; channel++) {
                    long sum = 0;
                    for (Weight weight : weights) {
                        sum += weight.value() * sample(image, weight.index(), y, channel);
                    }
                    across[y][3 * x + channel] = level(sum);
                }
            }
        }
        byte[] result = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            List<Weight> weights = weights(image.height(), height, y, filter);
            for (int k = 0; k < 3 * width; k++) {
                long sum = 0;
                for (Weight weight : weights) {
                    sum += weight.value() * across[weight.index()][k];
                }
                result[3 * width * y + k] = (byte) level(sum);
            }
        }
        return RgbImage.of(width, height, result);
    }

    private static int sample(RgbImage image, int x, int y, int channel) {
        return image.rgb(x, y) >> (16 - 8 * channel) & 0xff;
    }

    /** Rounds a sum of 22 bits of fraction half up and cuts it to 0..255. */
    private static int level(long sum) {
        return (int) Math.max(0, Math.min(255, Math.floorDiv(sum + (1L << 21), 1L << 22)));
    }

    /** What an input sample counts for an output, in 22 bits of fraction. */
    private record Weight(int index, long value) {}

    /** The weights that are not 0. */
    private static List<Weight> weights(int in, int out, int index, ResampleFilter filter) {
        double scale = (double) in / out;
        double stretch = Math.max(1, scale);
        double centre = (index + 0.5) * scale;
        double radius = (filter == ResampleFilter.BICUBIC ? 2 : 1) * stretch;
        DoubleUnaryOperator curve = filter == ResampleFilter.BICUBIC ? Reference::keys : x -> 1 - Math.min(1, x);
        double[] raw = new double[in];
        double total = 0;
        for (int i = (int) Math.max(0, Math.floor(centre - radius + 0.5));
                i < Math.min(in, Math.floor(centre + radius + 0.5));
                i++) {
            raw[i] = curve.applyAsDouble(Math.abs(i - centre + 0.5) * (1 / stretch));
            total += raw[i];
        }
        List<Weight> weights = new ArrayList<>();
        for (int i = 0; i < in; i++) {
            double exact = raw[i] / total * (1 << 22);
            if (exact != 0) {
                weights.add(new Weight(i, (long) (exact < 0 ? exact - 0.5 : exact + 0.5)));
            }
        }
        return weights;
    }

    /** Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing", equation 15, for x >= 0. */
    private static double keys(double x) {
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? ((x - 5) * x + 8) * x * -0.5 + 2 : 0;
    }
}
