package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads the golden files, which the module model-export writes. A file that is missing or has no header is a failure. */
final class Goldens {
    private Goldens() {}

    /** One line of a table: the cells by the names of their columns. */
    record Row(Map<String, String> cells) {
        String text(String column) {
            String cell = cells.get(column);
            assertThat(cell).as("column %s", column).isNotNull();
            return String.valueOf(cell);
        }

        int integer(String column) {
            return Integer.parseInt(text(column));
        }

        double number(String column) {
            return Double.parseDouble(text(column));
        }

        /** Returns the numbers of a cell that holds several; none for an empty cell. */
        double[] numbers(String column) {
            String cell = text(column);
            return cell.isEmpty() ? new double[0] : Goldens.numbers(cell, " ");
        }

        @Override
        public String toString() {
            return cells.containsKey("name")
                    ? text("name")
                    : cells.get("kind") + " " + cells.get("sourceWidth") + " x " + cells.get("sourceHeight") + " to "
                            + cells.get("width") + " x " + cells.get("height");
        }
    }

    static byte[] bytes(String path) {
        try (InputStream in = Goldens.class.getResourceAsStream("/goldens/" + path)) {
            assertThat(in).as("golden file %s", path).isNotNull();
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String path) {
        return new String(bytes(path), StandardCharsets.US_ASCII);
    }

    /** Returns the rows of a comma-separated table without quotes. */
    static List<Row> table(String path) {
        List<String> lines = text(path).lines().toList();
        assertThat(lines.get(0)).as("header of %s", path).startsWith("# script: python -m zeroshot4j_export goldens");
        assertThat(lines).as("header of %s", path).anyMatch(line -> line.startsWith("# libraries: "));
        List<String> table =
                lines.stream().filter(line -> !line.startsWith("#")).toList();
        String[] columns = table.get(0).split(",", -1);
        List<Row> rows = table.subList(1, table.size()).stream()
                .map(line -> row(columns, line.split(",", -1)))
                .toList();
        assertThat(rows).as("rows of %s", path).isNotEmpty();
        return rows;
    }

    private static Row row(String[] columns, String[] cells) {
        assertThat(cells).as("cells of %s", cells[0]).hasSameSizeAs(columns);
        Map<String, String> byColumn = new HashMap<>();
        for (int i = 0; i < columns.length; i++) {
            byColumn.put(columns[i], cells[i]);
        }
        return new Row(Map.copyOf(byColumn));
    }

    /** Returns the numbers of the JSON array called {@code key}, whatever it is nested in. */
    static double[] jsonNumbers(String path, String key) {
        String json = text(path);
        assertThat(json).as("header of %s", path).contains("\"script\": \"python -m zeroshot4j_export goldens");
        int start = json.indexOf("\"" + key + "\": [");
        assertThat(start).as("key %s in %s", key, path).isNotNegative();
        int end = json.indexOf('"', start + key.length() + 2);
        String array = json.substring(start + key.length() + 3, end < 0 ? json.length() : end);
        return numbers(array.replaceAll("[^-0-9.e]+", " ").strip(), " ");
    }

    private static double[] numbers(String text, String separator) {
        return Arrays.stream(text.split(separator, -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Returns the picture that the header of resize.csv describes. */
    static RgbImage picture(String kind, int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        for (int i = 0; i < samples.length; i++) {
            int channel = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            samples[i] = switch (kind) {
                case "noise" -> (byte) (mix(seed, i) >>> 24);
                case "blocks" -> (byte) (((x / 7 + y / 5 + channel) & 1) * 255);
                case "ramp" -> (byte) (x * 3 + y * 5 + channel * 85);
                default -> throw new AssertionError("unknown kind of picture " + kind);
            };
        }
        return RgbImage.of(width, height, samples);
    }

    private static int mix(int seed, int i) {
        int h = i * 0x9E3779B1 + seed * 0x85EBCA77;
        h ^= h >>> 15;
        h *= 0x85EBCA77;
        h ^= h >>> 13;
        h *= 0xC2B2AE3D;
        return h ^ (h >>> 16);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
