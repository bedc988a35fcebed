package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * The service provider interface of the library: a model that embeds images and texts in one space, so that an image and
 * a text that mean the same have a high cosine. CLIP is the model that it was drawn from.
 *
 * <p>The interface is small on purpose and works on tensors: every backend gets the same pixels, already resized and
 * normalised as {@link #spec()} says, and knows nothing of windows, grids, maps or boxes.
 *
 * <p><b>Contract.</b>
 * <ul>
 *   <li>Rows come back in the order of the input. Every row has length {@code spec().embeddingDimension()} and an L2 norm
 *       of 1 (to 1e-5).
 *   <li>The embedding of an item does not depend on what else is in its batch, nor on the batch's size (to 1e-5).
 *   <li>All methods may be called from any number of threads at once and give bit-equal results.
 *   <li>{@link #close()} waits for running calls or makes them fail with an {@link EncoderException}; closing again does
 *       nothing; any other call but {@link #spec()} and {@link #offloads()} after it throws an {@link IllegalStateException}.
 *   <li>Failures of the backend are {@link EncoderException}s whose message holds {@code spec().modelName()}.
 * </ul>
 * The abstract JUnit class {@code io.github.zeroshot4j.testing.EncoderContract} in the test-jar of this artifact tests all
 * of it: extend it for your own encoder.
 *
 * <p><b>What it does not do.</b> It does not read images, resize, cache, or batch over calls. Who opened an encoder closes
 * it; a {@link ZeroShotDetector} never does.
 */
public interface Encoder extends AutoCloseable {

    /** Returns what the library needs to know of the model. Cheap, constant, and allowed after {@link #close()}. */
    EncoderSpec spec();

    /**
     * Embeds images.
     *
     * <p>Both buffers are direct and in native byte order, are read and written from position 0 whatever their position is,
     * and keep position and limit. They belong to the caller, who may use them again after return.
     *
     * @param pixels {@code count * 3 * s * s} floats or more, with {@code s = spec().cropSide()}: images one after the
     *     other, each as planes of red, green and blue, each plane row by row, resized and normalised
     * @param count how many images, at least 1
     * @param out receives {@code count * spec().embeddingDimension()} floats: one row of norm 1 per image
     * @throws IllegalArgumentException if {@code count < 1}, or a buffer is not direct, is not in native byte order, or has
     *     too small a capacity
     * @throws EncoderException if the model fails
     * @throws IllegalStateException if the encoder is closed
     */
    void encodeImages(FloatBuffer pixels, int count, FloatBuffer out);

    /**
     * Embeds texts. Not cached: the {@link ZeroShotDetector} keeps the embeddings of recent prompts. A text that is longer
     * than the model's context is cut as the model's own tokenizer does, its end mark kept.
     *
     * @param texts the texts, in any number
     * @return one row per text, of length {@code spec().embeddingDimension()} and norm 1, owned by the caller
     * @throws IllegalArgumentException if a text holds one of the tokenizer's special tokens as text, such as
     *     {@code <|endoftext|>}
     * @throws EncoderException if the model fails
     * @throws IllegalStateException if the encoder is closed
     */
    float[][] encodeTexts(List<String> texts);

    /**
     * Returns what a user should know about a prompt with this model, such as words that the model never saw; empty if
     * there is nothing to say. One sentence each. The default says nothing, whether the encoder is open or closed.
     *
     * @throws IllegalStateException if the encoder is closed and needs the model to answer
     */
    default List<String> notes(String prompt) {
        return List.of();
    }

    /**
     * Returns whether {@link #encodeImages} leaves the processor idle while it computes, as on a GPU: the library then prepares
     * the next batch meanwhile, in a second pair of buffers. Speed alone depends on it. Cheap, constant, and allowed after
     * {@link #close()}. The default is no.
     */
    default boolean offloads() {
        return false;
    }

    /** Frees the model. Harmless when called again. */
    @Override
    void close();
}
