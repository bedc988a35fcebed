package io.github.zeroshot4j;

/**
 * Whether what a prompt asks for is in the image at all, decided from the window scores before anything is normalised.
 *
 * <p>With {@link Scoring#LOGIT}, as in {@link DetectorOptions#article()}, nothing is decided: every prompt
 * passes as present, with the probability 1, whether it is there or not.
 *
 * @param present the decision
 * @param probability the probability that the prompt is present, in [0, 1]
 * @param evidence log-odds of the prompt against the bank of negatives, before calibration: the best object's with {@link
 *     BoxMode#FITTED}, otherwise the best window's; of an exemplar what {@link Prompt#ofImage} says; the best window's logit with
 *     {@link Scoring#LOGIT}
 */
public record Presence(boolean present, double probability, double evidence) {

    /** What the bank of negatives holds. */
    public enum Contrast {
        /** The negatives alone: a prompt's answer does not depend on what else is asked. */
        NONE,
        /**
         * The phrases of the call's other prompts too, for scenes where one of them it must be: "a fox" is a negative of "a cat"
         * and the other way round. The more is asked, the less is found, and {@link EncoderSpec#presenceCalibration()} was not
         * fitted for it. A prompt that shares a phrase is no rival; exemplars neither have nor are rivals. Time grows with the
         * square of the number of prompts.
         */
        PROMPTS
    }
}
