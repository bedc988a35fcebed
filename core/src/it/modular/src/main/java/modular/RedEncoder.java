package modular;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** An encoder of three dimensions: the mean red, green and blue of an image, the hash of a text. */
final class RedEncoder implements Encoder {
    private static final int SIDE = 8;
    private static final int DIMENSION = 3;
    private static final EncoderSpec SPEC =
            EncoderSpec.builder("red", SIDE, DIMENSION).preferredBatch(2).build();

    private boolean closed;

    @Override
    public EncoderSpec spec() {
        return SPEC;
    }

    @Override
    public synchronized void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        check(count > 0, "count (" + count + ") must be positive");
        check(pixels, "pixels", 3L * SIDE * SIDE * count);
        check(out, "out", (long) DIMENSION * count);
        requireOpen();
        FloatBuffer from = pixels.duplicate().clear();
        FloatBuffer to = out.duplicate().clear();
        for (int i = 0; i < count; i++) {
            double[] sums = new double[DIMENSION];
            for (int j = 0; j < 3 * SIDE * SIDE; j++) {
                sums[j / (SIDE * SIDE)] += from.get();
            }
            to.put(normalised(sums));
        }
    }

    @Override
    public synchronized float[][] encodeTexts(List<String> texts) {
        for (String text : texts) {
            check(!text.matches(".*<\\|\\w+\\|>.*"), "text (" + text + ") must not hold a special token");
        }
        requireOpen();
        return texts.stream().map(RedEncoder::embed).toArray(float[][]::new);
    }

    private static float[] embed(String text) {
        double[] sums = {1, 0, 0};
        text.codePoints().limit(SPEC.contextLength()).forEach(c -> sums[1 + c % 2] += c % 13);
        return normalised(sums);
    }

    private static float[] normalised(double[] sums) {
        double norm = Math.sqrt(sums[0] * sums[0] + sums[1] * sums[1] + sums[2] * sums[2]);
        return new float[] {(float) (sums[0] / norm), (float) (sums[1] / norm), (float) (sums[2] / norm)};
    }

    private static void check(FloatBuffer buffer, String name, long floats) {
        check(buffer.isDirect(), name + " must be direct");
        check(buffer.order() == ByteOrder.nativeOrder(), name + " must be in native byte order");
        check(buffer.capacity() >= floats, name + " (" + buffer.capacity() + ") must hold " + floats + " floats");
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("red is closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
