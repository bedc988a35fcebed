package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.Scoring;
import io.github.zeroshot4j.awt.BoxStyle;
import io.github.zeroshot4j.awt.HeatMapOptions;
import java.awt.image.BufferedImage;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What {@link HtmlReport} holds: the shapes of its JSON, which {@code report.js} draws. */
final class ReportedRun {
    /** Colours of a legend. */
    private static final int STEPS = 18;

    private final String command;
    private final String preset;
    private final DetectorOptions options;
    private final boolean decided;

    /**
     * Describes a run.
     *
     * @param command detect or localize
     * @param preset the preset that the options began with
     */
    ReportedRun(String command, String preset, DetectorOptions options) {
        this.command = command;
        this.preset = preset;
        this.options = options;
        this.decided = options.scoring() == Scoring.PROBABILITY;
    }

    /** Returns what is the same for all images. */
    ObjectNode run(EncoderSpec model, List<Prompt> prompts) {
        ObjectNode run = Json.object()
                .put("version", ToolVersion.text())
                .put("command", command)
                .put(
                        "date",
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)))
                .put("model", model.modelName())
                .put("variant", model.variant())
                .put("fingerprint", model.fingerprint())
                .put("preset", preset)
                .put("decided", decided);
        run.set("slider", slider());
        ArrayNode labels = run.putArray("prompts");
        for (int i = 0; i < prompts.size(); i++) {
            labels.add(prompt(prompts.get(i), BoxStyle.of(i)));
        }
        ArrayNode scale = run.putArray("scale");
        for (int i = 0; i < STEPS; i++) {
            scale.add(hex(HeatMapOptions.Scale.SEQUENTIAL.rgb(i / (STEPS - 1.0))));
        }
        ObjectNode all = run.putObject("options");
        DetectorSetting.ALL.forEach(setting -> all.set(setting.name(), setting.json(options)));
        return run;
    }

    /**
     * What the page's slider moves: the score that a box must have, or the article's threshold in the map, from which the page draws
     * the box itself; nothing where boxes follow from more than that.
     */
    private ObjectNode slider() {
        if (decided) {
            boolean below = ReportedDetector.asksBelow(options);
            return Json.object()
                    .put("kind", "score")
                    .put("value", options.presenceThreshold())
                    .put("lowest", below ? ReportedDetector.LOWEST : options.presenceThreshold())
                    .put("looks", options.boxMode() == BoxMode.FITTED);
        }
        return Json.object()
                .put("kind", options.boxMode() == BoxMode.SINGLE ? "map" : "none")
                .put("value", options.boxThreshold())
                .put("lowest", 0);
    }

    private static ObjectNode prompt(Prompt prompt, BoxStyle style) {
        ObjectNode node = Json.object()
                .put("label", prompt.text())
                .put("exemplar", prompt.exemplar().isPresent())
                .put("colour", hex(style.colour()))
                .put("ink", hex(style.ink()));
        node.set("sentences", Json.strings(prompt.sentences()));
        ArrayNode dashes = node.putArray("dashes");
        style.dashes().forEach(dashes::add);
        return node;
    }

    private static String hex(int rgb) {
        return String.format("#%06x", rgb);
    }

    /** Returns an image with its picture, scaled down, and for each prompt the decision, the boxes and the map. */
    ObjectNode image(Input input, RgbImage image, ReportedDetector.Answer answer, double mostPixels) {
        BufferedImage picture = PagePictures.scaledDown(image, mostPixels);
        ObjectNode node = ImageCommand.result(input, image)
                .put("shownWidth", picture.getWidth())
                .put("shownHeight", picture.getHeight())
                .put("seconds", answer.seconds())
                .put("encoderImages", answer.encoderImages())
                .put("picture", PagePictures.jpeg(picture));
        ArrayNode prompts = node.putArray("prompts");
        for (int i = 0; i < answer.localizations().size(); i++) {
            prompts.add(prompt(answer.localizations().get(i), answer.below().get(i)));
        }
        return node;
    }

    private ObjectNode prompt(Localization localization, List<Detection> below) {
        ObjectNode node = Json.object()
                .put("present", localization.presence().present())
                .put("probability", localization.presence().probability())
                .put("evidence", localization.presence().evidence());
        node.set("notes", Json.strings(localization.notes()));
        node.set("found", Json.detections(localization.detections()));
        node.set("below", Json.detections(below));
        MapRange range = MapRange.of(localization.map(), options);
        ScoreMap map = range.map();
        ObjectNode mapNode = node.putObject("map")
                .put("rows", map.rows())
                .put("columns", map.columns())
                .put("patch", map.grid().patchPx())
                .put("low", range.low())
                .put("high", range.high())
                .put("max", map.max())
                .put("peakX", Json.centre(map.peak().xMin(), map.peak().xMax()))
                .put("peakY", Json.centre(map.peak().yMin(), map.peak().yMax()))
                .put("picture", PagePictures.png(PagePictures.colours(map, range.low(), range.high())));
        if (!decided) {
            ArrayNode values = mapNode.putArray("values");
            for (double value : map.toArray()) {
                values.add(value);
            }
        }
        return node;
    }
}
