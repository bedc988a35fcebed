package io.github.zeroshot4j.testing;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.util.List;
import java.util.Optional;

/** What an implementation says of itself to {@link EncoderContract}, which shows these methods as its own. */
abstract class EncoderCapabilities {

    /** Opens the encoder under test. Called many times; every encoder is closed again. */
    protected abstract Encoder open();

    /**
     * Opens an encoder whose model fails when it runs, on images, on texts or on both; empty if there is no way to provoke
     * that, and the clause is then reported as skipped.
     */
    protected abstract Optional<Encoder> openFailing();

    /** Returns how many times the encoder is opened and closed to see a leak, at least 40. The default is 200. */
    protected int openings() {
        return 200;
    }

    /**
     * Returns images that the encoder tells apart. The default are 4 x 4 blocks of seeded colours.
     *
     * @param spec the spec of the encoder
     * @param count how many
     * @return {@code count} arrays of {@code 3 * s * s} values, as {@link Encoder#encodeImages} takes them
     */
    protected List<float[]> sampleImages(EncoderSpec spec, int count) {
        return ContractSupport.blocks(spec, count);
    }

    /** Returns five texts or more that the encoder tells apart. */
    protected List<String> sampleTexts() {
        return List.of("a red square", "a blue circle", "green", "a photo of a cat", "two yellow birds", "magenta");
    }

    /** Returns the tokenizer's special tokens that a text must not hold. The default are CLIP's. */
    protected List<String> specialTokens() {
        return FakeEncoder.SPECIAL_TOKENS;
    }
}
