package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The answers of a report, with the embedded model on two dogs. */
final class ReportedDetectorTest {
    private static final List<Prompt> PROMPTS = Prompt.all("a dog", "a cat", "a chair", "a zebra");

    private static OnnxEncoder encoder;
    private static RgbImage image;

    @BeforeAll
    static void open() throws IOException {
        encoder = TinyClip.open();
        image = ImageFiles.read(Path.of("images/two-dogs.jpg"));
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"FITTED", "COMPONENTS"})
    void ask_anyBoxes_theRunsAnswersAtTheRunsCost(BoxMode mode) {
        DetectorOptions options =
                DetectorOptions.defaults().toBuilder().boxMode(mode).build();
        TallyEncoder counted = new TallyEncoder(encoder);

        ReportedDetector.Answer answer =
                new ReportedDetector(counted, options, (done, total) -> {}).ask(image, PROMPTS);

        long cost = counted.images();
        List<Localization> plain = ZeroShotDetector.of(counted, options).localize(image, PROMPTS);
        assertThat(answer.encoderImages()).isEqualTo(cost).isEqualTo(counted.images() - cost);
        assertThat(answer.localizations()).hasSameSizeAs(plain);
        for (int p = 0; p < plain.size(); p++) {
            assertThat(answer.localizations().get(p).detections())
                    .isEqualTo(plain.get(p).detections());
            assertThat(answer.localizations().get(p).map())
                    .isEqualTo(plain.get(p).map());
            assertThat(answer.localizations().get(p).presence())
                    .isEqualTo(plain.get(p).presence());
        }
        assertThat(answer.seconds()).isPositive();
    }

    @Test
    void ask_below_noneOfTheRunsAndNoneLikelierThanItsPrompt() {
        ReportedDetector.Answer answer =
                new ReportedDetector(encoder, DetectorOptions.defaults(), (done, total) -> {}).ask(image, PROMPTS);

        assertThat(answer.below()).hasSameSizeAs(PROMPTS);
        assertThat(answer.below().stream().mapToInt(List::size).sum()).isPositive();
        for (int p = 0; p < PROMPTS.size(); p++) {
            Localization found = answer.localizations().get(p);
            double most = found.presence().present() ? 0.5 : found.presence().probability();
            for (Detection below : answer.below().get(p)) {
                assertThat(below.label()).isEqualTo(PROMPTS.get(p).text());
                assertThat(below.score()).isBetween(ReportedDetector.LOWEST, most);
                assertThat(found.detections()).noneMatch(own -> own.box().intersectionOverSmaller(below.box()) > 0.6);
            }
        }
    }

    @Test
    void ask_components_belowIsWhatALowerThresholdFinds() {
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .boxMode(BoxMode.COMPONENTS)
                .build();
        ReportedDetector.Answer answer =
                new ReportedDetector(encoder, options, (done, total) -> {}).ask(image, PROMPTS);

        List<Localization> lower = ZeroShotDetector.of(
                        encoder,
                        options.toBuilder()
                                .presenceThreshold(ReportedDetector.LOWEST)
                                .build())
                .localize(image, PROMPTS);

        for (int p = 0; p < PROMPTS.size(); p++) {
            List<Detection> both = new ArrayList<>(answer.localizations().get(p).detections());
            both.addAll(answer.below().get(p));
            assertThat(both).containsExactlyInAnyOrderElementsOf(lower.get(p).detections());
        }
    }

    @Test
    void ask_article_orWithABudget_nothingBelow() {
        for (DetectorOptions options : List.of(
                DetectorOptions.article().toBuilder().patchPx(100).build(),
                DetectorOptions.defaults().toBuilder()
                        .budget(Budget.ofEncoderCalls(60))
                        .build())) {
            ReportedDetector.Answer answer =
                    new ReportedDetector(encoder, options, (done, total) -> {}).ask(image, PROMPTS);

            assertThat(answer.below())
                    .hasSameSizeAs(PROMPTS)
                    .allSatisfy(it -> assertThat(it).isEmpty());
            assertThat(answer.localizations().get(0).detections()).isNotEmpty();
        }
    }
}
