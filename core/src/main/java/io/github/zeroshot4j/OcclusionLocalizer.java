package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what matters by hiding it: a square slides over the image, and where hiding a part makes the prompt fit worse, there
 * the object is.
 *
 * <pre>
 *   whole image: "a cat" 27.1      square over the sky: 27.0, drop 0.1      square over the cat: 21.4, drop 5.7
 * </pre>
 *
 * <p>The encoder sees squares. Those of the shorter side, {@code 2 * longer / shorter - 1} of them, rounded up, cover the image from end
 * to end, each overlapping the next by half or more; the hiding square slides over each. The score of a patch is the mean drop of the
 * logit over all squares that hide it (Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2):
 * positive where the object is, near 0 elsewhere.
 *
 * <p>It does not decide whether a prompt is there: some part always matters most. For that see {@link ZeroShotDetector}, whose maps are
 * of the same type.
 *
 * <p><b>Cost.</b> {@link #imageCount} images go through the encoder, for all prompts together: with the defaults up to 145 for a
 * square image, up to 290 for one of 3 : 2. Each view is resized once; with a square hidden only what the square reaches is computed again, with the
 * bytes of resizing the painted image. Memory beyond image and result: {@code 3 * side} bytes per row of a view for the encoder's side,
 * {@code d} floats per image that goes through the encoder; with {@link Fill#BLUR} 3 bytes per pixel of two views.
 *
 * <p>Immutable and thread-safe, as the encoder is. The same call gives the same bits.
 */
public final class OcclusionLocalizer {
    /** The default side of the hiding square in patches: 3. */
    public static final int DEFAULT_SQUARE_PATCHES = 3;

    /** The default distance between squares in patches: 1. */
    public static final int DEFAULT_STRIDE_PATCHES = 1;

    /** What hides, other than a colour. */
    public enum Fill {
        /** The mean colour of the view. */
        MEAN,
        /** The view itself, blurred until nothing as small as the square is left of it: adds neither edges nor a colour. */
        BLUR
    }

    /** How a cover is made for a view. */
    @FunctionalInterface
    private interface Covers {
        OcclusionCover of(RgbImage image, Box view, int squarePx);
    }

    private final GuardedEncoder encoder;
    private final ImageEmbedder images;
    private final PromptEmbedder prompts;
    private final Settings settings;

    /**
     * Settings.
     *
     * @param patchPx 0 to choose it from the image
     * @param square side of the hiding square and distance of squares, both in patches, or in pixels
     */
    private record Settings(
            int patchPx, int square, int stride, boolean inPixels, Covers covers, ProgressListener listener) {
        Settings withPatchPx(int newPatchPx) {
            return new Settings(newPatchPx, square, stride, inPixels, covers, listener);
        }

        Settings withSquare(int newSquare, int newStride, boolean newInPixels) {
            return new Settings(patchPx, newSquare, newStride, newInPixels, covers, listener);
        }

        Settings withCovers(Covers newCovers) {
            return new Settings(patchPx, square, stride, inPixels, newCovers, listener);
        }

        Settings withListener(ProgressListener newListener) {
            return new Settings(patchPx, square, stride, inPixels, covers, newListener);
        }
    }

    private OcclusionLocalizer(
            GuardedEncoder encoder, ImageEmbedder images, PromptEmbedder prompts, Settings settings) {
        this.encoder = encoder;
        this.images = images;
        this.prompts = prompts;
        this.settings = settings;
    }

    /**
     * Makes a localizer with the default square and stride, patches chosen from the image, and {@link Fill#BLUR} to hide with. The
     * article hides with black, {@code withFill(0x000000)}: a black square is a thing of its own to a model, and its maps point worse.
     */
    public static OcclusionLocalizer of(Encoder encoder) {
        GuardedEncoder guarded = new GuardedEncoder(Objects.requireNonNull(encoder, "encoder"));
        ImageEmbedder images = new ImageEmbedder(guarded);
        return new OcclusionLocalizer(
                guarded,
                images,
                new PromptEmbedder(guarded, images, ZeroShotDetector.PROMPT_CACHE),
                new Settings(
                        0,
                        DEFAULT_SQUARE_PATCHES,
                        DEFAULT_STRIDE_PATCHES,
                        false,
                        OcclusionCover::blur,
                        (done, total) -> {}));
    }

    /**
     * Returns a localizer with patches of the given size, of which the maps are made; 0, the default, stands for 1/{@value
     * PatchGrid#AUTOMATIC_PATCHES} of the shorter side, of the image or of the region.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public OcclusionLocalizer withPatchPx(int patchPx) {
        Checks.argument(patchPx >= 0, "patchPx (%d) must be positive, or 0 to choose it from the image", patchPx);
        return with(settings.withPatchPx(patchPx));
    }

    /**
     * Returns a localizer with another square. The last square of a row ends with the view; one larger than the view hides all of it.
     *
     * @param squarePatches side of the square in patches
     * @param stridePatches distance between squares in patches, at most the side
     * @throws IllegalArgumentException if a number is not positive or the stride is larger than the square
     */
    public OcclusionLocalizer withSquare(int squarePatches, int stridePatches) {
        requireSquare(squarePatches, stridePatches, "Patches");
        return with(settings.withSquare(squarePatches, stridePatches, false));
    }

    /**
     * Returns a localizer with another square, as {@link #withSquare}, measured in pixels of the image.
     *
     * @throws IllegalArgumentException if a number is not positive or the stride is larger than the square
     */
    public OcclusionLocalizer withSquarePx(int squarePx, int stridePx) {
        requireSquare(squarePx, stridePx, "Px");
        return with(settings.withSquare(squarePx, stridePx, true));
    }

    private static void requireSquare(int square, int stride, String unit) {
        Checks.positive(square, "square" + unit);
        Checks.positive(stride, "stride" + unit);
        Checks.argument(stride <= square, "stride%s (%d) must be at most square%s (%d)", unit, stride, unit, square);
    }

    /** Returns a localizer that hides with a colour, 0xRRGGBB. */
    public OcclusionLocalizer withFill(int rgb) {
        return with(settings.withCovers(colour(rgb)));
    }

    /** Returns a localizer that hides with what it makes of each view. */
    public OcclusionLocalizer withFill(Fill fill) {
        return with(settings.withCovers(
                switch (fill) {
                    case MEAN -> (image, view, squarePx) -> OcclusionCover.meanColour(image, view);
                    case BLUR -> OcclusionCover::blur;
                }));
    }

    private static Covers colour(int rgb) {
        return (image, view, squarePx) -> OcclusionCover.colour(rgb, view.width());
    }

    /** Returns a localizer that reports the images that it has embedded. A listener that throws stops the work. */
    public OcclusionLocalizer withProgress(ProgressListener listener) {
        return with(settings.withListener(Objects.requireNonNull(listener, "listener")));
    }

    private OcclusionLocalizer with(Settings newSettings) {
        return new OcclusionLocalizer(encoder, images, prompts, newSettings);
    }

    /**
     * Returns how many images go through the encoder for an image, or a region, of that size: one per view and one per square in it.
     *
     * @throws IllegalArgumentException if a side is not positive
     */
    public long imageCount(int width, int height) {
        int side = Math.min(Checks.positive(width, "width"), Checks.positive(height, "height"));
        return SpreadWindows.count(width, height, side) * (1 + scanner(side).windowCount());
    }

    /**
     * Maps the drop of every prompt's logit.
     *
     * @return one map per prompt, in the same order; {@link BoxExtractor} makes boxes of {@code map.clipAtMean(1).normalized()}
     * @throws IllegalArgumentException if there is no prompt, or there are so many squares that their embeddings fill no array
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<ScoreMap> localize(RgbImage image, List<Prompt> promptList) {
        return localize(image, image.bounds(), promptList);
    }

    /**
     * Maps the drop of every prompt's logit in a part of an image, as if there were no more of it: such as in the box of a detection,
     * for what in it matters.
     *
     * @return one map of the whole image per prompt, in the same order; patches with their centre outside of the region have the score 0
     * @throws IllegalArgumentException as {@link #localize(RgbImage, List)}, or if the region is empty or not inside the image
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<ScoreMap> localize(RgbImage image, Box region, List<Prompt> promptList) {
        Checks.argument(!promptList.isEmpty(), "prompts (%s) must not be empty", promptList);
        image.requireInside(region);
        requireRoom(region);
        int side = Math.min(region.width(), region.height());
        PatchGrid grid = new PatchGrid(image.width(), image.height(), patchPx(side), PatchGrid.Coverage.COVER);
        List<float[][]> asked = prompts.embed(promptList);
        List<Box> views = SpreadWindows.of(region.width(), region.height(), side).stream()
                .map(view -> moved(view, region))
                .toList();
        List<Box> squares = scanner(side).windows();
        int each = squares.size() + 1;
        float[] rows =
                images.squares(views.size() * each, new Occluded(image, views, squares)::item, settings.listener);
        List<Box> hidden = new ArrayList<>();
        views.forEach(view -> squares.forEach(square -> hidden.add(moved(square, view))));
        double scale = encoder.spec().logitScale();
        List<ScoreMap> maps = new ArrayList<>();
        for (float[][] phrases : asked) {
            double[] drops = new double[hidden.size()];
            for (int v = 0, i = 0; v < views.size(); v++) {
                double whole = scale * WindowScores.cosine(rows, v * each, phrases);
                for (int s = 1; s < each; s++) {
                    drops[i++] = whole - scale * WindowScores.cosine(rows, v * each + s, phrases);
                }
            }
            maps.add(ScoreMap.ofWindows(grid, hidden, drops, ScoreMap.Averaging.MEAN));
        }
        return List.copyOf(maps);
    }

    private void requireRoom(Box region) {
        long count = imageCount(region.width(), region.height());
        int most = Integer.MAX_VALUE / encoder.spec().embeddingDimension();
        Checks.argument(
                count <= most,
                "square (%d) and stride (%d) must give at most %d images with this model's %d dimensions, they give %d in %d x %d pixels",
                settings.square,
                settings.stride,
                most,
                encoder.spec().embeddingDimension(),
                count,
                region.width(),
                region.height());
    }

    private int patchPx(int side) {
        return settings.patchPx == 0 ? PatchGrid.automaticPatchPx(side, side) : settings.patchPx;
    }

    /** The squares of a view of that side: windows of patches, or of pixels, which are patches of 1. */
    private WindowScanner scanner(int side) {
        PatchGrid cells = new PatchGrid(side, side, settings.inPixels ? 1 : patchPx(side), PatchGrid.Coverage.COVER);
        return new WindowScanner(cells, settings.square, settings.stride);
    }

    private static Box moved(Box box, Box to) {
        return new Box(box.xMin() + to.xMin(), box.yMin() + to.yMin(), box.xMax() + to.xMin(), box.yMax() + to.yMin());
    }

    /** The views, one after the other, each whole and then with square after square hidden. */
    private final class Occluded {
        private final RgbImage image;
        private final List<Box> views;
        private final List<Box> squares;
        private int current = -1;
        private @Nullable OccludedView view;

        Occluded(RgbImage image, List<Box> views, List<Box> squares) {
            this.image = image;
            this.views = views;
            this.squares = squares;
        }

        /** Called with rising indices, by one thread after the other. */
        RgbImage item(int index) {
            int each = squares.size() + 1;
            OccludedView shown = view;
            if (shown == null || current != index / each) {
                current = index / each;
                Box part = views.get(current);
                OcclusionCover cover =
                        settings.covers.of(image, part, squares.get(0).width());
                shown = new OccludedView(image, part, encoder.spec(), cover);
                view = shown;
            }
            return index % each == 0 ? shown.whole() : shown.without(squares.get(index % each - 1));
        }
    }
}
