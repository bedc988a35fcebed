package io.github.zeroshot4j.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.WindowScanner;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The library's default scan with the embedded model gives what the scan in Python gives, in which the model's calibration is
 * fitted and with which it is checked: pixels, windows, negatives, calibration, map, presence and boxes from end to end.
 */
final class ScanGoldenTest {
    /** The two run different releases of ONNX Runtime on batches of different sizes. */
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @ValueSource(strings = {"onnx/vision_model.onnx", "onnx/text_model.onnx"})
    void goldens_areOfTheWeightsThatAreEmbedded(String file) throws IOException, NoSuchAlgorithmException {
        try (InputStream in = Objects.requireNonNull(TinyClip.class.getResourceAsStream("model/" + file))) {
            String sha = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
            assertThat(ScanGoldens.text("scan.csv"))
                    .as("other weights: run python -m zeroshot4j_export goldens --only tiny")
                    .contains("# " + file + " sha256: " + sha + "\n");
        }
    }

    @Test
    void localize_byDefault_isWhatTheTwinSays() {
        Map<List<Integer>, List<ScanGoldens.Answer>> byImage = ScanGoldens.answers().stream()
                .collect(Collectors.groupingBy(
                        a -> List.of(a.width(), a.height()), LinkedHashMap::new, Collectors.toList()));
        assertThat(byImage).hasSize(2);
        try (OnnxEncoder encoder = TinyClip.open()) {
            DetectorOptions options = DetectorOptions.defaults();
            ZeroShotDetector byDefault = ZeroShotDetector.of(encoder, options);
            ZeroShotDetector undecided = ZeroShotDetector.of(
                    encoder, options.toBuilder().presenceThreshold(0).build());
            byImage.forEach((size, answers) -> {
                EmbeddedImage image = byDefault.embed(ScanGoldens.picture(size.get(0), size.get(1)));
                Prompt[] prompts =
                        answers.stream().map(a -> Prompt.of(a.prompt())).toArray(Prompt[]::new);
                List<Localization> decided = byDefault.localize(image, List.of(prompts));
                List<Localization> all = undecided.localize(image, List.of(prompts));
                for (int i = 0; i < answers.size(); i++) {
                    check(answers.get(i), decided.get(i), all.get(i));
                }
            });
        }
    }

    private static void check(ScanGoldens.Answer golden, Localization decided, Localization all) {
        String name = golden.toString();
        assertThat(decided.presence().evidence())
                .as("evidence of %s", name)
                .isCloseTo(golden.evidence(), within(TOLERANCE));
        assertThat(decided.presence().probability())
                .as("probability of %s", name)
                .isCloseTo(golden.probability(), within(TOLERANCE));
        assertThat(decided.map().toArray())
                .as("map of %s", name)
                .containsExactly(
                        golden.map().stream().mapToDouble(Double::doubleValue).toArray(), within(TOLERANCE));
        golden.boxes().ifPresent(boxes -> {
            checkBoxes("all boxes of " + name, all.detections(), boxes);
            boolean present = golden.probability() >= DetectorOptions.DEFAULT_PRESENCE_THRESHOLD;
            assertThat(decided.presence().present()).as("presence of %s", name).isEqualTo(present);
            checkBoxes(
                    "boxes of " + name,
                    decided.detections(),
                    boxes.stream()
                            .filter(b -> present && b.score() >= DetectorOptions.DEFAULT_PRESENCE_THRESHOLD)
                            .toList());
        });
    }

    private static void checkBoxes(String name, List<Detection> found, List<ScanGoldens.Scored> expected) {
        assertThat(found.stream().map(Detection::box))
                .as(name)
                .containsExactlyElementsOf(
                        expected.stream().map(ScanGoldens.Scored::box).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).score()).as(name).isCloseTo(expected.get(i).score(), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.zeroshot4j.tiny.ScanGoldens#grids")
    void grid_byDefault_isTheTwins(ScanGoldens.Grid golden) {
        int patchPx = PatchGrid.automaticPatchPx(golden.width(), golden.height());
        assertThat(patchPx).isEqualTo(golden.patch());
        PatchGrid grid = new PatchGrid(golden.width(), golden.height(), patchPx, PatchGrid.Coverage.COVER);
        assertThat(DetectorOptions.DEFAULT_WINDOW_PATCHES).containsExactly(2, 4);
        assertThat(new WindowScanner(grid, 2, 1).windows()).hasSize(golden.windows2());
        assertThat(new WindowScanner(grid, 4, 1).windows()).hasSize(golden.windows4());
    }
}
