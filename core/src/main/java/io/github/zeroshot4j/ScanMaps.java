package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The maps of one prompt, one for each scan. Under a budget a scan may have windows in some places alone, and a patch that none
 * of them sees says nothing: it has the mean of the scans that see it, and what no scan sees has the lowest score of what is seen.
 * With {@link ScoreMap.Averaging#ARTICLE}, whose counts start at 1, every scan counts everywhere, as in the article.
 */
final class ScanMaps {
    /** Likelier than not in every patch: such a prompt fills the image. */
    private static final double EVERYWHERE = 0.5;

    private final PatchGrid grid;
    /** NaN where the scan has no window. */
    private final List<double[]> scans;

    private ScanMaps(PatchGrid grid, List<double[]> scans) {
        this.grid = grid;
        this.scans = scans;
    }

    /** Makes the maps of scores, one for each window of each scan. */
    static ScanMaps of(EmbeddedImage image, List<double[]> scores, ScoreMap.Averaging averaging) {
        return new ScanMaps(
                image.grid(),
                IntStream.range(0, scores.size())
                        .mapToObj(s -> ScoreMap.averages(
                                image.grid(), image.scans().get(s).windows(), scores.get(s), averaging, Double.NaN))
                        .toList());
    }

    /** Returns the mean of the maps, patch by patch. */
    ScoreMap mean() {
        double[] means = new double[grid.rows() * grid.columns()];
        for (int i = 0; i < means.length; i++) {
            int seen = 0;
            for (double[] scan : scans) {
                seen += Double.isNaN(scan[i]) ? 0 : 1;
            }
            double mean = 0;
            for (double[] scan : scans) {
                mean += Double.isNaN(scan[i]) ? 0 : scan[i] / seen;
            }
            means[i] = seen == 0 ? Double.NaN : mean;
        }
        return map(means);
    }

    /** Tells whether every scan shows it everywhere, as far as the scan goes. */
    boolean isEverywhere() {
        return scans.stream().allMatch(scan -> isEverywhere(map(scan)));
    }

    /** What is present everywhere fills the image: stretching such a map would make a part of it "not there". */
    static boolean isEverywhere(ScoreMap map) {
        return map.isFlat() || map.min() >= EVERYWHERE;
    }

    private ScoreMap map(double[] values) {
        double lowest = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .min()
                .orElse(0);
        return ScoreMap.of(
                grid,
                Arrays.stream(values)
                        .map(value -> Double.isNaN(value) ? lowest : value)
                        .toArray());
    }
}
