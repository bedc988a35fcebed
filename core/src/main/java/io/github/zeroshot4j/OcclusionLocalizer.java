package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds what matters by hiding it: a square slides over the image, and where hiding a part makes the prompt fit worse, there
 * the object is.
 *
 * <pre>
 *   whole image: "a cat" 27.1      square over the sky: 27.0, drop 0.1      square over the cat: 21.4, drop 5.7
 * </pre>
 *
 * <p>The image is padded to a square with the model's mean colour, so that its ends reach the encoder, and resized. The score
 * of a patch is the mean drop of the logit over the squares that hide it (Zeiler and Fergus 2014, "Visualizing and
 * Understanding Convolutional Networks", section 4.2): positive where the object is, near 0 elsewhere.
 *
 * <p><b>Cost.</b> The whole image and one image per square go through the encoder, for all prompts together: with the defaults 145
 * for a square image. For each the image is copied and resized as a whole, which for a large image costs more than the
 * encoder: scale an image of more than a few megapixels down first. Immutable and thread-safe.
 */
public final class OcclusionLocalizer {
    /** The default side of the hiding square in patches: 3. */
    public static final int DEFAULT_SQUARE_PATCHES = 3;

    /** The default distance between squares in patches: 1. */
    public static final int DEFAULT_STRIDE_PATCHES = 1;

    /** The default fill, the article's: black. */
    public static final int DEFAULT_FILL = 0x000000;

    private final GuardedEncoder encoder;
    private final ImageEmbedder images;
    private final PromptEmbedder prompts;
    private final Settings settings;

    private record Settings(int patchPx, int squarePatches, int stridePatches, int fill, ProgressListener listener) {}

    private OcclusionLocalizer(
            GuardedEncoder encoder, ImageEmbedder images, PromptEmbedder prompts, Settings settings) {
        this.encoder = encoder;
        this.images = images;
        this.prompts = prompts;
        this.settings = settings;
    }

    /** Makes a localizer with the default square, stride and fill and patches chosen from the image. */
    public static OcclusionLocalizer of(Encoder encoder) {
        GuardedEncoder guarded = new GuardedEncoder(Objects.requireNonNull(encoder, "encoder"));
        ImageEmbedder images = new ImageEmbedder(guarded);
        return new OcclusionLocalizer(
                guarded,
                images,
                new PromptEmbedder(guarded, images, ZeroShotDetector.PROMPT_CACHE),
                new Settings(0, DEFAULT_SQUARE_PATCHES, DEFAULT_STRIDE_PATCHES, DEFAULT_FILL, (done, total) -> {}));
    }

    /**
     * Returns a localizer with patches of the given size; 0 stands for {@link PatchGrid#automaticPatchPx}, the default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public OcclusionLocalizer withPatchPx(int patchPx) {
        Checks.argument(patchPx >= 0, "patchPx (%d) must be positive, or 0 to choose it from the image", patchPx);
        return with(new Settings(
                patchPx, settings.squarePatches, settings.stridePatches, settings.fill, settings.listener));
    }

    /**
     * Returns a localizer with another square.
     *
     * @param squarePatches side of the square in patches
     * @param stridePatches distance between squares in patches, at most the side
     * @throws IllegalArgumentException if a number is not positive or the stride is larger than the square
     */
    public OcclusionLocalizer withSquare(int squarePatches, int stridePatches) {
        Checks.positive(squarePatches, "squarePatches");
        Checks.positive(stridePatches, "stridePatches");
        Checks.argument(
                stridePatches <= squarePatches,
                "stridePatches (%d) must be at most squarePatches (%d)",
                stridePatches,
                squarePatches);
        return with(new Settings(settings.patchPx, squarePatches, stridePatches, settings.fill, settings.listener));
    }

    /** Returns a localizer that hides with another colour, 0xRRGGBB. */
    public OcclusionLocalizer withFill(int rgb) {
        return with(
                new Settings(settings.patchPx, settings.squarePatches, settings.stridePatches, rgb, settings.listener));
    }

    /** Returns a localizer that reports the squares that it has embedded. A listener that throws stops the work. */
    public OcclusionLocalizer withProgress(ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        return with(new Settings(
                settings.patchPx, settings.squarePatches, settings.stridePatches, settings.fill, listener));
    }

    private OcclusionLocalizer with(Settings newSettings) {
        return new OcclusionLocalizer(encoder, images, prompts, newSettings);
    }

    /**
     * Maps the drop of every prompt's logit.
     *
     * @return one map per prompt, in the same order; {@link BoxExtractor} makes boxes of {@code map.clipAtMean(1).normalized()}
     * @throws IllegalArgumentException if there is no prompt
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<ScoreMap> localize(RgbImage image, List<Prompt> promptList) {
        Checks.argument(!promptList.isEmpty(), "prompts (%s) must not be empty", promptList);
        List<float[][]> asked = prompts.embed(promptList);
        int patchPx =
                settings.patchPx == 0 ? PatchGrid.automaticPatchPx(image.width(), image.height()) : settings.patchPx;
        PatchGrid grid = new PatchGrid(image.width(), image.height(), patchPx, PatchGrid.Coverage.COVER);
        List<Box> squares = new WindowScanner(grid, settings.squarePatches, settings.stridePatches).windows();
        // Item 0 is the whole image, item i + 1 the image with square i hidden.
        float[] rows = images.squares(
                squares.size() + 1,
                i -> square(i == 0 ? image : image.fill(squares.get(i - 1), settings.fill)),
                settings.listener);
        double scale = encoder.spec().logitScale();
        List<ScoreMap> maps = new ArrayList<>();
        for (float[][] phrases : asked) {
            double whole = scale * WindowScores.cosine(rows, 0, phrases);
            double[] drops = new double[squares.size()];
            for (int i = 0; i < drops.length; i++) {
                drops[i] = whole - scale * WindowScores.cosine(rows, i + 1, phrases);
            }
            maps.add(ScoreMap.ofWindows(grid, squares, drops, ScoreMap.Averaging.MEAN));
        }
        return List.copyOf(maps);
    }

    /** Returns the image fitted into the encoder's square, what is left over in the model's mean colour. */
    private RgbImage square(RgbImage image) {
        EncoderSpec spec = encoder.spec();
        int side = spec.cropSide();
        int longer = Math.max(image.width(), image.height());
        int width = (int) Math.max(1, Math.round((double) side * image.width() / longer));
        int height = (int) Math.max(1, Math.round((double) side * image.height() / longer));
        RgbImage resized = Resampler.resize(image, width, height, spec.resampleFilter());
        int mean = 0;
        for (int channel = 0; channel < 3; channel++) {
            mean = mean << 8 | Math.round(255 * Math.min(1, Math.max(0, spec.mean(channel))));
        }
        return RgbImage.filled(side, side, mean).paste(resized, (side - width) / 2, (side - height) / 2);
    }
}
