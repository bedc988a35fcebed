package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code zeroshot search}: what is found across images, in which order, and what happens to files that cannot be asked. */
final class SearchCommandTest {
    @TempDir
    private Path folder;

    private Path photos = Path.of("");

    @BeforeEach
    void index() throws IOException {
        photos = Files.createDirectory(folder.resolve("photos"));
        // Half a window of red scores less than a whole one.
        draw("big.png", new Box(20, 20, 60, 60));
        draw("twin.png", new Box(20, 20, 60, 60));
        draw("thin.png", new Box(60, 20, 65, 120));
        draw("two.png", new Box(10, 10, 50, 50), new Box(90, 80, 130, 120));
        draw("none.png");
        ToolRun.of("index", photos.toString()).hasCode(0);
    }

    private void draw(String name, Box... red) throws IOException {
        RgbImage image = RgbImage.filled(140, 140, 0x808080);
        for (Box box : red) {
            image = image.fill(box, 0xFF0000);
        }
        Pictures.write(image, photos.resolve(name));
    }

    private ToolRun search(String... arguments) {
        return ToolRun.of(Stream.concat(Stream.of("search", photos.toString()), Arrays.stream(arguments))
                .toArray(String[]::new));
    }

    private static List<String> images(JsonNode hits) {
        List<String> images = new ArrayList<>();
        hits.forEach(hit -> images.add(hit.get("image").textValue()));
        return images;
    }

    // ---- results

    @Test
    void search_acrossImages_bestFirstTiesByNameThenRowByRow() {
        JsonNode hits = search("red", "--json", "-").hasCode(0).json();

        // To the model of colours a part of a square is as red as the whole: a square may come in two boxes.
        assertThat(images(hits)).startsWith("big.png").containsSubsequence("big.png", "twin.png", "two.png", "two.png");
        List<Double> scores = new ArrayList<>();
        hits.forEach(hit -> scores.add(hit.get("score").doubleValue()));
        assertThat(scores).isSortedAccordingTo(Comparator.reverseOrder());
        List<JsonNode> tied = new ArrayList<>();
        hits.forEach(hit -> {
            if (hit.get("score").doubleValue() == scores.get(0)) {
                tied.add(hit);
            }
        });
        assertThat(tied)
                .extracting(hit -> hit.get("image").textValue())
                .as("a tie of three images, one with two boxes at least")
                .contains("big.png", "twin.png", "two.png")
                .isSorted();
        assertThat(tied.stream()
                        .filter(hit -> hit.get("image").textValue().equals("two.png"))
                        .map(hit -> ToolRun.box(hit).yMin())
                        .toList())
                .hasSizeGreaterThanOrEqualTo(2)
                .isSorted();
    }

    @Test
    void search_oneImage_whatTheDetectorSaysOfItsWindows() throws IOException {
        List<JsonNode> found = new ArrayList<>();
        search("red", "--json", "-", "--top", "100").json().forEach(hit -> {
            if (hit.get("image").textValue().equals("two.png")) {
                found.add(hit);
            }
        });
        // Not what the command detect says: what is not opened cannot be looked at again.
        List<Detection> detections;
        try (FakeEncoder encoder = new FakeEncoder()) {
            ZeroShotDetector detector = ZeroShotDetector.of(encoder);
            EmbeddedImage embedded = detector.embed(ImageFiles.read(photos.resolve("two.png")));
            detections = detector.detect(embedded, Prompt.all("red"));
        }

        assertThat(found).hasSize(2).hasSameSizeAs(detections);
        for (int i = 0; i < 2; i++) {
            assertThat(found.get(i).get("score").doubleValue())
                    .isEqualTo(detections.get(i).score());
            assertThat(ToolRun.box(found.get(i))).isEqualTo(detections.get(i).box());
        }
    }

    @Test
    void json_shape_isPinned() {
        JsonNode hit = search("red", "--json", "-").json().get(0);

        assertThat(names(hit)).containsExactly("image", "width", "height", "label", "score", "box");
        assertThat(hit.get("width").intValue()).isEqualTo(140);
        assertThat(hit.get("label").textValue()).isEqualTo("red");
        assertThat(names(hit.get("box"))).containsExactly("xmin", "ymin", "xmax", "ymax");
    }

    @Test
    void search_nothingThere_emptyArrayTableAndCode1() {
        assertThat(search("blue", "--json", "-").hasCode(Zeroshot.NOTHING_FOUND).out())
                .isEqualTo("[]\n");
        List<String> lines = search("blue", "red", "--top", "1").out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("IMAGE +LABEL +SCORE +XMIN +YMIN +XMAX +YMAX");
        assertThat(lines.get(1)).matches("- +blue +not found");
        assertThat(lines.get(2)).matches("big.png +red +[01]\\.\\d{3}( +\\d+){4}");
    }

    @Test
    void search_top_theBestOfEachPromptWhateverElseIsAsked() throws IOException {
        Pictures.write(RgbImage.filled(60, 60, Colour.GREEN.rgb()), photos.resolve("green.png"));
        ToolRun.of("index", photos.toString()).hasCode(0);
        List<String> alone =
                search("red", "--top", "3", "--jsonl", "-").out().lines().toList();
        List<String> together = search("green", "red", "--top", "3", "--jsonl", "-")
                .out()
                .lines()
                .toList();

        assertThat(alone).hasSize(3);
        assertThat(together).hasSize(4).endsWith(alone.toArray(String[]::new));
        assertThat(search("red", "--top", "100", "--jsonl", "-").out().lines())
                .hasSizeGreaterThan(3)
                .startsWith(alone.toArray(String[]::new));
    }

