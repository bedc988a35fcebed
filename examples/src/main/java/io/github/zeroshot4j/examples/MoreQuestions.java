package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.Classification;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.Verification;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.List;

/** Asks one image several things: its windows go through the model once. */
public final class MoreQuestions {
    private MoreQuestions() {}

    /** Asks for less cost than the default has, and for boxes that are checked; returns what is found. */
    public static List<Detection> askWithin(ZeroShotDetector detector, RgbImage image) {
        // region options
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .budget(Budget.ofEncoderCalls(100)) // for an image, the checks included
                .verification(true)
                .build();
        List<Detection> found = detector.withOptions(options).detect(image, "a cat");
        // endregion
        return found;
    }

    /** Asks, and prints the answers. */
    public static void ask(ZeroShotDetector detector, RgbImage image) {
        // region questions
        EmbeddedImage embedded = detector.embed(image);
        List<Detection> cats = detector.detect(embedded, Prompt.all("a cat"));
        Localization butterfly =
                detector.localize(embedded, Prompt.all("a butterfly")).get(0);
        System.out.println(
                butterfly.presence() + ", highest at " + butterfly.map().peak());
        List<Classification> labels = detector.classify(image, Prompt.all("a cat", "a dog"));
        // endregion
        // region verify
        for (Detection cat : cats) {
            Verification check = detector.verify(image, cat);
            System.out.println("alone " + check.alone() + ", without it " + check.hidden());
        }
        // endregion
        System.out.println(cats);
        System.out.println(labels);
    }
}
