package io.github.zeroshot4j;

import java.time.Duration;
import java.util.Objects;

/**
 * What a detection may cost at most: a number of images through the encoder, a time, or both. Where that does not pay for all
 * windows and second looks, the larger windows come first and the smaller ones where the larger ones speak for a prompt; the
 * answer is the best that was to be had. What is looked at, and so what a prompt gets, then depends on the other prompts of the
 * call: they share the budget, the first ones being served first.
 *
 * <pre>
 *   Budget.ofEncoderCalls(60)
 *   Budget.ofTime(Duration.ofMillis(800)).withMaxEncoderCalls(200)
 * </pre>
 *
 * <p>A number gives the same answer every time. A time does not: how far it reaches depends on the machine and what else it does.
 * It runs from the first window on, when the prompts are embedded. It is kept to by the rate of the images so far, so that a call
 * may take somewhat longer, and it never ends before the first 16 images.
 *
 * @param maxEncoderCalls images through the encoder for windows and second looks together; 0 stands for no limit
 * @param maxTime the time for them; {@link Duration#ZERO} stands for no limit
 */
public record Budget(int maxEncoderCalls, Duration maxTime) {

    /** No limit. */
    public static final Budget UNLIMITED = new Budget(0, Duration.ZERO);

    /**
     * Makes a budget.
     *
     * @throws IllegalArgumentException if a limit is negative
     */
    public Budget {
        Checks.argument(
                maxEncoderCalls >= 0, "maxEncoderCalls (%d) must be positive, or 0 for no limit", maxEncoderCalls);
        Objects.requireNonNull(maxTime, "maxTime");
        Checks.argument(!maxTime.isNegative(), "maxTime (%s) must be positive, or zero for no limit", maxTime);
    }

    /**
     * Makes a budget of images through the encoder.
     *
     * @throws IllegalArgumentException if there is not at least one
     */
    public static Budget ofEncoderCalls(int maxEncoderCalls) {
        return new Budget(Checks.positive(maxEncoderCalls, "maxEncoderCalls"), Duration.ZERO);
    }

    /**
     * Makes a budget of time.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static Budget ofTime(Duration maxTime) {
        Checks.argument(!maxTime.isNegative() && !maxTime.isZero(), "maxTime (%s) must be positive", maxTime);
        return new Budget(0, maxTime);
    }

    /**
     * Returns this budget with a limit of images through the encoder, which ends at what is reached first.
     *
     * @throws IllegalArgumentException if there is not at least one
     */
    public Budget withMaxEncoderCalls(int newMaxEncoderCalls) {
        return new Budget(ofEncoderCalls(newMaxEncoderCalls).maxEncoderCalls, maxTime);
    }

    /**
     * Returns this budget with a limit of time, which ends at what is reached first.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Budget withMaxTime(Duration newMaxTime) {
        return new Budget(maxEncoderCalls, ofTime(newMaxTime).maxTime);
    }

    boolean isUnlimited() {
        return maxEncoderCalls == 0 && maxTime.isZero();
    }
}
