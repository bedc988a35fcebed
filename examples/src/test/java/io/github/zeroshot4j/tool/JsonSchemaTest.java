package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tool writes as JSON is what {@code examples/schemas} says, and those say all of it. */
final class JsonSchemaTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BASE = "file:///schemas/";
    private static final String ENDING = ".schema.json";

    @TempDir
    private Path folder;

    private String image = "";
    private String flat = "";

    @BeforeEach
    void draw() throws IOException {
        Files.createDirectory(folder.resolve("photos"));
        image = ToolRun.redSquare(folder.resolve("photos/square.png")).toString();
        flat = folder.resolve("photos/flat.png").toString();
        Pictures.write(RgbImage.filled(60, 40, 0x000000), Path.of(flat));
    }

    /** Returns a schema in which an object has no other fields than those that are described, as users' validators may. */
    private static Schema strict(String command) throws IOException {
        Map<String, String> texts = new HashMap<>();
        try (Stream<Path> files = Files.list(Path.of("schemas"))) {
            for (Path file : files.toList()) {
                JsonNode schema = MAPPER.readTree(file.toFile());
                close(schema);
                texts.put(BASE + file.getFileName(), schema.toString());
            }
        }
        return SchemaRegistry.withDefaultDialect(Dialects.getDraft202012(), builder -> builder.schemas(texts))
                .getSchema(SchemaLocation.of(BASE + command + ENDING));
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(JsonSchemaTest::close);
    }

    private static void assertValid(String command, JsonNode document) throws IOException {
        assertThat(strict(command).validate(document)).as(document.toString()).isEmpty();
    }

    // ---- what the tool writes

    @ParameterizedTest
    @ValueSource(
            strings = {
                "detect red blue",
                "detect zebra",
                "detect red blue --verify",
                "detect red --preset article --patch 10 --window 3",
                "localize red blue zebra",
                "localize red --exemplar IMAGE=this",
                "localize red --preset article --patch 10 --window 3",
                "occlude red blue",
                "occlude zebra --window 2 --fill mean",
                "classify red blue background"
            })
    void json_ofImages_asItsSchemaSays(String line) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(line.replace("IMAGE", image).split(" ", -1)));
        String command = arguments.get(0);
        arguments.addAll(1, List.of(image));
        arguments.addAll(List.of("--image", flat, "--json", "-"));

        JsonNode document = ToolRun.of(arguments.toArray(String[]::new)).json();

        assertThat(document).hasSize(2);
        assertValid(command, document);
        arguments.set(arguments.size() - 2, "--jsonl");
        for (String oneLine :
                ToolRun.of(arguments.toArray(String[]::new)).out().lines().toList()) {
            assertValid(command, MAPPER.createArrayNode().add(MAPPER.readTree(oneLine)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"detect", "localize", "occlude", "classify"})
    void json_ofNoImage_asItsSchemaSays(String command) throws IOException {
        assertValid(
                command,
                ToolRun.of(command, folder + "/none.png", "red", "--json", "-").json());
    }

    @Test
    void json_ofASearch_asItsSchemaSays() throws IOException {
        String photos = folder.resolve("photos").toString();
        ToolRun.of("index", photos).hasCode(0);

        JsonNode hits = ToolRun.of("search", photos, "red", "blue", "--json", "-")
                .hasCode(0)
                .json();

        assertThat(hits).isNotEmpty();
        assertValid("search", hits);
    }

    @Test
    void json_ofAnEvaluation_asItsSchemaSays() throws IOException {
        Path truth = Files.writeString(folder.resolve("truth.json"), """
                {"images": [{"id": 1, "file_name": "square.png", "width": 140, "height": 140, "tags": ["one"]},
                            {"id": 2, "file_name": "none.png", "width": 9, "height": 9}],
                 "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [30, 40, 40, 40]}],
                 "categories": [{"id": 1, "name": "red"}, {"id": 2, "name": "blue", "prompt": "blue"}]}
                """);

        JsonNode document = ToolRun.of(
                        "evaluate",
                        "--annotations",
                        truth.toString(),
                        "--images",
                        folder + "/photos",
                        "--preset",
                        "default",
                        "--preset",
                        "mine=article:patchPx=10",
                        "--preset",
                        "occlusion",
                        "--json",
                        "-")
                .hasCode(Zeroshot.SOME_FAILED)
                .json();

        assertThat(document.get("failed")).hasSize(1);
        assertValid("evaluate", document);
    }

    // ---- the schemas themselves

    @ParameterizedTest
    @ValueSource(strings = {"detect", "localize", "occlude", "classify", "search", "evaluate"})
    void schema_each_isOneOfDraft202012(String command) throws IOException {
        JsonNode schema = MAPPER.readTree(Path.of("schemas", command + ENDING).toFile());
        String dialect = "https://json-schema.org/draft/2020-12/schema";

        assertThat(schema.get("$schema").textValue()).isEqualTo(dialect);
        assertThat(schema.get("title").textValue()).isEqualTo("zeroshot " + command + " --json");
        assertThat(SchemaRegistry.withDefaultDialect(Dialects.getDraft202012())
                        .getSchema(SchemaLocation.of(dialect))
                        .validate(schema))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/0/width               | 0      | minimum",
                "/0/image               | 1      | type",
                "/0/detections/0/score  | \"1\"  | type",
                "/0/detections/0/box/xmin | -1   | minimum",
                "/0/detections/0/box/xmax | 1.5  | type",
                "/0/prompts/0/presence/present | 1 | type",
                "/0/prompts/0/presence/probability | 1.5 | maximum",
                "/0/prompts/0/map/values/0 | []  | minItems",
                "/0/prompts/0/map/rows  | null   | type"
            })
    void schema_anotherValue_isRefused(String place, String value, String keyword) throws IOException {
        JsonNode document = ToolRun.of("localize", image, "red", "--json", "-").json();
        assertThat(document.at(place).isMissingNode()).isFalse();
        int slash = place.lastIndexOf('/');
        JsonNode parent = document.at(place.substring(0, slash));
        String name = place.substring(slash + 1);
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(name), MAPPER.readTree(value));
        } else {
            ((ObjectNode) parent).set(name, MAPPER.readTree(value));
        }

        assertThat(strict("localize").validate(document))
                .extracting(Error::getKeyword)
                .containsExactly(keyword);
    }

    @Test
    void schema_fieldMissingOrNew_isRefused() throws IOException {
        JsonNode document = ToolRun.of("detect", image, "red", "--json", "-").json();
        ((ObjectNode) document.at("/0/detections/0")).remove("label");
        ((ObjectNode) document.at("/0")).put("new", 1);

        assertThat(strict("detect").validate(document))
                .extracting(Error::getKeyword)
                .containsExactlyInAnyOrder("required", "additionalProperties");
    }
}
