/**
 * Pictures in and out with {@code java.desktop}: reading image files safely, the bridge to {@code BufferedImage}, and
 * drawing boxes and heat maps. A modular application that uses this package says {@code requires java.desktop} itself.
 */
@NullMarked
package io.github.zeroshot4j.awt;

import org.jspecify.annotations.NullMarked;
