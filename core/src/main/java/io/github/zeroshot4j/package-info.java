/**
 * Zero-shot object localization and detection.
 *
 * <p>Most users need three types: an {@link io.github.zeroshot4j.Encoder} (from a backend), a
 * {@link io.github.zeroshot4j.ZeroShotDetector} made from it, and the {@link io.github.zeroshot4j.Detection}s that it
 * returns.
 *
 * <pre>
 *   RgbImage -&gt; windows -&gt; Encoder -&gt; log-odds per window -&gt; boxes that explain them -&gt; Presence, ScoreMap, Detection
 *                            ^------------ a look around each box ------------'
 * in patches, as in the article:
 *   RgbImage -&gt; PatchGrid -&gt; WindowScanner -&gt; Encoder -&gt; ScoreMap -&gt; Presence -&gt; BoxExtractor -&gt; Suppression -&gt; Detection
 * </pre>
 *
 * <p><b>Coordinates.</b> Pixels are (x, y) of the original image, origin at the top left, x to the right, y down.
 * {@linkplain io.github.zeroshot4j.Box Boxes} are half-open: a box holds the pixels {@code xMin <= x < xMax} and
 * {@code yMin <= y < yMax}. Grids are addressed as (row, column). Where a length could be in either unit, its name says
 * which: {@code patchPx}, {@code windowPatches}.
 *
 * <p><b>Errors.</b> A bad value is an {@link java.lang.IllegalArgumentException}, a bad order or combination of calls an
 * {@link java.lang.IllegalStateException}, {@code null} a {@link java.lang.NullPointerException}, a failing backend an
 * {@link io.github.zeroshot4j.EncoderException}.
 *
 * <p><b>Determinism.</b> The same call gives the same bits on one machine, with one model and one batch size, on any number of
 * threads (but for a {@linkplain io.github.zeroshot4j.Budget budget} of time); another machine or batch size may move the last
 * digits of an embedding ({@link io.github.zeroshot4j.Encoder} allows 1e-5). This package reads no environment and no network, no files but those
 * that {@link io.github.zeroshot4j.EmbeddedImage} saves and loads, and holds no global state.
 */
@NullMarked
package io.github.zeroshot4j;

import org.jspecify.annotations.NullMarked;
