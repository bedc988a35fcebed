package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.filesIn;
import static io.github.zeroshot4j.tool.DetectCommandTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code localize}, {@code occlude} and {@code classify}. */
final class OtherCommandsTest {
    @TempDir
    private Path folder;

    private String image = "";

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
    }

    // ---- localize

    @Test
    void localize_json_shapeIsPinned() {
        JsonNode result = ToolRun.of("localize", image, "red", "zebra", "--json", "-")
                .hasCode(0)
                .json()
                .get(0);

        assertThat(names(result)).containsExactly("image", "width", "height", "detections", "prompts");
        assertThat(result.get("detections")).hasSize(1);
        JsonNode red = result.get("prompts").get(0);
        assertThat(names(red)).containsExactly("prompt", "presence", "peak", "map", "notes");
        assertThat(red.get("prompt").textValue()).isEqualTo("red");
        assertThat(names(red.get("presence"))).containsExactly("present", "probability", "evidence", "decided");
        assertThat(red.get("presence").get("present").booleanValue()).isTrue();
        assertThat(red.get("presence").get("decided").booleanValue()).isTrue();
        assertThat(red.get("notes")).isEmpty();
        JsonNode zebra = result.get("prompts").get(1);
        assertThat(zebra.get("presence").get("present").booleanValue()).isFalse();
        assertThat(zebra.get("notes").get(0).textValue()).isEqualTo("fake knows colours only, not \"zebra\"");
    }

    @Test
    void localize_map_rowsOfColumnsAndItsPeakInPixels() {
        JsonNode red = ToolRun.of("localize", image, "red", "--patch", "20", "--json", "-")
                .json()
                .get(0)
                .get("prompts")
                .get(0);

        assertThat(names(red.get("map"))).containsExactly("rows", "columns", "patch", "values");
        assertThat(red.get("map").get("rows").intValue()).isEqualTo(7);
        assertThat(red.get("map").get("columns").intValue()).isEqualTo(7);
        assertThat(red.get("map").get("patch").intValue()).isEqualTo(20);
        assertThat(red.get("map").get("values")).hasSize(7).allMatch(row -> row.size() == 7);
        int x = red.get("peak").get("x").intValue();
        int y = red.get("peak").get("y").intValue();
        assertThat(ToolRun.SQUARE.contains(x, y)).as("(%d, %d)", x, y).isTrue();
        // The peak is the centre of the highest patch.
        double peak = red.get("map").get("values").get(y / 20).get(x / 20).doubleValue();
        red.get("map")
                .get("values")
                .forEach(row ->
                        row.forEach(value -> assertThat(value.doubleValue()).isLessThanOrEqualTo(peak)));
        assertThat(x % 20).isEqualTo(10);
    }

    @Test
    void localize_nothingThere_code1AndTableSaysNo() {
        ToolRun run = ToolRun.of("localize", image, "blue").hasCode(Zeroshot.NOTHING_FOUND);

        assertThat(run.out().lines().toList().get(0))
                .matches("IMAGE +LABEL +PRESENT +PROBABILITY +PEAK X +PEAK Y +BOXES");
        assertThat(run.out().lines().toList().get(1)).matches("\\S*square.png +blue +no +0\\.\\d{3} +\\d+ +\\d+ +0");
    }

    @Test
    void localize_article_saysThatNothingWasDecided() {
        String[] arguments = {"localize", image, "red", "--preset", "article", "--patch", "10", "--window", "4"};

        assertThat(ToolRun.of(arguments).hasCode(0).out().lines().toList().get(1))
                .matches("\\S*square.png +red +- +- +\\d+ +\\d+ +1");
        String[] json =
                Stream.concat(Stream.of(arguments), Stream.of("--json", "-")).toArray(String[]::new);
        JsonNode presence = ToolRun.of(json).json().get(0).get("prompts").get(0).get("presence");
        assertThat(presence.get("present").isNull()).isTrue();
        assertThat(presence.get("probability").isNull()).isTrue();
        assertThat(presence.get("decided").booleanValue()).isFalse();
    }

    // ---- occlude

    @Test
    void occlude_severalPrompts_bestFirstAndNotFoundIsSaid() throws IOException {
        Path flat = folder.resolve("flat.png");
        Pictures.write(RgbImage.filled(60, 60, 0x000000), flat);

        assertThat(ToolRun.of("occlude", flat.toString(), "red")
                        .out()
                        .lines()
                        .toList()
                        .get(1))
                .matches("\\S*flat.png +red +not found");
        JsonNode detections = ToolRun.of("occlude", image, "background", "red", "blue", "--json", "-")
                .json()
                .get(0)
                .get("detections");
        assertThat(detections).hasSizeGreaterThan(1);
        assertThat(StreamSupport.stream(detections.spliterator(), false)
                        .map(found -> found.get("score").doubleValue()))
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(detections.get(0).get("label").textValue()).isEqualTo("red");
    }

    @Test
    void occlude_colour_boxOnItAndMap() throws IOException {
        Path out = folder.resolve("out");

        JsonNode result = ToolRun.of("occlude", image, "red", "--json", "-", "--out", out.toString())
                .hasCode(0)
                .json()
                .get(0);

        assertThat(names(result)).containsExactly("image", "width", "height", "detections", "prompts");
        assertThat(names(result.get("prompts").get(0))).containsExactly("prompt", "peak", "map");
        JsonNode peak = result.get("prompts").get(0).get("peak");
        assertThat(ToolRun.SQUARE.contains(
                        peak.get("x").intValue(), peak.get("y").intValue()))
                .isTrue();
        Box found = ToolRun.box(result.get("detections").get(0));
        assertThat(found.iou(ToolRun.SQUARE)).as("%s", found).isGreaterThanOrEqualTo(0.5);
        // The highest patch made the box, so the box's score is the map's highest drop.
        double highest = 0;
        for (JsonNode row : result.get("prompts").get(0).get("map").get("values")) {
            for (JsonNode value : row) {
                highest = Math.max(highest, value.doubleValue());
            }
        }
        assertThat(result.get("detections").get(0).get("score").doubleValue()).isCloseTo(highest, within(1e-9));
        assertThat(filesIn(out)).containsExactly("square.boxes.png", "square.map.red.png");
    }

    @Test
    void occlude_imageWithoutDifference_code1() throws IOException {
        Path flat = folder.resolve("flat.png");
        Pictures.write(RgbImage.filled(60, 60, 0x000000), flat); // black squares on black

        ToolRun.of("occlude", flat.toString(), "red").hasCode(Zeroshot.NOTHING_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"black", "mean", "blur", "#80ff00"})
    void occlude_fillAndRegion_peakInBoth(String fill) {
        JsonNode peak = ToolRun.of("occlude", image, "red", "--json", "-", "--fill", fill, "--region", "10,10,90,90")
                .hasCode(0)
                .json()
                .at("/0/prompts/0/peak");
        assertThat(ToolRun.SQUARE.contains(
                        peak.get("x").intValue(), peak.get("y").intValue()))
                .as("%s", peak)
                .isTrue();
    }

    @Test
    void occlude_badOptions_code2() {
        assertThat(ToolRun.of("occlude", image, "red", "--fill", "pink")
                        .hasCode(2)
                        .err())
                .contains("fill (pink) must be black, mean, blur or #RRGGBB");
        assertThat(ToolRun.of("occlude", image, "red", "--region", "1,2,3")
                        .hasCode(2)
                        .err())
                .contains("region ([1, 2, 3]) must have four numbers, found 3");
        assertThat(ToolRun.of("occlude", image, "red", "--region", "5,5,1,9")
                        .hasCode(2)
                        .err())
                .contains("region ([5, 5, 1, 9]): xMax (1) must be at least xMin (5)");
        assertThat(ToolRun.of("occlude", image, "red", "--region", "0,0,5000,10")
                        .hasCode(3)
                        .err())
                .contains("box (Box[xMin=0, yMin=0, xMax=5000, yMax=10]) must be inside the");
        assertThat(ToolRun.of("occlude", image, "red", "--threshold", "2")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("threshold (2.0) must be in [0, 1]");
        assertThat(ToolRun.of("occlude", image, "red", "--window", "2", "--stride", "3")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--stride (3) must be at most --window (2)");
        assertThat(ToolRun.of("occlude", image, "red", "--patch", "-3")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--patch (-3) must be positive");
    }

    // ---- classify

    @Test
    void classify_colours_probabilitiesHighestFirst() {
        JsonNode result = ToolRun.of("classify", image, "red", "background", "--json", "-")
                .hasCode(0)
                .json()
                .get(0);

        assertThat(names(result)).containsExactly("image", "width", "height", "classes");
        assertThat(names(result.get("classes").get(0))).containsExactly("label", "probability", "logit");
        // Most of the image is gray, which the fake takes for the background.
        assertThat(result.get("classes").get(0).get("label").textValue()).isEqualTo("background");
        double sum = result.get("classes").get(0).get("probability").doubleValue()
                + result.get("classes").get(1).get("probability").doubleValue();
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Test
    void classify_table_oneRowPerPrompt() {
        assertThat(ToolRun.of("classify", image, "red", "blue").hasCode(0).out().lines())
                .hasSize(3)
                .first()
                .asString()
                .matches("IMAGE +LABEL +PROBABILITY");
    }
}
