package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An encoder of one's own, small enough to read: it knows an image by its mean colour and a text by the first colour that it
 * names. A real one runs a model where this one takes a mean. The tests of this class extend {@code EncoderContract}, which
 * checks everything that the library asks of an encoder.
 *
 * <p>To this encoder a part of a red square is as red as the whole, while the default boxes are fitted on the premise that a
 * window which shows a part of a thing says less than one that shows all of it. Ask it with {@link
 * io.github.zeroshot4j.BoxMode#COMPONENTS}, which draws boxes around regions.
 */
public final class ColourEncoder implements Encoder {
    private static final Map<String, Integer> COLOURS = Map.of(
            "red", 0xFF0000, "green", 0x00FF00, "blue", 0x0000FF, "yellow", 0xFFFF00, "magenta", 0xFF00FF, "cyan",
            0x00FFFF, "white", 0xFFFFFF, "black", 0x000000);

    // Pixels of 0 to 1 are what a spec asks for that sets neither mean nor deviation.
    private static final EncoderSpec SPEC =
            EncoderSpec.builder("mean colour", 16, 4).build();

    private volatile boolean closed;

    @Override
    public EncoderSpec spec() {
        return SPEC;
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        requireOpen();
        if (count < 1) {
            throw new IllegalArgumentException("count (" + count + ") must be at least 1");
        }
        int plane = SPEC.cropSide() * SPEC.cropSide();
        requireBuffer(pixels, 3L * plane * count, "pixels");
        requireBuffer(out, (long) SPEC.embeddingDimension() * count, "out");
        // Position and limit belong to the caller: read and write a view.
        FloatBuffer from = pixels.duplicate().clear();
        FloatBuffer to = out.duplicate().clear();
        for (int image = 0; image < count; image++) {
            to.put(embedding(mean(from, plane), mean(from, plane), mean(from, plane)));
        }
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        requireOpen();
        return texts.stream().map(ColourEncoder::embedding).toArray(float[][]::new);
    }

    @Override
    public List<String> notes(String prompt) {
        requireOpen();
        return colour(prompt) < 0 ? List.of("\"" + prompt + "\" names no colour") : List.of();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("encoder (" + SPEC.modelName() + ") must be open, it was closed");
        }
    }

    private static void requireBuffer(FloatBuffer buffer, long floats, String name) {
        if (!buffer.isDirect() || buffer.order() != ByteOrder.nativeOrder() || buffer.capacity() < floats) {
            throw new IllegalArgumentException(
                    name + " (" + buffer + ") must be direct, in native byte order, and hold " + floats + " floats");
        }
    }

    private static double mean(FloatBuffer pixels, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += pixels.get();
        }
        return sum / count;
    }

    private static float[] embedding(String text) {
        int rgb = colour(text);
        return rgb < 0
                ? embedding(0.5, 0.5, 0.5)
                : embedding((rgb >> 16) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
    }

    /** Returns the first colour within the model's context; -1 if there is none. */
    private static int colour(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\W+", -1))
                .limit(SPEC.contextLength())
                .filter(COLOURS::containsKey)
                .mapToInt(COLOURS::get)
                .findFirst()
                .orElse(-1);
    }

    /** Returns the direction from middle gray, which the fourth axis stands for, to the colour: of length 1. */
    private static float[] embedding(double red, double green, double blue) {
        double[] axes = {red - 0.5, green - 0.5, blue - 0.5, 0.5};
        double length = Math.sqrt(Arrays.stream(axes).map(axis -> axis * axis).sum());
        float[] row = new float[axes.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (axes[i] / length);
        }
        return row;
    }
}
