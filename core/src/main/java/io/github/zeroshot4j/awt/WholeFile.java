package io.github.zeroshot4j.awt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What shows that a file is not whole before anything is decoded, which decoders find out late, after the memory for all pixels is
 * taken, or never.
 */
final class WholeFile {
    /**
     * The most pixels that a byte of JPEG, PNG or GIF can stand for. PNG: deflate makes up to 1032 bytes of one, with 8 pixels
     * in each. JPEG: a block takes a bit at least, and the coarsest one covers 32 x 32 pixels. GIF: a code of 12 bits makes less
     * than 4096 pixels.
     */
    private static final long MOST_PIXELS_PER_BYTE = 8 * 1032;

    private static final int PNG_SIGNATURE = 8;
    private static final int PNG_CHUNK = 12;
    private static final int RIFF_HEADER = 8;

    private WholeFile() {}

    /** Returns what is missing or damaged; empty if nothing is seen. */
    static String problem(ImageFormat format, byte[] file, long width, long height) {
        String own = switch (format) {
            case PNG -> pngProblem(file);
            case WEBP -> riffProblem(file);
            default -> "";
        };
        boolean dense = format == ImageFormat.JPEG || format == ImageFormat.PNG || format == ImageFormat.GIF;
        if (own.isEmpty() && dense && width * height > MOST_PIXELS_PER_BYTE * file.length) {
            return "truncated, its " + file.length + " bytes cannot hold " + width + " x " + height + " pixels";
        }
        return own;
    }

    /** Looks at the check sums of the chunks without which there is no picture, those with a capital, and for the last. */
    private static String pngProblem(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int at = PNG_SIGNATURE;
        while (file.length - at >= PNG_CHUNK) {
            int length = buffer.getInt(at);
            if (length < 0 || length > file.length - at - PNG_CHUNK) {
                break;
            }
            String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (Character.isUpperCase(type.charAt(0))) {
                CRC32 crc = new CRC32();
                crc.update(file, at + 4, 4 + length);
                if ((int) crc.getValue() != buffer.getInt(at + 8 + length)) {
                    return "broken, the check sum of its part " + type + " is wrong";
                }
            }
            if (type.equals("IEND")) {
                return "";
            }
            at += PNG_CHUNK + length;
        }
        return "truncated, its end is missing";
    }

    private static String riffProblem(byte[] file) {
        long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & 0xffffffffL;
        if (RIFF_HEADER + length > file.length) {
            return "truncated, its end is missing";
        }
        return WebpCanvas.agrees(file) ? "" : "broken, its canvas is of another size than its picture";
    }
}
