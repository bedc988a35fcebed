package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Image files that model-export wrote, with the pixels that Pillow reads; images.csv has the details. */
final class GoldenImages {
    private GoldenImages() {}

    /** A file and its pixels. */
    static final class Golden {
        private final List<String> row; // name, format, fileOffset, fileLength, width, height, pixelsOffset
        private final byte[] all;

        private Golden(List<String> row, byte[] all) {
            this.row = row;
            this.all = all;
        }

        String name() {
            return row.get(0);
        }

        byte[] file() {
            return Arrays.copyOfRange(all, number(2), number(2) + number(3));
        }

        int width() {
            return number(4);
        }

        int height() {
            return number(5);
        }

        /** Returns 0xRRGGBB of the pixel, row by row. */
        int rgb(int pixel) {
            int at = number(6) + 3 * pixel;
            return (all[at] & 0xff) << 16 | (all[at + 1] & 0xff) << 8 | (all[at + 2] & 0xff);
        }

        private int number(int column) {
            return Integer.parseInt(row.get(column));
        }

        @Override
        public String toString() {
            return name();
        }
    }

    static List<Golden> all() throws IOException {
        byte[] content = bytes("images.bin");
        List<Golden> goldens = new String(bytes("images.csv"), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("name,"))
                .map(line -> new Golden(List.of(line.split(",")), content))
                .toList();
        assertThat(goldens).hasSizeGreaterThan(100);
        return goldens;
    }

    static Golden named(String name) throws IOException {
        return all().stream()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no golden image " + name));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = GoldenImages.class.getResourceAsStream("/goldens/images/" + name)) {
            assertThat(in).as("golden file %s", name).isNotNull();
            return in.readAllBytes();
        }
    }
}
