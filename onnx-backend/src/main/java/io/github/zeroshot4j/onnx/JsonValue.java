package io.github.zeroshot4j.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.zeroshot4j.EncoderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A value in one of the model's JSON files that knows where it stands, so that an error can say so. */
final class JsonValue {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int SHOWN = 80;

    private final ModelFiles files;
    private final String file;
    private final String at;
    private final JsonNode node;

    private JsonValue(ModelFiles files, String file, String at, JsonNode node) {
        this.files = files;
        this.file = file;
        this.at = at;
        this.node = node;
    }

    /** Reads a file whose value is an object. */
    static JsonValue read(ModelFiles files, String file) {
        return parse(files, file, files.bytes(file));
    }

    static Optional<JsonValue> readIfExists(ModelFiles files, String file) {
        return files.optionalBytes(file).map(bytes -> parse(files, file, bytes));
    }

    private static JsonValue parse(ModelFiles files, String file, byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            JsonValue value = new JsonValue(files, file, "", node);
            if (!node.isObject()) {
                throw value.must("be a JSON object");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw files.failure(file, "must be valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw files.failure(file, "must be readable: " + e, e);
        }
    }

    /** Returns a field of an object; empty where it is missing or null. */
    Optional<JsonValue> find(String name) {
        JsonNode child = node.get(name);
        return child == null || child.isNull()
                ? Optional.empty()
                : Optional.of(new JsonValue(files, file, at.isEmpty() ? name : at + "." + name, child));
    }

    JsonValue get(String name) {
        return find(name).orElseThrow(() -> must("have \"" + name + "\""));
    }

    boolean isNumber() {
        return node.isNumber();
    }

    List<String> names() {
        if (!node.isObject()) {
            throw must("be an object");
        }
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    int positiveInt() {
        if (!node.canConvertToExactIntegral() || !node.canConvertToInt() || node.intValue() <= 0) {
            throw must("be a positive integer");
        }
        return node.intValue();
    }

    double number() {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw must("be a number");
        }
        return node.doubleValue();
    }

    double positiveNumber() {
        if (number() <= 0) {
            throw must("be positive");
        }
        return number();
    }

    boolean bool() {
        if (!node.isBoolean()) {
            throw must("be true or false");
        }
        return node.booleanValue();
    }

    String text() {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw must("be a text that is not blank");
        }
        return node.textValue();
    }

    boolean isText(String text) {
        return node.isTextual() && node.textValue().equals(text);
    }

    List<JsonValue> elements() {
        if (!node.isArray()) {
            throw must("be an array");
        }
        List<JsonValue> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(new JsonValue(files, file, at + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    List<String> texts() {
        return elements().stream().map(JsonValue::text).toList();
    }

    /** Returns "model name (where): file: size.width must rule, found value". */
    EncoderException must(String rule) {
        String found = node.toString();
        String shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "...";
        return files.failure(at.isEmpty() ? file : file + ": " + at, "must " + rule + ", found " + shown);
    }
}
