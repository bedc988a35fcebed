package io.github.zeroshot4j.onnx;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Embeds images in runs of at most one batch, several at once where a run leaves threads free. */
final class ImageEncoding {
    private final LoadedModel model;
    private final int side;
    private final int imageFloats;
    private final int dimension;
    private final int batch;

    ImageEncoding(LoadedModel model) {
        this.model = model;
        this.side = model.spec().cropSide();
        this.imageFloats = 3 * side * side;
        this.dimension = model.spec().embeddingDimension();
        this.batch = model.vision().batch();
    }

    void encode(FloatBuffer pixels, int count, FloatBuffer out) {
        if (count < 1) {
            throw new IllegalArgumentException("count (" + count + ") must be at least 1");
        }
        require(pixels, "pixels", (long) count * imageFloats);
        require(out, "out", (long) count * dimension);
        if (out.isReadOnly()) {
            throw new IllegalArgumentException("out (" + out + ") must not be read-only");
        }
        int runs = (count - 1) / batch + 1;
        model.cores().forEach(runs, model.vision().threads(), run -> {
            int first = run * batch;
            encode(pixels, first, Math.min(batch, count - first), out);
        });
    }

    private void encode(FloatBuffer pixels, int first, int n, FloatBuffer out) {
        FloatBuffer rows = slice(out, first * dimension, n * dimension);
        model.vision().embedImages(slice(pixels, first * imageFloats, n * imageFloats), n, side, rows);
        for (int i = 0; i < n; i++) {
            UnitLength.normalize(rows, i, dimension, model.vision(), first + i);
        }
    }

    private static void require(FloatBuffer buffer, String name, long floats) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException(name + " (" + buffer + ") must be a direct buffer");
        }
        if (buffer.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException(name + " (" + buffer.order() + ") must be in native byte order");
        }
        if (buffer.capacity() < floats) {
            throw new IllegalArgumentException(
                    name + " (capacity " + buffer.capacity() + ") must hold at least " + floats + " floats");
        }
    }

    private static FloatBuffer slice(FloatBuffer buffer, int from, int length) {
        return buffer.duplicate().clear().slice(from, length);
    }
}
