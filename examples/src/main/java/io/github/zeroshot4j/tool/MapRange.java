package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.Scoring;

/**
 * A map as it is shown, and the scores that have the first and the last colour.
 *
 * @param map of probabilities as it is; of logits what the article makes boxes of, clipped and stretched to [0, 1]
 */
record MapRange(ScoreMap map, double low, double high) {
    /** A map of probabilities is drawn on a scale up to this at least, so that what is absent stays dark. */
    private static final double LEAST_BRIGHT = 0.5;

    static MapRange of(ScoreMap map, DetectorOptions options) {
        return options.scoring() == Scoring.PROBABILITY
                ? new MapRange(map, 0, Math.max(LEAST_BRIGHT, map.max()))
                : new MapRange(map.clipAtMean(options.meanClipPasses()).normalized(), 0, 1);
    }
}
