package io.github.zeroshot4j;

/**
 * Whether what a prompt asks for is in the image at all, decided from the window scores before anything is normalised.
 *
 * <p>With {@link DetectorOptions.Scoring#LOGIT}, as in {@link DetectorOptions#article()}, nothing is decided: every prompt
 * passes as present, with the probability 1, whether it is there or not.
 *
 * @param present the decision
 * @param probability the probability that the prompt is present, in [0, 1]
 * @param evidence the best window's log-odds of the prompt against the bank of negatives, before calibration; the best
 *     window's logit with {@link DetectorOptions.Scoring#LOGIT}
 */
public record Presence(boolean present, double probability, double evidence) {}
