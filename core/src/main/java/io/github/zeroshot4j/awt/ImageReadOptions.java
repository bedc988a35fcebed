package io.github.zeroshot4j.awt;

import java.util.Objects;

/**
 * What {@link ImageFiles} accepts and how it reads it. Images come from anywhere: a small file can claim to hold billions of
 * pixels. Immutable; {@link #defaults()}, changed by the {@code with} methods.
 */
public final class ImageReadOptions {

    /**
     * The default of {@link #maxPixels()}: 100 million. Such an image takes 300 MB, up to 0.9 GB while it is decoded, and 1.4 GB
     * where it must be turned upright or converted to sRGB.
     */
    public static final long DEFAULT_MAX_PIXELS = 100_000_000;

    /** The default of {@link #maxSide()}: 65,535, which is the most that JPEG can hold. */
    public static final int DEFAULT_MAX_SIDE = 65_535;

    /** The default of {@link #maxBytes()}: 256 MiB. */
    public static final long DEFAULT_MAX_BYTES = 256L << 20;

    private static final ImageReadOptions DEFAULTS = new ImageReadOptions(
            DEFAULT_MAX_PIXELS,
            DEFAULT_MAX_SIDE,
            DEFAULT_MAX_BYTES,
            Truncation.REJECT,
            Transparency.ON_WHITE,
            Colours.AS_STORED);

    private final long maxPixels;
    private final int maxSide;
    private final long maxBytes;
    private final Truncation truncation;
    private final Transparency transparency;
    private final Colours colours;

    /** What happens to an image whose end is missing. */
    public enum Truncation {
        /** It is an error. The default: a half-gray image gives wrong results without a word. */
        REJECT,
        /**
         * What was decoded is kept, and the rest is what the decoder leaves: gray in JPEG, else black or, where there is
         * transparency, white. It is an error still where nothing can be decoded.
         */
        ACCEPT
    }

    /** What happens to pixels that are transparent in part or in whole. */
    public enum Transparency {
        /** They are laid on white. The default. */
        ON_WHITE,
        /** They count as opaque, with the colour that is stored for them, as {@code convert("RGB")} of Pillow has it. */
        IGNORED
    }

    /** What an embedded colour profile is for. */
    public enum Colours {
        /** Nothing: samples are taken as they are stored. The default, as in the preprocessing that CLIP was trained with. */
        AS_STORED,
        /**
         * The image is converted from its profile to sRGB, after transparent pixels were laid on white: in JPEG, PNG and WebP,
         * for profiles of RGB. Without a profile, or with one that is broken or of other colours, samples are as they are
         * stored.
         */
        TO_SRGB
    }

    private ImageReadOptions(
            long maxPixels,
            int maxSide,
            long maxBytes,
            Truncation truncation,
            Transparency transparency,
            Colours colours) {
        this.maxPixels = positive(maxPixels, "maxPixels");
        this.maxSide = (int) positive(maxSide, "maxSide");
        this.maxBytes = positive(maxBytes, "maxBytes");
        this.truncation = Objects.requireNonNull(truncation, "truncation");
        this.transparency = Objects.requireNonNull(transparency, "transparency");
        this.colours = Objects.requireNonNull(colours, "colours");
    }

    private static long positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " (" + value + ") must be positive");
        }
        return value;
    }

    /** Returns the default options. */
    public static ImageReadOptions defaults() {
        return DEFAULTS;
    }

    /** Returns the most pixels that an image may have by its header, before anything is decoded. */
    public long maxPixels() {
        return maxPixels;
    }

    /** Returns the most pixels that a side of an image may have by its header, before anything is decoded. */
    public int maxSide() {
        return maxSide;
    }

    /** Returns the most bytes that a file or stream may have. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Returns what happens to an image whose end is missing. */
    public Truncation truncation() {
        return truncation;
    }

    /** Returns what happens to transparent pixels. */
    public Transparency transparency() {
        return transparency;
    }

    /** Returns what an embedded colour profile is for. */
    public Colours colours() {
        return colours;
    }

    /**
     * Returns these options with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ImageReadOptions withMaxPixels(long pixels) {
        return new ImageReadOptions(pixels, maxSide, maxBytes, truncation, transparency, colours);
    }

    /**
     * Returns these options with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ImageReadOptions withMaxSide(int pixels) {
        return new ImageReadOptions(maxPixels, pixels, maxBytes, truncation, transparency, colours);
    }

    /**
     * Returns these options with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ImageReadOptions withMaxBytes(long bytes) {
        return new ImageReadOptions(maxPixels, maxSide, bytes, truncation, transparency, colours);
    }

    /** Returns these options with another way to treat truncated images. */
    public ImageReadOptions withTruncation(Truncation newTruncation) {
        return new ImageReadOptions(maxPixels, maxSide, maxBytes, newTruncation, transparency, colours);
    }

    /** Returns these options with another way to treat transparent pixels. */
    public ImageReadOptions withTransparency(Transparency newTransparency) {
        return new ImageReadOptions(maxPixels, maxSide, maxBytes, truncation, newTransparency, colours);
    }

    /** Returns these options with another way to treat colour profiles. */
    public ImageReadOptions withColours(Colours newColours) {
        return new ImageReadOptions(maxPixels, maxSide, maxBytes, truncation, transparency, newColours);
    }
}
