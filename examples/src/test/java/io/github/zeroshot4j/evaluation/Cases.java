package io.github.zeroshot4j.evaluation;

import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import io.github.zeroshot4j.evaluation.GroundTruth.Category;
import io.github.zeroshot4j.evaluation.GroundTruth.TrueObject;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Small cases to work out by hand. */
final class Cases {
    private Cases() {}

    static List<Category> categories(int count) {
        return IntStream.range(0, count)
                .mapToObj(c -> new Category(c + 1, "thing " + c, "a thing " + c))
                .toList();
    }

    /** Returns an image of 100 x 100 pixels that is asked for the categories. */
    static GroundTruth.Image image(long id, List<Integer> asked, TrueObject... objects) {
        return new GroundTruth.Image(id, id + ".png", 100, 100, asked, List.of(), List.of(objects));
    }

    static TrueObject object(int category, double x, double y, double width, double height) {
        return new TrueObject(category, new Region(x, y, width, height), false);
    }

    static TrueObject crowd(int category, double x, double y, double width, double height) {
        return new TrueObject(category, new Region(x, y, width, height), true);
    }

    static ScoredRegion box(double score, double x, double y, double width, double height) {
        return new ScoredRegion(new Region(x, y, width, height), score);
    }

    /** Returns an answer with the peak at the image's origin and as sure as its best box. */
    static Answer answer(int category, ScoredRegion... boxes) {
        double presence =
                Stream.of(boxes).mapToDouble(ScoredRegion::score).max().orElse(0);
        return new Answer(category, List.of(boxes), presence, 0, 0, boxes.length > 0);
    }

    static EvaluatedImage evaluated(GroundTruth.Image image, Answer... answers) {
        return new EvaluatedImage(image, List.of(answers), 10 * image.id(), image.id());
    }
}
