package io.github.zeroshot4j.awt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The segments before the pixels of a JPEG file: {@code FF D8}, then {@code FF marker length-high length-low data}, where
 * the length counts itself (ITU-T T.81, annex B). Whatever is broken ends the walk.
 */
final class JpegSegments {
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    private JpegSegments() {}

    /** Returns the TIFF block of the first EXIF segment; empty if there is none. */
    static byte[] exif(byte[] file) {
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (unsigned(file, at + 1) == APP1 && length(file, at) > 8 && ExifTag.startsWithMark(file, at + 4)) {
                return Arrays.copyOfRange(file, at + 10, at + 2 + length(file, at));
            }
        }
        return new byte[0];
    }

    /** Returns the number of colour components of the frame: 1 of gray, 3 of colour, 4 of inks; 0 if there is no frame. */
    static int components(byte[] file) {
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (isFrame(unsigned(file, at + 1)) && length(file, at) >= 8) {
                return unsigned(file, at + 9);
            }
        }
        return 0;
    }

    /** The markers C0 to CF, but for the Huffman tables (C4), what is reserved (C8) and arithmetic conditioning (CC). */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** Returns the colour transform of Adobe's segment: 0 for none, 1 for YCbCr, 2 for YCCK; 0 also without the segment. */
    static int adobeTransform(byte[] file) {
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (unsigned(file, at + 1) == APP14
                    && length(file, at) >= 14
                    && new String(file, at + 4, 5, StandardCharsets.ISO_8859_1).equals("Adobe")) {
                return unsigned(file, at + 15);
            }
        }
        return 0;
    }

    /** Returns the colour profile, which may be spread over numbered segments; empty if there is none or a part is missing. */
    static byte[] profile(byte[] file) {
        byte[][] parts = new byte[256][];
        int count = 0;
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (isProfile(file, at)) {
                parts[unsigned(file, at + 16)] = Arrays.copyOfRange(file, at + 18, at + 2 + length(file, at));
                count = unsigned(file, at + 17);
            }
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 1; i <= count; i++) {
            if (parts[i] == null) {
                return new byte[0];
            }
            whole.writeBytes(parts[i]);
        }
        return whole.toByteArray();
    }

    /** Gives the segments of the colour profile another name, so that no decoder finds them. */
    static void hideProfile(byte[] file) {
        for (int at = next(file, 0); at > 0; at = next(file, at)) {
            if (isProfile(file, at)) {
                file[at + 4] = '-';
            }
        }
    }

    private static boolean isProfile(byte[] file, int at) {
        return unsigned(file, at + 1) == APP2
                && length(file, at) >= 16
                && new String(file, at + 4, 12, StandardCharsets.ISO_8859_1).equals("ICC_PROFILE\0");
    }

    /** Returns where the segment after the one at {@code at} begins, 0 standing for the file's start; -1 if none does. */
    private static int next(byte[] file, int at) {
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

    private static int unsigned(byte[] file, int at) {
        return file[at] & 0xff;
    }
}
