package io.github.zeroshot4j.evaluation;

import java.util.List;

/**
 * What a detector made of one image.
 *
 * @param answers one for each category that was asked
 * @param encoderCalls how many images went through the encoder
 * @param milliseconds how long it took
 */
public record EvaluatedImage(GroundTruth.Image image, List<Answer> answers, long encoderCalls, double milliseconds) {
    /** Makes a result. */
    public EvaluatedImage {
        answers = List.copyOf(answers);
    }

    /**
     * The answer to one prompt.
     *
     * @param category an index of {@link GroundTruth#categories()}
     * @param boxes what was found, highest score first
     * @param presence how sure the detector is that it is there at all; any scale, higher is surer
     * @param peakX x of the centre of the map's highest patch
     * @param peakY y of the same
     * @param foundAlone whether there is a box when nothing else is asked
     */
    public record Answer(
            int category, List<ScoredRegion> boxes, double presence, double peakX, double peakY, boolean foundAlone) {
        /** Makes an answer. */
        public Answer {
            boxes = List.copyOf(boxes);
        }
    }

    /** One box and its score. */
    public record ScoredRegion(Region region, double score) {}
}
