package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecipesTest {
    private static final Box SQUARE = new Box(30, 40, 80, 90);

    /** To an encoder of colours a part of a square is as red as the whole. */
    private static final DetectorOptions REGIONS = DetectorOptions.defaults().toBuilder()
            .windowPatches(2, 4)
            .boxMode(BoxMode.COMPONENTS)
            .build();

    @Test
    void ownEncoder_redSquare_found() {
        RgbImage image = RgbImage.filled(140, 140, 0x808080).fill(SQUARE, 0xFF0000);
        try (ColourEncoder encoder = new ColourEncoder()) {
            List<Detection> found = ZeroShotDetector.of(encoder, REGIONS).detect(image, "red", "blue");

            assertThat(found).extracting(Detection::label).containsExactly("red");
            assertThat(found.get(0).box().iou(SQUARE)).as("%s", found).isGreaterThanOrEqualTo(0.5);
            assertThat(encoder.notes("a cat")).containsExactly("\"a cat\" names no colour");
        }
    }

    @Test
    void betterPrompts_picture_foundWhereItIs() {
        RgbImage photo = RgbImage.filled(140, 140, 0x808080).fill(SQUARE, 0xFF0000);
        RgbImage image = RgbImage.filled(280, 280, 0x808080).fill(new Box(180, 60, 240, 120), 0xFF0000);
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Detection> found = BetterPrompts.find(ZeroShotDetector.of(encoder, REGIONS), image, photo, SQUARE);

            assertThat(found)
                    .filteredOn(it -> it.label().equals("this mug"))
                    .singleElement()
                    .satisfies(it ->
                            assertThat(it.box().iou(new Box(180, 60, 240, 120))).isGreaterThanOrEqualTo(0.5));
            assertThat(found).extracting(Detection::label).doesNotContain("a cat");
            assertThat(encoder.texts())
                    .contains("a photo of a cat.", "a photo of a kitten.", "a fox", "a vehicle", "a bicycle");
        }
    }

    @Test
    void moreQuestions_askWithin_noMoreThanTheBudget() {
        RgbImage image = RgbImage.filled(140, 140, 0x808080);
        try (FakeEncoder encoder = new FakeEncoder()) {
            MoreQuestions.askWithin(ZeroShotDetector.of(encoder), image);

            assertThat(encoder.images()).isBetween(1, 100);
        }
    }

    @Test
    void moreQuestions_oneImage_windowsEmbeddedOnce() {
        RgbImage image = RgbImage.filled(140, 140, 0x808080);
        try (FakeEncoder encoder = new FakeEncoder()) {
            ZeroShotDetector detector = ZeroShotDetector.of(encoder);
            int windows = detector.embed(image).windowCount();
            int before = encoder.images();

            MoreQuestions.ask(detector, image);

            // All windows once, and the whole image for classify.
            assertThat(encoder.images() - before).isEqualTo(windows + 1);
        }
    }
}
