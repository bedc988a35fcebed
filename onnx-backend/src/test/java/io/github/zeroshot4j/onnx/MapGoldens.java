package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What the article's algorithm finds in Python, see the header of goldens/maps/maps.csv. A missing file or row is a failure.
 * The tests of the tiny model have the same class.
 */
final class MapGoldens {
    /** Largest difference of a patch's score, which is a logit. */
    private static final double TOLERANCE = 1e-4;

    private static final String TABLE = "/goldens/maps/maps.csv";
    private static final String MAPS = "/goldens/maps/maps.bin";
    private static final String COLUMNS =
            "picture,seed,width,height,sourceSha256,prompt,patch,window,stride,passes,rows,columns,"
                    + "mapOffset,normalisedOffset,xmin,ymin,xmax,ymax";

    private MapGoldens() {}

    /** What the tests go through, and how often the mean is clipped. */
    record Combination(String picture, int patch, int window, int stride, int passes) {}

    /** One line of the table. */
    record Row(List<String> cells) {
        String text(String column) {
            return cells.get(List.of(COLUMNS.split(",")).indexOf(column));
        }

        int number(String column) {
            return Integer.parseInt(text(column));
        }

        Combination combination() {
            return new Combination(
                    text("picture"), number("patch"), number("window"), number("stride"), number("passes"));
        }

        int patches() {
            return number("rows") * number("columns");
        }

        /** Window scores averaged per patch. */
        double[] map(ByteBuffer maps) {
            double[] values = new double[patches()];
            Arrays.setAll(values, i -> maps.getFloat(number("mapOffset") + 4 * i));
            return values;
        }

        /** Clipped and stretched to [0, 1], to the nearest of 65536 levels. */
        double[] normalised(ByteBuffer maps) {
            double[] values = new double[patches()];
            Arrays.setAll(values, i -> (maps.getShort(number("normalisedOffset") + 2 * i) & 0xffff) / 65535.0);
            return values;
        }

        List<Box> boxes() {
            return text("xmin").isEmpty()
                    ? List.of()
                    : List.of(new Box(number("xmin"), number("ymin"), number("xmax"), number("ymax")));
        }
    }

    static List<Row> rows() {
        List<String> lines =
                new String(bytes(TABLE), StandardCharsets.US_ASCII).lines().toList();
        assertThat(lines.get(0)).as("header of %s", TABLE).startsWith("# script: python -m zeroshot4j_export goldens");
        assertThat(lines.get(1)).as("header of %s", TABLE).startsWith("# libraries: ");
        List<String> table =
                lines.stream().filter(line -> !line.startsWith("#")).toList();
        assertThat(table.get(0)).isEqualTo(COLUMNS);
        return table.stream()
                .skip(1)
                .map(line -> new Row(List.of(line.split(",", -1))))
                .toList();
    }

    /** Localizes with every combination of a picture; the scan of an image is shared by all numbers of passes. */
    static void assertSameMapsAndBoxes(ZeroShotDetector detector, String picture) {
        List<Row> rows = rows().stream()
                .filter(row -> row.text("picture").equals(picture))
                .toList();
        assertThat(rows).as("rows of %s", picture).isNotEmpty();
        ByteBuffer maps = ByteBuffer.wrap(bytes(MAPS)).order(ByteOrder.LITTLE_ENDIAN);
        Row first = rows.get(0);
        byte[] samples = samples(first.number("seed"), first.number("width"), first.number("height"));
        assertThat(sha256(samples)).as("samples of %s", picture).isEqualTo(first.text("sourceSha256"));
        RgbImage image = RgbImage.of(first.number("width"), first.number("height"), samples);
        EmbeddedImage embedded = null;
        DetectorOptions scan = DetectorOptions.article();
        double mapDifference = 0;
        double normalisedDifference = 0;
        int boxes = 0;
        for (Row row : rows) {
            DetectorOptions options = DetectorOptions.article().toBuilder()
                    .patchPx(row.number("patch"))
                    .windowPatches(row.number("window"))
                    .stridePatches(row.number("stride"))
                    .meanClipPasses(row.number("passes"))
                    .build();
            ZeroShotDetector article = detector.withOptions(options);
            if (embedded == null || !isSameScan(scan, options)) {
                embedded = article.embed(image);
                scan = options;
            }
            Localization found =
                    article.localize(embedded, Prompt.all(row.text("prompt"))).get(0);
            String what = row.combination().toString();
            double difference = difference(found.map().toArray(), row.map(maps));
            assertThat(difference).as("largest difference of the map, %s", what).isLessThanOrEqualTo(TOLERANCE);
            mapDifference = Math.max(mapDifference, difference);

            double[] normalised =
                    found.map().clipAtMean(row.number("passes")).normalized().toArray();
            difference = difference(normalised, row.normalised(maps));
            assertThat(difference)
                    .as("largest difference of the normalised map, %s", what)
                    .isLessThanOrEqualTo(TOLERANCE);
            normalisedDifference = Math.max(normalisedDifference, difference);

            assertThat(found.detections())
                    .extracting(Detection::box)
                    .as("box, %s", what)
                    .isEqualTo(row.boxes());
            boxes += row.boxes().size();
        }
        System.out.printf(
                "%s: %d combinations, %d boxes, largest difference of a map %.1e, of a normalised map %.1e%n",
                picture, rows.size(), boxes, mapDifference, normalisedDifference);
    }

    private static boolean isSameScan(DetectorOptions a, DetectorOptions b) {
        return a.patchPx() == b.patchPx()
                && a.windowPatches().equals(b.windowPatches())
                && a.stridePatches() == b.stridePatches();
    }

    private static double difference(double[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
            largest = Math.max(largest, Math.abs(found[i] - expected[i]));
        }
        return largest;
    }

    /** The picture that the header of the table describes. */
    private static byte[] samples(int seed, int w, int h) {
        byte[] samples = new byte[3 * w * h];
        int r = Math.min(w, h) / 5;
        for (int y = 0, i = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int dx = x - 2 * w / 3;
                int dy = y - 2 * h / 5;
                boolean disc = dx * dx + dy * dy < r * r;
                for (int channel = 0; channel < 3; channel++, i++) {
                    int value = mix(seed, i) >>> 27;
                    if (disc) {
                        value += channel == 0 ? ((x / 40 + y / 40) & 1) * 200 : 30;
                    } else {
                        int block = mix(seed + 1, (y / 157 * 64 + x / 191) * 3 + channel) >>> 25;
                        int slope = channel == 0 ? x * 128 / w : channel == 1 ? y * 128 / h : 127 - x * 128 / w;
                        value += block / 2 + slope;
                    }
                    samples[i] = (byte) value;
                }
            }
        }
        return samples;
    }

    private static int mix(int seed, int i) {
        int h = i * 0x9E3779B1 + seed * 0x85EBCA77;
        h ^= h >>> 15;
        h *= 0x85EBCA77;
        h ^= h >>> 13;
        h *= 0xC2B2AE3D;
        return h ^ (h >>> 16);
    }

    private static byte[] bytes(String path) {
        try (InputStream in = MapGoldens.class.getResourceAsStream(path)) {
            assertThat(in).as("golden file %s", path).isNotNull();
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
