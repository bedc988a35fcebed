package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptTest {
    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            value = {
                // phrase|template|sentence|why
                "a cat|{}|a cat|a bare template takes the phrase as it is",
                "  A Cat |{}|  A Cat |even its blanks and capitals",
                "a cat|a photo of a {}.|a photo of a cat.|the template brings the article",
                "cat|a photo of a {}.|a photo of a cat.|no article to drop",
                "an apple|a photo of a {}.|a photo of an apple.|a becomes an",
                "apple|a photo of a {}.|a photo of an apple.|a becomes an without an article to drop",
                "a cat|a photo of an {}.|a photo of a cat.|an becomes a",
                "The Eiffel Tower|a photo of the {}.|a photo of the Eiffel Tower.|the dropped, the kept",
                "A cat|art of the {}.|art of the cat.|an article with a capital",
                " a cat|a photo of a {}.|a photo of a cat.|a blank before the article",
                "a cat|A {} on a table.|A cat on a table.|a template that begins with the article",
                "an apple|A {} on a table.|An apple on a table.|A becomes An",
                "the moon|The {} here|The moon here|the, with a capital",
                "a cat|a photo of the large {}.|a photo of the large cat.|one word between",
                "an apple|a photo of a large {}.|a photo of a large apple.|the article belongs to that word",
                "a cat|a {} in a video game.|a cat in a video game.|the article of another noun is left alone",
                "an owl|a {} in a video game.|an owl in a video game.|only the one before the phrase",
                "a cat|look, {}!|look, a cat!|a template without an article keeps the phrase's",
                "anchor|a photo of a {}.|a photo of an anchor.|not every an is an article",
                "thermos|photo of the {}|photo of the thermos|nor every the",
                "a|a photo of a {}.|a photo of an a.|an article alone is a phrase",
                "a $1 \\ bill|a photo of a {}.|a photo of a $1 \\ bill.|no special characters",
                "a cat|{} and {}|a cat and a cat|every place is filled",
                "an hour|a photo of a {}.|a photo of an hour.|a silent h",
                "hourglass|a photo of a {}.|a photo of an hourglass.|a silent h in a longer word",
                "a house|a photo of a {}.|a photo of a house.|an h that is spoken",
                "honest man|a photo of a {}.|a photo of an honest man.|a silent h",
                "honeycomb|a photo of a {}.|a photo of a honeycomb.|an h that is spoken",
                "a unicorn|a photo of a {}.|a photo of a unicorn.|a u spoken as you",
                "Uniform|a photo of a {}.|a photo of a Uniform.|with a capital",
                "uninvited guest|a photo of a {}.|a photo of an uninvited guest.|un- is no uni-",
                "unidentified object|a photo of a {}.|a photo of an unidentified object.|nor is unid-",
                "an umbrella|a photo of a {}.|a photo of an umbrella.|a u that is a vowel",
                "urn|a photo of a {}.|a photo of an urn.|a u that is a vowel",
                "urinal|a photo of a {}.|a photo of a urinal.|a u spoken as you",
                "used car|a photo of a {}.|a photo of a used car.|a u spoken as you",
                "usher|a photo of a {}.|a photo of an usher.|a u that is a vowel",
                "utensil|a photo of a {}.|a photo of a utensil.|a u spoken as you",
                "ukulele|a photo of a {}.|a photo of a ukulele.|a u spoken as you",
                "UFO|a photo of a {}.|a photo of a UFO.|letters read aloud",
                "U-turn|a photo of a {}.|a photo of a U-turn.|a letter read aloud",
                "an X-ray|a photo of a {}.|a photo of an X-ray.|a letter read aloud",
                "European bison|a photo of a {}.|a photo of a European bison.|eu spoken as you",
                "a one-eyed cat|a photo of a {}.|a photo of a one-eyed cat.|one spoken with a w",
                "onion|a photo of a {}.|a photo of an onion.|on- is no one",
                "8-ball|a photo of a {}.|a photo of an 8-ball.|a number read aloud",
                "18-wheeler|a photo of a {}.|a photo of an 18-wheeler.|a number read aloud",
                "100 m runner|a photo of a {}.|a photo of a 100 m runner.|a number read aloud",
                "SUV|a photo of a {}.|a photo of an SUV.|letters read aloud",
                "MRI scan|a photo of a {}.|a photo of a MRI scan.|a limit: letters are not read one by one",
                "onesie|a photo of a {}.|a photo of a onesie.|one spoken with a w",
                "unanimous vote|a photo of a {}.|a photo of an unanimous vote.|a limit: spoken with a you",
            })
    void sentences_table(String phrase, String template, String sentence, String why) {
        Prompt prompt = Prompt.of(phrase).withTemplates(List.of(template));
        assertThat(prompt.sentences()).as(why).containsExactly(sentence);
        assertThat(prompt.text()).as("the label stays as it was given").isEqualTo(phrase);
    }

    @Test
    void sentences_severalTemplates_inTheirOrder() {
        assertThat(Prompt.of("an owl").withTemplates(Prompt.OPENAI_SEVEN).sentences())
                .containsExactly(
                        "itap of an owl.",
                        "a bad photo of the owl.",
                        "a origami owl.",
                        "a photo of the large owl.",
                        "an owl in a video game.",
                        "art of the owl.",
                        "a photo of the small owl.");
        assertThat(Prompt.of("a dog").withTemplates(Prompt.PHOTO).sentences()).containsExactly("a photo of a dog.");
    }

    @Test
    void of_text_readAsWritten() {
        assertThat(Prompt.of("a cat")).isEqualTo(Prompt.of("a cat").withTemplates(List.of("{}")));
        assertThat(Prompt.of("a cat").templates()).isEqualTo(Prompt.AS_WRITTEN);
    }

    @Test
    void all_texts_inTheirOrder() {
        assertThat(Prompt.all()).isEmpty();
        assertThat(Prompt.all("b", "a", "b")).containsExactly(Prompt.of("b"), Prompt.of("a"), Prompt.of("b"));
        assertThat(Prompt.all(Set.of("a"))).containsExactly(Prompt.of("a"));
    }

    @Test
    void withTemplates_changedAfterwards_promptUnchanged() {
        List<String> templates = new ArrayList<>(List.of("one {}"));
        Prompt prompt = Prompt.of("cat").withTemplates(templates);
        templates.set(0, "two {}");
        assertThat(prompt.sentences()).containsExactly("one cat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void of_blankText_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.of(text))
                .withMessage("text (" + text + ") must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.all("a cat", text))
                .withMessage("text (" + text + ") must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.all(List.of(text)))
                .withMessage("text (" + text + ") must not be blank");
    }

    @Test
    void withTemplates_noneOrWithoutPlace_refused() {
        Prompt cat = Prompt.of("a cat");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cat.withTemplates(List.of()))
                .withMessage("templates ([]) must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cat.withTemplates(List.of("a photo of a {}", "a photo of it")))
                .withMessage("template (a photo of it) must contain {}");
    }

    @Test
    void withEverything_onePartAfterTheOther_valuesAndEquality() {
        Prompt plain = Prompt.of("a cat");
        assertThat(plain.synonyms()).isEmpty();
        assertThat(plain.negatives()).isEmpty();
        assertThat(plain.combination()).isEqualTo(Prompt.Combination.MEAN);
        assertThat(plain.threshold()).isEmpty();
        assertThat(plain.exemplar()).isEmpty();
        List<Prompt> changed = List.of(
                plain.withTemplates(Prompt.PHOTO),
                plain.withSynonyms(List.of("a kitten")),
                plain.withSynonyms(List.of("a kitten"), Prompt.Combination.MAX),
                plain.withNegatives(List.of("a fox")),
                plain.withThreshold(0.25),
                Prompt.of("A cat"));
        assertThat(changed).doesNotHaveDuplicates().doesNotContain(plain);
        Prompt all = plain.withThreshold(0.25)
                .withNegatives(List.of("a fox"))
                .withSynonyms(List.of("a kitten"), Prompt.Combination.MAX)
                .withTemplates(Prompt.PHOTO);
        assertThat(all.text()).isEqualTo("a cat");
        assertThat(all.templates()).isEqualTo(Prompt.PHOTO);
        assertThat(all.synonyms()).containsExactly("a kitten");
        assertThat(all.combination()).isEqualTo(Prompt.Combination.MAX);
        assertThat(all.negatives()).containsExactly("a fox");
        assertThat(all.threshold()).hasValue(0.25);
        assertThat(all)
                .isEqualTo(plain.withTemplates(Prompt.PHOTO)
                        .withSynonyms(List.of("a kitten"), Prompt.Combination.MAX)
                        .withNegatives(List.of("a fox"))
                        .withThreshold(0.25))
                .hasSameHashCodeAs(plain.withTemplates(Prompt.PHOTO)
                        .withSynonyms(List.of("a kitten"), Prompt.Combination.MAX)
                        .withNegatives(List.of("a fox"))
                        .withThreshold(0.25));
        assertThat(all.toString()).startsWith("Prompt[a cat, [a photo of a {}.], [a kitten], MAX");
    }

    @Test
    void sentences_synonyms_thoseOfTheTextFirst() {
        assertThat(Prompt.of("a cat")
                        .withSynonyms(List.of("an old cat", "kitten"))
                        .withTemplates(List.of("{}", "a photo of a {}."))
                        .sentences())
                .containsExactly(
                        "a cat",
                        "a photo of a cat.",
                        "an old cat",
                        "a photo of an old cat.",
                        "kitten",
                        "a photo of a kitten.");
    }

    @Test
    void withLists_changedAfterwards_promptUnchanged() {
        List<String> words = new ArrayList<>(List.of("a fox"));
        Prompt prompt = Prompt.of("a cat").withSynonyms(words).withNegatives(words);
        words.set(0, "a dog");
        assertThat(prompt.synonyms()).containsExactly("a fox");
        assertThat(prompt.negatives()).containsExactly("a fox");
    }

    @Test
    void withParts_badValues_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.of("a cat").withSynonyms(List.of("a kitten", " ")))
                .withMessage("synonym ( ) must not be blank");
        for (double threshold : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Prompt.of("a cat").withThreshold(threshold))
                    .withMessage("threshold (" + threshold + ") must be in [0, 1]");
        }
    }

    @Test
    void ofImage_wordsForIt_refused() {
        Prompt mug = Prompt.ofImage("this mug", RgbImage.filled(4, 4, 0));
        assertThat(mug.text()).isEqualTo("this mug");
        assertThat(mug.templates()).isEmpty();
        assertThat(mug.sentences()).isEmpty();
        assertThat(mug.withThreshold(0.7).exemplar()).isEqualTo(mug.exemplar());
        assertThat(mug).isEqualTo(Prompt.ofImage("this mug", mug.exemplar().orElseThrow()));
        assertThat(mug).isNotEqualTo(Prompt.ofImage("this mug", RgbImage.filled(4, 4, 0)));
        assertThatIllegalStateException()
                .isThrownBy(() -> mug.withTemplates(Prompt.PHOTO))
                .withMessage("prompt (this mug) must be of words to have templates, it is an exemplar");
        assertThatIllegalStateException()
                .isThrownBy(() -> mug.withSynonyms(List.of("a cup")))
                .withMessage("prompt (this mug) must be of words to have synonyms, it is an exemplar");
        assertThatIllegalStateException()
                .isThrownBy(() -> mug.withNegatives(List.of("a cup")))
                .withMessage("prompt (this mug) must be of words to have negatives, it is an exemplar");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.ofImage(" ", RgbImage.filled(4, 4, 0)))
                .withMessage("label ( ) must not be blank");
    }

    @Test
    @SuppressWarnings("NullAway")
    void everything_null_refused() {
        assertThatNullPointerException().isThrownBy(() -> Prompt.of(null));
        assertThatNullPointerException()
                .isThrownBy(() -> Prompt.of("a cat").withTemplates(null))
                .withMessage("newTemplates");
        assertThatNullPointerException()
                .isThrownBy(() -> Prompt.of("a cat").withSynonyms(null))
                .withMessage("newSynonyms");
        assertThatNullPointerException()
                .isThrownBy(() -> Prompt.of("a cat").withSynonyms(List.of(), null))
                .withMessage("newCombination");
        assertThatNullPointerException()
                .isThrownBy(() -> Prompt.of("a cat").withNegatives(null))
                .withMessage("newNegatives");
        assertThatNullPointerException().isThrownBy(() -> Prompt.ofImage("a cat", null));
    }
}
