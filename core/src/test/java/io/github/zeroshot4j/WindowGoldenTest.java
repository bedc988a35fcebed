package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pillow's bytes for every window of whole scans, by the pass that shares work between windows, and for random crops. */
final class WindowGoldenTest {
    static List<Goldens.Row> scans() {
        return Goldens.table("resize/windows.csv");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scans")
    void write_everyWindowOfTheScan_bytesOfPillow(Goldens.Row row) {
        RgbImage image = picture(row);
        assertThat(crc32(image.samples())).as("source").isEqualTo(row.text("sourceCrc32"));
        PatchGrid grid = new PatchGrid(image.width(), image.height(), row.integer("patch"), Coverage.DROP_REMAINDER);
        List<Box> windows = new WindowScanner(grid, row.integer("window"), row.integer("stride")).windows();
        int side = row.integer("side");
        // (value / 255 - 0) / (1 / 255): the bytes come out as they are, up to the rounding of a float.
        EncoderSpec spec = EncoderSpec.builder("m", side, 1)
                .resampleFilter(ResampleFilter.valueOf(row.text("filter")))
                .mean(0, 0, 0)
                .std(1 / 255f, 1 / 255f, 1 / 255f)
                .build();
        WindowPixels shared = new WindowPixels(image, windows, spec, Resampling.EXACT);
        FloatBuffer pixels = GuardedEncoder.buffer(3 * side * side);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            shared.write(i, pixels, 0);
            found.add(crc32(bytes(pixels, side)));
        }
        assertThat(found).containsExactly(row.text("crc32").split(" ", -1));
    }

    @Test
    void goldens_scans_coverTheArticlesOn18Megapixels() {
        assertThat(scans()).anySatisfy(row -> {
            assertThat(row.integer("sourceWidth")).isEqualTo(3456);
            assertThat(row.integer("sourceHeight")).isEqualTo(5184);
            assertThat(row.text("crc32").split(" ", -1)).hasSize(120);
        });
    }

    @Test
    void resize_randomCropsAndTargets_bytesOfPillow() {
        List<Goldens.Row> rows = Goldens.table("resize/random.csv");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(200);
        for (Goldens.Row row : rows) {
            Box crop = new Box(row.integer("x0"), row.integer("y0"), row.integer("x1"), row.integer("y1"));
            RgbImage result = Resampler.resize(
                    picture(row).crop(crop),
                    row.integer("width"),
                    row.integer("height"),
                    ResampleFilter.valueOf(row.text("filter")));
            assertThat(crc32(result.samples()))
                    .as("seed %s, %s, %s", row.text("seed"), row, row.text("filter"))
                    .isEqualTo(row.text("crc32"));
        }
    }

    private static RgbImage picture(Goldens.Row row) {
        return Goldens.picture(
                row.text("kind"), row.integer("seed"), row.integer("sourceWidth"), row.integer("sourceHeight"));
    }

    /** The interleaved bytes of an image in planes. */
    private static byte[] bytes(FloatBuffer planes, int side) {
        int plane = side * side;
        byte[] bytes = new byte[3 * plane];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(planes.get(i % 3 * plane + i / 3));
        }
        return bytes;
    }

    private static String crc32(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }
}
