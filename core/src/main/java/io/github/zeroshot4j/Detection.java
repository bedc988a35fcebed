package io.github.zeroshot4j;

import java.util.Objects;

/**
 * One found object.
 *
 * @param label the prompt's text, as it was given
 * @param score how sure the detector is; higher is surer. With the default options a probability in [0, 1], with
 *     {@link DetectorOptions#article()} the highest raw window logit of the prompt. {@link Scoring}
 *     says what it means, {@link Prompt#ofImage} that of an exemplar
 * @param box where the object is, in pixels of the image
 */
public record Detection(String label, double score, Box box) {

    /**
     * Makes a detection.
     *
     * @throws IllegalArgumentException if the score is not a finite number
     */
    public Detection {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(box, "box");
        Checks.argument(Double.isFinite(score), "score (%s) must be a finite number", score);
    }
}
