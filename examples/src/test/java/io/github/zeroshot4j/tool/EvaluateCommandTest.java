package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On four pictures of colours, which the tests' model knows: a red square, a blue one, both, and nothing on gray. */
final class EvaluateCommandTest {
    private static final Box LEFT = new Box(20, 40, 70, 90);
    private static final Box RIGHT = new Box(80, 50, 130, 100);
    private static final int RED = 0xFF0000;
    private static final int BLUE = 0x0000FF;

    /** The third picture is not asked for green: 3 + 3 + 2 + 3 pairs, of which 1 + 1 + 2 are present. */
    private static final String TRUTH = """
            {"images": [
              {"id": 1, "file_name": "red.png", "width": 140, "height": 140, "tags": ["one"]},
              {"id": 2, "file_name": "blue.png", "width": 140, "height": 140, "tags": ["one"]},
              {"id": 3, "file_name": "both.png", "width": 140, "height": 140, "asked": [1, 2], "tags": ["two"]},
              {"id": 4, "file_name": "none.png", "width": 140, "height": 140}],
             "annotations": [
              {"id": 1, "image_id": 1, "category_id": 1, "bbox": [20, 40, 50, 50], "iscrowd": 0},
              {"id": 2, "image_id": 2, "category_id": 2, "bbox": [80, 50, 50, 50], "iscrowd": 0},
              {"id": 3, "image_id": 3, "category_id": 1, "bbox": [20, 40, 50, 50], "iscrowd": 0},
              {"id": 4, "image_id": 3, "category_id": 2, "bbox": [80, 50, 50, 50], "iscrowd": 0}],
             "categories": [{"id": 1, "name": "red"}, {"id": 2, "name": "blue"}, {"id": 3, "name": "green"}]}
            """;

    /** To the tests' model a part of a square is as red as the whole: boxes around connected regions suit it. */
    private static final String COMPONENTS = "default=default:windowPatches=2+4,boxMode=components";

    @TempDir
    private Path folder;

