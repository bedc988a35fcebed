package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the results of a run go: the table, the JSON files, the folder of pictures. */
final class Outputs implements Closeable {
    private final Terminal terminal;
    private final boolean quiet;
    private final boolean tabular;
    private final List<JsonSink> sinks = new ArrayList<>();
    private @Nullable Table table;
    private @Nullable PictureFolder pictures;

    /**
     * Opens the JSON outputs.
     *
     * @throws BadUse if one cannot be written, or both go to one place
     */
    Outputs(Terminal terminal, @Nullable String json, @Nullable String jsonLines, boolean quiet) throws IOException {
        this.terminal = terminal;
        this.quiet = quiet;
        this.tabular = !quiet && !"-".equals(json) && !"-".equals(jsonLines);
        if (json != null && json.equals(jsonLines)) {
            throw new BadUse("--json and --jsonl (" + json + ") must go to different files");
        }
        try {
            if (json != null) {
                sinks.add(JsonSink.open("--json", json, false, terminal.out()));
            }
            if (jsonLines != null) {
                sinks.add(JsonSink.open("--jsonl", jsonLines, true, terminal.out()));
            }
        } catch (BadUse e) {
            close();
            throw e;
        }
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

    void json(JsonNode result) throws IOException {
        for (JsonSink sink : sinks) {
            sink.add(result);
        }
    }

    /** Prints a row of the table, if there is one. */
    void row(Input input, String label, Object... cells) {
        if (table != null) {
            table.row(input.name(), label, cells);
        }
    }

    /** Completes the files. */
    void commit() throws IOException {
        for (JsonSink sink : sinks) {
            sink.commit();
        }
        if (pictures != null && !quiet) {
            terminal.say(pictures.written() + " pictures in " + pictures.folder());
        }
    }

    /** Removes files that were not completed. */
    @Override
    public void close() throws IOException {
        for (JsonSink sink : sinks) {
            sink.close();
        }
    }
}
