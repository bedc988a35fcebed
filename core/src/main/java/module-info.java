/**
 * Zero-shot object localization and detection in pure Java: grids, windows, resampling, score maps, boxes and the
 * {@link io.github.zeroshot4j.Encoder} SPI.
 *
 * <p>{@code java.desktop} is needed by {@code io.github.zeroshot4j.awt} alone and is therefore optional: a modular
 * application that uses that package says {@code requires java.desktop} itself.
 */
module io.github.zeroshot4j {
    requires static transitive java.desktop;
    requires static org.jspecify;

    exports io.github.zeroshot4j;
    exports io.github.zeroshot4j.awt;
}
