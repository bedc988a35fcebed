package io.github.zeroshot4j;

/** What the score of a window is, and with it the score of a detection. */
public enum Scoring {
    /**
     * The logit, logit scale times cosine of window and prompt, as in the article. There is no presence decision: every
     * prompt is taken to be in the image. A detection's score is the highest window logit of its prompt.
     */
    LOGIT,
    /**
     * The probability of the prompt against {@link DetectorOptions#negatives()}: the softmax over prompt and negatives at
     * the model's logit scale, calibrated by {@link EncoderSpec#presenceCalibration()}. A prompt is present if its best
     * object, or without {@link BoxMode#FITTED} its best window, reaches {@link DetectorOptions#presenceThreshold()}, or its own
     * threshold. A detection's score is, with {@link BoxMode#FITTED}, that of the mean log-odds of the three best windows that show
     * the object well; otherwise the highest probability of a window centred in its box, and if there is none, that of the window
     * that overlaps it best. A prompt that is there and likelier than not in every patch fills the image.
     */
    PROBABILITY
}
