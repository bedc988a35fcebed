package io.github.zeroshot4j.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what {@code python -m zeroshot4j_export goldens --only tiny} writes. A file that is missing or has no header is a failure. */
final class ScanGoldens {
    private ScanGoldens() {}

    /** A box of the golden and its score. */
    record Scored(Box box, double score) {}

    /** Evidence, probability and map of a prompt. */
    record Numbers(double evidence, double probability, List<Double> map) {}

    /**
     * What the Python twin says of a prompt; nothing where it hangs on rounding.
     *
     * @param boxes those that are found by default
     * @param undecided those that are found with a presence threshold of 0
     */
    record Answer(
            int width,
            int height,
            String prompt,
            Optional<Numbers> numbers,
            Optional<List<Scored>> boxes,
            Optional<List<Scored>> undecided) {
        @Override
        public String toString() {
            return prompt + " in " + width + " x " + height;
        }
    }

    /** Side of the patches and number of windows of each share and of all together for an image size. */
    record Grid(int width, int height, int patch, List<Integer> windows, int all) {}

    static List<Answer> answers() {
        return rows("scan.csv").stream().map(ScanGoldens::answer).toList();
    }

    static List<Grid> grids() {
        return rows("grids.csv").stream()
                .map(cells -> Arrays.stream(cells).map(Integer::valueOf).toList())
                .map(n -> new Grid(n.get(0), n.get(1), n.get(2), n.subList(3, n.size() - 1), n.get(n.size() - 1)))
                .toList();
    }

    private static Answer answer(String[] cells) {
        return new Answer(
                Integer.parseInt(cells[0]),
                Integer.parseInt(cells[1]),
                cells[2],
                cells[3].equals("-") ? Optional.empty() : Optional.of(numbers(cells)),
                boxes(cells[6]),
                boxes(cells[7]));
    }

    private static Numbers numbers(String[] cells) {
        return new Numbers(
                Double.parseDouble(cells[3]),
                Double.parseDouble(cells[4]),
                Arrays.stream(cells[5].split(" ", -1)).map(Double::valueOf).toList());
    }

    private static Optional<List<Scored>> boxes(String text) {
        return text.equals("-")
                ? Optional.empty()
                : Optional.of(Arrays.stream(text.split(";", -1))
                        .filter(box -> !box.isEmpty())
                        .map(ScanGoldens::scored)
                        .toList());
    }

    private static Scored scored(String text) {
        String[] n = text.split(" ", -1);
        Box box =
                new Box(Integer.parseInt(n[0]), Integer.parseInt(n[1]), Integer.parseInt(n[2]), Integer.parseInt(n[3]));
        return new Scored(box, Double.parseDouble(n[4]));
    }

    private static List<String[]> rows(String file) {
        List<String[]> rows = text(file)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
        assertThat(rows).as("rows of %s", file).isNotEmpty();
        return rows;
    }

    static String text(String file) {
        try (InputStream in = ScanGoldens.class.getResourceAsStream("/goldens/" + file)) {
            assertThat(in).as("golden file %s", file).isNotNull();
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(text).as(file).startsWith("# script: python -m zeroshot4j_export goldens --only tiny\n");
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the picture that the header of scan.csv describes. */
    static RgbImage picture(int w, int h) {
        byte[] samples = new byte[3 * w * h];
        int u = Math.min(w, h) / 12;
        int cx = w - 3 * u;
        int cy = h - 3 * u;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int rgb = (130 + x * 90 / w) << 16 | (150 + y * 80 / h) << 8 | (200 - y * 60 / h);
                rgb = inDisc(x - 3 * u, y - 4 * u, 2 * u) ? 214 << 16 | 40 << 8 | 40 : rgb;
                rgb = inDisc(x - (3 * u + u / 2), y - (2 * u - u / 4), u / 2) ? 60 << 16 | 160 << 8 | 60 : rgb;
                rgb = inDisc(x - cx, y - cy, 2 * u) ? 250 << 16 | 205 << 8 | 50 : rgb;
                boolean eye = inDisc(x - (cx - u * 2 / 3), y - (cy - u / 2), u / 4)
                        || inDisc(x - (cx + u * 2 / 3), y - (cy - u / 2), u / 4);
                boolean mouth = x >= cx - u && x < cx + u && y >= cy + u / 2 && y < cy + u * 3 / 4;
                rgb = eye || mouth ? 60 << 16 | 40 << 8 | 30 : rgb;
                int at = 3 * (y * w + x);
                samples[at] = (byte) (rgb >> 16);
                samples[at + 1] = (byte) (rgb >> 8);
                samples[at + 2] = (byte) rgb;
            }
        }
        return RgbImage.of(w, h, samples);
    }

    private static boolean inDisc(int x, int y, int r) {
        return x * x + y * y <= r * r;
    }
}
