package io.github.zeroshot4j.evaluation;

/**
 * What an {@link Evaluation} tells. Of the truth, crowds count in average precision, recall and precision alone, and there as
 * in COCO's code. A pair is an image and a category that is asked of it; a pair is present if the image has an object of the
 * category, absent if it has neither object nor crowd.
 */
public enum Figure {
    /** Average precision at IoU 0.5, the mean over the categories. */
    AP50("AP50", "ap50", true),
    /** Average precision, the mean over IoU 0.5, 0.55, ..., 0.95 and the categories: COCO's main figure. */
    MAP("mAP@[.5:.95]", "map", false),
    /** Average precision at IoU 0.75. */
    AP75("AP75", "ap75", false),
    /** Average precision at IoU 0.3. */
    AP30("AP30", "ap30", false),
    /** Recall, the mean over IoU 0.5, 0.55, ..., 0.95 and the categories, with at most 100 boxes. */
    AR100("AR100", "ar100", false),
    /** Share of the present pairs whose best-scored box has IoU 0.5 or more with an object. */
    CORLOC("CorLoc", "corloc", false),
    /** Share of the present pairs whose map has its highest patch centred in an object. */
    POINTING("pointing", "pointing", true),
    /** Mean IoU of the boxes that match an object with IoU 0.5 or more. */
    MATCHED_IOU("mean IoU of matched boxes", "matchedIou", false),
    /** Mean over all objects of the IoU with the box that overlaps it most; 0 where there is none. */
    BEST_IOU("mean best IoU of objects", "bestIou", false),
    /** Share of all objects that a box matches with IoU 0.5 or more. */
    RECALL("recall at IoU 0.5", "recall", true),
    /** Share of all boxes that match an object with IoU 0.5 or more. */
    PRECISION("precision at IoU 0.5", "precision", false),
    /** Recall at IoU 0.5 of the objects that have another of their category beside them. */
    RECALL_OF_SEVERAL("recall, several of one class", "recallOfSeveral", false),
    /** Share of the absent pairs that are answered with a box. */
    ABSENT_RATE("absent rate", "absentRate", true),
    /** The same with each prompt asked in a call of its own. */
    ABSENT_RATE_ALONE("absent rate, asked alone", "absentRateAlone", false),
    /** Area under the ROC curve of presence: how well present and absent pairs are told apart at any threshold. */
    PRESENCE_AUC("presence ROC AUC", "presenceAuc", true),
    /** Mean number of images that went through the encoder. */
    ENCODER_CALLS("encoder calls per image", "encoderCalls", false),
    /** Mean time per image. */
    MILLISECONDS("ms per image", "milliseconds", false);

    private final String title;
    private final String key;
    private final boolean resampled;

    Figure(String title, String key, boolean resampled) {
        this.title = title;
        this.key = key;
        this.resampled = resampled;
    }

    /** Returns the name for tables. */
    public String title() {
        return title;
    }

    /** Returns the name for JSON. */
    public String key() {
        return key;
    }

    /** Returns whether the figure is given with an interval. */
    public boolean isResampled() {
        return resampled;
    }

    /** Returns whether the figure is a share or the like, in [0, 1]. */
    public boolean isShare() {
        return this != ENCODER_CALLS && this != MILLISECONDS;
    }
}
