package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DetectCommandTest {
    @TempDir
    private Path folder;

    private String image = "";

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
    }

    // ---- results

    @Test
    void detect_whatIsThere_boxAndCode0() {
        ToolRun run = ToolRun.of("detect", image, "red", "--json", "-").hasCode(Zeroshot.FOUND);

        JsonNode detections = run.json().get(0).get("detections");
        assertThat(detections).hasSize(1);
        Box found = ToolRun.box(detections.get(0));
        assertThat(found.intersectionOverSmaller(ToolRun.SQUARE))
                .as("%s", found)
                .isEqualTo(1);
        assertThat(detections.get(0).get("score").doubleValue()).isBetween(0.9, 1.0);
    }

    @Test
    void detect_fastResampling_sameObject() {
        ToolRun run = ToolRun.of("detect", image, "red", "--resampling", "fast", "--json", "-")
                .hasCode(Zeroshot.FOUND);

        Box found = ToolRun.box(run.json().get(0).get("detections").get(0));
        assertThat(found.intersectionOverSmaller(ToolRun.SQUARE))
                .as("%s", found)
                .isEqualTo(1);
    }

    @Test
    void detect_boxesOfTheMap_whatOptionsOfThatModeGive() throws IOException {
        ToolRun run = ToolRun.of("detect", image, "red", "--boxes", "components", "--json", "-")
                .hasCode(Zeroshot.FOUND);

        Box found = ToolRun.box(run.json().get(0).get("detections").get(0));
        DetectorOptions regions = DetectorOptions.defaults().toBuilder()
                .boxMode(BoxMode.COMPONENTS)
                .build();
        try (FakeEncoder encoder = new FakeEncoder()) {
            assertThat(ZeroShotDetector.of(encoder, regions).detect(ImageFiles.read(Path.of(image)), "red"))
                    .extracting(Detection::box)
                    .containsExactly(found);
        }
    }

    @Test
    void detect_whatIsNotThere_nothingAndCode1() {
        ToolRun run = ToolRun.of("detect", image, "blue", "--json", "-").hasCode(Zeroshot.NOTHING_FOUND);

        assertThat(run.json().get(0).get("detections")).isEmpty();
    }

    @Test
    void json_shape_isPinned() {
        JsonNode result =
                ToolRun.of("detect", image, "blue", "red", "--json", "-").json();

        assertThat(result.isArray()).isTrue();
        assertThat(names(result.get(0))).containsExactly("image", "width", "height", "detections");
        assertThat(result.get(0).get("image").textValue()).isEqualTo(image);
        assertThat(result.get(0).get("width").intValue()).isEqualTo(140);
        assertThat(result.get(0).get("height").intValue()).isEqualTo(140);
        JsonNode detection = result.get(0).get("detections").get(0);
        assertThat(names(detection)).containsExactly("label", "score", "box");
        assertThat(detection.get("label").textValue()).isEqualTo("red");
        assertThat(detection.get("score").isDouble()).isTrue();
        assertThat(names(detection.get("box"))).containsExactly("xmin", "ymin", "xmax", "ymax");
        assertThat(detection.get("box")).allMatch(JsonNode::isInt);
    }

    static List<String> names(JsonNode node) {
        return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    @Test
    void json_noImageReadable_emptyArray() {
        ToolRun run = ToolRun.of("detect", folder.resolve("no.png").toString(), "red", "--json", "-");

        assertThat(run.hasCode(Zeroshot.SOME_FAILED).json()).isEmpty();
        assertThat(run.out()).isEqualTo("[]\n");
    }

    @Test
    void jsonLines_severalImages_onePerLine() throws IOException {
        String other = ToolRun.redSquare(folder.resolve("ü.png")).toString();
        Path file = folder.resolve("found.jsonl");

        ToolRun.of("detect", image, "red", "--image", other, "--jsonl", file.toString())
                .hasCode(0);

        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertThat(lines).hasSize(2);
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(lines.get(0)).get("image").textValue()).isEqualTo(image);
        assertThat(mapper.readTree(lines.get(1)).get("image").textValue()).isEqualTo(other);
    }

    @Test
    void json_toFile_sameAsToStandardOutputAndTableStays() throws IOException {
        Path file = folder.resolve("found.json");

        ToolRun run = ToolRun.of("detect", image, "red", "--json", file.toString());

        assertThat(run.out()).startsWith("IMAGE").contains("red");
        assertThat(Files.readString(file))
                .isEqualTo(ToolRun.of("detect", image, "red", "--json", "-").out());
        assertThat(filesIn(folder)).containsExactly("found.json", "square.png");
    }

    @Test
    void table_foundAndNot_oneRowEach() {
        List<String> lines =
                ToolRun.of("detect", image, "red", "blue").out().lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("IMAGE +LABEL +SCORE +XMIN +YMIN +XMAX +YMAX");
        assertThat(lines.get(1)).matches("\\S*square.png +red +[01]\\.\\d{3}( +\\d+){4}");
        assertThat(lines.get(2)).matches("\\S*square.png +blue +not found");
    }

    @Test
    void quiet_found_printsNothing() {
        ToolRun run = ToolRun.of("detect", image, "red", "zebra", "--quiet").hasCode(0);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void remarks_modelAndUnknownWords_onStandardErrorOnce() throws IOException {
        ToolRun.redSquare(folder.resolve("b.png"));

        ToolRun run = ToolRun.of("detect", folder.toString(), "red", "zebra");

        assertThat(run.err().lines())
                .containsExactly(
                        "zeroshot: " + ToolRun.NOTE, "zeroshot: warning: fake knows colours only, not \"zebra\"");
    }

    @Test
    void progress_onTerminal_barForTheImage() {
        assertThat(ToolRun.onTerminal("detect", image, "red").err())
                .contains("square.png")
                .contains("100%");
        assertThat(ToolRun.onTerminal("detect", image, "red", "-q").err()).isEmpty();
        assertThat(ToolRun.of("detect", image, "red").err()).doesNotContain("%");
    }

    // ---- pictures

    @Test
    void out_boxesAndMaps_predictableNames() throws IOException {
        Path out = folder.resolve("a/b");

        ToolRun run = ToolRun.of("detect", image, "red", "A  Blue, thing!", "--out", out.toString());

        assertThat(filesIn(out))
                .containsExactly("square.boxes.png", "square.map.a-blue-thing.png", "square.map.red.png");
        assertThat(run.err()).contains("3 pictures in " + out);
        RgbImage boxes = ImageFiles.read(out.resolve("square.boxes.png"));
        assertThat(boxes.width()).isEqualTo(140);
        assertThat(boxes.toPacked())
                .contains(0xF0E442)
                .isNotEqualTo(ImageFiles.read(Path.of(image)).toPacked());
        // Dark where nothing is: at most 0.6 of the colours of low scores over 0.4 of gray.
        assertThat(reddest(out.resolve("square.map.a-blue-thing.png"))).isLessThan(100);
        assertThat(reddest(out.resolve("square.map.red.png"))).isGreaterThan(180);
    }

    /** Returns the highest red of a map of 140 x 140 pixels, without the legend below it. */
    private static int reddest(Path picture) throws IOException {
        return IntStream.of(
                        ImageFiles.read(picture).crop(new Box(0, 0, 140, 140)).toPacked())
                .map(rgb -> rgb >> 16)
                .max()
                .orElseThrow();
    }

    @Test
    void out_article_alsoTheBrightnessPicture() throws IOException {
        Path out = folder.resolve("out");

        ToolRun.of("detect", image, "red", "--out", out.toString(), "--preset", "article", "--patch", "10")
                .hasCode(0);

        assertThat(filesIn(out)).containsExactly("square.boxes.png", "square.brightness.red.png", "square.map.red.png");
        RgbImage brightness = ImageFiles.read(out.resolve("square.brightness.red.png"));
        assertThat(brightness.rgb(139, 139)).isZero();
        // The highest patch has score 1 and keeps its colour.
        assertThat(reddest(out.resolve("square.brightness.red.png"))).isEqualTo(0xFF);
    }

    @Test
    void out_sameNameInTwoFolders_bothKept() throws IOException {
        String second = ToolRun.redSquare(
                        Files.createDirectory(folder.resolve("x")).resolve("Square.jpg"))
                .toString();
        Path out = folder.resolve("out");

        ToolRun.of("detect", image, "red", "--image", second, "--out", out.toString())
                .hasCode(0);

        assertThat(filesIn(out))
                .containsExactly(
                        "Square-2.boxes.png", "Square-2.map.red.png", "square.boxes.png", "square.map.red.png");
    }

    @Test
    void out_folderOfTheInputs_noInputOverwritten() throws IOException {
        Path taken = ToolRun.redSquare(folder.resolve("square.boxes.png"));
        byte[] before = Files.readAllBytes(taken);

        ToolRun.of("detect", image, "red", "--image", taken.toString(), "--out", folder.toString())
                .hasCode(0);

        assertThat(Files.readAllBytes(taken)).isEqualTo(before);
        assertThat(filesIn(folder)).contains("square-2.boxes.png", "square.boxes.boxes.png");
    }

    @Test
    void out_promptsWithOneSlug_toldApart() throws IOException {
        Path out = folder.resolve("out");

        ToolRun.of("detect", image, "red", "RED!", "...", "!!!", "--out", out.toString());

        assertThat(filesIn(out))
                .containsExactly(
                        "square.boxes.png",
                        "square.map.prompt-2.png",
                        "square.map.prompt.png",
                        "square.map.red-2.png",
                        "square.map.red.png");
    }

    // ---- options

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--patch -1         | --patch (-1) must be positive",
                "--window 0         | --window (0) must be positive",
                "--window a         | Invalid value for option '--window'",
                "--window 3 --stride 4 | --stride (4) must be at most --window (3)",
                "--window 2 --stride 0 | --stride (0) must be positive",
                "--max-calls 0      | --max-calls (0) must be positive",
                "--stride 2         | --stride (2) must be used with --window",
                "--threshold 1.5    | --threshold (1.5) must be in [0, 1]",
                "--threshold NaN    | --threshold (NaN) must be in [0, 1]",
                "--threshold -1 --preset article | --threshold (-1.0) must be in [0, 1]",
                "--preset best      | expected one of [DEFAULT, ARTICLE]",
                "--resampling slow  | expected one of [EXACT, FAST]",
                "--boxes round      | expected one of [FITTED, COMPONENTS, SINGLE]",
                "--device tpu       | Invalid value for option '--device'",
                "--model nowhere    | modelDirectory (nowhere) must be a directory with a model",
                "--json             | Missing required parameter for option '--json'",
                "--json pom.xml/f | --json pom.xml/f: cannot be written",
                "--json . | --json .: a folder, not a file",
                "--json - --jsonl /dev/stdout | --json and --jsonl (/dev/stdout) must go to different files",
                "--json - --jsonl - | --json and --jsonl (-) must go to different files",
                "--out pom.xml      | --out pom.xml: the folder cannot be made",
                "--out pom.xml/x    | --out pom.xml/x: the folder cannot be made",
                "--colour red       | Unknown option",
                "red                | prompt \"red\" is given twice",
                "pom.xml            | prompt \"pom.xml\" is the name of a file; only the first argument is an image"
            })
    void badUse_anything_code2OneErrorAndTheWayToHelp(String options, String message) throws IOException {
        String[] arguments = Stream.concat(Stream.of("detect", image, "red"), Stream.of(options.split(" +", -1)))
                .toArray(String[]::new);

        ToolRun run = ToolRun.of(arguments).hasCode(Zeroshot.BAD_USE);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("zeroshot: ").contains(message);
        assertThat(run.err().lines()).last().isEqualTo("zeroshot: see zeroshot detect --help");
        assertThat(filesIn(folder)).containsExactly("square.png");
    }

    @Test
    void badUse_missingArguments_code2() {
        assertThat(ToolRun.of().hasCode(Zeroshot.BAD_USE).err()).contains("Usage: zeroshot");
        assertThat(ToolRun.of("detect").hasCode(Zeroshot.BAD_USE).err()).contains("'IMAGE'");
        assertThat(ToolRun.of("detect", image).hasCode(Zeroshot.BAD_USE).err()).contains("'PROMPT'");
        assertThat(ToolRun.of("detect", image, " ").hasCode(Zeroshot.BAD_USE).err())
                .contains("prompt: text ( ) must not be blank");
        assertThat(ToolRun.of("find", image, "red").hasCode(Zeroshot.BAD_USE).err())
                .contains("find");
    }

    @Test
    void threshold_default_isThePresenceThreshold() {
        // Where all is red, blue is as far from the picture as the six negatives are: its probability is 1/7.
        ToolRun.of("detect", image, "blue", "--threshold", "0.15").hasCode(Zeroshot.NOTHING_FOUND);
        ToolRun.of("detect", image, "blue", "--threshold", "0.14").hasCode(Zeroshot.FOUND);
    }

    @Test
    void article_absentPrompt_stillCode0WithTheArticlesOneBox() {
        ToolRun run = ToolRun.of(
                "detect", image, "red", "--preset", "article", "--patch", "10", "--window", "4", "--json", "-");

        assertThat(run.hasCode(0).json().get(0).get("detections")).hasSize(1);
    }

    @Test
    void article_imageTooSmall_namedAndCode3() {
        ToolRun run = ToolRun.of("detect", image, "red", "--preset", "article").hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.err())
                .contains("square.png: --window (6) must fit", "the largest --patch that fits is 23, not 256");
    }

    @Test
    void prompts_thatLookLikeOptionsOrFiles_areTakenLiterally() {
        ToolRun.of("detect", image, "--", "-red", "@red").hasCode(0);
        assertThat(ToolRun.of("detect", image, "@red", "--json", "-")
                        .json()
                        .get(0)
                        .get("detections"))
                .hasSize(1);
    }

    static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
