package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link ZeroShotDetector} looks at an image. Immutable; {@link #toBuilder()} changes one thing.
 *
 * <p>{@link #defaults()}: many objects per prompt, and none where the prompt is not in the image.
 * {@link #article()}: the method of the article "Zero Shot Object Detection with OpenAI's CLIP" to the letter.
 */
public final class DetectorOptions {

    /** The default of {@link #patchPx()}: 0, which stands for {@link PatchGrid#automaticPatchPx}. */
    public static final int DEFAULT_PATCH_PX = 0;

    /** The default of {@link #windowShares()}: 1, 0.6, 0.36 and 0.2. */
    public static final List<Double> DEFAULT_WINDOW_SHARES = List.of(1.0, 0.6, 0.36, 0.2);

    /** The default of {@link #stridePatches()}: 1. */
    public static final int DEFAULT_STRIDE_PATCHES = 1;

    /** The default of {@link #coverage()}: {@link PatchGrid.Coverage#COVER}. */
    public static final PatchGrid.Coverage DEFAULT_COVERAGE = PatchGrid.Coverage.COVER;

    /** The default of {@link #resampling()}: {@link Resampling#EXACT}. */
    public static final Resampling DEFAULT_RESAMPLING = Resampling.EXACT;

    /** The default of {@link #averaging()}: {@link ScoreMap.Averaging#MEAN}. */
    public static final ScoreMap.Averaging DEFAULT_AVERAGING = ScoreMap.Averaging.MEAN;

    /** The default of {@link #scoring()}: {@link Scoring#PROBABILITY}. */
    public static final Scoring DEFAULT_SCORING = Scoring.PROBABILITY;

    /** The default of {@link #looks()}: 4. */
    public static final int DEFAULT_LOOKS = 4;

    /** The default of {@link #boxMode()}: {@link BoxMode#FITTED}. */
    public static final BoxMode DEFAULT_BOX_MODE = BoxMode.FITTED;

    /** The default of {@link #meanClipPasses()}: 0. */
    public static final int DEFAULT_MEAN_CLIP_PASSES = 0;

    /** The default of {@link #boxThreshold()}: 0.35. */
    public static final double DEFAULT_BOX_THRESHOLD = 0.35;

    /** The default of {@link #presenceThreshold()}: 0.5. */
    public static final double DEFAULT_PRESENCE_THRESHOLD = 0.5;

    /** The default of {@link #maxIou()}: 0.5. */
    public static final double DEFAULT_MAX_IOU = 0.5;

    /** The default of {@link #crossLabelMaxIou()}: 1, which is off. */
    public static final double DEFAULT_CROSS_LABEL_MAX_IOU = 1;

    /** The default of {@link #contrast()}: {@link Presence.Contrast#NONE}. */
    public static final Presence.Contrast DEFAULT_CONTRAST = Presence.Contrast.NONE;

    /** The default of {@link #negatives()}: general phrases for "nothing to speak of". */
    public static final List<String> DEFAULT_NEGATIVES =
            List.of("", "background", "nothing", "a texture", "a pattern", "a plain surface");

    private static final DetectorOptions DEFAULTS = new Builder(new DetectorChoices()).build();
    private static final DetectorOptions ARTICLE = new Builder(DetectorChoices.article()).build();

    private final DetectorChoices choices;

    private DetectorOptions(DetectorChoices choices) {
        this.choices = new DetectorChoices(choices);
    }

    /**
     * Returns the default options:
     * <ul>
     *   <li>windows of four sizes, shares of the image's shorter side, that cover the whole image;
     *   <li>scores are probabilities against the negatives, a prompt below 0.5 is not there;
     *   <li>boxes fitted to the windows' scores, for up to 4 per prompt after a second look.
     * </ul>
     */
    public static DetectorOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the article's method:
     * <ul>
     *   <li>patches of 256 pixels, a window of 6 patches, stride 1, the remainder of the image dropped;
     *   <li>logits, averaged with visit counts that start at 1, three passes of mean-clipping, normalised to [0, 1];
     *   <li>one box per prompt around all patches above 0.5, whether the object is there or not.
     * </ul>
     * Its last example has a window of 4: {@code article().toBuilder().windowPatches(4).build()}. The article draws a box as
     * x, y, width and height; a {@link Box} holds the same pixels, half-open.
     */
    public static DetectorOptions article() {
        return ARTICLE;
    }

    /** Returns a builder that holds these options. */
    public Builder toBuilder() {
        return new Builder(choices);
    }

    /**
     * Returns the side of a patch in pixels; 0 stands for {@link PatchGrid#automaticPatchPx}, or for half of that with {@link
     * #windowShares()}, where small patches cost no image through the encoder, but time in proportion to their number for every
     * map and box. The default is 0.
     */
    public int patchPx() {
        return choices.patchPx;
    }

    /**
     * Returns the sides of the windows as shares of the image's shorter side: one scan each, from edge to edge, neighbours
     * overlapping by half or more; shares that round to the same side in pixels are one scan. Empty where {@link #windowPatches()}
     * says how large windows are. The default is 1, 0.6, 0.36 and 0.2.
     */
    public List<Double> windowShares() {
        return choices.windowShares;
    }

    /**
     * Returns the sides of the windows in patches: one scan each, the maps are averaged. Empty, the default, where {@link
     * #windowShares()} says how large windows are.
     */
    public List<Integer> windowPatches() {
        return choices.windowPatches;
    }

    /** Returns the distance between {@linkplain #windowPatches() windows of patches} in patches. The default is 1. */
    public int stridePatches() {
        return choices.stridePatches;
    }

    /**
     * Returns what happens at the image's edges: to patches and to windows of patches; those of {@link #windowShares()} see all
     * of the image. The default is {@link PatchGrid.Coverage#COVER}.
     */
    public PatchGrid.Coverage coverage() {
        return choices.coverage;
    }

    /** Returns how windows become the encoder's input. The default is {@link Resampling#EXACT}. */
    public Resampling resampling() {
        return choices.resampling;
    }

    /** Returns how window scores become patch scores. The default is {@link ScoreMap.Averaging#MEAN}. */
    public ScoreMap.Averaging averaging() {
        return choices.averaging;
    }

    /** Returns how often the mean is subtracted and the rest cut at 0 before boxes are drawn. The default is 0. */
    public int meanClipPasses() {
        return choices.meanClipPasses;
    }

    /** Returns what a score is. The default is {@link Scoring#PROBABILITY}. */
    public Scoring scoring() {
        return choices.scoring;
    }

    /**
     * Returns the phrases that a prompt is weighed against, beside {@linkplain Prompt#negatives() those of its own}, its own
     * phrases left out; where nothing is left, {@link #DEFAULT_NEGATIVES} serve. The default is {@link #DEFAULT_NEGATIVES}.
     */
    public List<String> negatives() {
        return choices.negatives;
    }

    /** Returns the lowest probability of what is present, where {@link Prompt#threshold()} has none. The default is 0.5. */
    public double presenceThreshold() {
        return choices.presenceThreshold;
    }

    /**
     * Returns how many objects per prompt are looked at again before their boxes are final: {@value InstanceFinder#LOOKS} more
     * images through the encoder each, only where the prompt may be present, and only with {@link BoxMode#FITTED}. An image that
     * is embedded already is not looked at again. The default is 4.
     */
    public int looks() {
        return choices.looks;
    }

    /** Returns what detecting in one image may cost at most; {@code embed} has no limit. The default is {@link Budget#UNLIMITED}. */
    public Budget budget() {
        return choices.budget;
    }

    /** Returns how boxes come about. The default is {@link BoxMode#FITTED}. */
    public BoxMode boxMode() {
        return choices.boxMode;
    }

    /** Returns the score in the normalised map above which a patch belongs to a box. The default is 0.35. */
    public double boxThreshold() {
        return choices.boxThreshold;
    }

    /** Returns the highest overlap of two detections of one prompt. The default is 0.5. */
    public double maxIou() {
        return choices.maxIou;
    }

    /**
     * Returns the highest overlap of two detections of whatever prompts: below 1, of what overlaps more the highest score stays,
     * and a prompt's detections depend on the other prompts of the call; its presence does not. The default is 1, off.
     */
    public double crossLabelMaxIou() {
        return choices.crossLabelMaxIou;
    }

    /**
     * Returns whether a prompt is weighed against the call's other prompts too; not with {@link Scoring#LOGIT}, which weighs
     * nothing. The default is {@link Presence.Contrast#NONE}.
     */
    public Presence.Contrast contrast() {
        return choices.contrast;
    }

    /**
     * Returns whether every detection is {@linkplain Detection#verification() verified}: {@value Verifier#IMAGES} more images through
     * the encoder each, as far as the budget goes, the surest first. Not in an image that is embedded already. The default is false.
     */
    public boolean verification() {
        return choices.verification;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DetectorOptions options && choices.values().equals(options.choices.values());
    }

    @Override
    public int hashCode() {
        return choices.values().hashCode();
    }

    @Override
    public String toString() {
        return "DetectorOptions" + choices;
    }

    /**
     * Collects options. Not thread-safe. A setter throws an {@link IllegalArgumentException} for a value that is none of those
     * that it names, and a {@link NullPointerException} for null.
     */
    public static final class Builder {
        private final DetectorChoices choices;

        private Builder(DetectorChoices choices) {
            this.choices = new DetectorChoices(choices);
        }

        /** Sets {@link DetectorOptions#patchPx()}: 0 or more. */
        public Builder patchPx(int value) {
            Checks.argument(value >= 0, "patchPx (%d) must be positive, or 0 to choose it from the image", value);
            choices.patchPx = value;
            return this;
        }

        /** Sets {@link DetectorOptions#windowShares()}: 1 or more, each in (0, 1]. The option {@link DetectorOptions#windowPatches()} becomes empty. */
        public Builder windowShares(double... values) {
            Checks.argument(values.length > 0, "windowShares (%s) must not be empty", "[]");
            for (double value : values) {
                Checks.argument(value > 0 && value <= 1, "windowShares (%s) must be above 0 and at most 1", value);
            }
            choices.windowShares = Arrays.stream(values).boxed().toList();
            choices.windowPatches = List.of();
            return this;
        }

        /** Sets {@link DetectorOptions#windowPatches()}: 1 or more, each positive. The option {@link DetectorOptions#windowShares()} becomes empty. */
        public Builder windowPatches(int... values) {
            Checks.argument(values.length > 0, "windowPatches (%s) must not be empty", "[]");
            for (int value : values) {
                Checks.positive(value, "windowPatches");
            }
            choices.windowPatches = Arrays.stream(values).boxed().toList();
            choices.windowShares = List.of();
            return this;
        }

        /** Sets {@link DetectorOptions#stridePatches()}: positive. */
        public Builder stridePatches(int value) {
            choices.stridePatches = Checks.positive(value, "stridePatches");
            return this;
        }

        /** Sets {@link DetectorOptions#coverage()}. */
        public Builder coverage(PatchGrid.Coverage value) {
            choices.coverage = Objects.requireNonNull(value, "coverage");
            return this;
        }

        /** Sets {@link DetectorOptions#resampling()}. */
        public Builder resampling(Resampling value) {
            choices.resampling = Objects.requireNonNull(value, "resampling");
            return this;
        }

        /** Sets {@link DetectorOptions#averaging()}. */
        public Builder averaging(ScoreMap.Averaging value) {
            choices.averaging = Objects.requireNonNull(value, "averaging");
            return this;
        }

        /** Sets {@link DetectorOptions#meanClipPasses()}: 0 or more. */
        public Builder meanClipPasses(int value) {
            Checks.argument(value >= 0, "meanClipPasses (%d) must not be negative", value);
            choices.meanClipPasses = value;
            return this;
        }

        /** Sets {@link DetectorOptions#scoring()}. */
        public Builder scoring(Scoring value) {
            choices.scoring = Objects.requireNonNull(value, "scoring");
            return this;
        }

        /** Sets {@link DetectorOptions#negatives()}: 1 or more. */
        public Builder negatives(List<String> values) {
            Checks.argument(!values.isEmpty(), "negatives (%s) must not be empty", values);
            choices.negatives = List.copyOf(values);
            return this;
        }

        /** Sets {@link DetectorOptions#presenceThreshold()}: in [0, 1]. */
        public Builder presenceThreshold(double value) {
            choices.presenceThreshold = Checks.unitInterval(value, "presenceThreshold");
            return this;
        }

        /** Sets {@link DetectorOptions#looks()}: 0 or more. */
        public Builder looks(int value) {
            Checks.argument(value >= 0, "looks (%d) must not be negative", value);
            choices.looks = value;
            return this;
        }

        /** Sets {@link DetectorOptions#budget()}. */
        public Builder budget(Budget value) {
            choices.budget = Objects.requireNonNull(value, "budget");
            return this;
        }

        /** Sets {@link DetectorOptions#boxMode()}. */
        public Builder boxMode(BoxMode value) {
            choices.boxMode = Objects.requireNonNull(value, "boxMode");
            return this;
        }

        /** Sets {@link DetectorOptions#boxThreshold()}: in [0, 1]. */
        public Builder boxThreshold(double value) {
            choices.boxThreshold = Checks.unitInterval(value, "boxThreshold");
            return this;
        }

        /** Sets {@link DetectorOptions#maxIou()}: in [0, 1]. */
        public Builder maxIou(double value) {
            choices.maxIou = Checks.unitInterval(value, "maxIou");
            return this;
        }

        /** Sets {@link DetectorOptions#crossLabelMaxIou()}: in [0, 1]. */
        public Builder crossLabelMaxIou(double value) {
            choices.crossLabelMaxIou = Checks.unitInterval(value, "crossLabelMaxIou");
            return this;
        }

        /** Sets {@link DetectorOptions#contrast()}. */
        public Builder contrast(Presence.Contrast value) {
            choices.contrast = Objects.requireNonNull(value, "contrast");
            return this;
        }

        /** Sets {@link DetectorOptions#verification()}. */
        public Builder verification(boolean value) {
            choices.verification = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @throws IllegalStateException if the stride is larger than a window: pixels would go unseen; or boxes are to be fitted to
         *     logits
         */
        public DetectorOptions build() {
            choices.requireConsistent();
            return new DetectorOptions(choices);
        }
    }
}
