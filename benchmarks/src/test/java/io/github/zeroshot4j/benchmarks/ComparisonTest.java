package io.github.zeroshot4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.tiny.TinyClip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
    private static final String SMALL = "2048x1792"; // 3 x 2 windows

    @TempDir
    Path temp;

    /** All of the Java side, once: what a directory without int8 and a run without Python leave out is said, not made up. */
    @Test
    void run_modelWithFp32Alone_measuresItAndSaysWhatWasNotRun() throws Exception {
        Path model = tinyModel();
        Comparison.run(
                model.toString(),
                "--rounds",
                "2",
                "--image",
                SMALL,
                "--callers",
                "3",
                "--out",
                temp.resolve("results").toString());
        String report;
        try (Stream<Path> files = Files.list(temp.resolve("results"))) {
            report = Files.readString(files.findFirst().orElseThrow());
        }
        List<String> lines = report.lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.matches("\\| detect fp32 / bare encoder \\| <= 1.05 \\| \\d+\\.\\d{3} .*"));
        assertThat(lines)
                .anyMatch(line -> line.matches("\\| 3 callers / 1 caller, throughput, fp32 .* \\d+\\.\\d{3} .*"));
        assertThat(report)
                .contains("| article's loop / detect fp32, 1 prompt | >= 10.5 | not run | | |")
                .contains("| detect int8 / bare encoder int8 | <= 1.05 | not run | | |")
                .contains("Python: not run", "2 rounds", SMALL, "# Machine: ", "# JVM: ", "\"detect fp32 64\": [")
                .contains("| bytes allocated per window in the loop, no-op encoder | <= 0 |")
                .contains("fast against exact resampling, fp32: correlation of two maps at least ");
    }

    @Test
    void row_ratios_medianRangeAndVerdict() {
        assertThat(Timings.row("a / b", "<= 1.05", new double[] {1.2, 1.0, 1.05}))
                .isEqualTo("| a / b | <= 1.05 | 1.050 | 1.000 to 1.200 | yes |");
        assertThat(Timings.row("a / b", "<= 1.05", new double[] {1.0, 1.2}))
                .isEqualTo("| a / b | <= 1.05 | 1.100 | 1.000 to 1.200 | NO |");
        assertThat(Timings.row("a / b", ">= 80", new double[] {79})).endsWith("| NO |");
        assertThat(Timings.row("a / b", ">= 80", new double[] {80})).endsWith("| yes |");
    }

    /** A ratio is that of two times of one round, not of two medians. */
    @Test
    void timings_rounds_ratioOfEach() {
        Timings timings = new Timings();
        for (double ms : new double[] {10, 30}) {
            timings.add("slow", ms);
            timings.add("fast", ms / 10);
        }
        assertThat(timings.ratios("slow", 8, "fast")).containsExactly(80, 80);
        assertThat(timings.ratios("slow", 1, "absent")).isEmpty();
        assertThat(timings.table(Map.of("slow", 4))).contains("| slow | 20.0 | 10.0 to 30.0 | 5.00 |");
        assertThat(timings.json()).isEqualTo("{\n  \"slow\": [10.0, 30.0],\n  \"fast\": [1.0, 3.0]\n}");
    }

    /** 0.5: covariance 1, variances 2 and 2. */
    @Test
    void correlation_byHand() {
        assertThat(Timings.correlation(new double[] {1, 2, 3}, new double[] {5, 7, 6}))
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void options_badOnes_areRefusedWithTheRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(ComparisonOptions::of)
                .withMessageStartingWith("usage: benchmarks/compare MODEL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComparisonOptions.of("m", "--rounds", "0"))
                .withMessage("--rounds (0) must be a positive number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComparisonOptions.of("m", "--speed", "9"))
                .withMessageStartingWith("option (--speed) is unknown");
        assertThat(ComparisonOptions.of("m", "--python", "python3").python()).contains("python3");
    }

    private Path tinyModel() throws IOException {
        Path model = temp.resolve("tiny");
        Files.createDirectories(model.resolve("onnx"));
        for (String file : List.of(
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "zeroshot4j.json",
                "onnx/vision_model.onnx",
                "onnx/text_model.onnx")) {
            try (InputStream in = TinyClip.class.getResourceAsStream("model/" + file)) {
                assertThat(in).as(file).isNotNull();
                Files.copy(in, model.resolve(file));
            }
        }
        return model;
    }
}
