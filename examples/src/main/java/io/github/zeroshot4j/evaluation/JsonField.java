package io.github.zeroshot4j.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A value in a JSON document and where it stands: whoever wants another kind of value is told where, what and what is there. */
record JsonField(String path, JsonNode node) {
    private static final int LONGEST = 60;

    JsonField get(String name) {
        return new JsonField(path.isEmpty() ? name : path + "." + name, node.path(name));
    }

    boolean isThere() {
        return !node.isMissingNode() && !node.isNull();
    }

    /** Reads every item of an array. */
    <T> List<T> items(Function<JsonField, T> reader) {
        require(node.isArray(), "an array");
        List<T> items = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            items.add(reader.apply(new JsonField(path + "[" + i + "]", node.get(i))));
        }
        return items;
    }

    long integer() {
        require(node.isIntegralNumber() && node.canConvertToLong(), "an integer");
        return node.longValue();
    }

    int positive() {
        require(node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0, "a positive integer");
        return node.intValue();
    }

    double number() {
        require(node.isNumber() && Double.isFinite(node.doubleValue()), "a finite number");
        return node.doubleValue();
    }

    String text() {
        require(node.isTextual() && !node.textValue().isBlank(), "a text that is not blank");
        return node.textValue();
    }

    /** Returns a flag, which COCO writes as 0 or 1; false if there is none. */
    boolean flag() {
        boolean oneOrZero = node.isIntegralNumber() && (node.longValue() == 0 || node.longValue() == 1);
        require(!isThere() || node.isBoolean() || oneOrZero, "0 or 1");
        return node.asBoolean();
    }

    void require(boolean holds, String what) {
        if (!holds) {
            throw bad(what);
        }
    }

    /** Returns the complaint that this is not what it must be. */
    IllegalArgumentException bad(String what) {
        String text = node.toString();
        String found =
                node.isMissingNode() ? "missing" : text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return new IllegalArgumentException((path.isEmpty() ? "the file" : path) + " (" + found + ") must be " + what);
    }
}
