package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An encoder of CLIP's shape whose embeddings point anywhere: seeded by an image's first pixels or by a text. Unlike those of
 * {@link NoOpEncoder} they differ, so that maps have hills and boxes are drawn.
 */
final class ScatterEncoder implements Encoder {
    private static final EncoderSpec SPEC =
            EncoderSpec.builder("scatter", 224, 512).build();

    @Override
    public EncoderSpec spec() {
        return SPEC;
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        int length = 3 * SPEC.cropSide() * SPEC.cropSide();
        for (int i = 0; i < count; i++) {
            long seed = 0;
            for (int k = 0; k < 16; k++) {
                seed = 31 * seed + Float.floatToIntBits(pixels.get(i * length + k));
            }
            out.put(i * SPEC.embeddingDimension(), row(seed));
        }
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return texts.stream().map(text -> row(text.hashCode())).toArray(float[][]::new);
    }

    private static float[] row(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] raw = random.doubles(SPEC.embeddingDimension(), -1, 1).toArray();
        double sum = 0;
        for (double value : raw) {
            sum += value * value;
        }
        float[] row = new float[raw.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (raw[i] / Math.sqrt(sum));
        }
        return row;
    }

    @Override
    public void close() {}
}
