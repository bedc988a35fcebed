package io.github.zeroshot4j;

import java.util.Objects;

/**
 * How well a prompt fits a whole image, among the prompts that were asked together.
 *
 * @param label the prompt's text, as it was given
 * @param probability the softmax over all prompts of the call at the model's logit scale, in [0, 1]
 * @param logit the logit scale times the cosine of image and prompt
 */
public record Classification(String label, double probability, double logit) {
    /** Makes a classification. */
    public Classification {
        Objects.requireNonNull(label, "label");
    }
}
