package io.github.zeroshot4j;

/** How the windows of an image become the encoder's input. */
public enum Resampling {
    /** Each window is resized as if it were alone, with the bytes of Pillow's {@code Image.resize}. */
    EXACT,
    /**
     * The image is resized once per window size, so that a window measures what the encoder's preprocessing resizes it to, and
     * windows begin at the nearest whole pixel of the resized image. So a window may lie about half a pixel of the encoder's input
     * beside its place, and at its edges the filter sees what lies outside of it. Less work, as neighbouring windows share every
     * pixel.
     *
     * <p>Beside {@link #EXACT}, measured by {@code benchmarks/compare}: with the embedded model on the five pictures of the examples,
     * default options, ten prompts, maps correlate by 0.9988 and more; with a ViT-B/32 of random weights on noisy blocks of 18
     * megapixels, the article's options, eight prompts, by 0.9983 and more. Every first box was the same.
     */
    FAST
}
