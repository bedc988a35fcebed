package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes results as they come: one array, or one object per line. A file is written beside its target and moved onto it by
 * {@link #commit()}, so that it is there in whole or not at all; a link stays, and the file that it names is replaced.
 *
 * <p>Every failure to write is an {@link OutputFailure}, but for standard output, whose stream keeps failures to itself.
 */
final class JsonSink implements Closeable {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);

    private final JsonPlace place;
    private final @Nullable PartFile part;
    private final OutputStream out;
    private final boolean lines;
    private boolean first = true;

    private JsonSink(JsonPlace place, @Nullable PartFile part, OutputStream out, boolean lines) {
        this.place = place;
        this.part = part;
        this.out = out;
        this.lines = lines;
    }

    /**
     * Opens a sink.
     *
     * @throws BadUse if it cannot be written
     */
    static JsonSink open(JsonPlace place, boolean lines, PrintStream standardOutput) {
        Path target = place.path();
        if (target == null) {
            return new JsonSink(place, null, new BufferedOutputStream(standardOutput), lines);
        }
        try {
            if (place.isDevice()) {
                OutputStream device =
                        Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                return new JsonSink(place, null, new BufferedOutputStream(device), lines);
            }
            PartFile part = new PartFile(target);
            return new JsonSink(place, part, part.stream(), lines);
        } catch (IOException e) {
            throw new BadUse(failure(place, e), e);
        }
    }

    private static String failure(JsonPlace place, IOException e) {
        return place.option() + " " + place.file() + ": cannot be written (" + Reason.of(e) + ")";
    }

    JsonPlace place() {
        return place;
    }

    /** Adds a result: a JSON node, or a record of the fields that it has. */
    void add(Object result) {
        try {
            if (!lines) {
                write(first ? "[\n" : ",\n");
            }
            first = false;
            out.write(MAPPER.writeValueAsBytes(result));
            if (lines) {
                write("\n");
                out.flush();
            }
        } catch (IOException e) {
            throw new OutputFailure(failure(place, e), e);
        }
    }

    /** Ends the output and puts it where it belongs. */
    void commit() {
        try {
            if (!lines) {
                write(first ? "[]\n" : "\n]\n");
            }
            out.flush();
            if (part != null) {
                part.commit();
            }
        } catch (IOException e) {
            throw new OutputFailure(failure(place, e), e);
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes what was not committed. Standard output stays open. */
    @Override
    public void close() {
        if (part != null) {
            part.close();
        } else if (place.path() != null) {
            try {
                out.close();
            } catch (IOException e) {
                // What commit() had not written is not wanted any more.
            }
        }
    }
}
