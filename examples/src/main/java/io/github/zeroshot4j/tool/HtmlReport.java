package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run as one HTML file that needs nothing else, no network either: the results stand in it as JSON, which its own script draws.
 * Images are written as they come; the file is there in whole or not at all, as {@link PartFile} has it.
 *
 * <p>What comes from users, prompts and names of files, is data in that JSON and text in the page, never HTML. A content security
 * policy in the page lets nothing load but {@code data:} pictures, and no script run but the one that is meant.
 */
final class HtmlReport implements Closeable {
    /** The most images that a page holds. */
    static final int MOST_IMAGES = 1000;

    /** The most pixels of a picture in the page. */
    private static final double MOST_PIXELS = 1280 * 1280;

    /** The most pixels of all pictures together. */
    private static final double MOST_PIXELS_IN_ALL = 48e6;

    private static final String DATA = "{{data}}";
    private static final ObjectMapper MAPPER = mapper();

    private final JsonPlace place;
    private final PartFile part;
    private final ObjectNode run;
    private final ArrayNode failures = Json.array();
    private final String tail;
    private final double mostPixels;
    private final long start = System.nanoTime();

    private HtmlReport(JsonPlace place, PartFile part, ObjectNode run, int images) throws IOException {
        this.place = place;
        this.part = part;
        this.run = run;
        this.mostPixels = Math.min(MOST_PIXELS, MOST_PIXELS_IN_ALL / Math.max(1, images));
        String page = page();
        int data = page.indexOf(DATA);
        this.tail = page.substring(data + DATA.length());
        part.write(page.substring(0, data));
    }

    /**
     * Opens a report.
     *
     * @param run what the page says of the run: {@link ReportedRun}
     * @param images how many there may be
     * @throws BadUse if it cannot be written, is no file, or there are too many images
     */
    static HtmlReport open(JsonPlace place, ObjectNode run, int images) {
        Path path = place.path();
        if (path == null || place.isDevice()) {
            throw new BadUse(place.option() + " " + place.file() + ": must be a file");
        }
        if (images > MOST_IMAGES) {
            throw new BadUse(place.option() + ": images (" + images + ") must be at most " + MOST_IMAGES
                    + ", which a page can hold; --json takes any number");
        }
        PartFile part = null;
        try {
            part = new PartFile(path);
            return new HtmlReport(place, part, run, images);
        } catch (IOException e) {
            if (part != null) {
                part.close();
            }
            throw new BadUse(failure(place, e), e);
        }
    }

    private static String failure(JsonPlace place, IOException e) {
        return place.option() + " " + place.file() + ": cannot be written (" + Reason.of(e) + ")";
    }

    /** Returns what the user calls the file. */
    String file() {
        return place.file();
    }

    /** Returns how many pixels a picture may have, so that the page does not grow beyond bounds. */
    double mostPixels() {
        return mostPixels;
    }

    /**
     * Adds an image.
     *
     * @throws OutputFailure if it cannot be written
     */
    void add(ObjectNode image) {
        try {
            part.write(island("image", image));
        } catch (IOException e) {
            throw new OutputFailure(failure(place, e), e);
        }
    }

    /** Adds what is to be said of an image that failed. */
    void failed(String message) {
        failures.add(message);
    }

    /**
     * Completes the file.
     *
     * @throws OutputFailure if it cannot be written
     */
    void commit() {
        run.put("seconds", (System.nanoTime() - start) / 1e9).set("failures", failures);
        try {
            part.write(island("run", run));
            part.write(tail);
            part.commit();
        } catch (IOException e) {
            throw new OutputFailure(failure(place, e), e);
        }
    }

    /** Removes what was not completed. */
    @Override
    public void close() {
        part.close();
    }

    private static String island(String kind, JsonNode data) throws JsonProcessingException {
        return "<script type=\"application/json\" class=\"" + kind + "\">" + MAPPER.writeValueAsString(data)
                + "</script>\n";
    }

    private static ObjectMapper mapper() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.getFactory().setCharacterEscapes(new NoMarkup());
        return mapper;
    }

    /** Without these letters no text ends a script, begins a comment or is anything else to HTML. */
    private static final class NoMarkup extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private final int[] escapes = CharacterEscapes.standardAsciiEscapesForJSON();

        NoMarkup() {
            for (char markup : new char[] {'<', '>', '&'}) {
                escapes[markup] = CharacterEscapes.ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int letter) {
            return null; // none but the standard ones
        }
    }

    /** Returns the page without its data. */
    private static String page() {
        String style = resource("report.css");
        String script = resource("report.js");
        return resource("report.html")
                .replace("{{style-hash}}", hash(style))
                .replace("{{script-hash}}", hash(script))
                .replace("{{style}}", style)
                .replace("{{script}}", script);
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what a content security policy calls a script or style that may be used. */
    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
