package io.github.zeroshot4j;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a {@link Prompt} is made of; it changes only while the prompt is being made. */
final class PromptParts {
    final String text;
    List<String> templates = Prompt.AS_WRITTEN;
    List<String> synonyms = List.of();
    Prompt.Combination combination = Prompt.Combination.MEAN;
    List<String> negatives = List.of();
    OptionalDouble threshold = OptionalDouble.empty();
    Optional<RgbImage> exemplar = Optional.empty();

    PromptParts(String text) {
        this.text = text;
    }

    PromptParts(PromptParts from) {
        text = from.text;
        templates = from.templates;
        synonyms = from.synonyms;
        combination = from.combination;
        negatives = from.negatives;
        threshold = from.threshold;
        exemplar = from.exemplar;
    }

    List<Object> values() {
        return List.of(text, templates, synonyms, combination, negatives, threshold, exemplar);
    }
}
