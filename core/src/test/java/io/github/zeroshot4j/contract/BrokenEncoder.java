package io.github.zeroshot4j.contract;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/** An encoder in front of a good one, of which a subclass or a lambda spoils one thing. */
class BrokenEncoder implements Encoder {
    /** What stands in for {@link Encoder#encodeImages}. */
    interface ImageCall {
        void encode(Encoder good, FloatBuffer pixels, int count, FloatBuffer out);
    }

    /** What stands in for {@link Encoder#encodeTexts}. */
    interface TextCall {
        float[][] encode(Encoder good, List<String> texts);
    }

    /** What is done to one of some rows. */
    interface RowChange {
        void change(float[] row, float[][] rows);
    }

    final Encoder good;

    BrokenEncoder(Encoder good) {
        this.good = good;
    }

    static UnaryOperator<Encoder> images(ImageCall call) {
        return good -> new BrokenEncoder(good) {
            @Override
            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                call.encode(good, pixels, count, out);
            }
        };
    }

    static UnaryOperator<Encoder> texts(TextCall call) {
        return good -> new BrokenEncoder(good) {
            @Override
            public float[][] encodeTexts(List<String> texts) {
                return call.encode(good, texts);
            }
        };
    }

    /** Changes all rows of images after they were made. */
    static UnaryOperator<Encoder> imageRows(RowChange change) {
        return images((good, pixels, count, out) -> {
            good.encodeImages(pixels, count, out);
            float[][] rows = new float[count][good.spec().embeddingDimension()];
            FloatBuffer view = out.duplicate().clear();
            for (float[] row : rows) {
                view.get(row);
            }
            changeAll(rows, change);
            view.clear();
            for (float[] row : rows) {
                view.put(row);
            }
        });
    }

    /** Changes all rows of texts after they were made. */
    static UnaryOperator<Encoder> textRows(RowChange change) {
        return texts((good, texts) -> {
            float[][] rows = good.encodeTexts(texts);
            changeAll(rows, change);
            return rows;
        });
    }

    private static void changeAll(float[][] rows, RowChange change) {
        for (float[] row : rows) {
            change.change(row, rows);
        }
    }

    static void swap(float[] row, float[] other) {
        float[] copy = row.clone();
        System.arraycopy(other, 0, row, 0, row.length);
        System.arraycopy(copy, 0, other, 0, row.length);
    }

    static void scale(float[] row, double factor) {
        for (int i = 0; i < row.length; i++) {
            row[i] *= (float) factor;
        }
    }

    /** Mixes a little of another row into one, which keeps the norm 1. */
    static void mixIn(float[] row, float[] other) {
        double squares = 0;
        for (int i = 0; i < row.length; i++) {
            row[i] += 0.001f * other[i];
            squares += (double) row[i] * row[i];
        }
        scale(row, 1 / Math.sqrt(squares));
    }

    static float[] axis(int axis, int dimension) {
        float[] row = new float[dimension];
        row[axis] = 1;
        return row;
    }

    @Override
    public EncoderSpec spec() {
        return good.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        good.encodeImages(pixels, count, out);
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return good.encodeTexts(texts);
    }

    @Override
    public List<String> notes(String prompt) {
        return good.notes(prompt);
    }

    @Override
    public void close() {
        good.close();
    }
}
