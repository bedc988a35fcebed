package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.Objects;

/**
 * What the library needs to know of a model: its pixels, its embeddings and its name. Immutable.
 *
 * <p>The facts come with the model's files; there is no default for what changes the pixels.
 */
public final class EncoderSpec {
    /** The default of {@link #preferredBatch()}: 16. */
    public static final int DEFAULT_PREFERRED_BATCH = 16;

    /** The default of {@link #contextLength()}: CLIP's 77. */
    public static final int DEFAULT_CONTEXT_LENGTH = 77;

    private final String modelName;
    private final String variant;
    private final String fingerprint;
    private final int resizeSide;
    private final int cropSide;
    private final ResampleFilter resampleFilter;
    private final float[] mean;
    private final float[] std;
    private final int embeddingDimension;
    private final int contextLength;
    private final double logitScale;
    private final PresenceCalibration presenceCalibration;
    private final int preferredBatch;

    private EncoderSpec(Builder b) {
        this.modelName = b.modelName;
        this.variant = b.variant;
        this.fingerprint = b.fingerprint.isEmpty() ? b.facts() : b.fingerprint;
        this.resizeSide = b.resizeSide;
        this.cropSide = b.cropSide;
        this.resampleFilter = b.resampleFilter;
        this.mean = b.mean;
        this.std = b.std;
        this.embeddingDimension = b.embeddingDimension;
        this.contextLength = b.contextLength;
        this.logitScale = b.logitScale;
        this.presenceCalibration = b.presenceCalibration;
        this.preferredBatch = b.preferredBatch;
    }

    /**
     * Starts a spec.
     *
     * @param modelName what errors and results call the model
     * @param cropSide side of the square that the model takes, in pixels
     * @param embeddingDimension length of an embedding
     * @throws IllegalArgumentException if the name is blank or a number is not positive
     */
    public static Builder builder(String modelName, int cropSide, int embeddingDimension) {
        return new Builder(modelName, cropSide, embeddingDimension);
    }

    /** Returns what errors and results call the model. */
    public String modelName() {
        return modelName;
    }

    /** Returns which variant of the model it is, such as "fp32" or "int8". The default is "fp32". */
    public String variant() {
        return variant;
    }

    /**
     * Returns what tells the model apart from every other: for file-backed encoders the SHA-256 of graphs and tokenizer, in
     * hexadecimal. The default is made of name, variant and all that changes pixels or embeddings.
     */
    public String fingerprint() {
        return fingerprint;
    }

    /** Returns the length in pixels that the shorter side of an image is resized to. The default is the crop side. */
    public int resizeSide() {
        return resizeSide;
    }

    /** Returns the side in pixels of the square cut from the centre of the resized image, which the model takes. */
    public int cropSide() {
        return cropSide;
    }

    /** Returns the filter of the resizing. The default is {@link ResampleFilter#BICUBIC}. */
    public ResampleFilter resampleFilter() {
        return resampleFilter;
    }

    /**
     * Returns what is subtracted from a channel's values in [0, 1]. The default is 0.
     *
     * @param channel 0 red, 1 green, 2 blue
     * @throws IllegalArgumentException if there is no such channel
     */
    public float mean(int channel) {
        requireChannel(channel);
        return mean[channel];
    }

    /**
     * Returns what a channel's values are divided by after the subtraction. The default is 1.
     *
     * @param channel 0 red, 1 green, 2 blue
     * @throws IllegalArgumentException if there is no such channel
     */
    public float std(int channel) {
        requireChannel(channel);
        return std[channel];
    }

    private static void requireChannel(int channel) {
        Checks.argument(channel >= 0 && channel < 3, "channel (%d) must be 0, 1 or 2", channel);
    }

    /** Returns the length of an embedding. */
    public int embeddingDimension() {
        return embeddingDimension;
    }

    /** Returns how many tokens of a text the model reads, begin and end marks included. The default is 77. */
    public int contextLength() {
        return contextLength;
    }

    /** Returns what a cosine is multiplied with to become a logit. The default is 100, CLIP's. */
    public double logitScale() {
        return logitScale;
    }

    /** Returns how log-odds become a probability with this model. The default is {@link PresenceCalibration#NONE}. */
    public PresenceCalibration presenceCalibration() {
        return presenceCalibration;
    }

    /** Returns how many images in one call suit the encoder; speed alone depends on it. The default is 16. */
    public int preferredBatch() {
        return preferredBatch;
    }

