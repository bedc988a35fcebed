package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DetectionServiceTest {
    private static final List<String> PROMPTS = List.of("red", "blue");
    private static final RgbImage IMAGE = RgbImage.filled(140, 140, 0x808080).fill(new Box(30, 40, 80, 90), 0xFF0000);

    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @TempDir
    private Path folder;

    private byte[] upload = new byte[0];

    @BeforeEach
    void writeUpload() throws IOException {
        Path file = folder.resolve("upload.png");
        Pictures.write(IMAGE, file);
        upload = Files.readAllBytes(file);
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void find_manyThreads_asTheDetectorAlone() throws Exception {
        FakeEncoder encoder = new FakeEncoder();
        List<Detection> expected = ZeroShotDetector.of(encoder).detect(IMAGE, "red", "blue");
        assertThat(expected).extracting(Detection::label).isNotEmpty().containsOnly("red");

        try (DetectionService service = new DetectionService(encoder, DetectionService.Limits.DEFAULT)) {
            List<Future<DetectionService.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> service.find(() -> upload, PROMPTS)));
            }
            for (Future<DetectionService.Answer> answer : answers) {
                assertThat(answer.get()).isEqualTo(new DetectionService.Answer(140, 140, expected));
            }
        }
        encoder.assertClosed();
    }

    @Test
    void find_noPlace_turnedAwayBeforeItsUploadIsRead() throws Exception {
        GatedEncoder encoder = new GatedEncoder();
        try (DetectionService service = new DetectionService(encoder, limits(1, 0, Duration.ofMinutes(1)))) {
            Future<DetectionService.Answer> first = threads.submit(() -> service.find(() -> upload, PROMPTS));
            encoder.awaitCalls(1);

            assertThatThrownBy(() -> service.find(DetectionServiceTest::unexpected, PROMPTS))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("busy with other requests, try again later");

            encoder.open();
            assertThat(first.get().detections()).isNotEmpty();
            assertThat(service.find(() -> upload, PROMPTS)).isEqualTo(first.get());
        }
    }

    @Test
    void find_waitsTooLong_cancelled() throws Exception {
        GatedEncoder encoder = new GatedEncoder();
        Duration time = Duration.ofMillis(200);
        try (DetectionService service = new DetectionService(encoder, limits(1, 1, time))) {
            Future<DetectionService.Answer> first = threads.submit(() -> service.find(() -> upload, PROMPTS));
            encoder.awaitCalls(1);
            long start = System.nanoTime();

            assertThatThrownBy(() -> service.find(() -> upload, PROMPTS))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("took longer than 200 ms");

            // The first is at its first batch for longer than its time, and ends with it.
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(time.toNanos());
            encoder.open();
            assertThatThrownBy(first::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CancellationException.class)
                    .hasMessageEndingWith("took longer than 200 ms");
            assertThat(encoder.encoder().imageCalls()).isOne();
        }
    }

    @Test
    void find_whateverFails_givesItsPlaceBack() throws Exception {
        FakeEncoder encoder = new FakeEncoder();
        byte[] noImage = "<html>".getBytes(StandardCharsets.UTF_8);
        try (DetectionService service = new DetectionService(encoder, limits(1, 0, Duration.ofMinutes(1)))) {
            assertThatThrownBy(() -> service.find(() -> noImage, PROMPTS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not an image of a known format");
            assertThatThrownBy(() -> service.find(
                            () -> {
                                throw new IOException("cut off");
                            },
                            PROMPTS))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cut off");
            assertThatThrownBy(() -> service.find(DetectionServiceTest::unexpected, List.of(" ")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("text ( ) must not be blank");

            assertThat(service.find(() -> upload, PROMPTS).detections()).isNotEmpty();
        }
    }

    @Test
    void limits_withoutARunningDetection_refused() {
        assertThatThrownBy(() -> limits(0, 1, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("running (0) must be at least 1");
        assertThatThrownBy(() -> limits(1, -1, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waiting (-1) must be at least 0");
    }

    private static DetectionService.Limits limits(int running, int waiting, Duration time) {
        return new DetectionService.Limits(running, waiting, 100_000, 100_000, time);
    }

    private static byte[] unexpected() {
        throw new AssertionError("the upload was read");
    }
}
