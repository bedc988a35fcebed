package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.EncoderContract;
import java.util.List;
import java.util.Optional;

/** The recipe of an own encoder keeps the contract. */
final class ColourEncoderContractTest extends EncoderContract {
    @Override
    protected Encoder open() {
        return new ColourEncoder();
    }

    @Override
    protected Optional<Encoder> openFailing() {
        return Optional.empty(); // a mean cannot fail
    }

    @Override
    protected List<String> sampleTexts() {
        return List.of("a red square", "something blue", "green", "two yellow birds", "magenta", "a cat");
    }

    @Override
    protected List<String> specialTokens() {
        return List.of();
    }
}
