package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
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

    private final int value;

    ExifOrientation(int value) {
        this.value = value;
    }

    /** Returns the orientation that a file says it has; upright if it says nothing or nonsense. */
    static ExifOrientation of(byte[] file) {
        int found = ExifTag.orientation(file);
        return Arrays.stream(values())
                .filter(orientation -> orientation.value == found)
                .findFirst()
                .orElse(UPRIGHT);
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