    @Test
    void search_threshold_isThePresenceThreshold() {
        // Where all is red, blue is as far from the picture as the six negatives are: its probability is 1/7.
        search("blue", "--threshold", "0.15").hasCode(Zeroshot.NOTHING_FOUND);
        search("blue", "--threshold", "0.14").hasCode(Zeroshot.FOUND);
    }

    @Test
    void search_quietAndRemarks() {
        assertThat(search("red", "zebra", "-q").hasCode(0).out()).isEmpty();
        assertThat(search("red", "zebra").err().lines())
                .containsExactly(
                        "zeroshot: " + ToolRun.NOTE, "zeroshot: warning: fake knows colours only, not \"zebra\"");
    }

    // ---- files that cannot be asked

    @Test
    void search_entriesOfAnotherModel_countedOnceAndOthersAsked() throws IOException {
        ImageIndex index = ImageIndex.inside(photos);
        EncoderSpec spec = EncoderSpec.builder("other", 32, 16).variant("int8").build();
        ZeroShotDetector other = ZeroShotDetector.of(new FakeEncoder(spec));
        for (String image : List.of("big.png", "none.png")) {
            ImageStamp stamp = ImageStamp.of(image, photos.resolve(image), DetectorOptions.defaults());
            index.put(other.embed(RgbImage.filled(140, 140, 0xFF0000)), stamp);
        }

        ToolRun run = search("red", "--jsonl", "-", "-q").hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.err())
                .isEqualTo(
                        "zeroshot: 2 images were embedded with another model, other (int8), not this one, fake (fp32):"
                                + " search with that --model, or embed again with this one: zeroshot index\n");
        assertThat(run.out()).contains("twin.png").doesNotContain("big.png");
        assertThat(ToolRun.of("index", photos.toString()).hasCode(0).out()).contains("2 embedded, 3 unchanged");
        search("red").hasCode(0);
    }

    @Test
    void search_entryWithoutStamp_namedAndOthersAsked() throws IOException {
        Path file = ImageIndex.inside(photos).file("big.png");
        ZeroShotDetector.of(new FakeEncoder())
                .embed(RgbImage.filled(50, 50, 0xFF0000))
                .withNote("my own")
                .save(file);

        ToolRun run = search("red").hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.err()).contains("zeroshot: " + file + ": not written by zeroshot index\n");
        assertThat(run.out()).contains("twin.png");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "red --top 0          | --top (0) must be positive",
                "red --top many       | Invalid value for option '--top'",
                "red --threshold 1.5  | --threshold (1.5) must be in [0, 1]",
                "red red              | prompt \"red\" is given twice",
                "red --json pom.xml/f | --json pom.xml/f: cannot be written",
                "--top 3              | Missing required parameter: 'PROMPT'",
                "red --model nowhere  | modelDirectory (nowhere) must be a directory with a model"
            })
    void badUse_anything_code2(String arguments, String message) {
        ToolRun run = search(arguments.split(" +", -1)).hasCode(Zeroshot.BAD_USE);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message).contains("see zeroshot search --help");
    }

    @Test
    void badUse_promptThatTheModelRefuses_toldOnce() {
        ToolRun run = search("<|endoftext|>", "red").hasCode(Zeroshot.BAD_USE);
        assertThat(run.err().lines()).hasSize(2).first().asString().startsWith("zeroshot: prompt: ");
    }

    @Test
    void badUse_noIndex_saysHowToMakeOne() {
        assertThat(ToolRun.of("search", folder.toString(), "red")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains(
                        folder + ": must be an index, or a folder with one inside; to make it: zeroshot index FOLDER");
        ToolRun.of("search", folder.resolve("no").toString(), "red").hasCode(Zeroshot.BAD_USE);
    }

    // ---- memory

    /** Sixty images of 1 MB of windows on the heap each, in a heap of 32 MB: none is kept. */
    @Test
    void search_moreThanFitsTheHeap_noneIsKept() throws Exception {
        Path images = folder.resolve("index");
        ImageIndex index = ImageIndex.at(images);
        DetectorOptions fine = DetectorOptions.defaults().toBuilder()
                .patchPx(1)
                .windowPatches(2, 3)
                .build();
        EncoderSpec spec =
                EncoderSpec.builder("fake", 32, 16).preferredBatch(64).build();
        try (FakeEncoder encoder = new FakeEncoder(spec)) {
            EmbeddedImage embedded = ZeroShotDetector.of(encoder, fine).embed(RgbImage.filled(126, 126, 0xFF0000));
            assertThat(embedded.windowCount()).isEqualTo(125 * 125 + 124 * 124); // 36 bytes each
            for (int i = 0; i < 60; i++) {
                index.put(embedded, new ImageStamp(i + ".png", 1, "", ""));
            }
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        images.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.contains(".png"))).hasSize(60);
    }

    /** What the small JVM runs. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            ToolRun run = ToolRun.of("search", args[0], "red", "--top", "100");
            System.out.println(run.out() + run.err());
            System.exit(run.exitCode());
        }
    }
}
