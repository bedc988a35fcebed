package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What to look for: a phrase, and the sentences that the model reads for it.
 *
 * <p>With several templates the text embedding is the mean of the sentences' embeddings, normalised again (the ensemble of
 * Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", section 3.1.4).
 *
 * @param text the phrase; it is the label of the detections, as it was given
 * @param templates sentences with <code>{}</code> where the phrase goes, at least one
 */
public record Prompt(String text, List<String> templates) {

    /** The phrase as it is, the default: <code>{}</code>. */
    public static final List<String> AS_WRITTEN = List.of("{}");

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

    /**
     * Makes a prompt.
     *
     * @throws IllegalArgumentException if the text is blank, there is no template, or a template has no <code>{}</code>
     */
    public Prompt {
        Checks.argument(!text.isBlank(), "text (%s) must not be blank", text);
        templates = List.copyOf(templates);
        Checks.argument(!templates.isEmpty(), "templates (%s) must not be empty", templates);
        for (String template : templates) {
            Checks.argument(template.contains("{}"), "template (%s) must contain {}", template);
        }
    }

    /**
     * Makes a prompt that is read as it is written.
     *
     * @throws IllegalArgumentException if the text is blank
     */
    public static Prompt of(String text) {
        return new Prompt(text, AS_WRITTEN);
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
     * Returns this prompt with other templates.
     *
     * @throws IllegalArgumentException if there is none, or one has no <code>{}</code>
     */
    public Prompt withTemplates(List<String> newTemplates) {
        return new Prompt(text, Objects.requireNonNull(newTemplates, "newTemplates"));
    }

    /**
     * Returns the sentences that the model reads, one per template.
     *
     * <p>A template with words of its own brings its article along, so that a leading "a", "an" or "the" of the phrase is
     * dropped there and the template's "a" becomes "an" before a vowel: "a cat" in "a photo of a {}." is "a photo of a
     * cat.", and "an apple" is "a photo of an apple.". A bare <code>{}</code> takes the phrase as it is.
     */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>(templates.size());
        for (String template : templates) {
            sentences.add(template.equals("{}") ? text : fill(template));
        }
        return List.copyOf(sentences);
    }

    private String fill(String template) {
        boolean bringsArticle = template.matches("(?is).*\\b(a|an|the) (\\w+ )?\\{}.*");
        String phrase = bringsArticle ? text.replaceFirst("(?i)^\\s*(a|an|the)\\s+", "") : text;
        boolean vowel = !phrase.isEmpty()
                && "aeiou".indexOf(phrase.toLowerCase(Locale.ROOT).charAt(0)) >= 0;
        String article = vowel ? "n {}" : " {}";
        return template.replaceAll("\\b([aA])n? \\{}", "$1" + article).replace("{}", phrase);
    }
}
