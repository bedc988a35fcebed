package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.ScoreMap;
import java.util.List;

/**
 * The shapes of JSON results. Detections are those of the Hugging Face pipeline "zero-shot-object-detection"; fields are only
 * ever added.
 */
final class Json {
    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static ArrayNode detections(List<Detection> detections) {
        ArrayNode array = array();
        for (Detection detection : detections) {
            Box box = detection.box();
            ObjectNode node = array.addObject();
            node.put("label", detection.label()).put("score", detection.score());
            node.putObject("box")
                    .put("xmin", box.xMin())
                    .put("ymin", box.yMin())
                    .put("xmax", box.xMax())
                    .put("ymax", box.yMax());
            detection
                    .verification()
                    .ifPresent(verification -> node.putObject("verification")
                            .put("alone", verification.alone())
                            .put("hidden", verification.hidden())
                            .put("confidence", verification.confidence()));
        }
        return array;
    }

    /** Adds the centre pixel of the highest patch, and the map row by row. */
    static void putMap(ObjectNode node, ScoreMap map) {
        Box peak = map.peak();
        node.putObject("peak").put("x", centre(peak.xMin(), peak.xMax())).put("y", centre(peak.yMin(), peak.yMax()));
        ObjectNode mapNode = node.putObject("map");
        mapNode.put("rows", map.rows())
                .put("columns", map.columns())
                .put("patch", map.grid().patchPx());
        ArrayNode rows = mapNode.putArray("values");
        for (int row = 0; row < map.rows(); row++) {
            ArrayNode values = rows.addArray();
            for (int column = 0; column < map.columns(); column++) {
                values.add(map.get(row, column));
            }
        }
    }

    static int centre(int min, int max) {
        return (min + max) / 2;
    }

    static ArrayNode strings(List<String> strings) {
        ArrayNode array = array();
        strings.forEach(array::add);
        return array;
    }
}
