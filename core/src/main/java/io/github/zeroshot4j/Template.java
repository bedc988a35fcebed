package io.github.zeroshot4j;

import java.util.regex.Pattern;

/** Puts phrases into sentences, with the article that fits. */
final class Template {
    /** Where the phrase goes. */
    static final String PLACE = "{}";

    private static final Pattern BRINGS_ARTICLE = Pattern.compile("(?is).*\\b(a|an|the) (\\w+ )?\\{}.*");
    private static final Pattern LEADING_ARTICLE = Pattern.compile("(?i)^\\s*(a|an|the)\\s+");
    private static final Pattern INDEFINITE_BEFORE_PLACE = Pattern.compile("\\b([aA])n? \\{}");

    /**
     * What begins like a vowel: the letters a, e, i, o and u; a silent h; numbers and letters read aloud. What begins with one
     * of the letters but is spoken with a "you" (unicorn, but not uninvited or unmade; user, ukulele, euro) or a "w" (one-eyed)
     * is left out. Spelling cannot tell all: "an unanimous vote" and "a MRI scan" come out wrong.
     */
    private static final Pattern SPOKEN_WITH_VOWEL =
            Pattern.compile("(?is)(?!eu|ewe|(one|onesie|once|u|ufo|usb|uk|utes?)\\b"
                    + "|uni(?![nmd])|us[aeu]|ut[eio]|ur[aieu]|ukul|ubiq)[aeiou].*"
                    + "|(hour|honest|honou?r|heir).*|8.*|1[18]\\b.*|x-.*|suvs?\\b.*");

    private Template() {}

    /** Returns the sentence; {@link Prompt#sentences()} says how articles are dealt with. */
    static String fill(String template, String phrase) {
        if (template.equals(PLACE)) {
            return phrase;
        }
        boolean bringsArticle = BRINGS_ARTICLE.matcher(template).matches();
        String bare = bringsArticle ? LEADING_ARTICLE.matcher(phrase).replaceFirst("") : phrase;
        String article = SPOKEN_WITH_VOWEL.matcher(bare).matches() ? "n {}" : " {}";
        return INDEFINITE_BEFORE_PLACE
                .matcher(template)
                .replaceAll("$1" + article)
                .replace(PLACE, bare);
    }
}
