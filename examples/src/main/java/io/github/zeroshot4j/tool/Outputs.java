package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the results of a run go: the table, the JSON files, the report, the folder of pictures, the data sets. */
final class Outputs implements Closeable {
    private final Terminal terminal;
    private final boolean quiet;
    private boolean tabular;
    private final List<JsonSink> sinks = new ArrayList<>();
    private final List<JsonPlace> places = new ArrayList<>();
    private final List<Dataset> datasets = new ArrayList<>();
    private @Nullable Table table;
    private @Nullable PictureFolder pictures;
    private @Nullable HtmlReport report;

    /**
     * Opens the JSON outputs.
     *
     * @throws BadUse if one cannot be written, both go to one place, or one would replace an image
     */
    Outputs(Terminal terminal, @Nullable String json, @Nullable String jsonLines, boolean quiet, List<Input> inputs) {
        this.terminal = terminal;
        this.quiet = quiet;
        this.tabular = !quiet && !JsonPlace.isStandardOutput(json) && !JsonPlace.isStandardOutput(jsonLines);
        try {
            if (json != null) {
                sinks.add(open("--json", json, false, inputs));
            }
            if (jsonLines != null) {
                sinks.add(open("--jsonl", jsonLines, true, inputs));
            }
        } catch (BadUse e) {
            close();
            throw e;
        }
    }

    private JsonSink open(String option, String file, boolean lines, List<Input> inputs) {
        return JsonSink.open(place(option, file, inputs), lines, terminal.out());
    }

    private JsonPlace place(String option, String file, List<Input> inputs) {
        JsonPlace place = JsonPlace.of(option, file);
        for (JsonPlace other : places) {
            if (place.collidesWith(other)) {
                throw new BadUse(other.option() + " and " + option + " (" + file + ") must go to different files");
            }
        }
        for (Input input : inputs) {
            if (input.standardInput() == null && place.isSameAs(input.path())) {
                throw new BadUse(option + " " + file + ": also one of the images (" + input.name() + ")");
            }
        }
        places.add(place);
        return place;
    }

    /**
     * Opens the data sets; before {@link #begin}.
     *
     * @param model what finds the boxes
     * @throws BadUse if one cannot be written, goes where another output goes, or would replace an image
     */
    void open(DatasetOptions options, String model, List<Input> inputs, List<String> prompts) {
        if (options.coco() != null) {
            datasets.add(new CocoDataset(open("--coco", options.coco(), true, inputs), model, prompts));
            tabular &= !JsonPlace.isStandardOutput(options.coco());
        }
        if (options.voc() != null) {
            datasets.add(new VocDataset(options.voc(), kept(inputs)));
        }
        if (options.yolo() != null) {
            datasets.add(new YoloDataset(options.yolo(), prompts, kept(inputs)));
        }
    }

    /** Returns the files that none of those may replace whose names follow from the inputs'. */
    private List<Path> kept(List<Input> inputs) {
        List<Path> kept = new ArrayList<>(inputs.stream().map(Input::path).toList());
        places.stream().map(JsonPlace::path).filter(Objects::nonNull).forEach(kept::add);
        return kept;
    }

    /**
     * Opens the report.
     *
     * @param run what it says of the run
     * @throws BadUse if it cannot be written, another output goes there, or it would replace an image
     */
    void openReport(String file, ObjectNode run, List<Input> inputs) {
        report = HtmlReport.open(place("--report", file, inputs), run, inputs.size());
    }

    /**
     * Prepares table and pictures.
     *
     * @throws BadUse if the folder for pictures cannot be written
     */
    void begin(Table.Columns columns, List<Input> inputs, List<String> prompts, @Nullable Path folder) {
        if (folder != null) {
            pictures = new PictureFolder(folder, prompts, kept(inputs));
        }
        if (tabular) {
            table = new Table(terminal.out(), columns, inputs, prompts);
        }
    }

    /** Returns the folder for pictures; null if none are asked for. */
    @Nullable
    PictureFolder pictures() {
        return pictures;
    }

    /** Returns the report; null if none is asked for. */
    @Nullable
    HtmlReport report() {
        return report;
    }

    /** Tells the report of what failed. */
    void failed(String message) {
        if (report != null) {
            report.failed(message);
        }
    }

    void json(JsonNode result) {
        sinks.forEach(sink -> sink.add(result));
    }

    /** Adds an image with its boxes to the data sets. */
    void boxes(Input input, RgbImage image, List<Detection> detections) {
        datasets.forEach(dataset -> dataset.add(input, image, detections));
    }

    /** Prints a row of the table, if there is one. */
    void row(Input input, String label, Object... cells) {
        if (table != null) {
            table.row(input.name(), label, cells);
        }
    }

    /**
     * Makes sure that what was printed arrived.
     *
     * @throws OutputFailure if standard output takes no more
     */
    void check() {
        if (terminal.out().checkError()) {
            throw new OutputFailure("standard output: cannot be written");
        }
    }

    /** Completes the files. */
    void commit() {
        sinks.forEach(JsonSink::commit);
        datasets.forEach(Dataset::commit);
        if (report != null) {
            report.commit();
        }
        check();
        if (report != null && !quiet) {
            terminal.say("report in " + report.file());
        }
        if (pictures != null && !quiet) {
            terminal.say(pictures.written() + " pictures in " + pictures.folder());
        }
    }

    /** Removes files that were not completed. */
    @Override
    public void close() {
        sinks.forEach(JsonSink::close);
        datasets.forEach(Dataset::close);
        if (report != null) {
            report.close();
        }
    }
}
