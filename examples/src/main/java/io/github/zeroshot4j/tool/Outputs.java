package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the results of a run go: the table, the JSON files, the report, the folder of pictures. */
final class Outputs implements Closeable {
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean tabular;
    private final List<JsonSink> sinks = new ArrayList<>();
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
            open("--json", json, false, inputs);
            open("--jsonl", jsonLines, true, inputs);
        } catch (BadUse e) {
            close();
            throw e;
        }
    }

    private void open(String option, @Nullable String file, boolean lines, List<Input> inputs) {
        if (file != null) {
            sinks.add(JsonSink.open(place(option, file, inputs), lines, terminal.out()));
        }
    }

    private JsonPlace place(String option, String file, List<Input> inputs) {
        JsonPlace place = JsonPlace.of(option, file);
        for (JsonSink other : sinks) {
            if (place.isSameAs(other.place())) {
                throw new BadUse(
                        other.place().option() + " and " + option + " (" + file + ") must go to different files");
            }
        }
        for (Input input : inputs) {
            if (input.standardInput() == null && place.isSameAs(input.path())) {
                throw new BadUse(option + " " + file + ": also one of the images (" + input.name() + ")");
            }
        }
        return place;
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
            pictures = new PictureFolder(folder, prompts, inputs);
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
        if (report != null) {
            report.close();
        }
    }
}
