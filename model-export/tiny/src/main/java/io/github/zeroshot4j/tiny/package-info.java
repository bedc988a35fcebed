/**
 * The tiny model: {@link io.github.zeroshot4j.tiny.TinyClip#open() TinyClip.open()}, and nothing else.
 */
@NullMarked
package io.github.zeroshot4j.tiny;

import org.jspecify.annotations.NullMarked;
