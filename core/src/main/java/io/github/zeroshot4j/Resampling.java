package io.github.zeroshot4j;

/** How the windows of an image become the encoder's input. */
public enum Resampling {
    /** Each window is resized as if it were alone, with the bytes of Pillow's {@code Image.resize}. */
    EXACT,
    /**
     * The image is resized once per window size, so that a window measures what the encoder's preprocessing resizes it to, and
     * windows begin at the nearest whole pixel of the resized image. So a window may lie about half a pixel of the encoder's input
     * beside its place, and at its edges the filter sees what lies outside of it. Less work, as neighbouring windows share every pixel.
     */
    FAST
}
