package io.github.zeroshot4j.awt;

import java.util.Objects;

/**
 * What {@link ImageFiles} accepts. Images come from anywhere: a small file can claim to hold billions of pixels.
 *
 * @param maxPixels the most pixels that an image may have by its header, before anything is decoded
 * @param maxBytes the most bytes that a file or stream may have
 * @param truncation what happens to an image whose end is missing
 */
public record ImageReadOptions(long maxPixels, long maxBytes, Truncation truncation) {

    /**
     * The default of {@link #maxPixels()}: 100 million. Such an image takes 300 MB, up to 0.9 GB while it is decoded, and 1.4 GB
     * where it must be turned upright.
     */
    public static final long DEFAULT_MAX_PIXELS = 100_000_000;

    /** The default of {@link #maxBytes()}: 256 MiB. */
    public static final long DEFAULT_MAX_BYTES = 256L << 20;

    private static final ImageReadOptions DEFAULTS =
            new ImageReadOptions(DEFAULT_MAX_PIXELS, DEFAULT_MAX_BYTES, Truncation.REJECT);

    /** What happens to an image whose end is missing. */
    public enum Truncation {
        /** It is an error. The default: a half-gray image gives wrong results without a word. */
        REJECT,
        /** What is missing is filled as the decoder does it, if the decoder can. */
        ACCEPT
    }

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if a limit is not positive
     */
    public ImageReadOptions {
        requirePositive(maxPixels, "maxPixels");
        requirePositive(maxBytes, "maxBytes");
        Objects.requireNonNull(truncation, "truncation");
    }

    private static void requirePositive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " (" + value + ") must be positive");
        }
    }

    /** Returns the default options. */
    public static ImageReadOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ImageReadOptions withMaxPixels(long pixels) {
        return new ImageReadOptions(pixels, maxBytes, truncation);
    }

    /**
     * Returns these options with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ImageReadOptions withMaxBytes(long bytes) {
        return new ImageReadOptions(maxPixels, bytes, truncation);
    }

    /** Returns these options with another way to treat truncated images. */
    public ImageReadOptions withTruncation(Truncation newTruncation) {
        return new ImageReadOptions(maxPixels, maxBytes, newTruncation);
    }
}
