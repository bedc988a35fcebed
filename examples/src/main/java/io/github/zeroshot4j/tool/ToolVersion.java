package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;

/** What {@code --version} prints: what a report of a fault should name. */
final class ToolVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            text(),
            "embedded model " + embeddedModel(),
            property("onnxruntime"),
            "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + "), "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    /** Returns the tool's name and version. */
    static String text() {
        return "zeroshot4j " + property("version");
    }

    /** Returns what the build wrote down. */
    private static String property(String name) {
        Properties properties = new Properties();
        try (InputStream in = ToolVersion.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(name, "(unknown)");
    }

    /** Returns the model's name from its files: to open it would take a second. */
    private static String embeddedModel() {
        try (InputStream in = TinyClip.class.getResourceAsStream("model/zeroshot4j.json")) {
            return in == null
                    ? "(unknown)"
                    : new ObjectMapper().readTree(in).path("modelName").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
