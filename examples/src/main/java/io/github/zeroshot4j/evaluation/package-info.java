/**
 * How good detections are, in the figures of the field: COCO's average precision, localization, presence, and bootstrap
 * intervals. {@link io.github.zeroshot4j.evaluation.CocoFile} reads the truth, {@link
 * io.github.zeroshot4j.evaluation.Evaluation} computes. It knows nothing of detectors and models.
 */
@NullMarked
package io.github.zeroshot4j.evaluation;

import org.jspecify.annotations.NullMarked;