    @Override
    public String toString() {
        return modelName + " (" + variant + ", " + cropSide + " px, " + embeddingDimension + " dimensions)";
    }

    /** Collects the facts of a model. Not thread-safe. */
    public static final class Builder {
        private final String modelName;
        private String variant = "fp32";
        private String fingerprint = ""; // empty: made of the other facts
        private int resizeSide;
        private final int cropSide;
        private ResampleFilter resampleFilter = ResampleFilter.BICUBIC;
        private float[] mean = {0, 0, 0};
        private float[] std = {1, 1, 1};
        private final int embeddingDimension;
        private int contextLength = DEFAULT_CONTEXT_LENGTH;
        private double logitScale = 100;
        private PresenceCalibration presenceCalibration = PresenceCalibration.NONE;
        private int preferredBatch = DEFAULT_PREFERRED_BATCH;

        private Builder(String modelName, int cropSide, int embeddingDimension) {
            Checks.argument(!modelName.isBlank(), "modelName (%s) must not be blank", modelName);
            this.modelName = modelName;
            this.cropSide = Checks.positive(cropSide, "cropSide");
            this.resizeSide = cropSide;
            this.embeddingDimension = Checks.positive(embeddingDimension, "embeddingDimension");
        }

        /** Sets {@link EncoderSpec#variant()}. */
        public Builder variant(String value) {
            variant = Objects.requireNonNull(value, "variant");
            return this;
        }

        /** Sets {@link EncoderSpec#fingerprint()}. */
        public Builder fingerprint(String value) {
            fingerprint = Objects.requireNonNull(value, "fingerprint");
            return this;
        }

        /**
         * Sets {@link EncoderSpec#resizeSide()}.
         *
         * @throws IllegalArgumentException if it is smaller than the crop side
         */
        public Builder resizeSide(int value) {
            Checks.argument(value >= cropSide, "resizeSide (%d) must be at least cropSide (%d)", value, cropSide);
            resizeSide = value;
            return this;
        }

        /** Sets {@link EncoderSpec#resampleFilter()}. */
        public Builder resampleFilter(ResampleFilter value) {
            resampleFilter = Objects.requireNonNull(value, "resampleFilter");
            return this;
        }

        /**
         * Sets {@link EncoderSpec#mean(int)} of all channels.
         *
         * @throws IllegalArgumentException if a value is not finite
         */
        public Builder mean(float red, float green, float blue) {
            float[] values = {red, green, blue};
            for (float value : values) {
                Checks.argument(Float.isFinite(value), "mean (%s) must be a finite number", value);
            }
            mean = values;
            return this;
        }

        /**
         * Sets {@link EncoderSpec#std(int)} of all channels.
         *
         * @throws IllegalArgumentException if a value is not finite and positive
         */
        public Builder std(float red, float green, float blue) {
            float[] values = {red, green, blue};
            for (float value : values) {
                Checks.argument(Float.isFinite(value) && value > 0, "std (%s) must be finite and positive", value);
            }
            std = values;
            return this;
        }

        /**
         * Sets {@link EncoderSpec#contextLength()}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder contextLength(int value) {
            contextLength = Checks.positive(value, "contextLength");
            return this;
        }

        /**
         * Sets {@link EncoderSpec#logitScale()}.
         *
         * @throws IllegalArgumentException if it is not finite and positive
         */
        public Builder logitScale(double value) {
            Checks.argument(Double.isFinite(value) && value > 0, "logitScale (%s) must be finite and positive", value);
            logitScale = value;
            return this;
        }

        /** Sets {@link EncoderSpec#presenceCalibration()}. */
        public Builder presenceCalibration(PresenceCalibration value) {
            presenceCalibration = Objects.requireNonNull(value, "presenceCalibration");
            return this;
        }

        /**
         * Sets {@link EncoderSpec#preferredBatch()}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder preferredBatch(int value) {
            preferredBatch = Checks.positive(value, "preferredBatch");
            return this;
        }

        private String facts() {
            return String.join(
                    "/",
                    modelName,
                    variant,
                    resizeSide + ">" + cropSide,
                    resampleFilter.name(),
                    Arrays.toString(mean),
                    Arrays.toString(std),
                    Integer.toString(embeddingDimension));
        }

        /** Makes the spec. */
        public EncoderSpec build() {
            return new EncoderSpec(this);
        }
    }
}
