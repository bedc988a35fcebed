package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ResamplerTest {
    static List<Goldens.Row> pillow() {
        return Goldens.table("resize/resize.csv");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pillow")
    void resize_goldens_bytesOfPillow(Goldens.Row row) {
        RgbImage source = source(row);
        byte[] before = source.samples().clone();
        RgbImage result = Resampler.resize(
                crop(source, row), row.integer("width"), row.integer("height"), ResampleFilter.BICUBIC);
        assertPillows(row, result);
        assertThat(source.samples()).as("input").isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pillow")
    void resize_naiveTwinOnGoldens_bytesOfPillow(Goldens.Row row) {
        // The twin of the other tests is itself held to the goldens; the large ones would take it too long.
        if (row.integer("sourceWidth") <= 320) {
            assertPillows(
                    row,
                    Reference.resize(
                            crop(source(row), row),
                            row.integer("width"),
                            row.integer("height"),
                            ResampleFilter.BICUBIC));
        }
    }

    private static RgbImage source(Goldens.Row row) {
        RgbImage source = Goldens.picture(
                row.text("kind"), row.integer("seed"), row.integer("sourceWidth"), row.integer("sourceHeight"));
        assertThat(Goldens.sha256(source.samples()))
                .as("source as the generator made it")
                .isEqualTo(row.text("sourceSha256"));
        return source;
    }

    private static RgbImage crop(RgbImage source, Goldens.Row row) {
        return source.crop(new Box(row.integer("x0"), row.integer("y0"), row.integer("x1"), row.integer("y1")));
    }

    /** Samples first, then all bytes, then the hash: the first that differs says most. */
    private static void assertPillows(Goldens.Row row, RgbImage result) {
        for (String sample : row.text("samples").split(" ", -1)) {
            String[] parts = sample.split(":", -1);
            int found = result.rgb(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            assertThat(String.format("%06x", found)).as("sample %s", sample).isEqualTo(parts[2]);
        }
        int offset = row.integer("offset");
        if (offset >= 0) {
            byte[] expected =
                    Arrays.copyOfRange(Goldens.bytes("resize/resize.bin"), offset, offset + result.samples().length);
            assertThat(result.samples()).isEqualTo(expected);
        }
        assertThat(Goldens.sha256(result.samples())).isEqualTo(row.text("sha256"));
    }

    @ParameterizedTest(name = "{0} x {1} to {2} x {3}")
    @CsvSource({
        // source, target, why
        "1, 1, 1, 1, the smallest",
        "2, 2, 1, 1, halves",
        "1, 1, 5, 3, one pixel up",
        "7, 7, 8, 8, one more",
        "9, 9, 8, 8, one less",
        "31, 17, 16, 16, a prime and a power of two + 1",
        "64, 63, 32, 33, powers of two and one off",
        "50, 2, 8, 8, wide",
        "2, 50, 8, 8, tall",
        "97, 89, 13, 11, primes",
        "12, 12, 90, 70, far up",
    })
    void resize_bothFilters_equalNaiveTwin(int width, int height, int toWidth, int toHeight, String why) {
        for (String kind : List.of("noise", "blocks", "ramp")) {
            RgbImage source = Goldens.picture(kind, width, width, height);
            for (ResampleFilter filter : ResampleFilter.values()) {
                assertThat(Resampler.resize(source, toWidth, toHeight, filter).samples())
                        .as("%s, %s, %s", why, kind, filter)
                        .isEqualTo(Reference.resize(source, toWidth, toHeight, filter)
                                .samples());
            }
        }
    }

    @Test
    void resize_bilinearHalf_triangleByHand() {
        // 4 to 2: scale 2, so the triangle is 2 wide on each side. Output 0 is centred on 1; the pixels' centres 0.5,
        // 1.5 and
        // 2.5 are 0.25, 0.25 and 0.75 of 2 away: weights 0.75, 0.75, 0.25 of 1.75.
        RgbImage source = RgbImage.ofPacked(4, 1, new int[] {0x000000, 0x707070, 0xE0E0E0, 0x0E0E0E});
        RgbImage half = Resampler.resize(source, 2, 1, ResampleFilter.BILINEAR);
        int first = (int) Math.round((0.75 * 0x00 + 0.75 * 0x70 + 0.25 * 0xE0) / 1.75); // 80
        int second = (int) Math.round((0.25 * 0x70 + 0.75 * 0xE0 + 0.75 * 0x0E) / 1.75); // 118
        assertThat(half.toPacked()).containsExactly(first * 0x010101, second * 0x010101);
    }

    @Test
    void resize_oneColour_thatColour() {
        RgbImage result = Resampler.resize(RgbImage.filled(37, 23, 0x1280FE), 10, 50, ResampleFilter.BICUBIC);
        assertThat(result.toPacked()).hasSize(500).containsOnly(0x1280FE);
    }

    @Test
    void resize_transposedNoiseToASquare_transposedWithinRounding() {
        // The passes come in the other order, with a rounding in between: one level may differ.
        RgbImage source = Goldens.picture("noise", 5, 40, 30);
        RgbImage result = Resampler.resize(source, 16, 16, ResampleFilter.BICUBIC);
        RgbImage other = Grids.transposed(Resampler.resize(Grids.transposed(source), 16, 16, ResampleFilter.BICUBIC));
        for (int i = 0; i < result.samples().length; i++) {
            assertThat((result.samples()[i] & 0xff) - (other.samples()[i] & 0xff))
                    .as("sample %d", i)
                    .isBetween(-1, 1);
        }
    }

    @ParameterizedTest(name = "{0} x {1}, resize {2}, crop {3}")
    @CsvSource({
        // image, resize side, crop side, resized width and height, left, top, why
        "1, 1, 8, 8, 8, 8, 0, 0, the smallest",
        "8, 8, 8, 8, 8, 8, 0, 0, as it is",
        "40, 30, 12, 12, 16, 12, 2, 0, wide: the ends are lost",
        "30, 40, 12, 12, 12, 16, 0, 2, tall",
        "50, 31, 16, 11, 25, 16, 7, 2, odd rests go right and down",
        "31, 50, 16, 11, 16, 25, 2, 7, the same transposed",
        "29, 30, 28, 24, 28, 28, 2, 2, 28 * 30 / 29 = 28.97 is cut to 28",
    })
    void centreSquare_table(
            int width, int height, int resize, int crop, int toWidth, int toHeight, int left, int top, String why) {
        RgbImage image = Goldens.picture("noise", 3, width, height);
        for (ResampleFilter filter : ResampleFilter.values()) {
            EncoderSpec spec = EncoderSpec.builder("m", crop, 1)
                    .resizeSide(resize)
                    .resampleFilter(filter)
                    .build();
            RgbImage expected = Reference.resize(image, toWidth, toHeight, filter)
                    .crop(new Box(left, top, left + crop, top + crop));
            assertThat(Resampler.centreSquare(image, spec).samples())
                    .as("%s, %s", why, filter)
                    .isEqualTo(expected.samples());
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, 1", "1, 20000", "3000000, 1"})
    void centreSquare_longThinImage_takesNoMoreThanTheSquareNeeds(int width, int height) {
        // Resized as a whole the first would have 224 * 20000 * 224 pixels, more than an array holds.
        EncoderSpec spec = EncoderSpec.builder("m", 224, 1).build();
        RgbImage square = Resampler.centreSquare(RgbImage.filled(width, height, 0x336699), spec);
        assertThat(square.bounds()).isEqualTo(new Box(0, 0, 224, 224));
        assertThat(square.toPacked()).containsOnly(0x336699);
    }
}
