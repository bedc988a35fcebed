package io.github.zeroshot4j.awt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the one EXIF tag that matters here, in JPEG (APP1), PNG (eXIf), WebP (EXIF) and TIFF. The readers of javax.imageio,
 * plug-ins or not, leave it to their callers. Whatever is broken ends the search: a picture is not lost for its metadata.
 */
final class ExifTag {
    private static final int ORIENTATION = 0x0112;
    private static final int MOST_ENTRIES = 4096;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

    private ExifTag() {}

    /** Returns the orientation that a file says it has, 0 if it says nothing or nonsense. */
    static int orientation(byte[] file) {
        return switch (ImageFormat.of(file)) {
            case JPEG -> first(JpegSegments.exif(file));
            case PNG -> first(Chunks.png(file, "eXIf"));
            case WEBP -> first(withoutMark(Chunks.riff(file, "EXIF")));
            case TIFF, BIG_TIFF -> first(file);
            default -> 0;
        };
    }

    /** Some writers of WebP put the mark of JPEG's segment before the block. */
    private static byte[] withoutMark(byte[] block) {
        return startsWithMark(block, 0) ? Arrays.copyOfRange(block, EXIF.length, block.length) : block;
    }

    static boolean startsWithMark(byte[] bytes, int at) {
        return at + EXIF.length <= bytes.length && Arrays.equals(bytes, at, at + EXIF.length, EXIF, 0, EXIF.length);
    }

    /** Returns the tag in the first directory of a TIFF block; no other directory is followed, so none can lead in circles. */
    private static int first(byte[] tiff) {
        ByteBuffer buffer = ByteBuffer.wrap(tiff);
        if (tiff.length < 16) {
            return 0;
        }
        int mark = buffer.getInt(0);
        if (mark == 0x49492A00 || mark == 0x49492B00) { // "II", 42 or 43
            buffer.order(ByteOrder.LITTLE_ENDIAN);
        } else if (mark != 0x4D4D002A && mark != 0x4D4D002B) { // "MM"
            return 0;
        }
        boolean big = buffer.getShort(2) == 43;
        long directory = big ? buffer.getLong(8) : buffer.getInt(4) & 0xffffffffL;
        int header = big ? 8 : 2;
        if (directory < 8 || directory > tiff.length - header) {
            return 0;
        }
        int at = (int) directory;
        long entries = big ? buffer.getLong(at) : buffer.getShort(at) & 0xffff;
        return search(buffer, at + header, (int) Math.max(0, Math.min(entries, MOST_ENTRIES)), big);
    }

    /** Entries are a tag, a type, a count of four bytes (BigTIFF: eight) and the value, to the left. */
    private static int search(ByteBuffer buffer, int first, int entries, boolean big) {
        int size = big ? 20 : 12;
        for (int i = 0, at = first; i < entries && at <= buffer.limit() - size; i++, at += size) {
            if ((buffer.getShort(at) & 0xffff) == ORIENTATION) {
                int value = at + (big ? 12 : 8);
                return switch (buffer.getShort(at + 2)) {
                    case 1 -> buffer.get(value) & 0xff;
                    case 3 -> buffer.getShort(value) & 0xffff;
                    case 4 -> buffer.getInt(value);
                    default -> 0;
                };
            }
        }
        return 0;
    }
}
