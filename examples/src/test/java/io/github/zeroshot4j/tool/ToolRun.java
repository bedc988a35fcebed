package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** One run of the tool in this JVM, on an encoder of colours: what it printed and how it ended. */
record ToolRun(int exitCode, String out, String err) {
    /** Small enough for a single box: to the model of colours a part of a square is as red as the whole. */
    static final Box SQUARE = new Box(30, 40, 70, 80);

    /** What the tests' model says about itself. */
    static final String NOTE = "the fake model knows colours only";

    static ToolRun of(String... arguments) {
        return of(new byte[0], false, arguments);
    }

    static ToolRun onTerminal(String... arguments) {
        return of(new byte[0], true, arguments);
    }

    static ToolRun of(byte[] standardInput, boolean interactive, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return of(new ByteArrayInputStream(standardInput), out, interactive, arguments);
    }

    /** Runs the tool between these streams; what it printed is told where the output is one of bytes in memory. */
    static ToolRun of(InputStream standardInput, OutputStream out, boolean interactive, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        FakeEncoder encoder = new FakeEncoder();
        Models models = models(encoder);
        Terminal terminal = new Terminal(
                standardInput,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive);
        int code = Zeroshot.run(arguments, terminal, models, Map.of());
        if (encoder.imageCalls() + encoder.textCalls() > 0) {
            encoder.assertClosed();
        }
        String printed = out instanceof ByteArrayOutputStream bytes ? bytes.toString(StandardCharsets.UTF_8) : "";
        return new ToolRun(code, printed, err.toString(StandardCharsets.UTF_8));
    }

    /** Returns the model of colours, new each time that it is opened. */
    static Models models() {
        return (model, options) -> models(new FakeEncoder()).open(model, options);
    }

    private static Models models(FakeEncoder encoder) {
        return (model, options) -> {
            if (model != null) {
                throw new EncoderException("modelDirectory (" + model + ") must be a directory with a model");
            }
            return new Models.Model(encoder, NOTE);
        };
    }

    /** Runs the tool with real models, in an environment. */
    static ToolRun in(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Zeroshot.run(arguments, terminal, Models.ofFiles(environment), environment);
        return new ToolRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    JsonNode json() {
        try {
            return new ObjectMapper().readTree(out);
        } catch (IOException e) {
            throw new UncheckedIOException(out, e);
        }
    }

    /** Returns the box of a detection in JSON. */
    static Box box(JsonNode detection) {
        JsonNode box = detection.get("box");
        return new Box(
                box.get("xmin").intValue(),
                box.get("ymin").intValue(),
                box.get("xmax").intValue(),
                box.get("ymax").intValue());
    }

    ToolRun hasCode(int expected) {
        assertThat(exitCode).as("out: %s%nerr: %s", out, err).isEqualTo(expected);
        return this;
    }

    /** Writes an image of 140 x 140 pixels: a red {@link #SQUARE} on gray. */
    static Path redSquare(Path file) throws IOException {
        Pictures.write(RgbImage.filled(140, 140, 0x808080).fill(SQUARE, 0xFF0000), file);
        return file;
    }
}
