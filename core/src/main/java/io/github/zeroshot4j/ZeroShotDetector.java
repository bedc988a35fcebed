package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Finds what prompts ask for in images. The first type to know:
 *
 * <pre>
 *   ZeroShotDetector detector = ZeroShotDetector.of(encoder);
 *   List&lt;Detection&gt; found = detector.detect(image, "a cat", "a butterfly");
 * </pre>
 *
 * <p><b>Cost.</b> An image of W x H pixels has, per {@linkplain DetectorOptions#windowShares() share} with windows of v pixels,
 * about {@code 2W/v - 1} times {@code 2H/v - 1} windows, or per {@linkplain DetectorOptions#windowPatches() window of w patches} of
 * p pixels at stride s about {@code (W/p - w)/s + 1} times {@code (H/p - w)/s + 1}: so many images go through the encoder, however
 * many prompts are asked. With the default options a square image has 116 windows (135 where the rounding of a side asks for one
 * row and column more), a long one more in proportion to its length. To that each object that is {@linkplain
 * DetectorOptions#looks() looked at again} adds up to {@value InstanceFinder#LOOKS}, by default up to 36 for each prompt that may
 * be there. A prompt goes through the encoder
 * once, a call of its own per sentence; the embeddings of the {@value #PROMPT_CACHE} most recent sentences are kept, and that of
 * an exemplar for as long as the exemplar is: one image through the encoder, and three plain ones for all exemplars together.
 * Beside image and result a call needs two buffers of the encoder's preferred batch (four where the encoder {@linkplain
 * Encoder#offloads() offloads}), which are kept and used again, for one window size at a time at most
 * {@code 4 * c * (w*p + (w/s + 1)*side)} bytes of filtered rows (for shares v in place of w*p, and 4 in place of w/s + 1), where
 * {@code c <= (W/(p*s) + 1) * side} (for shares 2W/v in place of W/(p*s)) is the number of different
 * columns of pixels that the windows have between them ({@code c <= W * side/(w*p)} with {@linkplain
 * Resampling#FAST fast resampling}), and about 0.1 MB per thread for windows of up to 1,500 pixels. All of it
 * is taken when a scan begins; nothing is allocated per window but its row in the result. A second look takes a copy of one
 * window's pixels at a time. With patches of 256 pixels and windows of 6 it stays below 64 MB, the buffers apart, for images of up to
 * 72 megapixels.
 *
 * <p>Boxes are {@linkplain BoxMode#FITTED fitted} on the caller's processor, for every prompt, be it there or not: a round weighs
 * {@value BoxFitter#CANDIDATES} boxes against each of the windows around; a prompt takes 2 rounds for its first box, and
 * {@code n * n + 3n - 2} for n, of which there are at most {@value InstanceFinder#MOST}, and 2 more for every second look. A map
 * takes time in proportion to windows plus patches, and with fitted boxes to candidates plus patches for each box.
 *
 * <p><b>Threads.</b> Immutable and thread-safe, as the encoder is. The same call gives the same bits, whatever was asked before
 * and whoever asks at the same time, if the encoder's own calls do; another {@linkplain EncoderSpec#preferredBatch() batch size}
 * may move an embedding by as much as {@link Encoder} allows. The windows of a large image are cut out and resized on the threads
 * of {@link java.util.concurrent.ForkJoinPool#commonPool()}, or of the pool that the caller runs in: before the encoder is called,
 * or meanwhile where it offloads. The encoder is always called by the caller's own thread. The results are the same on one thread.
 *
 * <p><b>Words that the model never saw.</b> {@link #localize} has the encoder's notes on a prompt in its result; who calls
 * {@code detect} or {@code classify} asks {@link Encoder#notes} once per prompt.
 *
 * <p><b>Ownership.</b> The detector never closes the encoder that it was given. Use it for as long as the encoder is open.
 *
 * <p><b>What it does not do.</b> It does not read images (see {@code io.github.zeroshot4j.awt}), load models, or start
 * threads of its own.
 */
public final class ZeroShotDetector {
    /** How many sentences' embeddings are kept: {@value}. */
    public static final int PROMPT_CACHE = 1024;

    private final GuardedEncoder encoder;
    private final DetectorOptions options;
    private final ProgressListener listener;
    private final ImageEmbedder images;
    private final PromptEmbedder prompts;

    private ZeroShotDetector(
            GuardedEncoder encoder,
            DetectorOptions options,
            ProgressListener listener,
            ImageEmbedder images,
            PromptEmbedder prompts) {
        this.encoder = encoder;
        this.options = options;
        this.listener = listener;
        this.images = images;
        this.prompts = prompts;
    }

    /** Makes a detector with the {@linkplain DetectorOptions#defaults() default options}. */
    public static ZeroShotDetector of(Encoder encoder) {
        return of(encoder, DetectorOptions.defaults());
    }

    /** Makes a detector. */
    public static ZeroShotDetector of(Encoder encoder, DetectorOptions options) {
        GuardedEncoder guarded = new GuardedEncoder(Objects.requireNonNull(encoder, "encoder"));
        ImageEmbedder images = new ImageEmbedder(guarded);
        return new ZeroShotDetector(
                guarded,
                Objects.requireNonNull(options, "options"),
                (done, total) -> {},
                images,
                new PromptEmbedder(guarded, images, PROMPT_CACHE));
    }

    /** Returns a detector with other options that shares the encoder, the buffers and the prompts of this one. */
    public ZeroShotDetector withOptions(DetectorOptions newOptions) {
        Objects.requireNonNull(newOptions, "newOptions");
        return new ZeroShotDetector(encoder, newOptions, listener, images, prompts);
    }

    /**
     * Returns a detector that reports the windows that it has embedded, those of {@linkplain DetectorOptions#looks() second looks}
     * included, by which the total grows when they come up, and shares everything else with this one. A listener that throws stops
     * the work; it is called before each look and after each batch of windows.
     */
    public ZeroShotDetector withProgress(ProgressListener newListener) {
        Objects.requireNonNull(newListener, "newListener");
        return new ZeroShotDetector(encoder, options, newListener, images, prompts);
    }

    /** Returns the options. */
    public DetectorOptions options() {
        return options;
    }

    /**
     * Finds objects.
     *
     * @param image the image
     * @param promptTexts what to look for, such as "a cat"; each is read as it is written
     * @return the found objects, highest score first, ties in the order of the prompts and then row by row; none for what
     *     is not in the image
     * @throws IllegalArgumentException if there is no prompt, one is blank or of words that the encoder refuses (see {@link
     *     Encoder#encodeTexts}), or the options do not fit the image's size
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Detection> detect(RgbImage image, String... promptTexts) {
        return detect(image, Prompt.all(promptTexts));
    }

    /**
     * Finds objects, as {@link #detect(RgbImage, String...)}.
     *
     * @throws IllegalArgumentException if there is no prompt, one is of words that the encoder refuses, or the options do not fit
     *     the image's size
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Detection> detect(RgbImage image, List<Prompt> promptList) {
        return detections(localize(image, promptList));
    }

    /**
     * Finds objects in an image that is already embedded, as {@link #detect(RgbImage, String...)}, but without a second look.
     *
     * @throws IllegalArgumentException as {@link #localize(EmbeddedImage, List)}, or if a text is blank
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Detection> detect(EmbeddedImage image, String... promptTexts) {
        return detect(image, Prompt.all(promptTexts));
    }

    /**
     * Finds objects in an image that is already embedded, as {@link #detect(EmbeddedImage, String...)}.
     *
     * @throws IllegalArgumentException as {@link #localize(EmbeddedImage, List)}
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Detection> detect(EmbeddedImage image, List<Prompt> promptList) {
        return detections(localize(image, promptList));
    }

    /**
     * Finds objects in an image that is already embedded and still at hand, as {@link #detect(RgbImage, String...)}: with second
     * looks.
     *
     * @param image the image that was embedded
     * @throws IllegalArgumentException as {@link #localize(EmbeddedImage, RgbImage, List)}
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Detection> detect(EmbeddedImage embedded, RgbImage image, List<Prompt> promptList) {
        return detections(localize(embedded, image, promptList));
    }

    private static List<Detection> detections(List<Localization> localizations) {
        return Suppression.sortedByScore(localizations.stream()
                .flatMap(localization -> localization.detections().stream())
                .toList());
    }

    /**
     * Finds objects and tells why: the score map and the presence decision of every prompt.
     *
     * @return one result per prompt, in the same order
     * @throws IllegalArgumentException if there is no prompt or the options do not fit the image's size
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Localization> localize(RgbImage image, List<Prompt> promptList) {
        requirePrompts(promptList);
        WindowProgress progress = new WindowProgress(listener);
        BudgetMeter meter = meter();
        Localizer localizer = localizer(image, meter, progress);
        List<PromptScorer.Question> questions = localizer.questions(promptList);
        WindowPlan plan = plan(image);
        Function<List<Box>, EmbeddedImage.Scan> embed = boxes -> scan(image, boxes, progress);
        progress.plan(affordable(plan.windowCount()));
        List<EmbeddedImage.Scan> scans = options.budget().isUnlimited()
                ? plan.sizes().stream().map(embed).toList()
                : localizer.scan(plan.sizes(), questions, embed);
        List<Localization> localizations = localizer.localize(embedded(plan, scans), questions);
        return finished(image, localizations, meter, progress);
    }

    /** Verifies what was found, where that is asked for. */
    private List<Localization> finished(
            RgbImage image, List<Localization> localizations, BudgetMeter meter, WindowProgress progress) {
        List<Localization> results =
                options.verification() ? verifier().attach(image, localizations, meter, progress) : localizations;
        progress.finish();
        return results;
    }

    private Verifier verifier() {
        return new Verifier(encoder, images, prompts, options);
    }

    private BudgetMeter meter() {
        return new BudgetMeter(options.budget(), System::nanoTime);
    }

    private int affordable(int windows) {
        int calls = options.budget().maxEncoderCalls();
        return calls == 0 ? windows : Math.min(windows, calls);
    }

    /**
     * Localizes in an image that is already embedded: no image goes through the encoder. What is left is the prompts and, with
     * {@link BoxMode#FITTED}, the fitting of boxes on the processor.
     *
     * @return one result per prompt, in the same order
     * @throws IllegalArgumentException if there is no prompt, or the image was embedded with another model
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Localization> localize(EmbeddedImage image, List<Prompt> promptList) {
        requirePrompts(promptList);
        image.requireModel(encoder.spec());
        Localizer localizer = new Localizer(encoder, options, prompts);
        return localizer.localize(image, localizer.questions(promptList));
    }

    /**
     * Localizes in an image that is already embedded and still at hand: costs the prompts, and the encoder for what is {@linkplain
     * DetectorOptions#looks() looked at again}. The answers are those of {@link #localize(RgbImage, List)} if the image was embedded
     * with this detector's options, and these have no budget. A budget is for the looks alone here: the windows are paid for.
     *
     * @param image the image that was embedded
     * @return one result per prompt, in the same order
     * @throws IllegalArgumentException as {@link #localize(EmbeddedImage, List)}, or if the image has another size than the embedded
     *     one
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Localization> localize(EmbeddedImage embedded, RgbImage image, List<Prompt> promptList) {
        requirePrompts(promptList);
        embedded.requireModel(encoder.spec());
        PatchGrid grid = embedded.grid();
        Checks.argument(
                image.width() == grid.imageWidth() && image.height() == grid.imageHeight(),
                "image (%d x %d) must have the %d x %d pixels of the embedded image",
                image.width(),
                image.height(),
                grid.imageWidth(),
                grid.imageHeight());
        WindowProgress progress = new WindowProgress(listener);
        BudgetMeter meter = meter();
        Localizer localizer = localizer(image, meter, progress);
        List<Localization> localizations = localizer.localize(embedded, localizer.questions(promptList));
        return finished(image, localizations, meter, progress);
    }

    private Localizer localizer(RgbImage image, BudgetMeter meter, WindowProgress progress) {
        return new Localizer(encoder, options, prompts, meter, windows -> {
            meter.spend(windows.size());
            progress.comingUp(windows.size());
            return lookAgain(image, windows, progress);
        });
    }

    /** Windows of any sizes in one batch. */
    private EmbeddedImage.Scan lookAgain(RgbImage image, List<Box> windows, WindowProgress progress) {
        float[] rows = images.squares(
                windows.size(),
                i -> Resampler.centreSquare(image.crop(windows.get(i)), encoder.spec()),
                progress.next());
        return new EmbeddedImage.Scan(windows, rows);
    }

    /**
     * Embeds all windows of an image, to ask it for several things one after the other, or to {@linkplain EmbeddedImage#save
     * save} it and ask it later.
     *
     * @throws IllegalArgumentException if the options do not fit the image's size
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public EmbeddedImage embed(RgbImage image) {
        WindowPlan plan = plan(image);
        WindowProgress progress = new WindowProgress(listener);
        progress.plan(plan.windowCount());
        EmbeddedImage embedded = embedded(
                plan,
                plan.sizes().stream().map(boxes -> scan(image, boxes, progress)).toList());
        progress.finish();
        return embedded;
    }

    private EmbeddedImage.Scan scan(RgbImage image, List<Box> boxes, WindowProgress progress) {
        return new EmbeddedImage.Scan(boxes, images.windows(image, boxes, options.resampling(), progress.next()));
    }

    private EmbeddedImage embedded(WindowPlan plan, List<EmbeddedImage.Scan> scans) {
        return new EmbeddedImage(plan.grid(), scans, EmbeddingModel.of(encoder.spec()));
    }

    private WindowPlan plan(RgbImage image) {
        return WindowPlan.of(image, options, encoder.spec().embeddingDimension());
    }

    /**
     * Tells which prompt fits the whole image best, with CLIP's own preprocessing: the shorter side resized, the centre cut
     * out. One image goes through the encoder. Of a prompt, its phrases count; negatives and threshold have no part in it.
     *
     * @return one result per prompt, highest probability first, ties in the order of the prompts
     * @throws IllegalArgumentException if there is no prompt, or some are exemplars and others words, whose cosines are of
     *     different scales
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public List<Classification> classify(RgbImage image, List<Prompt> promptList) {
        requirePrompts(promptList);
        requireOneScale(promptList);
        List<float[][]> asked = prompts.embed(promptList);
        float[] row = images.squares(1, i -> Resampler.centreSquare(image, encoder.spec()), listener);
        double[] logits = asked.stream()
                .mapToDouble(phrases -> encoder.spec().logitScale() * WindowScores.cosine(row, 0, phrases))
                .toArray();
        double max = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - max)).sum();
        return IntStream.range(0, logits.length)
                .mapToObj(p -> new Classification(promptList.get(p).text(), Math.exp(logits[p] - max) / sum, logits[p]))
                .sorted(Comparator.comparingDouble(Classification::probability).reversed())
                .toList();
    }

    /**
     * Tells of a detection, found in whatever way, what showing its box alone and hiding it say: as {@link #verify(RgbImage, Prompt,
     * Box)}, of a prompt that is read as its label is written.
     *
     * @throws IllegalArgumentException if the box is empty or not inside the image
     */
    public Verification verify(RgbImage image, Detection detection) {
        return verify(image, Prompt.of(detection.label()), detection.box());
    }

    /**
     * Tells what showing a box alone and hiding it say of a prompt. {@value Verifier#IMAGES} images go through the encoder. Whatever
     * {@link DetectorOptions#scoring()} is, the prompt is weighed against its negatives.
     *
     * @throws IllegalArgumentException if the box is empty or not inside the image
     * @throws EncoderException if the encoder fails
     * @throws IllegalStateException if the encoder is closed
     */
    public Verification verify(RgbImage image, Prompt prompt, Box box) {
        image.requireInside(box);
        return verifier().verify(image, prompt, List.of(box), listener).get(0);
    }

    private static void requireOneScale(List<Prompt> promptList) {
        List<Prompt> exemplars = promptList.stream()
                .filter(prompt -> prompt.exemplar().isPresent())
                .toList();
        Checks.argument(
                exemplars.isEmpty() || exemplars.size() == promptList.size(),
                "prompts (%s) must all be of words or all be exemplars",
                promptList.stream().map(Prompt::text).toList());
    }

    private static void requirePrompts(List<Prompt> promptList) {
        Checks.argument(!promptList.isEmpty(), "prompts (%s) must not be empty", promptList);
    }
}
