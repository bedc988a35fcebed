package io.github.zeroshot4j.awt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Walks the chunks of PNG and of RIFF (WebP). Whatever is broken ends the walk. */
final class Chunks {
    private static final int PNG_SIGNATURE = 8;
    private static final int RIFF_HEADER = 12;

    private Chunks() {}

    /** Returns the data of the first chunk of a type: a length, the type, the data and a check sum. Empty if there is none. */
    static byte[] png(byte[] file, String type) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        long at = PNG_SIGNATURE;
        while (at + 12 <= file.length) {
            int length = buffer.getInt((int) at);
            if (length < 0 || at + 12 + length > file.length) {
                break;
            }
            if (type.equals(type(file, (int) at + 4))) {
                return Arrays.copyOfRange(file, (int) at + 8, (int) at + 8 + length);
            }
            at += 12L + length;
        }
        return new byte[0];
    }

    /** Returns the data of the first chunk of a type: the type, a length and the data, filled up to an even length. */
    static byte[] riff(byte[] file, String type) {
        int at = riffStart(file, type);
        if (at < 0) {
            return new byte[0];
        }
        int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
        return Arrays.copyOfRange(file, at + 8, at + 8 + length);
    }

    /** Returns where the first whole chunk of a type begins, with its type; -1 if there is none. */
    static int riffStart(byte[] file, String type) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long at = RIFF_HEADER;
        while (at + 8 <= file.length) {
            int length = buffer.getInt((int) at + 4);
            if (length < 0 || at + 8 + length > file.length) {
                break;
            }
            if (type.equals(type(file, (int) at))) {
                return (int) at;
            }
            at += 8L + length + (length & 1);
        }
        return -1;
    }

    private static String type(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1);
    }
}
