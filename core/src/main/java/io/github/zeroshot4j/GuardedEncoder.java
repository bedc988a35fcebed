package io.github.zeroshot4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Stands between the library and an encoder that somebody wrote, and checks what comes back, so that a broken backend gives
 * an error that names it, never a wrong box.
 */
final class GuardedEncoder {
    /** How far a row's norm may be from 1 before the result is refused. Looser than the contract: this catches errors. */
    private static final double NORM_TOLERANCE = 1e-3;

    private final Encoder encoder;
    private final EncoderSpec spec;

    GuardedEncoder(Encoder encoder) {
        this.encoder = encoder;
        this.spec = encoder.spec();
        if (spec == null) {
            throw new EncoderException(encoder.getClass().getName() + ": spec() must not be null");
        }
    }

    EncoderSpec spec() {
        return spec;
    }

    boolean offloads() {
        return encoder.offloads();
    }

    /** Returns a direct buffer of native byte order, as the encoder wants it. */
    static FloatBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Embeds images and copies the rows to {@code rows} from {@code offset} floats on. */
    void encodeImages(FloatBuffer pixels, int count, FloatBuffer out, float[] rows, int offset) {
        int length = count * spec.embeddingDimension();
        for (int i = 0; i < length; i++) {
            out.put(i, Float.NaN); // a row that the encoder forgets shows
        }
        try {
            encoder.encodeImages(pixels, count, out);
        } finally {
            // An encoder that moves positions or limits, against the contract, does not spoil the next batch.
            pixels.clear();
            out.clear();
        }
        out.get(0, rows, offset, length);
        for (int i = 0; i < count; i++) {
            check(rows, offset + i * spec.embeddingDimension(), "image", i);
        }
    }

    float[][] encodeTexts(List<String> texts) {
        float[][] rows = encoder.encodeTexts(texts);
        if (rows == null || rows.length != texts.size()) {
            throw wrong("%s rows for %d texts", rows == null ? "no" : rows.length, texts.size());
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == null || rows[i].length != spec.embeddingDimension()) {
                throw wrong(
                        "text row %d of length %s where the spec says %d",
                        i, rows[i] == null ? "null" : rows[i].length, spec.embeddingDimension());
            }
            check(rows[i], 0, "text", i);
        }
        return rows;
    }

    List<String> notes(String prompt) {
        List<String> notes = encoder.notes(prompt);
        if (notes == null) {
            throw wrong("null notes for the prompt (%s)", prompt);
        }
        if (notes.stream().anyMatch(Objects::isNull)) {
            throw wrong("a null among the notes for the prompt (%s)", prompt);
        }
        return notes;
    }

    private void check(float[] values, int offset, String kind, int row) {
        double sum = 0;
        for (int i = offset; i < offset + spec.embeddingDimension(); i++) {
            sum += (double) values[i] * values[i];
        }
        if (!Double.isFinite(sum)) {
            throw wrong("%s row %d with values that are not finite numbers", kind, row);
        }
        if (Math.abs(Math.sqrt(sum) - 1) > NORM_TOLERANCE) {
            throw wrong("%s row %d of norm %.4f where the contract says 1", kind, row, Math.sqrt(sum));
        }
    }

    private EncoderException wrong(String format, Object... args) {
        return new EncoderException(
                "encoder " + spec.modelName() + " returned " + String.format(Locale.ROOT, format, args));
    }
}
