package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The orientation tag of EXIF (2.32, section 4.6.4, tag 0x0112): where the stored rows and columns of an image belong.
 *
 * <pre>
 *   value     1      2      3      4      5      6      7      8
 *   stored   AB     BA     DC     CD     AC     BD     DB     CA
 *            CD     DC     BA     AB     BD     AC     CA     DB     each is upright AB over CD
 * </pre>
 */
enum ExifOrientation {
    UPRIGHT(1),
    MIRRORED(2),
    ROTATED_180(3),
    FLIPPED(4),
    TRANSPOSED(5),
    ROTATED_90_LEFT(6),
    TRANSVERSED(7),
    ROTATED_90_RIGHT(8);

    private static final int TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private final int value;

    ExifOrientation(int value) {
        this.value = value;
    }

    /** Returns the orientation that a JPEG or PNG file says it has; upright if it says nothing or nonsense. */
    static ExifOrientation of(byte[] file) {
        byte[] tiff = JpegSegments.isJpeg(file) ? JpegSegments.exif(file) : pngExif(file);
        int found = orientation(tiff);
        return Arrays.stream(values())
                .filter(orientation -> orientation.value == found)
                .findFirst()
                .orElse(UPRIGHT);
    }

    /** Returns the data of the chunk eXIf: chunks are a length, a type, the data and a check sum. */
    private static byte[] pngExif(byte[] file) {
        if (file.length < PNG.length || !Arrays.equals(file, 0, PNG.length, PNG, 0, PNG.length)) {
            return new byte[0];
        }
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int at = PNG.length;
        while (at + 12L <= file.length) {
            int length = buffer.getInt(at);
            if (length < 0 || at + 12L + length > file.length) {
                break;
            }
            if (buffer.getInt(at + 4) == 0x65584966) { // "eXIf"
                return Arrays.copyOfRange(file, at + 8, at + 8 + length);
            }
            at += 12 + length;
        }
        return new byte[0];
    }

    /** Returns the tag of the first directory of a TIFF block, 0 if it has none. */
    private static int orientation(byte[] tiff) {
        if (tiff.length < 14) {
            return 0;
        }
        ByteBuffer buffer = ByteBuffer.wrap(tiff);
        int mark = buffer.getInt(0);
        if (mark == 0x49492A00) { // "II", 42
            buffer.order(ByteOrder.LITTLE_ENDIAN);
        } else if (mark != 0x4D4D002A) { // "MM", 42
            return 0;
        }
        long directory = buffer.getInt(4) & 0xffffffffL;
        if (directory + 2 > tiff.length) {
            return 0;
        }
        int entries = buffer.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (entry + 12 > tiff.length) {
                return 0;
            }
            if ((buffer.getShort((int) entry) & 0xffff) == TAG) {
                return buffer.getShort((int) entry + 2) == TYPE_SHORT ? buffer.getShort((int) entry + 8) : 0;
            }
        }
        return 0;
    }

    /** Returns the image turned and mirrored to what it shows. */
    RgbImage upright(RgbImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        boolean swapped = value >= TRANSPOSED.value;
        int width = swapped ? stored.height() : stored.width();
        int height = swapped ? stored.width() : stored.height();
        int[] from = stored.toPacked();
        int[] to = new int[from.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                to[y * width + x] = from[source(x, y, stored.width(), stored.height())];
            }
        }
        return RgbImage.ofPacked(width, height, to);
    }

    /** Returns where in the stored image the upright pixel (x, y) lies. */
    private int source(int x, int y, int width, int height) {
        int right = width - 1;
        int bottom = height - 1;
        return switch (this) {
            case UPRIGHT -> y * width + x;
            case MIRRORED -> y * width + right - x;
            case ROTATED_180 -> (bottom - y) * width + right - x;
            case FLIPPED -> (bottom - y) * width + x;
            case TRANSPOSED -> x * width + y;
            case ROTATED_90_LEFT -> (bottom - x) * width + y;
            case TRANSVERSED -> (bottom - x) * width + right - y;
            case ROTATED_90_RIGHT -> x * width + right - y;
        };
    }
}
