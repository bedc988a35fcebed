package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
            })
    void sentences_table(String phrase, String template, String sentence, String why) {
        Prompt prompt = new Prompt(phrase, List.of(template));
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
        assertThat(Prompt.of("a cat")).isEqualTo(new Prompt("a cat", List.of("{}")));
        assertThat(Prompt.of("a cat").templates()).isEqualTo(Prompt.AS_WRITTEN);
    }

    @Test
    void all_texts_inTheirOrder() {
        assertThat(Prompt.all()).isEmpty();
        assertThat(Prompt.all("b", "a", "b")).containsExactly(Prompt.of("b"), Prompt.of("a"), Prompt.of("b"));
        assertThat(Prompt.all(Set.of("a"))).containsExactly(Prompt.of("a"));
    }

    @Test
    void constructor_templatesChangedAfterwards_promptUnchanged() {
        List<String> templates = new ArrayList<>(List.of("one {}"));
        Prompt prompt = new Prompt("cat", templates);
        templates.set(0, "two {}");
        assertThat(prompt.sentences()).containsExactly("one cat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void constructor_blankText_refused(String text) {
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
    @SuppressWarnings("NullAway")
    void everything_null_refused() {
        assertThatNullPointerException().isThrownBy(() -> Prompt.of(null));
        assertThatNullPointerException().isThrownBy(() -> new Prompt("a cat", null));
        assertThatNullPointerException()
                .isThrownBy(() -> Prompt.of("a cat").withTemplates(null))
                .withMessage("newTemplates");
    }
}
