package io.github.zeroshot4j.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
    /** The two run different releases of ONNX Runtime on batches of different sizes, and the golden's map has five places. */
    private static final double TOLERANCE = 1e-4;
    /** Of an edge, which is rounded. */
    private static final int PIXELS = 1;

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
        assertThat(byImage).hasSize(3);
        try (OnnxEncoder encoder = TinyClip.open()) {
            DetectorOptions options = DetectorOptions.defaults();
            ZeroShotDetector byDefault = ZeroShotDetector.of(encoder, options);
            ZeroShotDetector undecided = ZeroShotDetector.of(
                    encoder, options.toBuilder().presenceThreshold(0).build());
            byImage.forEach((size, answers) -> {
                // Not embedded beforehand: only what is there in pixels can be looked at again.
                RgbImage image = ScanGoldens.picture(size.get(0), size.get(1));
                List<Prompt> prompts =
                        answers.stream().map(a -> Prompt.of(a.prompt())).toList();
                List<Localization> decided = byDefault.localize(image, prompts);
                List<Localization> all = undecided.localize(image, prompts);
                for (int i = 0; i < answers.size(); i++) {
                    check(answers.get(i), decided.get(i), all.get(i));
                }
            });
        }
    }

    private static void check(ScanGoldens.Answer golden, Localization decided, Localization undecided) {
        String name = golden.toString();
        golden.numbers().ifPresent(numbers -> {
            assertThat(decided.presence().evidence())
                    .as("evidence of %s", name)
                    .isCloseTo(numbers.evidence(), within(TOLERANCE));
            assertThat(decided.presence().probability())
                    .as("probability of %s", name)
                    .isCloseTo(numbers.probability(), within(TOLERANCE));
            assertThat(decided.map().toArray())
                    .as("map of %s", name)
                    .containsExactly(
                            numbers.map().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .toArray(),
                            within(TOLERANCE));
        });
        golden.boxes().ifPresent(boxes -> {
            checkBoxes("boxes of " + name, decided.detections(), boxes);
            assertThat(decided.presence().present()).as("presence of %s", name).isEqualTo(!boxes.isEmpty());
        });
        golden.undecided().ifPresent(boxes -> checkBoxes("undecided boxes of " + name, undecided.detections(), boxes));
    }

    private static void checkBoxes(String name, List<Detection> found, List<ScanGoldens.Scored> expected) {
        assertThat(found).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            Box box = expected.get(i).box();
            Box actual = found.get(i).box();
            assertThat(List.of(actual.xMin(), actual.yMin(), actual.xMax(), actual.yMax()))
                    .as(name)
                    .usingElementComparator((a, b) -> Math.abs(a - b) <= PIXELS ? 0 : a - b)
                    .containsExactly(box.xMin(), box.yMin(), box.xMax(), box.yMax());
            assertThat(found.get(i).score()).as(name).isCloseTo(expected.get(i).score(), within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.zeroshot4j.tiny.ScanGoldens#grids")
    void grid_byDefault_isTheTwins(ScanGoldens.Grid golden) {
        RgbImage image = RgbImage.of(golden.width(), golden.height(), new byte[3 * golden.width() * golden.height()]);
        DetectorOptions defaults = DetectorOptions.defaults();
        List<Integer> windows = new ArrayList<>();
        for (double share : defaults.windowShares()) {
            DetectorOptions one = defaults.toBuilder().windowShares(share).build();
            EmbeddedImage embedded = ZeroShotDetector.of(new FakeEncoder(), one).embed(image);
            assertThat(embedded.grid().patchPx()).isEqualTo(golden.patch());
            windows.add(embedded.windowCount());
        }
        assertThat(windows).isEqualTo(golden.windows());
        assertThat(ZeroShotDetector.of(new FakeEncoder()).embed(image).windowCount())
                .isEqualTo(golden.all());
    }
}
