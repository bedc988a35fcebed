package io.github.zeroshot4j.awt;

import java.util.Arrays;

/**
 * The segments before the pixels of a JPEG file: {@code FF D8}, then {@code FF marker length-high length-low data}, where
 * the length counts itself (ITU-T T.81, annex B). Whatever is broken ends the walk.
 */
final class JpegSegments {
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP1 = 0xE1;

    private JpegSegments() {}

    static boolean isJpeg(byte[] file) {
        return file.length > 3 && unsigned(file, 0) == 0xFF && unsigned(file, 1) == 0xD8;
    }

    /** Returns the TIFF block of the first EXIF segment; empty if there is none. */
    static byte[] exif(byte[] file) {
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (unsigned(file, at + 1) == APP1 && length(file, at) > 8 && startsWithExif(file, at + 4)) {
                return Arrays.copyOfRange(file, at + 10, at + 2 + length(file, at));
            }
        }
        return new byte[0];
    }

    /** Returns where the segment after the one at {@code at} begins, 0 standing for the file's start; -1 if none does. */
    private static int next(byte[] file, int at) {
        if (at == 0 && !isJpeg(file)) {
            return -1;
        }
        int start = at == 0 ? 2 : at + 2 + length(file, at);
        while (start + 1 < file.length && unsigned(file, start) == 0xFF && unsigned(file, start + 1) == 0xFF) {
            start++; // fill bytes
        }
        boolean whole = start + 4 <= file.length
                && unsigned(file, start) == 0xFF
                && unsigned(file, start + 1) != START_OF_SCAN
                && length(file, start) >= 2
                && start + 2L + length(file, start) <= file.length;
        return whole ? start : -1;
    }

    private static int length(byte[] file, int at) {
        return unsigned(file, at + 2) << 8 | unsigned(file, at + 3);
    }

    private static boolean startsWithExif(byte[] file, int at) {
        byte[] mark = {'E', 'x', 'i', 'f', 0, 0};
        return Arrays.equals(file, at, at + mark.length, mark, 0, mark.length);
    }

    private static int unsigned(byte[] file, int at) {
        return file[at] & 0xff;
    }
}
