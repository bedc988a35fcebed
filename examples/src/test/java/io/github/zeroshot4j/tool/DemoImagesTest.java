package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tool with the embedded model on the demo images: every object that {@code truth.json} names has a box of its own
 * (IoU 0.4 or more: of a dog or a cat the model takes the head for nearly the whole), and there are no others but the mistakes that
 * are known, which README.md tells too.
 */
final class DemoImagesTest {
    private static final Path IMAGES = Path.of("images");
    /** What is found and is not there, by image. */
    private static final Map<String, List<String>> MISTAKES = Map.of("two-dogs.jpg", List.of("an airplane"));

    static Stream<JsonNode> images() throws IOException {
        JsonNode truth =
                new ObjectMapper().readTree(IMAGES.resolve("truth.json").toFile());
        return StreamSupport.stream(truth.get("images").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("images")
    void detect_demoImage_everyObjectAndNothingElse(JsonNode truth) throws IOException {
        Set<String> prompts = new LinkedHashSet<>();
        truth.get("objects").forEach(object -> prompts.add(object.get("label").textValue()));
        truth.get("absent").forEach(absent -> prompts.add(absent.textValue()));

        List<JsonNode> found = detect(IMAGES.resolve(truth.get("file").textValue()), prompts);

        for (JsonNode object : truth.get("objects")) {
            JsonNode best = best(object, found);
            assertThat(iou(object, best))
                    .as("%s of %s, best of %s", object, truth.get("file"), found)
                    .isGreaterThanOrEqualTo(0.4);
            found.remove(best);
        }
        // No second box on an object, and none for what is absent.
        assertThat(found)
                .extracting(detection -> detection.get("label").textValue())
                .as("left over of %s: %s", truth.get("file"), found)
                .isEqualTo(MISTAKES.getOrDefault(truth.get("file").textValue(), List.of()));
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
