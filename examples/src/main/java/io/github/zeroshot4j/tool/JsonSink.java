package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes results as they come: one array, or one object per line. A file is written beside its target and moved onto it by
 * {@link #commit()}, so that it is there in whole or not at all.
 */
final class JsonSink implements Closeable {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);

    private final Path target;
    private final Path part;
    private final OutputStream out;
    private final boolean lines;
    private boolean first = true;

    private JsonSink(Path target, Path part, OutputStream out, boolean lines) {
        this.target = target;
        this.part = part;
        this.out = out;
        this.lines = lines;
    }

    /**
     * Opens a sink.
     *
     * @param option the option's name, for errors
     * @param file a file, or {@code -} for standard output
     * @throws BadUse if it cannot be written
     */
    static JsonSink open(String option, String file, boolean lines, PrintStream standardOutput) {
        Path target = Path.of(file);
        if (file.equals("-")) {
            return new JsonSink(target, target, new BufferedOutputStream(standardOutput), lines);
        }
        // What is there and is no file, such as /dev/stdout, is written to, not replaced.
        boolean device = Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target);
        if (Files.isDirectory(target)) {
            throw new BadUse(option + " " + file + ": a folder, not a file");
        }
        Path part =
                device ? target : target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            OutputStream stream = device
                    ? Files.newOutputStream(target)
                    : Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (!device) {
                part.toFile().deleteOnExit(); // when the user interrupts
            }
            return new JsonSink(target, part, new BufferedOutputStream(stream), lines);
        } catch (IOException e) {
            throw new BadUse(option + " " + file + ": cannot be written (" + e + ")", e);
        }
    }

    void add(JsonNode result) throws IOException {
        if (!lines) {
            write(first ? "[\n" : ",\n");
        }
        first = false;
        out.write(MAPPER.writeValueAsBytes(result));
        if (lines) {
            write("\n");
            out.flush();
        }
    }

    /** Ends the output and puts it where it belongs. */
    void commit() throws IOException {
        if (!lines) {
            write(first ? "[]\n" : "\n]\n");
        }
        out.flush();
        if (!part.equals(target)) {
            out.close();
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes what was not committed. Standard output stays open. */
    @Override
    public void close() throws IOException {
        if (!part.equals(target)) {
            out.close();
            Files.deleteIfExists(part);
        }
    }
}
