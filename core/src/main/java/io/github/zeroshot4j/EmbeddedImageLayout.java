package io.github.zeroshot4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Where what lies in the file of an {@link EmbeddedImage}, whose documentation has the picture.
 *
 * @param scans number of scans
 * @param textBytes bytes of all texts together
 * @param windows number of windows of all scans together
 * @param dimension length of an embedding
 */
record EmbeddedImageLayout(int scans, long textBytes, long windows, int dimension) {
    static final int VERSION = 1;

    static final int VERSION_AT = 8;
    static final int DIMENSION_AT = 12;
    static final int LENGTH_AT = 16;
    static final int GRID_AT = 24;
    static final int SCANS_AT = 40;
    static final int TEXT_LENGTHS_AT = 44;
    static final int COUNTS_AT = 60;

    static final int TEXTS = 4;
    static final int WINDOW_BYTES = 4 * Integer.BYTES;
    static final int CHECKSUM_BYTES = Integer.BYTES;

    /** The file's first bytes. */
    static byte[] mark() {
        return "zs4j-emb".getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a view of bytes in the file's byte order. */
    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    long textsAt() {
        return COUNTS_AT + (long) Integer.BYTES * scans;
    }

    long windowsAt() {
        long end = textsAt() + textBytes;
        return end + Math.floorMod(-end, Integer.BYTES);
    }

    long rowsAt() {
        return windowsAt() + WINDOW_BYTES * windows;
    }

    /** Returns the length of the file in bytes. */
    long length() {
        return rowsAt() + (long) Float.BYTES * dimension * windows + CHECKSUM_BYTES;
    }
}
