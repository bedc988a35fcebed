package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.util.List;

/** An encoder that leaves all to another one, to be overridden in part. */
abstract class ForwardingEncoder implements Encoder {
    private final Encoder encoder;

    ForwardingEncoder(Encoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public EncoderSpec spec() {
        return encoder.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        encoder.encodeImages(pixels, count, out);
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return encoder.encodeTexts(texts);
    }

    @Override
    public List<String> notes(String prompt) {
        return encoder.notes(prompt);
    }

    @Override
    public boolean offloads() {
        return encoder.offloads();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
