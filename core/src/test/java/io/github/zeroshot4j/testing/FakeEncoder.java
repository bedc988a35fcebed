package io.github.zeroshot4j.testing;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An encoder without a model, for tests: it embeds colours, so that a red square <i>is</i> "red" and every score can be
 * worked out by hand. Deterministic to the bit, thread-safe and strict: it refuses what {@link Encoder} allows it to refuse,
 * and pixels that no 8-bit image has.
 *
 * <p><b>Images.</b> Each {@link Colour} has an axis of the space. Every pixel counts for the colour nearest to it
 * in RGB (the earlier one on a tie), and with {@code f(k)} the share of pixels of colour k, the embedding is
 * {@code f(k) / sqrt(sum of f(j)^2)}:
 *
 * <pre>
 *   share of red     0     1/4    1/3    1/2    2/3    3/4     1       the rest of the window is gray
 *   cosine to red    0    0.316  0.447  0.707  0.894  0.949    1       1/sqrt(10), 1/sqrt(5), 1/sqrt(2), ...
 *   cosine to gray   1    0.949  0.894  0.707  0.447  0.316    0
 * </pre>
 *
 * Three colours of shares 1/2, 1/4, 1/4 have the cosines 0.816, 0.408, 0.408 (2/sqrt(6), 1/sqrt(6)).
 *
 * <p><b>Texts.</b> The first of these that applies:
 * <ol>
 *   <li>Colour words: the sum of their axes, normalised. "red" and "a red square" are axis RED; "red and blue" has the cosine
 *       0.707 to each of the two. All other words are ignored.
 *   <li>No word at all, or one of {@link #BACKGROUND_WORDS}: axis GRAY. Gray is the background: draw on it.
 *   <li>Words it does not know: a direction that depends on the words and is orthogonal to every colour, so that its cosine
 *       to every image is 0. {@link #notes} then says so.
 * </ol>
 * A word is one token: of a long text the first {@code contextLength - 2} words count.
 *
 * <p>It counts calls, and can be told to fail. {@link #assertClosed()} at the end of a test shows that nothing leaked.
 */
public final class FakeEncoder implements Encoder {
    /** Words that mean the background, which is {@link Colour#GRAY}. */
    public static final Set<String> BACKGROUND_WORDS =
            Set.of("background", "nothing", "empty", "blank", "blurry", "texture", "surface", "wall", "floor", "sky");

    /** What it refuses inside a text, as a real tokenizer's marks. */
    public static final List<String> SPECIAL_TOKENS = List.of("<|startoftext|>", "<|endoftext|>");

    private static final int MIN_DIMENSION = 16;

    private final EncoderSpec spec;
    private final ReadWriteLock lifecycle = new ReentrantReadWriteLock();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger imageCalls = new AtomicInteger();
    private final AtomicInteger images = new AtomicInteger();
    private final AtomicInteger largestBatch = new AtomicInteger();
    private final AtomicInteger textCalls = new AtomicInteger();
    private final List<String> texts = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean closed;
    private volatile int failFrom = Integer.MAX_VALUE;

    /** Opens an encoder called "fake" of side 32, dimension 16 and preferred batch 16. */
    public FakeEncoder() {
        this(EncoderSpec.builder("fake", 32, MIN_DIMENSION).build());
    }

    /**
     * Opens an encoder with the name, side, dimension, mean, deviation, batch, context and scale of a spec.
     *
     * @throws IllegalArgumentException if the dimension is below 16
     */
    public FakeEncoder(EncoderSpec spec) {
        require(
                spec.embeddingDimension() >= MIN_DIMENSION,
                "embeddingDimension (%d) must be at least %d",
                spec.embeddingDimension(),
                MIN_DIMENSION);
        this.spec = spec;
    }

    /**
     * Makes every call fail with an {@link EncoderException}, after some more that succeed.
     *
     * @param more how many calls of {@link #encodeImages} and {@link #encodeTexts} together still succeed
     * @return this encoder
     */
    public FakeEncoder failAfter(int more) {
        failFrom = calls.get() + more;
        return this;
    }

    @Override
    public EncoderSpec spec() {
        return spec;
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        int dimension = spec.embeddingDimension();
        int samples = 3 * spec.cropSide() * spec.cropSide();
        require(count >= 1, "count (%d) must be at least 1", count);
        requireBuffer(pixels, "pixels", (long) count * samples);
        requireBuffer(out, "out", (long) count * dimension);
        lifecycle.readLock().lock();
        try {
            begin();
            imageCalls.incrementAndGet();
            images.addAndGet(count);
            largestBatch.accumulateAndGet(count, Math::max);
            // The limits are the caller's; only the capacity counts.
            FloatBuffer from = pixels.duplicate().clear();
            FloatBuffer to = out.duplicate().clear();
            float[] image = new float[samples];
            for (int i = 0; i < count; i++) {
                from.get(image);
                to.put(embedImage(image));
            }
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    @Override
    public float[][] encodeTexts(List<String> newTexts) {
        for (String text : newTexts) {
            for (String token : SPECIAL_TOKENS) {
                require(!text.contains(token), "text (%s) must not hold the special token %s", text, token);
            }
        }
        lifecycle.readLock().lock();
        try {
            begin();
            textCalls.incrementAndGet();
            texts.addAll(newTexts);
            return newTexts.stream().map(this::embedText).toArray(float[][]::new);
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    @Override
    public List<String> notes(String prompt) {
        Objects.requireNonNull(prompt, "prompt");
        requireOpen();
        List<String> words = words(prompt);
        boolean known = words.isEmpty()
                || words.stream().anyMatch(word -> Colour.BY_WORD.containsKey(word) || BACKGROUND_WORDS.contains(word));
        return known ? List.of() : List.of(spec.modelName() + " knows colours only, not \"" + prompt + "\"");
    }

    /** Waits for running calls and closes. Harmless when called again. */
    @Override
    public void close() {
        lifecycle.writeLock().lock();
        try {
            closed = true;
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    /** Returns how many calls of {@link #encodeImages} came so far, refused and failed ones apart. */
    public int imageCalls() {
        return imageCalls.get();
    }

    /** Returns how many images were embedded so far. */
    public int images() {
        return images.get();
    }

    /** Returns how many images the largest call held, 0 before the first. */
    public int largestBatch() {
        return largestBatch.get();
    }

    /** Returns how many calls of {@link #encodeTexts} came so far, refused and failed ones apart. */
    public int textCalls() {
        return textCalls.get();
    }

    /** Returns a copy of the texts that were embedded so far, in their order. */
    public List<String> texts() {
        synchronized (texts) {
            return List.copyOf(texts);
        }
    }

    /**
     * Checks that whoever had to close this encoder did.
     *
     * @throws AssertionError if it is open
     */
    public void assertClosed() {
        assertState(true, "must be closed, but is open");
    }

    /**
     * Checks that nobody closed this encoder who had no right to.
     *
     * @throws AssertionError if it is closed
     */
    public void assertOpen() {
        assertState(false, "must be open, but is closed");
    }

    private void assertState(boolean expectedClosed, String message) {
        if (closed != expectedClosed) {
            throw new AssertionError("encoder " + spec.modelName() + " " + message);
        }
    }

    private void begin() {
        requireOpen();
        int call = calls.getAndIncrement();
        if (call >= failFrom) {
            throw new EncoderException("model " + spec.modelName() + " failed at call " + call + ", as it was told to");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("encoder " + spec.modelName() + " is closed");
        }
    }

    private float[] embedImage(float[] image) {
        int plane = image.length / 3;
        double[] sums = new double[spec.embeddingDimension()];
        for (int i = 0; i < plane; i++) {
            Colour colour =
                    Colour.nearest(level(image, i, 0), level(image, i + plane, 1), level(image, i + 2 * plane, 2));
            sums[colour.axis()]++;
        }
        return normalised(sums);
    }

    private int level(float[] image, int i, int channel) {
        double value = (double) image[i] * spec.std(channel) + spec.mean(channel);
        long level = Math.round(value * 255);
        require(
                Double.isFinite(value) && level >= 0 && level <= 255,
                "pixels (%s in channel %d) must be in [0, 1] when the normalising is undone",
                value,
                channel);
        return (int) level;
    }

    private float[] embedText(String text) {
        double[] sums = new double[spec.embeddingDimension()];
        List<String> words = words(text);
        words.stream().map(Colour.BY_WORD::get).filter(Objects::nonNull).forEach(colour -> sums[colour.axis()]++);
        if (Arrays.stream(sums).allMatch(sum -> sum == 0)) {
            if (words.isEmpty() || words.stream().anyMatch(BACKGROUND_WORDS::contains)) {
                sums[Colour.GRAY.axis()] = 1;
            } else {
                words.forEach(word -> addDirection(word, sums));
            }
        }
        return normalised(sums);
    }

    private List<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .limit(Math.max(1, spec.contextLength() - 2))
                .toList();
    }

    private static void addDirection(String unknownWord, double[] sums) {
        Random random = new Random(unknownWord.hashCode());
        for (int axis = Colour.values().length; axis < sums.length; axis++) {
            sums[axis] += random.nextGaussian();
        }
    }

    private static float[] normalised(double[] sums) {
        double norm = Math.sqrt(Arrays.stream(sums).map(sum -> sum * sum).sum());
        float[] row = new float[sums.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (sums[i] / norm);
        }
        return row;
    }

    private static void requireBuffer(FloatBuffer buffer, String name, long floats) {
        require(buffer.isDirect(), "%s must be a direct buffer, found one on the heap", name);
        ByteOrder order = ByteOrder.nativeOrder();
        require(buffer.order() == order, "%s (%s) must be in native byte order %s", name, buffer.order(), order);
        require(buffer.capacity() >= floats, "%s (%d floats) must hold %d floats", name, buffer.capacity(), floats);
    }

    private static void require(boolean condition, String format, Object... args) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, format, args));
        }
    }
}
