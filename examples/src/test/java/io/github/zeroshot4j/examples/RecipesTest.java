package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipesTest {
    private static final Box SQUARE = new Box(30, 40, 80, 90);

    /** To an encoder of colours a part of a square is as red as the whole. */
    private static final DetectorOptions REGIONS = DetectorOptions.defaults().toBuilder()
            .windowPatches(2, 4)
            .boxMode(BoxMode.COMPONENTS)
            .build();

    @TempDir
    private Path folder;

    @Test
    void service_manyThreads_sameAnswerAsOne() throws Exception {
        byte[] upload = upload();
        FakeEncoder encoder = new FakeEncoder();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (DetectionService service = new DetectionService(encoder)) {
            List<Detection> expected = service.find(upload, List.of("red", "blue"));
            assertThat(expected).extracting(Detection::label).isNotEmpty().containsOnly("red");

            List<Future<List<Detection>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> service.find(upload, List.of("red", "blue"))));
            }
            for (Future<List<Detection>> answer : answers) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
        encoder.assertClosed();
    }

    @Test
    void service_uploadThatIsNoImage_isAnIOException() {
        try (DetectionService service = new DetectionService(new FakeEncoder())) {
            assertThatThrownBy(() -> service.find("<html>".getBytes(StandardCharsets.UTF_8), List.of("red")))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void ownEncoder_redSquare_found() throws IOException {
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

    private byte[] upload() throws IOException {
        Path file = folder.resolve("upload.png");
        Pictures.write(RgbImage.filled(140, 140, 0x808080).fill(SQUARE, 0xFF0000), file);
        return Files.readAllBytes(file);
    }
}
