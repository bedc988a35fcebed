package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The column "with plug-ins" of core/IMAGES.md, cell by cell: the readers of TwelveMonkeys are on the class path here. */
final class ImagePluginsTest {
    private static final Path CORE = Path.of("..", "core");
    private static final Path GOLDENS = CORE.resolve("src/test/resources/goldens/images");
    private static final int FILES = 2;
    private static final int WITH_PLUGINS = 4;
    private static final int COLUMNS = 6; // with the empty ones outside
    private static final ImageReadOptions DEFAULTS = ImageReadOptions.defaults();

    /** Returns the rows of images.csv: name, format, fileOffset, fileLength, width, height, pixelsOffset. */
    static List<List<String>> goldens() throws IOException {
        return Files.readAllLines(GOLDENS.resolve("images.csv")).stream()
                .filter(line -> !line.startsWith("#") && !line.startsWith("name,"))
                .map(line -> List.of(line.split(",")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void read_everyFormat_asTheTableSays(List<String> golden) throws IOException {
        byte[] content = Files.readAllBytes(GOLDENS.resolve("images.bin"));
        String cell = table().entrySet().stream()
                .filter(row -> FileSystems.getDefault()
                        .getPathMatcher("glob:" + row.getKey())
                        .matches(Path.of(golden.get(0))))
                .findFirst()
                .orElseThrow()
                .getValue();

        if (cell.startsWith("error: ")) {
            assertThat(outcome(golden, content)).contains(cell.substring(7).replace("`", ""));
        } else {
            assertThat(outcome(golden, content)).isEqualTo(cell);
        }
    }

    /** Returns the largest difference of a channel, or the error. */
    private static String outcome(List<String> golden, byte[] content) {
        ImageReadOptions options =
                golden.get(0).endsWith("-as-srgb") ? DEFAULTS.withColours(ImageReadOptions.Colours.TO_SRGB) : DEFAULTS;
        RgbImage image;
        try {
            image = ImageFiles.read(file(golden, content), options);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        if (image.width() != number(golden, 4) || image.height() != number(golden, 5)) {
            return "another size: " + image.bounds();
        }
        int largest = 0;
        int at = number(golden, 6);
        for (int pixel : image.toPacked()) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                largest = Math.max(largest, Math.abs((pixel >> shift & 0xff) - (content[at++] & 0xff)));
            }
        }
        return String.valueOf(largest);
    }

    /** Returns the cell by the pattern of names. */
    private static Map<String, String> table() throws IOException {
        Map<String, String> table = new LinkedHashMap<>();
        for (String line : Files.readAllLines(CORE.resolve("IMAGES.md"))) {
            String[] cells = line.split(" *\\| *", -1);
            if (cells.length == COLUMNS && cells[FILES].startsWith("`")) {
                table.put(cells[FILES].replace("`", ""), cells[WITH_PLUGINS]);
            }
        }
        return table;
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void read_cutInHalf_isAnError(List<String> golden) throws IOException {
        byte[] file = file(golden, Files.readAllBytes(GOLDENS.resolve("images.bin")));
        // The first of several frames or pages may be whole, and a pixel fits into any half.
        if (!golden.get(0).matches(".*(animated|pages|pixel)")) {
            assertThat(failure(Arrays.copyOf(file, file.length / 2)))
                    .as(golden.get(0))
                    .startsWith("image stream: ");
        }
    }

    @Test
    void read_brokenAnywhere_isAnImageOrAnIOException() throws IOException {
        byte[] content = Files.readAllBytes(GOLDENS.resolve("images.bin"));
        Random random = new Random(5);
        for (List<String> golden : goldens()) {
            for (int i = 0; i < 40; i++) {
                byte[] broken = file(golden, content);
                // The WebP plug-in reads on behind the end of broken pixels, which takes seconds: its container alone.
                boolean webp = golden.get(0).startsWith("webp");
                int header = Math.min(broken.length, webp ? 34 : 200);
                broken[random.nextInt(webp || i % 2 == 0 ? header : broken.length)] = (byte) random.nextInt();
                String failure = failure(broken);
                assertThat(failure.isEmpty() || failure.startsWith("image stream: "))
                        .as("%s, %d: %s", golden.get(0), i, failure)
                        .isTrue();
            }
        }
    }

    @Test
    void read_webpOfTwoSizes_refused() throws IOException {
        byte[] content = Files.readAllBytes(GOLDENS.resolve("images.bin"));
        for (String name :
                List.of("webp-lossy-alpha", "webp-orientation-6")) { // lossy and lossless, both with a canvas
            List<String> golden = goldens().stream()
                    .filter(row -> row.get(0).equals(name))
                    .findFirst()
                    .orElseThrow();
            byte[] broken = file(golden, content);
            broken[25] = 1; // 256 pixels wider
            assertThat(failure(broken)).contains("broken, its canvas is of another size than its picture");
        }
    }

    /** Returns the message of the error; empty if the file is read. */
    private static String failure(byte[] file) {
        try {
            ImageFiles.read(file, DEFAULTS.withMaxPixels(1_000_000));
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static byte[] file(List<String> golden, byte[] content) {
        return Arrays.copyOfRange(content, number(golden, 2), number(golden, 2) + number(golden, 3));
    }

    private static int number(List<String> golden, int column) {
        return Integer.parseInt(golden.get(column));
    }
}
