package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;

/**
 * Paints a map over an image in grays. A patch has its score at its centre; between centres it is interpolated linearly in
 * both directions, outside of the outermost ones it stays as it is there.
 */
final class HeatMapPainter {
    private final RgbImage image;
    private final ScoreMap map;
    private final HeatMapOptions options;
    private final double low;
    private final double high;

    HeatMapPainter(RgbImage image, ScoreMap map, HeatMapOptions options) {
        this.image = image;
        this.map = map;
        this.options = options;
        boolean differences = options.scale() == HeatMapOptions.Scale.DIVERGING;
        double least = differences ? Math.min(0, map.min()) : map.min();
        double most = differences ? Math.max(0, map.max()) : map.max();
        boolean flat = differences ? least == most : map.isFlat();
        this.low = options.low().orElse(least);
        this.high = options.high().orElse(flat ? least + 1 : most);
    }

    RgbImage paint() {
        PatchGrid grid = map.grid();
        Axis xs = new Axis(grid.columns(), grid.coveredWidth(), column -> centre(grid.patch(0, column), true));
        Axis ys = new Axis(grid.rows(), grid.coveredHeight(), row -> centre(grid.patch(row, 0), false));
        int[] pixels = image.toPacked();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int i = y * image.width() + x;
                int gray = Colours.luma(pixels[i]) * 0x010101;
                boolean covered = x < grid.coveredWidth() && y < grid.coveredHeight();
                pixels[i] = covered ? Colours.mix(gray, colour(score(xs, ys, x, y)), options.opacity()) : gray;
            }
        }
        RgbImage picture = RgbImage.ofPacked(image.width(), image.height(), pixels);
        return options.legend().isEmpty() ? picture : new LegendPainter(picture, options, low, high).paint();
    }

    private int colour(double score) {
        return options.scale().rgb(options.scale().position(score, low, high));
    }

    private static double centre(Box patch, boolean horizontal) {
        return horizontal ? (patch.xMin() + patch.xMax()) / 2.0 : (patch.yMin() + patch.yMax()) / 2.0;
    }

    private double score(Axis xs, Axis ys, int x, int y) {
        double upper = between(map.get(ys.before[y], xs.before[x]), map.get(ys.before[y], xs.after[x]), xs.weight[x]);
        double lower = between(map.get(ys.after[y], xs.before[x]), map.get(ys.after[y], xs.after[x]), xs.weight[x]);
        return between(upper, lower, ys.weight[y]);
    }

    private static double between(double from, double to, double weight) {
        return from + weight * (to - from);
    }

    private interface Centres {
        double of(int patch);
    }

    /** For every pixel of one direction the patches whose centres lie before and after it, and how near the latter is. */
    private static final class Axis {
        private final int[] before;
        private final int[] after;
        private final double[] weight;

        Axis(int patches, int lengthPx, Centres centres) {
            before = new int[lengthPx];
            after = new int[lengthPx];
            weight = new double[lengthPx];
            int patch = 0;
            for (int px = 0; px < lengthPx; px++) {
                double at = px + 0.5;
                while (patch < patches - 1 && centres.of(patch + 1) <= at) {
                    patch++;
                }
                boolean inside = patch < patches - 1 && at > centres.of(patch);
                before[px] = patch;
                after[px] = inside ? patch + 1 : patch;
                weight[px] = inside ? (at - centres.of(patch)) / (centres.of(patch + 1) - centres.of(patch)) : 0;
            }
        }
    }
}
