package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default options: boxes fitted to what windows say, on things that a part does not stand for. */
final class FittedBoxesTest extends DrawnImageClauses {
    FittedBoxesTest() {
        super(new ThingEncoder(), DetectorOptions.defaults(), 1);
    }

    @Override
    RgbImage drawn(int width, int height, List<Shape> shapes) {
        return ThingEncoder.drawn(width, height, shapes);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // box, least IoU, why: large and wide things fare worst, whose windows are few.
        "20, 40, 60, 80, 0.6, smaller than the smallest window",
        "50, 40, 130, 120, 0.85, between two windows",
        "33, 40, 193, 200, 0.85, a third of the image",
        "20, 40, 240, 260, 0.6, most of the image",
        "0, 0, 280, 280, 0.95, all of it",
        "40, 100, 200, 160, 0.5, wide",
        "200, 200, 280, 280, 0.85, in the corner",
    })
    void detect_oneThingOfAnySize_boxOnIt(int x0, int y0, int x1, int y1, double iou, String why) {
        Box thing = new Box(x0, y0, x1, y1);
        assertThat(detector.detect(drawn(280, 280, red(thing)), "red"))
                .as(why)
                .singleElement()
                .satisfies(found ->
                        assertThat(found.box().iou(thing)).as("%s", found).isGreaterThanOrEqualTo(iou));
    }

    @Test
    void detect_twoSideBySide_oneBoxOnEach() {
        Box left = new Box(20, 40, 100, 120);
        Box right = new Box(120, 40, 200, 120);
        List<Detection> found = detector.detect(
                drawn(280, 280, List.of(new Shape(Colour.RED, left), new Shape(Colour.RED, right))), "red");
        List<Box> boxes = found.stream()
                .map(Detection::box)
                .sorted(Comparator.comparing(Box::xMin))
                .toList();
        assertThat(boxes).hasSize(2);
        assertThat(boxes.get(0).iou(left)).isGreaterThanOrEqualTo(0.8);
        assertThat(boxes.get(1).iou(right)).isGreaterThanOrEqualTo(0.8);
    }

    @Test
    void detect_scores_fall() {
        // Log-odds of a twentieth of the usual: scores are far from 1.
        EncoderSpec mild = EncoderSpec.builder("mild", 32, 16).logitScale(5).build();
        try (ThingEncoder other = new ThingEncoder(new FakeEncoder(mild))) {
            RgbImage image = drawn(
                    280,
                    280,
                    List.of(
                            new Shape(Colour.BLUE, new Box(205, 205, 235, 235)), // fills no window
                            new Shape(Colour.RED, UPPER_LEFT)));
            List<Detection> found = ZeroShotDetector.of(other).detect(image, "blue", "red");
            assertThat(found).extracting(Detection::label).containsExactly("red", "blue");
            assertThat(found.get(0).score()).isGreaterThan(found.get(1).score());
        }
    }
}
