package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Box;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The article's way from window scores to a box, written as its notebook writes it, statement by statement, in ND4J and in
 * 64-bit floating point. Shares no code with the library: where they disagree, one is wrong.
 */
final class ArticleMap {
    private ArticleMap() {}

    /** Gives the score of the window whose first patch is (row, column). */
    @FunctionalInterface
    interface WindowScorer {
        double score(int row, int column);
    }

    /** Returns the averaged scores [rows, columns]. The count of visits starts at one, as in the article. */
    static INDArray scores(int rows, int columns, int window, int stride, WindowScorer scorer) {
        INDArray scores = Nd4j.zeros(DataType.DOUBLE, rows, columns);
        INDArray runs = Nd4j.ones(DataType.DOUBLE, rows, columns);
        for (int row = 0; row < rows - window + 1; row += stride) {
            for (int column = 0; column < columns - window + 1; column += stride) {
                double score = scorer.score(row, column);
                area(scores, row, column, window).addi(score);
                area(runs, row, column, window).addi(1);
            }
        }
        return scores.divi(runs);
    }

    private static INDArray area(INDArray map, int row, int column, int window) {
        return map.get(NDArrayIndex.interval(row, row + window), NDArrayIndex.interval(column, column + window));
    }

    /** Returns {@code clip(scores - mean(scores), 0, inf)}, so many times over. */
    static INDArray clip(INDArray scores, int passes) {
        INDArray clipped = scores;
        for (int pass = 0; pass < passes; pass++) {
            clipped = Transforms.max(clipped.sub(clipped.meanNumber().doubleValue()), 0);
        }
        return clipped;
    }

    /** Returns the scores stretched to [0, 1]; of a flat map NaN, as in the article. */
    static INDArray normalise(INDArray scores) {
        double min = scores.minNumber().doubleValue();
        double max = scores.maxNumber().doubleValue();
        return scores.sub(min).divi(max - min);
    }

    /** Returns the box around all scores above the threshold, in pixels; none if there is none, where the article crashes. */
    static Optional<Box> box(INDArray normalised, double threshold, int patchPx) {
        INDArray positive = normalised.gt(threshold);
        if (!positive.any()) {
            return Optional.empty();
        }
        INDArray[] nonzero = Nd4j.where(positive, null, null); // the rows and the columns of the positives
        return Optional.of(new Box(
                nonzero[1].minNumber().intValue() * patchPx,
                nonzero[0].minNumber().intValue() * patchPx,
                (nonzero[1].maxNumber().intValue() + 1) * patchPx,
                (nonzero[0].maxNumber().intValue() + 1) * patchPx));
    }
}
