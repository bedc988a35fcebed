package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected: the painted image, cut out and resized by the definition of Pillow's resampling ({@link Reference#resize}). */
final class OccludedViewTest {
    private static final EncoderSpec SPEC =
            EncoderSpec.builder("side 20", 20, 4).build();

    @ParameterizedTest(name = "{0} x {1}, view of {2} at {3}, {4}")
    @CsvSource({
        "40, 40, 40, 0, 0, twice the encoder's side",
        "61, 47, 47, 9, 0, a fraction",
        "140, 170, 140, 0, 23, seven times",
        "31, 20, 20, 11, 0, the encoder's side itself",
        "9, 14, 9, 0, 5, smaller than the encoder's side",
        "1, 3, 1, 0, 1, a pixel",
        "301, 299, 299, 2, 0, large",
    })
    void without_anySquare_bytesOfThePaintedImageResized(int width, int height, int side, int x, int y, String why) {
        Random random = new Random(20);
        RgbImage image = noise(width, height, random);
        Box view = new Box(x, y, x + side, y + side);
        OccludedView solid = new OccludedView(image, view, SPEC, OcclusionCover.colour(0x12C8FE, side));
        int most = Math.max(1, side / 3);
        OcclusionCover blur = OcclusionCover.blur(image, view, most);
        OccludedView blurred = new OccludedView(image, view, SPEC, blur);
        assertBytes(solid.whole(), image.crop(view), why);
        RgbImage cover = RgbImage.of(side, side, rows(blur, side));
        for (int i = 0; i < 12; i++) {
            int size = 1 + random.nextInt(i == 0 ? side : most);
            int left = random.nextInt(side - size + 1);
            int top = random.nextInt(side - size + 1);
            Box square = new Box(left, top, left + size, top + size);
            String what = why + ", " + square;
            assertBytes(solid.without(square), image.crop(view).fill(square, 0x12C8FE), what);
            assertBytes(blurred.without(square), image.crop(view).paste(cover.crop(square), left, top), what);
        }
        assertBytes(solid.whole(), image.crop(view), "a hidden square is of that result alone");
    }

    private static void assertBytes(RgbImage actual, RgbImage unresized, String why) {
        RgbImage expected = Reference.resize(unresized, 20, 20, ResampleFilter.BICUBIC);
        assertThat(actual.toPacked()).as(why).isEqualTo(expected.toPacked());
    }

    private static RgbImage noise(int width, int height, Random random) {
        byte[] samples = new byte[3 * width * height];
        random.nextBytes(samples);
        return RgbImage.of(width, height, samples);
    }

    private static byte[] rows(OcclusionCover cover, int side) {
        byte[] all = new byte[3 * side * side];
        byte[] row = new byte[3 * side];
        for (int y = 0; y < side; y++) {
            cover.paint(row, 0, side, y);
            System.arraycopy(row, 0, all, y * row.length, row.length);
        }
        return all;
    }

    @Test
    void blur_ofAHalf_nothingSmallerThanTheSquareIsLeft() {
        // Stripes of one pixel, squares of ten: gray is left of them, and of the halves left and right.
        int[] pixels = new int[40 * 40];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / 40 % 2 == 0 ? 0xFFFFFF : i % 40 < 20 ? 0x0000FF : 0x000000;
        }
        RgbImage image = RgbImage.ofPacked(40, 40, pixels);
        RgbImage blurred = RgbImage.of(40, 40, rows(OcclusionCover.blur(image, image.bounds(), 10), 40));
        assertThat(blurred.rgb(4, 20) >> 16).isBetween(118, 138);
        assertThat(blurred.rgb(35, 20) >> 16).isBetween(118, 138);
        assertThat(blurred.rgb(4, 20) & 0xFF).isGreaterThan(240);
        assertThat(blurred.rgb(35, 20) & 0xFF).isBetween(118, 138);
    }

    @Test
    void meanColour_partOfAnImage_isRounded() {
        RgbImage image =
                RgbImage.ofPacked(3, 2, new int[] {0x000000, 0x0A0000, 0xFF00FF, 0x0B0001, 0x000000, 0xFFFFFF});
        byte[] row = new byte[6];
        OcclusionCover.meanColour(image, new Box(0, 0, 2, 2)).paint(row, 0, 1, 0);
        assertThat(row).as("(10 + 11) / 4 and 1 / 4").startsWith(5, 0, 0);
    }

    @Test
    void resizeSide_ofTheModel_doesNotCutTheViewsEnds() {
        OccludedView view = new OccludedView(
                RgbImage.filled(50, 50, 0xFFFFFF).fill(new Box(0, 0, 50, 2), 0xFF0000),
                new Box(0, 0, 50, 50),
                EncoderSpec.builder("crops", 20, 4).resizeSide(30).build(),
                OcclusionCover.colour(0, 50));
        assertThat(view.whole().rgb(10, 0) & 0xFF).as("the red edge").isLessThan(120);
    }
}
