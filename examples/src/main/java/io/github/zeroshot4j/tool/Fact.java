package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Classification;
import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Figures that the makers of CLIP or of its best known port published for {@code openai/clip-vit-base-patch32} in fp32.
 *
 * @param name what it is and who published it
 * @param file name of the picture that the user must bring; empty for one that is here
 * @param prompts used as they are written
 * @param quantity what the figures are
 * @param expected one figure for each prompt
 * @param tolerance how far from it ours may be
 */
record Fact(
        String name, String file, List<String> prompts, Quantity quantity, List<Double> expected, double tolerance) {
    private static final int SIDE = 224;

    /** What is published. */
    enum Quantity {
        PROBABILITY,
        LOGIT;

        double of(Classification found) {
            return this == PROBABILITY ? found.probability() : found.logit();
        }
    }

    /**
     * The example of OpenAI's README, printed by its code on a CPU. The picture is CLIP.png as that code's own steps leave it
     * (RGBA resized with Pillow, cut one pixel right of where others cut, alpha dropped: black where it was clear), so no step
     * of ours but the network is in between. In fp32 two implementations differ by some 1e-6 in a cosine, 1e-4 in a logit and
     * less in a probability; ten times that is allowed.
     */
    static final Fact OPENAI_README = new Fact(
            "OpenAI's README: CLIP.png",
            "",
            List.of("a diagram", "a dog", "a cat"),
            Quantity.PROBABILITY,
            List.of(0.9927937, 0.00421068, 0.00299572),
            1e-3);

    /**
     * The integration test of transformers, which allows 1e-3 of its own code. Here the picture is a JPEG file, so a decoder is
     * in between: those of JDK 17 and 25 gave Pillow's very bytes for what was tried. A mistake such as another filter or an
     * image that is not cut is meant to show, hence no more than 0.01 of some 24.
     */
    static final Fact TRANSFORMERS_TEST = new Fact(
            "transformers' test: COCO val2017 000000039769",
            "000000039769.jpg",
            List.of("a photo of a cat", "a photo of a dog"),
            Quantity.LOGIT,
            List.of(24.5701, 19.3049),
            1e-2);

    static final List<Fact> ALL = List.of(OPENAI_README, TRANSFORMERS_TEST);

    /** Returns the picture that is here, for a fact without a file. */
    static RgbImage readmePicture() throws IOException {
        try (InputStream in = Fact.class.getResourceAsStream("acceptance/clip-readme.bin")) {
            byte[] pixels = in == null ? new byte[0] : in.readAllBytes();
            if (pixels.length != 3 * SIDE * SIDE) {
                throw new IOException(
                        "acceptance/clip-readme.bin must have " + 3 * SIDE * SIDE + " bytes, found " + pixels.length);
            }
            return RgbImage.of(SIDE, SIDE, pixels);
        }
    }

    /** Returns the answer for a prompt of the fact. */
    Classification classification(List<Classification> classes, int prompt) {
        return classes.stream()
                .filter(found -> found.label().equals(prompts.get(prompt)))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the figure for a prompt of the fact. */
    double found(List<Classification> classes, int prompt) {
        return quantity.of(classification(classes, prompt));
    }

    /** Returns how far the answers are from the published figures; not a number if one of them is none. */
    double largestDifference(List<Classification> classes) {
        double largest = 0;
        for (int i = 0; i < prompts.size(); i++) {
            largest = Math.max(largest, Math.abs(found(classes, i) - expected.get(i)));
        }
        return largest;
    }

    boolean holdsFor(List<Classification> classes) {
        return largestDifference(classes) <= tolerance;
    }
}
