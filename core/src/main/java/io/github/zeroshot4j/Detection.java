package io.github.zeroshot4j;

import java.util.Objects;
import java.util.Optional;

/**
 * One found object.
 *
 * @param label the prompt's text, as it was given
 * @param score how sure the detector is; higher is surer. With the default options a probability in [0, 1], with
 *     {@link DetectorOptions#article()} the highest raw window logit of the prompt. {@link Scoring}
 *     says what it means, {@link Prompt#ofImage} that of an exemplar
 * @param box where the object is, in pixels of the image
 * @param verification what showing the box alone and hiding it say, where {@link DetectorOptions#verification()} asks for it
 */
public record Detection(String label, double score, Box box, Optional<Verification> verification) {

    /**
     * Makes a detection.
     *
     * @throws IllegalArgumentException if the score is not a finite number
     */
    public Detection {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(box, "box");
        Objects.requireNonNull(verification, "verification");
        Checks.argument(Double.isFinite(score), "score (%s) must be a finite number", score);
    }

    /**
     * Makes a detection that is not verified.
     *
     * @throws IllegalArgumentException if the score is not a finite number
     */
    public Detection(String label, double score, Box box) {
        this(label, score, box, Optional.empty());
    }

    Detection withVerification(Verification newVerification) {
        return new Detection(label, score, box, Optional.of(newVerification));
    }
}
