package io.github.zeroshot4j;

/**
 * How a model's log-odds of a prompt against the bank of negatives become a probability: {@code 1 / (1 + exp(-(slope * x +
 * intercept)))} (Platt scaling). Fitted per model and kept in the model's files.
 *
 * @param slope the factor, positive
 * @param intercept the offset
 */
public record PresenceCalibration(double slope, double intercept) {

    /** The log-odds as they are: slope 1, intercept 0. The probability is then the softmax over prompt and negatives. */
    public static final PresenceCalibration NONE = new PresenceCalibration(1, 0);

    /**
     * Makes a calibration.
     *
     * @throws IllegalArgumentException if the slope is not finite and positive or the intercept is not finite
     */
    public PresenceCalibration {
        Checks.argument(Double.isFinite(slope) && slope > 0, "slope (%s) must be finite and positive", slope);
        Checks.argument(Double.isFinite(intercept), "intercept (%s) must be a finite number", intercept);
    }

    /** Returns the probability in [0, 1] for log-odds. */
    public double probability(double logOdds) {
        return 1 / (1 + Math.exp(-(slope * logOdds + intercept)));
    }

    /** Returns the log-odds that have the probability: the inverse of {@link #probability}. Infinite for 0 and 1. */
    double logOdds(double probability) {
        return (Math.log(probability / (1 - probability)) - intercept) / slope;
    }
}
