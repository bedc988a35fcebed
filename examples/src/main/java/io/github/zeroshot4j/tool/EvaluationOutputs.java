package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.evaluation.EvaluatedImage;
import io.github.zeroshot4j.evaluation.GroundTruth;
import io.github.zeroshot4j.evaluation.Region;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of an evaluation: the figures, and the detections of each preset in COCO's results format. */
final class EvaluationOutputs implements Closeable {
    private final Terminal terminal;
    private final List<JsonSink> sinks = new ArrayList<>();
    private @Nullable JsonSink figures;
    private final List<JsonSink> detections = new ArrayList<>();

    private EvaluationOutputs(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Opens the files.
     *
     * @param inputs files that must stay as they are
     * @throws BadUse if one cannot be written, two are the same, or one would replace an input
     */
    static EvaluationOutputs open(
            Terminal terminal,
            @Nullable String json,
            @Nullable String results,
            List<EvaluatedPreset> presets,
            List<Path> inputs) {
        EvaluationOutputs outputs = new EvaluationOutputs(terminal);
        try {
            if (json != null) {
                outputs.figures = outputs.open("--json", json, true, inputs);
            }
            if (results != null) {
                for (EvaluatedPreset preset : presets) {
                    String file = presets.size() == 1 ? results : titled(results, preset.title());
                    outputs.detections.add(outputs.open("--results", file, false, inputs));
                }
            }
            return outputs;
        } catch (BadUse e) {
            outputs.close();
            throw e;
        }
    }

    private static String titled(String file, String title) {
        if (JsonPlace.isStandardOutput(file)) {
            throw new BadUse("--results (" + file + ") must be a file where there are several presets");
        }
        int name = file.lastIndexOf('/') + 1;
        int dot = file.lastIndexOf('.');
        int end = dot > name ? dot : file.length();
        return file.substring(0, end) + "." + PictureFolder.slug(title) + file.substring(end);
    }

    private JsonSink open(String option, String file, boolean line, List<Path> inputs) {
        JsonPlace place = JsonPlace.of(option, file);
        for (JsonSink other : sinks) {
            if (place.collidesWith(other.place())) {
                throw new BadUse(
                        other.place().option() + " and " + option + " (" + file + ") must go to different files");
            }
        }
        for (Path input : inputs) {
            if (place.isSameAs(input)) {
                throw new BadUse(option + " " + file + ": also an input (" + input + ")");
            }
        }
        JsonSink sink = JsonSink.open(place, line, terminal.out());
        sinks.add(sink);
        return sink;
    }

    /** Writes everything. */
    void commit(ObjectNode document, List<GroundTruth.Category> categories, List<List<EvaluatedImage>> evaluated) {
        if (figures != null) {
            figures.add(document);
        }
        for (int p = 0; p < detections.size(); p++) {
            JsonSink sink = detections.get(p);
            for (EvaluatedImage image : evaluated.get(p)) {
                for (EvaluatedImage.Answer answer : image.answers()) {
                    long category = categories.get(answer.category()).id();
                    answer.boxes().forEach(box -> sink.add(result(image.image().id(), category, box)));
                }
            }
        }
        sinks.forEach(JsonSink::commit);
        if (terminal.out().checkError()) {
            throw new OutputFailure("standard output: cannot be written");
        }
    }

    private static ObjectNode result(long image, long category, EvaluatedImage.ScoredRegion box) {
        Region region = box.region();
        ObjectNode node = Json.object().put("image_id", image).put("category_id", category);
        node.putArray("bbox")
                .add(region.x())
                .add(region.y())
                .add(region.width())
                .add(region.height());
        return node.put("score", box.score());
    }

    /** Removes files that were not completed. */
    @Override
    public void close() {
        sinks.forEach(JsonSink::close);
    }
}
