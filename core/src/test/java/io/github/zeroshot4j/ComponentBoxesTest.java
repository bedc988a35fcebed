package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boxes around components of the map of windows of 2 and 4 patches, 40 and 80 px: squares of one colour. */
final class ComponentBoxesTest extends DrawnImageClauses {
    ComponentBoxesTest() {
        super(
                new FakeEncoder(),
                DetectorOptions.defaults().toBuilder()
                        .windowPatches(2, 4)
                        .boxMode(BoxMode.COMPONENTS)
                        .build(),
                0);
    }

    @Override
    RgbImage drawn(int width, int height, List<Shape> shapes) {
        return Grids.drawn(width, height, shapes);
    }

    @Test
    void detect_scores_fall() {
        RgbImage image = Grids.drawn(
                280,
                280,
                List.of(
                        new Shape(Colour.BLUE, new Box(205, 205, 235, 235)), // fills no window
                        new Shape(Colour.RED, UPPER_LEFT)));
        List<Detection> found = detector.detect(image, "blue", "red");
        assertThat(found).extracting(Detection::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(found.get(0).label()).isEqualTo("red");
    }
}
