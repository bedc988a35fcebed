package io.github.zeroshot4j;

import java.util.List;
import java.util.Locale;

/** The values of {@link DetectorOptions} and of its builder, which alone changes them. */
final class DetectorChoices {
    int patchPx = DetectorOptions.DEFAULT_PATCH_PX;
    List<Double> windowShares = DetectorOptions.DEFAULT_WINDOW_SHARES;
    List<Integer> windowPatches = List.of();
    int stridePatches = DetectorOptions.DEFAULT_STRIDE_PATCHES;
    PatchGrid.Coverage coverage = DetectorOptions.DEFAULT_COVERAGE;
    Resampling resampling = DetectorOptions.DEFAULT_RESAMPLING;
    ScoreMap.Averaging averaging = DetectorOptions.DEFAULT_AVERAGING;
    int meanClipPasses = DetectorOptions.DEFAULT_MEAN_CLIP_PASSES;
    Scoring scoring = DetectorOptions.DEFAULT_SCORING;
    List<String> negatives = DetectorOptions.DEFAULT_NEGATIVES;
    double presenceThreshold = DetectorOptions.DEFAULT_PRESENCE_THRESHOLD;
    int looks = DetectorOptions.DEFAULT_LOOKS;
    Budget budget = Budget.UNLIMITED;
    BoxMode boxMode = DetectorOptions.DEFAULT_BOX_MODE;
    double boxThreshold = DetectorOptions.DEFAULT_BOX_THRESHOLD;
    double maxIou = DetectorOptions.DEFAULT_MAX_IOU;
    double crossLabelMaxIou = DetectorOptions.DEFAULT_CROSS_LABEL_MAX_IOU;
    Presence.Contrast contrast = DetectorOptions.DEFAULT_CONTRAST;
    boolean verification;

    DetectorChoices() {}

    DetectorChoices(DetectorChoices from) {
        patchPx = from.patchPx;
        windowShares = from.windowShares;
        windowPatches = from.windowPatches;
        stridePatches = from.stridePatches;
        coverage = from.coverage;
        resampling = from.resampling;
        averaging = from.averaging;
        meanClipPasses = from.meanClipPasses;
        scoring = from.scoring;
        negatives = from.negatives;
        presenceThreshold = from.presenceThreshold;
        looks = from.looks;
        budget = from.budget;
        boxMode = from.boxMode;
        boxThreshold = from.boxThreshold;
        maxIou = from.maxIou;
        crossLabelMaxIou = from.crossLabelMaxIou;
        contrast = from.contrast;
        verification = from.verification;
    }

    /** See {@link DetectorOptions#article()}. */
    static DetectorChoices article() {
        DetectorChoices choices = new DetectorChoices();
        choices.patchPx = 256;
        choices.windowShares = List.of();
        choices.windowPatches = List.of(6);
        choices.stridePatches = 1;
        choices.coverage = PatchGrid.Coverage.DROP_REMAINDER;
        choices.averaging = ScoreMap.Averaging.ARTICLE;
        choices.meanClipPasses = 3;
        choices.scoring = Scoring.LOGIT;
        choices.looks = 0;
        choices.boxMode = BoxMode.SINGLE;
        choices.boxThreshold = 0.5;
        return choices;
    }

    /** See {@link DetectorOptions.Builder#build}. */
    void requireConsistent() {
        for (int window : windowPatches) {
            if (stridePatches > window) {
                throw new IllegalStateException("stridePatches (" + stridePatches + ") must be at most windowPatches ("
                        + window + "), or patches go unseen");
            }
        }
        if (boxMode == BoxMode.FITTED && scoring == Scoring.LOGIT) {
            throw new IllegalStateException("boxMode (FITTED) must be used with scoring PROBABILITY, not LOGIT");
        }
    }

    List<Object> values() {
        return List.of(
                patchPx,
                windowShares,
                windowPatches,
                stridePatches,
                coverage,
                resampling,
                averaging,
                meanClipPasses,
                scoring,
                negatives,
                presenceThreshold,
                looks,
                budget,
                boxMode,
                boxThreshold,
                maxIou,
                crossLabelMaxIou,
                contrast,
                verification);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "[patchPx=%d, windowShares=%s, windowPatches=%s, stridePatches=%d, coverage=%s, resampling=%s, averaging=%s,"
                        + " meanClipPasses=%d, scoring=%s, negatives=%s, presenceThreshold=%s, looks=%d, budget=%s, boxMode=%s, boxThreshold=%s, maxIou=%s,"
                        + " crossLabelMaxIou=%s, contrast=%s, verification=%s]",
                values().toArray());
    }
}