    private Path truth = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        RgbImage gray = RgbImage.filled(140, 140, 0x808080);
        Pictures.write(gray.fill(LEFT, RED), folder.resolve("red.png"));
        Pictures.write(gray.fill(RIGHT, BLUE), folder.resolve("blue.png"));
        Pictures.write(gray.fill(LEFT, RED).fill(RIGHT, BLUE), folder.resolve("both.png"));
        Pictures.write(gray, folder.resolve("none.png"));
        truth = Files.writeString(folder.resolve("truth.json"), TRUTH);
    }

    /** Evaluates what is asked for, or {@link #COMPONENTS}. */
    private ToolRun evaluate(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("evaluate", "--annotations", truth.toString(), "--images", folder.toString()));
        arguments.addAll(Arrays.asList(more));
        if (!arguments.contains("--preset")) {
            arguments.addAll(List.of("--preset", COMPONENTS));
        }
        return ToolRun.of(arguments.toArray(String[]::new));
    }

    private static double figure(JsonNode preset, String key) {
        return preset.at("/figures/" + key + "/value").doubleValue();
    }

    // ---- figures

    @Test
    void evaluate_knownColours_knownFigures() {
        JsonNode document = evaluate("--json", "-").hasCode(0).json();

        assertThat(DetectCommandTest.names(document))
                .containsExactly(
                        "version",
                        "model",
                        "fingerprint",
                        "images",
                        "objects",
                        "pairs",
                        "bootstrap",
                        "presets",
                        "failed");
        assertThat(document.get("version").textValue()).startsWith("zeroshot4j ");
        assertThat(document.get("model").textValue()).isEqualTo("fake");
        assertThat(document.get("images").intValue()).isEqualTo(4);
        assertThat(document.get("objects").intValue()).isEqualTo(4);
        assertThat(document.get("pairs").toString()).isEqualTo("{\"asked\":11,\"present\":4,\"absent\":7}");
        JsonNode preset = document.get("presets").get(0);
        assertThat(figure(preset, "ap50")).isEqualTo(1);
        assertThat(figure(preset, "corloc")).isEqualTo(1);
        assertThat(figure(preset, "pointing")).isEqualTo(1);
        assertThat(figure(preset, "recall")).isEqualTo(1);
        assertThat(figure(preset, "precision")).isEqualTo(1);
        assertThat(figure(preset, "absentRate")).isZero();
        assertThat(figure(preset, "absentRateAlone")).isZero();
        assertThat(figure(preset, "presenceAuc")).isEqualTo(1);
        // Patches of 140/14 pixels: 13 x 13 windows of two and 11 x 11 of four.
        assertThat(figure(preset, "encoderCalls")).isEqualTo(13 * 13 + 11 * 11);
        assertThat(figure(preset, "milliseconds")).isPositive();
        assertThat(preset.at("/figures/recallOfSeveral/value").isNull()).isTrue();
        assertThat(preset.at("/figures/ap50/low").doubleValue()).isEqualTo(1);
        assertThat(preset.at("/categories/0").toString())
                .startsWith("{\"id\":1,\"name\":\"red\",\"prompt\":\"a red\",\"objects\":2,\"map\":")
                .endsWith("\"ap50\":1.0}");
        assertThat(preset.at("/categories/2/ap50").isNull()).isTrue();
    }

    @Test
    void evaluate_presetsSideBySide_eachItsOwn() {
        JsonNode document = evaluate(
                        "--preset", COMPONENTS,
                        "--preset", "article",
                        "--preset", "always=" + COMPONENTS.replace("default=", "") + ",presenceThreshold=0",
                        "--preset", "never=default:presenceThreshold=1,negatives=red|blue",
                        "--json", "-")
                .hasCode(0)
                .json();

        JsonNode presets = document.get("presets");
        assertThat(presets.findValuesAsText("title")).containsExactly("default", "article", "always", "never");
        // The article's patches are 140/16 = 8 pixels: 17 x 17, so 14 x 14 windows of four.
        assertThat(figure(presets.get(1), "encoderCalls")).isEqualTo(14 * 14);
        assertThat(figure(presets.get(1), "pointing")).isEqualTo(1);
        assertThat(figure(presets.get(2), "encoderCalls")).isEqualTo(290);
        assertThat(figure(presets.get(2), "absentRate")).isEqualTo(1);
        assertThat(figure(presets.get(2), "absentRateAlone")).isEqualTo(1);
        assertThat(figure(presets.get(2), "presenceAuc")).isEqualTo(1);
        assertThat(figure(presets.get(3), "recall")).isZero();
        assertThat(presets.get(3).at("/figures/precision/value").isNull()).isTrue();
        assertThat(presets.get(3).at("/options/negatives").toString()).isEqualTo("[\"red\",\"blue\"]");
        assertThat(presets.get(3).at("/options/presenceThreshold").doubleValue())
                .isCloseTo(1, within(0.0));
    }

    @Test
    void encoderCalls_default_windowsAndSecondLooks() {
        JsonNode document = evaluate("--preset", "default", "--preset", "never=default:looks=0", "--json", "-")
                .hasCode(0)
                .json();

        // 1 + 3 x 3 + 5 x 5 + 9 x 9 windows of 1, 0.6, 0.36 and 0.2 of the shorter side.
        assertThat(figure(document.at("/presets/1"), "encoderCalls")).isEqualTo(1 + 9 + 25 + 81);
        // The three pictures with colours are looked at again, 9 windows at a time.
        assertThat(figure(document.at("/presets/0"), "encoderCalls")).isGreaterThanOrEqualTo(116 + 3 / 4.0 * 9);
    }

    @Test
    void evaluate_again_sameButForTheTime() {
        String first = evaluate("--preset", "default", "--preset", "article").out();
        String second = evaluate("--preset", "default", "--preset", "article").out();

        assertThat(withoutTime(first)).isEqualTo(withoutTime(second));
    }

    private static List<String> withoutTime(String table) {
        return table.lines().filter(line -> !line.startsWith("| ms per image")).toList();
    }

    @Test
    void table_presets_areColumns() {
        List<String> lines = evaluate("--preset", COMPONENTS, "--preset", "no|bias=unbiased")
                .hasCode(0)
                .out()
                .lines()
                .toList();

        assertThat(lines.get(0)).isEqualTo("Model fake; 4 images, 4 objects; 11 pairs asked: 4 present, 7 absent.");
        assertThat(lines.subList(2, 5))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("| figure | default | no\\|bias |"),
                        line -> assertThat(line).isEqualTo("|---|---|---|"),
                        line -> assertThat(line).startsWith("| AP50 | 1.000 [1.000, 1.000] | "));
        assertThat(lines)
                .contains("| encoder calls per image | 290.0 | 196.0 |", "| recall, several of one class | - | - |");
    }

    @Test
    void byTag_tags_tablesOfTheirOwn() {
        String plain = evaluate().out();
        String tagged = evaluate("--by-tag").out();

        assertThat(plain).doesNotContain("**one**");
        assertThat(tagged)
                .contains("\n**one**: 2 images, 2 objects; 6 pairs asked: 2 present, 4 absent.\n")
                .contains("\n**two**: 1 images, 2 objects; 2 pairs asked: 2 present, 0 absent.\n");
        JsonNode tags = evaluate("--json", "-").json().at("/presets/0/tags");
        assertThat(tags.findValuesAsText("tag")).containsExactly("one", "two");
        assertThat(tags.at("/1/figures/absentRate/value").isNull()).isTrue();
        assertThat(tags.at("/0/figures/ap50/value").doubleValue()).isEqualTo(1);
    }

    @Test
    void limit_two_theFirstTwo() {
        JsonNode document = evaluate("--limit", "2", "--json", "-").hasCode(0).json();

        assertThat(document.get("images").intValue()).isEqualTo(2);
        assertThat(document.at("/pairs/asked").intValue()).isEqualTo(6);
    }

    @Test
    void objects_one_imagesWithOne() {
        JsonNode document = evaluate("--objects", "1", "--json", "-").hasCode(0).json();

        assertThat(document.get("images").intValue()).isEqualTo(2);
        assertThat(evaluate("--objects", "1", "--limit", "1", "--json", "-")
                        .hasCode(0)
                        .json()
                        .get("images")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void preset_occlusion_pointsAtWhatIsAlone() {
        JsonNode preset = evaluate("--objects", "1", "--preset", "occlusion", "--json", "-")
                .hasCode(0)
                .json()
                .at("/presets/0");

        assertThat(figure(preset, "pointing")).isEqualTo(1);
        assertThat(preset.at("/options/squarePatches").intValue()).isEqualTo(3);
    }

    @Test
    void evaluate_tinyModel_runs() {
        ToolRun run = ToolRun.in(
                Map.of(),
                "evaluate",
                "--annotations",
                truth.toString(),
                "--images",
                folder.toString(),
                "--limit",
                "1",
                "--preset",
                "default:patchPx=70,windowPatches=1,looks=0");

        assertThat(run.hasCode(0).out()).contains("| encoder calls per image | 4.0 |");
    }

    // ---- files

    @Test
    void results_onePreset_whatDetectFinds() throws IOException {
        Path file = folder.resolve("found.json");

        evaluate("--preset", "default", "--results", file.toString()).hasCode(0);

        JsonNode results = new ObjectMapper().readTree(file.toFile());
        assertThat(results).hasSizeGreaterThanOrEqualTo(4);
        JsonNode red = ToolRun.of("detect", folder.resolve("red.png").toString(), "a red", "--json", "-")
                .json()
                .at("/0/detections/0");
        Box box = ToolRun.box(red);
        assertThat(results.get(0).toString())
                .isEqualTo("{\"image_id\":1,\"category_id\":1,\"bbox\":[%.1f,%.1f,%.1f,%.1f],\"score\":%s}"
                        .formatted(
                                (double) box.xMin(),
                                (double) box.yMin(),
                                (double) box.width(),
                                (double) box.height(),
                                red.get("score")));
    }

    @Test
    void results_severalPresets_oneFileEach() throws IOException {
        Path file = Files.createFile(folder.resolve("no-folder"));
        evaluate(
                        "--preset", "default",
                        "--preset", "Low Boxes=default:boxThreshold=0.1",
                        "--results", file.resolve("found.json").toString())
                .hasCode(Zeroshot.BAD_USE);
        assertThat(found()).isEmpty();

        evaluate(
                        "--preset", "default",
                        "--preset", "Low Boxes=default:boxThreshold=0.1",
                        "--results", folder.resolve("found.json").toString())
                .hasCode(0);
        assertThat(found()).containsExactly("found.default.json", "found.low-boxes.json");
    }

    @Test
    void results_standardOutput_nothingElseThere() {
        assertThat(evaluate("--results", "-").hasCode(0).json()).hasSize(4);
        assertThat(evaluate("--results", "-", "--preset", "default", "--preset", "article")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--results (-) must be a file where there are several presets");
        assertThat(evaluate("--results", "-", "--json", "-")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--json and --results (-) must go to different files");
    }

    private List<String> found() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("found") || name.endsWith(".part"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"truth.json", "red.png", "found.json"})
    void results_overAnInputOrTheJson_refused(String name) throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("truth.json"));

        ToolRun run = evaluate(
                "--json",
                folder.resolve("found.json").toString(),
                "--results",
                folder.resolve(name).toString());

        assertThat(run.hasCode(Zeroshot.BAD_USE).err()).contains("--results", name);
        assertThat(found()).isEmpty();
        assertThat(Files.readAllBytes(folder.resolve("truth.json"))).isEqualTo(before);
    }

    // ---- failures

    @Test
    void images_oneMissingOneOfAnotherSize_theRestEvaluated() throws IOException {
        Files.delete(folder.resolve("red.png"));
        Pictures.write(RgbImage.filled(100, 140, 0), folder.resolve("blue.png"));

        ToolRun run = evaluate("--json", "-").hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.json().get("images").intValue()).isEqualTo(2);
        assertThat(run.json().get("failed").toString()).isEqualTo("[\"red.png\",\"blue.png\"]");
        assertThat(run.json().at("/presets/0/figures/ap50/value").doubleValue()).isEqualTo(1);
        assertThat(run.err().lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("zeroshot: " + folder.resolve("red.png") + ": "),
                        line -> assertThat(line)
                                .isEqualTo("zeroshot: " + folder.resolve("blue.png")
                                        + ": must have 140 x 140 pixels, as the"
                                        + " annotations say, found 100 x 140"));
    }

    @Test
    void images_presetDoesNotFitOne_itCountsForNone() throws IOException {
        Pictures.write(RgbImage.filled(40, 40, 0x808080), folder.resolve("none.png"));
        Files.writeString(
                truth,
                TRUTH.replace(
                        "none.png\", \"width\": 140, \"height\": 140", "none.png\", \"width\": 40, \"height\": 40"));

        ToolRun run = evaluate("--preset", "default", "--preset", "big=article:patchPx=30", "--json", "-")
                .hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.json().get("images").intValue()).isEqualTo(3);
        assertThat(run.json().get("failed").toString()).isEqualTo("[\"none.png\"]");
        assertThat(run.err()).contains(folder.resolve("none.png") + ": preset big: windowPatches (4) must fit");
    }

    @Test
    void images_noneReadable_noReport() throws IOException {
        Path file = folder.resolve("found.json");
        for (String name : List.of("red.png", "blue.png", "both.png", "none.png")) {
            Files.writeString(folder.resolve(name), "not a picture");
        }

        ToolRun run = evaluate("--json", file.toString()).hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).endsWith("zeroshot: no image could be evaluated\n");
        assertThat(found()).isEmpty();
    }

    @Test
    void use_bad_code2AndWhy() throws IOException {
        assertThat(ToolRun.of("evaluate").hasCode(Zeroshot.BAD_USE).err()).contains("--annotations");
        assertThat(evaluate("--preset", "best").hasCode(Zeroshot.BAD_USE).err())
                .contains(
                        "zeroshot: --preset best: preset (best) must be one of default, article, unbiased, occlusion");
        assertThat(evaluate("--limit", "0").hasCode(Zeroshot.BAD_USE).err()).contains("--limit (0) must be at least 1");
        assertThat(evaluate("--objects", "7").hasCode(Zeroshot.BAD_USE).err())
                .contains("--objects (7) must be the number of objects of some image, none has so many");
        assertThat(ToolRun.of("evaluate", "--annotations", "no.json", "--images", folder.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--annotations no.json: cannot be read (no such file or folder)");
        assertThat(ToolRun.of("evaluate", "--annotations", truth.toString(), "--images", truth.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--images (" + truth + ") must be a folder");
        Files.writeString(truth, TRUTH.replace("\"bbox\": [20, 40, 50, 50]", "\"bbox\": [20, 40, 500, 50]"));
        assertThat(evaluate().hasCode(Zeroshot.BAD_USE).err())
                .contains("--annotations " + truth + ": annotations[0].bbox ([20,40,500,50]) must be inside its image");
    }

    @Test
    void quiet_table_isPrintedAlone() {
        ToolRun run = evaluate("--quiet").hasCode(0);

        assertThat(withoutTime(run.out())).isEqualTo(withoutTime(evaluate().out()));
        assertThat(run.out()).startsWith("Model fake; 4 images").contains("| AP50 | ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void quiet_tinyModel_itsNoteIsNotPrinted() {
        String[] arguments = {
            "evaluate",
            "--annotations",
            truth.toString(),
            "--images",
            folder.toString(),
            "--limit",
            "1",
            "--preset",
            "default:windowShares=1"
        };
        String[] quiet =
                Stream.concat(Stream.of(arguments), Stream.of("--quiet")).toArray(String[]::new);

        assertThat(ToolRun.in(Map.of(), arguments).hasCode(0).err()).contains(Models.TINY_MODEL_NOTE);
        assertThat(ToolRun.in(Map.of(), quiet).hasCode(0).err()).isEmpty();
    }
}
