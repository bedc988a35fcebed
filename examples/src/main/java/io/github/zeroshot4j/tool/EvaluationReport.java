package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.evaluation.Bootstrap;
import io.github.zeroshot4j.evaluation.EvaluatedImage;
import io.github.zeroshot4j.evaluation.Evaluation;
import io.github.zeroshot4j.evaluation.Figure;
import io.github.zeroshot4j.evaluation.GroundTruth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of several presets on the same images, side by side: as a Markdown table and as JSON. */
final class EvaluationReport {
    private final List<EvaluatedPreset> presets;
    private final List<GroundTruth.Category> categories;
    private final List<List<EvaluatedImage>> evaluated;
    private final Section all;
    private @Nullable List<Section> byTag;

    /** The figures of all presets on some of the images. */
    private record Section(String tag, List<Summary> summaries) {}

    /** An evaluation with its intervals, which take a moment to compute. */
    private record Summary(Evaluation evaluation, Map<Figure, Bootstrap.Interval> intervals) {
        static Summary of(Evaluation evaluation) {
            Map<Figure, Bootstrap.Interval> intervals = new EnumMap<>(Figure.class);
            for (Figure figure : Figure.values()) {
                if (figure.isResampled()) {
                    intervals.put(figure, evaluation.interval(figure));
                }
            }
            return new Summary(evaluation, intervals);
        }
    }

    /**
     * Computes the figures of all images together; those of the tags come when they are asked for.
     *
     * @param evaluated for each preset the images, the same ones
     */
    EvaluationReport(
            List<EvaluatedPreset> presets,
            List<GroundTruth.Category> categories,
            List<List<EvaluatedImage>> evaluated) {
        this.presets = presets;
        this.categories = categories;
        this.evaluated = evaluated;
        this.all = section("");
    }

    private List<Section> byTag() {
        if (byTag == null) {
            byTag = evaluated.get(0).stream()
                    .flatMap(it -> it.image().tags().stream())
                    .distinct()
                    .sorted()
                    .map(this::section)
                    .toList();
        }
        return byTag;
    }

    private Section section(String tag) {
        List<Summary> summaries = new ArrayList<>();
        for (List<EvaluatedImage> images : evaluated) {
            List<EvaluatedImage> some = images.stream()
                    .filter(it -> tag.isEmpty() || it.image().tags().contains(tag))
                    .toList();
            summaries.add(Summary.of(new Evaluation(categories, some)));
        }
        return new Section(tag, summaries);
    }

    // ---- Markdown

    /** Returns the tables; those of the tags only if they are asked for. */
    String markdown(boolean withTags) {
        StringBuilder text = new StringBuilder();
        table(text, all);
        for (Section section : withTags ? byTag() : List.<Section>of()) {
            text.append("\n**").append(cell(section.tag())).append("**: ");
            table(text, section);
        }
        return text.toString();
    }

    private void table(StringBuilder text, Section section) {
        Evaluation.Counts counts = section.summaries().get(0).evaluation().counts();
        text.append(String.format(
                Locale.ROOT,
                "%d images, %d objects; %d pairs asked: %d present, %d absent.\n\n",
                counts.images(),
                counts.objects(),
                counts.asked(),
                counts.present(),
                counts.absent()));
        String titles = presets.stream().map(it -> cell(it.title())).collect(Collectors.joining(" | "));
        text.append("| figure | ").append(titles).append(" |\n|---|").append("---|".repeat(presets.size()));
        for (Figure figure : Figure.values()) {
            String cells =
                    section.summaries().stream().map(it -> cell(it, figure)).collect(Collectors.joining(" | "));
            text.append("\n| ")
                    .append(figure.title())
                    .append(" | ")
                    .append(cells)
                    .append(" |");
        }
        text.append('\n');
    }

    private static String cell(String title) {
        return title.replace("|", "\\|").replaceAll("\\s+", " ");
    }

    private static String cell(Summary summary, Figure figure) {
        double value = summary.evaluation().value(figure);
        if (Double.isNaN(value)) {
            return "-";
        }
        if (!figure.isShare()) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        Bootstrap.Interval interval = summary.intervals().get(figure);
        return interval == null
                ? String.format(Locale.ROOT, "%.3f", value)
                : String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, interval.low(), interval.high());
    }

    // ---- JSON

    /** Adds everything to a document. */
    void putInto(ObjectNode document) {
        putCounts(document, all.summaries().get(0).evaluation().counts());
        document.putObject("bootstrap")
                .put("resamples", Bootstrap.RESAMPLES)
                .put("seed", Bootstrap.SEED)
                .put("level", Bootstrap.LEVEL);
        ArrayNode nodes = document.putArray("presets");
        for (int p = 0; p < presets.size(); p++) {
            EvaluatedPreset preset = presets.get(p);
            ObjectNode node = nodes.addObject().put("title", preset.title()).put("preset", preset.name());
            node.set("options", preset.json());
            node.set("figures", figures(all.summaries().get(p)));
            node.set("categories", categories(all.summaries().get(p).evaluation()));
            ArrayNode tags = node.putArray("tags");
            for (Section section : byTag()) {
                Summary summary = section.summaries().get(p);
                ObjectNode tag = tags.addObject().put("tag", section.tag());
                putCounts(tag, summary.evaluation().counts());
                tag.set("figures", figures(summary));
            }
        }
    }

    private static void putCounts(ObjectNode node, Evaluation.Counts counts) {
        node.put("images", counts.images()).put("objects", counts.objects());
        node.putObject("pairs")
                .put("asked", counts.asked())
                .put("present", counts.present())
                .put("absent", counts.absent());
    }

    private static ObjectNode figures(Summary summary) {
        ObjectNode node = Json.object();
        for (Figure figure : Figure.values()) {
            ObjectNode value = node.putObject(figure.key());
            put(value, "value", summary.evaluation().value(figure));
            Bootstrap.Interval interval = summary.intervals().get(figure);
            if (interval != null) {
                put(value, "low", interval.low());
                put(value, "high", interval.high());
            }
        }
        return node;
    }

    private ArrayNode categories(Evaluation evaluation) {
        ArrayNode nodes = Json.array();
        for (int c = 0; c < categories.size(); c++) {
            GroundTruth.Category category = categories.get(c);
            ObjectNode node = nodes.addObject()
                    .put("id", category.id())
                    .put("name", category.name())
                    .put("prompt", category.prompt())
                    .put("objects", evaluation.objects(c));
            put(node, "map", evaluation.averagePrecision(c));
            put(node, "ap50", evaluation.averagePrecisionAtHalf(c));
        }
        return nodes;
    }

    /** JSON knows no NaN. */
    private static void put(ObjectNode node, String name, double value) {
        node.put(name, Double.isNaN(value) ? null : (Double) value);
    }
}
