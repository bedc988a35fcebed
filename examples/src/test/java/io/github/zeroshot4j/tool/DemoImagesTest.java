package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.evaluation.CocoFile;
import io.github.zeroshot4j.evaluation.GroundTruth;
import io.github.zeroshot4j.evaluation.Region;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tool with the embedded model on the demo images: every object that {@code truth.json} names has a box of its own
 * (IoU 0.4 or more), and where every image is asked for all that is on any, or was thought of beside it, there are no others
 * but the mistakes that are known, which README.md tells too.
 */
final class DemoImagesTest {
    private static final Path IMAGES = Path.of("images");
    /** What is found and is not there, by image. */
    private static final Map<String, List<String>> MISTAKES = Map.of(
            "bicycle-at-sunset.jpg", List.of("an alarm clock", "an alarm clock"),
            "table.jpg", List.of("an airplane"),
            "two-dogs.jpg", List.of("an elephant"));

    static Stream<JsonNode> images() throws IOException {
        JsonNode truth =
                new ObjectMapper().readTree(IMAGES.resolve("truth.json").toFile());
        return StreamSupport.stream(truth.get("images").spliterator(), false);
    }

    /** The first {@code evaluate} of the tool's page reads the same truth in COCO's format. */
    @Test
    void instances_cocoFile_sameTruth() throws IOException {
        GroundTruth truth = CocoFile.read(IMAGES.resolve("instances.json"));
        List<JsonNode> images = images().toList();
        assertThat(truth.images()).hasSameSizeAs(images);
        for (int i = 0; i < images.size(); i++) {
            JsonNode expected = images.get(i);
            GroundTruth.Image found = truth.images().get(i);
            assertThat(found.fileName()).isEqualTo(expected.get("file").textValue());
            assertThat(found.asked().stream().map(c -> truth.categories().get(c).prompt()))
                    .containsExactlyInAnyOrderElementsOf(prompts(expected));
            List<String> objects = new ArrayList<>();
            expected.get("objects").forEach(object -> {
                JsonNode box = object.get("box");
                objects.add(object.get("label").textValue() + " "
                        + new Region(
                                box.get("xmin").intValue(),
                                box.get("ymin").intValue(),
                                box.get("xmax").intValue() - box.get("xmin").intValue(),
                                box.get("ymax").intValue() - box.get("ymin").intValue()));
            });
            assertThat(found.objects().stream()
                            .map(object ->
                                    truth.categories().get(object.category()).prompt() + " " + object.region()))
                    .containsExactlyElementsOf(objects);
        }
    }

    private static Set<String> prompts(JsonNode truth) {
        Set<String> prompts = new LinkedHashSet<>();
        truth.get("objects").forEach(object -> prompts.add(object.get("label").textValue()));
        truth.get("absent").forEach(absent -> prompts.add(absent.textValue()));
        return prompts;
    }

    /** By image: what was found, once for all tests. */
    private static final Map<String, List<JsonNode>> FOUND = new TreeMap<>();

    private static int names;

    @BeforeAll
    static void detectAll() throws IOException {
        Set<String> all = new LinkedHashSet<>();
        for (JsonNode truth : images().toList()) {
            all.addAll(prompts(truth));
        }
        for (JsonNode truth : images().toList()) {
            String file = truth.get("file").textValue();
            FOUND.put(file, detect(IMAGES.resolve(file), all));
        }
        names = all.size();
    }

    /** Takes the best box of each object out of what was found, and returns how well it fits. */
    private static List<Double> matched(JsonNode truth, List<JsonNode> found) {
        List<Double> ious = new ArrayList<>();
        for (JsonNode object : truth.get("objects")) {
            JsonNode best = best(object, found);
            ious.add(iou(object, best));
            found.remove(best);
        }
        return ious;
    }

    private static List<JsonNode> found(JsonNode truth) {
        return new ArrayList<>(
                Objects.requireNonNull(FOUND.get(truth.get("file").textValue())));
    }

    @ParameterizedTest
    @MethodSource("images")
    void detect_demoImage_everyObjectAndNothingElse(JsonNode truth) {
        List<JsonNode> found = found(truth);
        assertThat(matched(truth, found))
                .as("%s of %s", found, truth.get("file"))
                .allSatisfy(iou -> assertThat(iou).isGreaterThanOrEqualTo(0.4));
        // No second box on an object, and none for what is absent.
        assertThat(found)
                .extracting(detection -> detection.get("label").textValue())
                .as("left over of %s: %s", truth.get("file"), found)
                .isEqualTo(MISTAKES.getOrDefault(truth.get("file").textValue(), List.of()));
    }

    @Test
    void readme_figures_areTheseTests() throws IOException {
        List<Double> ious = new ArrayList<>();
        int absent = 0;
        for (JsonNode truth : images().toList()) {
            ious.addAll(matched(truth, found(truth)));
            absent += names
                    - Set.copyOf(truth.get("objects").findValuesAsText("label")).size();
        }
        long mistakes = MISTAKES.values().stream()
                .mapToLong(labels -> labels.stream().distinct().count())
                .sum();
        assertThat(Files.readString(Path.of("../README.md")).replaceAll("\\s+", " "))
                .contains(String.format(
                        Locale.ROOT,
                        "finds the %d objects, with boxes that overlap the truth by %.2f (IoU) on average and by %.2f at least."
                                + " Asked for all %d names in every picture, it reports %d of the %d that are not there:",
                        ious.size(),
                        ious.stream().mapToDouble(iou -> iou).average().orElseThrow(),
                        Collections.min(ious),
                        names,
                        mistakes,
                        absent));
    }

    /** What README.md says of the banana, which is yellow: of the ten other colours, orange is found too. */
    @Test
    void detect_aThingInElevenColours_itsOwnAndTheOneBeside() throws IOException {
        Set<String> prompts = Set.of(
                "a yellow banana",
                "a red banana",
                "an orange banana",
                "a green banana",
                "a blue banana",
                "a purple banana",
                "a pink banana",
                "a brown banana",
                "a black banana",
                "a white banana",
                "a grey banana");
        assertThat(detect(IMAGES.resolve("table.jpg"), prompts))
                .extracting(detection -> detection.get("label").textValue())
                .containsOnly("a yellow banana", "an orange banana");
    }

    private static List<JsonNode> detect(Path image, Set<String> prompts) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("detect", image.toString()));
        arguments.addAll(prompts);
        arguments.addAll(List.of("--json", "-"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Zeroshot.run(arguments.toArray(new String[0]), terminal, Models.ofFiles(Map.of()), Map.of());
        String said = err.toString(StandardCharsets.UTF_8);
        assertThat(code).as(said).isZero();
        assertThat(said).isEqualTo("zeroshot: " + Models.TINY_MODEL_NOTE + System.lineSeparator());
        JsonNode results = new ObjectMapper().readTree(out.toByteArray());
        assertThat(results).hasSize(1);
        return new ArrayList<>(
                StreamSupport.stream(results.get(0).get("detections").spliterator(), false)
                        .toList());
    }

    private static JsonNode best(JsonNode object, List<JsonNode> found) {
        List<JsonNode> ofLabel = found.stream()
                .filter(detection -> detection.get("label").equals(object.get("label")))
                .toList();
        assertThat(ofLabel).as("boxes for %s among %s", object, found).isNotEmpty();
        return Collections.max(ofLabel, Comparator.comparingDouble(detection -> iou(object, detection)));
    }

    private static double iou(JsonNode first, JsonNode second) {
        return ToolRun.box(first).iou(ToolRun.box(second));
    }
}
