package io.github.zeroshot4j.onnx;

import java.nio.FloatBuffer;

/** Brings embeddings to length 1. */
final class UnitLength {
    private UnitLength() {}

    /**
     * Normalises a row in place, in double precision.
     *
     * @param item the number of the image or text, for the error
     */
    static void normalize(FloatBuffer rows, int row, int dimension, Tower tower, int item) {
        int offset = row * dimension;
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            double value = rows.get(offset + i);
            squares += value * value;
        }
        double norm = Math.sqrt(squares);
        if (!(norm > 0) || !Double.isFinite(norm)) {
            throw tower.failure("must give embeddings with a positive length, found " + norm + " for item " + item);
        }
        for (int i = 0; i < dimension; i++) {
            rows.put(offset + i, (float) (rows.get(offset + i) / norm));
        }
    }
}
