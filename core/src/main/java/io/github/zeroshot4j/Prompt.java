package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What to look for: a phrase, and the sentences that the model reads for it; or a picture of it, {@link #ofImage}. Immutable.
 *
 * <pre>
 *   Prompt.of("a cat")
 *   Prompt.of("a cat").withTemplates(Prompt.PHOTO).withNegatives(List.of("a fox")).withThreshold(0.7)
 *   Prompt.of("a vehicle").withSynonyms(List.of("a car", "a bus", "a bicycle"), Prompt.Combination.MAX)
 *   Prompt.ofImage("this mug", photo, new Box(120, 80, 260, 210))
 * </pre>
 *
 * <p>With several templates the text embedding is the mean of the sentences' embeddings, normalised again (the ensemble of
 * Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", section 3.1.4).
 */
public final class Prompt {
    /** How a prompt of several phrases is scored in a window. */
    public enum Combination {
        /**
         * As one phrase: the mean of the phrases' embeddings, each the normalised mean over its templates, normalised again. For
         * other words for one thing.
         */
        MEAN,
        /**
         * As the phrase that fits the window best: the highest of their logits, against the same negatives. For several things
         * under one label; each phrase more gives what is not there one chance more.
         */
        MAX
    }

    /** The phrase as it is, the default: <code>{}</code>. */
    public static final List<String> AS_WRITTEN = List.of(Template.PLACE);

    /** The sentence of CLIP's paper: <code>a photo of a {}.</code>. */
    public static final List<String> PHOTO = List.of("a photo of a {}.");

    /** The seven sentences that OpenAI's notebook "Prompt Engineering for ImageNet" found to be enough. */
    public static final List<String> OPENAI_SEVEN = List.of(
            "itap of a {}.",
            "a bad photo of the {}.",
            "a origami {}.",
            "a photo of the large {}.",
            "a {} in a video game.",
            "art of the {}.",
            "a photo of the small {}.");

    private final PromptParts parts;

    private Prompt(PromptParts parts) {
        this.parts = parts;
    }

    /**
     * Makes a prompt that is read as it is written.
     *
     * @param text the phrase; it is the label of the detections, as it was given
     * @throws IllegalArgumentException if the text is blank
     */
    public static Prompt of(String text) {
        requireText(text, "text");
        return new Prompt(new PromptParts(text));
    }

    /**
     * Makes prompts that are read as they are written, in the same order.
     *
     * @throws IllegalArgumentException if a text is blank
     */
    public static List<Prompt> all(String... texts) {
        return all(List.of(texts));
    }

    /**
     * Makes prompts that are read as they are written, in the same order.
     *
     * @throws IllegalArgumentException if a text is blank
     */
    public static List<Prompt> all(Collection<String> texts) {
        return texts.stream().map(Prompt::of).toList();
    }

    /**
     * Makes a prompt of a picture of one thing, an exemplar, with the thing in its middle: the model sees the centre square, as
     * CLIP's preprocessing gives it.
     *
     * <p><b>What is found, and what a score means.</b> Windows that look like the exemplar: the same thing in another place, more
     * than other things of its kind. Two images have a higher cosine than an image and a text, so that no phrase can be a
     * negative; what a window is weighed against is a pivot on the way from plain pictures (black, gray, white) to the exemplar:
     *
     * <pre>
     *   pivot = plain + 3/4 * (1 - plain)      plain: the mean cosine of the exemplar and the plain pictures
     *   evidence = logit scale * (cosine - pivot)
     *   probability = 1 / (1 + exp(-evidence))
     * </pre>
     *
     * <p>That is a rule, not a fitted probability, and {@link EncoderSpec#presenceCalibration()} has no part in it. It means the
     * same across images, but not across models, nor beside that of a text. The share of 3/4 was found with the embedded tiny
     * model; with another, look at some probabilities and set {@link #withThreshold}.
     *
     * @param label the label of the detections
     * @throws IllegalArgumentException if the label is blank
     */
    public static Prompt ofImage(String label, RgbImage exemplar) {
        requireText(label, "label");
        PromptParts parts = new PromptParts(label);
        parts.templates = List.of();
        parts.exemplar = Optional.of(exemplar);
        return new Prompt(parts);
    }

    /**
     * Makes a prompt of a thing in an image: {@link #ofImage(String, RgbImage)} of the smallest square around the box that the
     * image has room for. It is what a window around the thing would see: undistorted, with some of what is around it. Of a box
     * longer than the image's shorter side the ends are lost. The image itself is not kept.
     *
     * @param label the label of the detections
     * @throws IllegalArgumentException if the label is blank, or the box is empty or not inside the image
     */
    public static Prompt ofImage(String label, RgbImage image, Box box) {
        return ofImage(label, image.crop(Exemplars.squareAround(image, box)));
    }

    private static void requireText(String text, String name) {
        Checks.argument(!text.isBlank(), "%s (%s) must not be blank", name, text);
    }

    /** Returns the phrase, or what an exemplar is called: the label of the detections, as it was given. */
    public String text() {
        return parts.text;
    }

    /** Returns the sentences with <code>{}</code> where a phrase goes; none of an exemplar. The default is {@link #AS_WRITTEN}. */
    public List<String> templates() {
        return parts.templates;
    }

    /** Returns the other phrases for it. The default is none. */
    public List<String> synonyms() {
        return parts.synonyms;
    }

    /** Returns how text and synonyms are scored together. The default is {@link Combination#MEAN}. */
    public Combination combination() {
        return parts.combination;
    }

    /** Returns the negatives of its own, which are added to {@link DetectorOptions#negatives()}. The default is none. */
    public List<String> negatives() {
        return parts.negatives;
    }

    /** Returns the lowest probability of its own; without one {@link DetectorOptions#presenceThreshold()} holds, the default. */
    public OptionalDouble threshold() {
        return parts.threshold;
    }

    /** Returns the picture that the encoder sees instead of a text, before it is resized; empty for a prompt of words. */
    public Optional<RgbImage> exemplar() {
        return parts.exemplar;
    }

    /**
     * Returns this prompt with other templates, for all of its phrases.
     *
     * @throws IllegalArgumentException if there is none, or one has no <code>{}</code>
     * @throws IllegalStateException if this is an exemplar
     */
    public Prompt withTemplates(List<String> newTemplates) {
        Objects.requireNonNull(newTemplates, "newTemplates");
        requireWords("templates");
        Checks.argument(!newTemplates.isEmpty(), "templates (%s) must not be empty", newTemplates);
        for (String template : newTemplates) {
            Checks.argument(template.contains(Template.PLACE), "template (%s) must contain {}", template);
        }
        PromptParts changed = new PromptParts(parts);
        changed.templates = List.copyOf(newTemplates);
        return new Prompt(changed);
    }

    /**
     * Returns this prompt with other phrases for the same thing, combined by {@link Combination#MEAN}.
     *
     * @throws IllegalArgumentException if one is blank
     * @throws IllegalStateException if this is an exemplar
     */
    public Prompt withSynonyms(List<String> newSynonyms) {
        return withSynonyms(newSynonyms, Combination.MEAN);
    }

    /**
     * Returns this prompt with other phrases in place of those it had. The text stays the label, and is one of the phrases.
     *
     * @throws IllegalArgumentException if one is blank
     * @throws IllegalStateException if this is an exemplar
     */
    public Prompt withSynonyms(List<String> newSynonyms, Combination newCombination) {
        Objects.requireNonNull(newSynonyms, "newSynonyms");
        Objects.requireNonNull(newCombination, "newCombination");
        requireWords("synonyms");
        newSynonyms.forEach(synonym -> requireText(synonym, "synonym"));
        PromptParts changed = new PromptParts(parts);
        changed.synonyms = List.copyOf(newSynonyms);
        changed.combination = newCombination;
        return new Prompt(changed);
    }

    /**
     * Returns this prompt with negatives of its own, phrases for what is taken for it: "a fox" for "a cat". They are read as
     * they are written, and added to {@link DetectorOptions#negatives()}, which tell a thing from nothing: other prompts do not
     * feel them.
     *
     * @throws IllegalStateException if this is an exemplar
     */
    public Prompt withNegatives(List<String> newNegatives) {
        Objects.requireNonNull(newNegatives, "newNegatives");
        requireWords("negatives");
        PromptParts changed = new PromptParts(parts);
        changed.negatives = List.copyOf(newNegatives);
        return new Prompt(changed);
    }

    /**
     * Returns this prompt with a threshold of its own in place of {@link DetectorOptions#presenceThreshold()}.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public Prompt withThreshold(double newThreshold) {
        Checks.unitInterval(newThreshold, "threshold");
        PromptParts changed = new PromptParts(parts);
        changed.threshold = OptionalDouble.of(newThreshold);
        return new Prompt(changed);
    }

    private void requireWords(String what) {
        if (parts.exemplar.isPresent()) {
            throw new IllegalStateException(
                    "prompt (" + parts.text + ") must be of words to have " + what + ", it is an exemplar");
        }
    }

    /**
     * Returns the sentences that the model reads, one per template: those of the text, then those of each synonym. An exemplar
     * has none.
     *
     * <p>A template with words of its own brings its article along, so that a leading "a", "an" or "the" of the phrase is
     * dropped there and the template's "a" becomes "an" before a vowel that is spoken: "a cat" in "a photo of a {}." is "a photo
     * of a cat.", "an apple" is "a photo of an apple.", "an hour" and "a unicorn" keep theirs. A bare <code>{}</code> takes the
     * phrase as it is. The rule knows English spelling and a few exceptions; where it errs, write the phrase as it should be read
     * and leave the template bare.
     */
    public List<String> sentences() {
        return sentencesByPhrase().stream().flatMap(List::stream).toList();
    }

    /** One list per phrase. */
    List<List<String>> sentencesByPhrase() {
        List<List<String>> sentences = new ArrayList<>();
        for (String phrase : phrases()) {
            sentences.add(parts.templates.stream()
                    .map(template -> Template.fill(template, phrase))
                    .toList());
        }
        return sentences;
    }

    /** The text and its synonyms; none of an exemplar. */
    List<String> phrases() {
        return parts.exemplar.isPresent()
                ? List.of()
                : Stream.concat(Stream.of(parts.text), parts.synonyms.stream()).toList();
    }

    /** Whether one of its phrases is this one. */
    boolean says(String phrase) {
        return phrases().stream().anyMatch(own -> own.strip().equalsIgnoreCase(phrase.strip()));
    }

    /** Equal if all of it is equal; exemplars if they hold the same {@link RgbImage}, not one of equal pixels. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Prompt prompt && parts.values().equals(prompt.parts.values());
    }

    @Override
    public int hashCode() {
        return parts.values().hashCode();
    }

    @Override
    public String toString() {
        return "Prompt" + parts.values();
    }
}
