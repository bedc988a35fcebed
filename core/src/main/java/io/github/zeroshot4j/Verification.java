package io.github.zeroshot4j;

/**
 * What showing a box alone and hiding it say of a detection: a box that holds what the prompt asks for shows it alone, and without the
 * box nothing is left of it. After the insertion and deletion tests of Petsiuk, Das and Saenko 2018, "RISE: Randomized Input Sampling
 * for Explanation of Black-box Models".
 *
 * <p>Both are probabilities of presence, as {@link Presence#probability}, each of one picture: the box in a square 1.25 times as long
 * as its longer side, all else in the mean colour; and the square 1.7 times as long around it, the box in the mean colour.
 *
 * @param alone the probability that the prompt is there, of the box alone, in [0, 1]
 * @param hidden the probability that the prompt is there, of its surroundings without the box, in [0, 1]
 */
public record Verification(double alone, double hidden) {

    /**
     * Makes a verification.
     *
     * @throws IllegalArgumentException if a probability is not in [0, 1]
     */
    public Verification {
        requireProbability(alone, "alone");
        requireProbability(hidden, "hidden");
    }

    private static void requireProbability(double value, String name) {
        Checks.argument(value >= 0 && value <= 1, "%s (%s) must be in [0, 1]", name, value);
    }

    /**
     * Returns {@code alone * (1 - hidden)}, in [0, 1]: high where the box shows it, and all of it. With other things of the prompt
     * close by it is low although the box is right: these are there without it. How far a score times the confidence ranks better than
     * the score, examples/EVALUATION.md tells: little, with the default detector.
     */
    public double confidence() {
        return alone * (1 - hidden);
    }
}
