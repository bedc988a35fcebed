package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.List;

/** Asks with more than a phrase: templates, synonyms, negatives, a threshold, and a picture. */
public final class BetterPrompts {
    private BetterPrompts() {}

    /**
     * Finds them.
     *
     * @param photo a picture of a mug, at {@code mugBox}
     */
    public static List<Detection> find(ZeroShotDetector detector, RgbImage image, RgbImage photo, Box mugBox) {
        // region prompts
        Prompt cat = Prompt.of("a cat")
                .withTemplates(Prompt.PHOTO) // what the model reads: "a photo of a cat."
                .withSynonyms(List.of("a kitten", "a tomcat")) // the mean of the three
                .withNegatives(List.of("a fox")) // what is taken for it
                .withThreshold(0.7);
        Prompt vehicle = Prompt.of("a vehicle")
                .withSynonyms(List.of("a car", "a bus", "a bicycle"), Prompt.Combination.MAX); // whichever fits best
        Prompt mug = Prompt.ofImage("this mug", photo, mugBox);
        List<Detection> found = detector.detect(image, List.of(cat, vehicle, mug));
        // endregion
        return found;
    }
}
