package io.github.zeroshot4j.tiny;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.ModelSource;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import java.io.InputStream;
import java.util.Optional;

/**
 * A small model for the first five minutes, for tests and for continuous integration, embedded in this jar: it is opened by
 * one call, offline, without a path, and nothing of it is unpacked to disk.
 *
 * <p><b>What it is.</b> A model of some five hundred everyday things as drawings, icons and 3D renders, and their colours
 * ("a red car"), trained from scratch on pictures composed for it. It has CLIP's architecture, tokenizer and file
 * layout, so that code written with it runs unchanged with {@link OnnxEncoder#open(java.nio.file.Path)} and a real CLIP.
 * {@code model/MODEL_CARD.md} beside this class has figures, sources and licences.
 *
 * <p><b>What it is not.</b> It is not OpenAI's CLIP nor any other CLIP trained on pictures from the web: it does not know
 * photographs, actions, styles, names or written words, and what it says about them means nothing.
 * {@link OnnxEncoder#notes(String)} names the words of a prompt that it never saw; {@link OnnxEncoder#card()} is its own
 * line about itself.
 */
public final class TinyClip {
    /** The model directory within this package. */
    private static final String PREFIX = "model/";

    private TinyClip() {}

    /**
     * Opens the model with the {@linkplain OnnxEncoderOptions#defaults() default options}. The caller closes it.
     *
     * @throws EncoderException if this platform has none of the native libraries that the ONNX backend needs
     */
    public static OnnxEncoder open() {
        return open(OnnxEncoderOptions.defaults());
    }

    /**
     * Opens the model. The caller closes it.
     *
     * @throws EncoderException if the device is not there, the variant is not in this jar, or this platform has none of the
     *     native libraries that the ONNX backend needs
     */
    public static OnnxEncoder open(OnnxEncoderOptions options) {
        return OnnxEncoder.open(new Resources(), options);
    }

    /** The resources of this class, which in a modular application no other module may read. */
    private static final class Resources implements ModelSource {
        @Override
        public String description() {
            return "the embedded tiny model";
        }

        @Override
        public Optional<InputStream> open(String relativePath) {
            return Optional.ofNullable(TinyClip.class.getResourceAsStream(PREFIX + relativePath));
        }
    }
}
