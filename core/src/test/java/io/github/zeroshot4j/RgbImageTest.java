package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RgbImageTest {
    // 3 x 2, each pixel with its place in its colour: 0x0X0Y00 + 0xFF.
    private static final int[] PIXELS = {0x0000FF, 0x0100FF, 0x0200FF, 0x0001FF, 0x0101FF, 0x0201FF};

    private final RgbImage image = RgbImage.ofPacked(3, 2, PIXELS);

    @Test
    void rgb_everyPixel_whereItWasPut() {
        for (int i = 0; i < PIXELS.length; i++) {
            assertThat(image.rgb(i % 3, i / 3)).as("pixel %d", i).isEqualTo(PIXELS[i]);
        }
        assertThat(image.toPacked()).isEqualTo(PIXELS);
        assertThat(image.bounds()).isEqualTo(new Box(0, 0, 3, 2));
        assertThat(image).hasToString("RgbImage[3 x 2]");
    }

    @Test
    void of_samplesAbove127_unsigned() {
        RgbImage bright = RgbImage.of(1, 1, new byte[] {(byte) 255, (byte) 128, 127});
        assertThat(bright.rgb(0, 0)).isEqualTo(0xFF807F);
    }

    @Test
    void of_arrayChangedAfterwards_imageUnchanged() {
        byte[] samples = {1, 2, 3};
        int[] pixels = {0x010203};
        RgbImage first = RgbImage.of(1, 1, samples);
        RgbImage second = RgbImage.ofPacked(1, 1, pixels);
        Arrays.fill(samples, (byte) 9);
        Arrays.fill(pixels, 9);
        first.toPacked()[0] = 9;
        assertThat(List.of(first.rgb(0, 0), second.rgb(0, 0))).containsExactly(0x010203, 0x010203);
    }

    @Test
    void ofPacked_alpha_ignored() {
        assertThat(RgbImage.ofPacked(1, 1, new int[] {0xAB123456}).rgb(0, 0)).isEqualTo(0x123456);
    }

    @Test
    void filled_colour_everywhere() {
        assertThat(RgbImage.filled(2, 2, 0xFF8001).toPacked()).containsOnly(0xFF8001);
    }

    @Test
    void crop_randomBoxes_pixelByPixel() {
        Fuzz.check(100, random -> Fuzz.box(random, 7, 5), box -> {
            RgbImage source = Goldens.picture("noise", 1, 7, 5);
            if (box.area() == 0) {
                return; // refused, tested below
            }
            RgbImage crop = source.crop(box);
            assertThat(crop.bounds()).isEqualTo(new Box(0, 0, box.width(), box.height()));
            for (int y = 0; y < box.height(); y++) {
                for (int x = 0; x < box.width(); x++) {
                    assertThat(crop.rgb(x, y)).isEqualTo(source.rgb(x + box.xMin(), y + box.yMin()));
                }
            }
        });
    }

    @Test
    void fill_box_insideOnlyAndOriginalKept() {
        RgbImage filled = image.fill(new Box(1, 0, 3, 1), 0xABCDEF);
        assertThat(filled.toPacked()).containsExactly(PIXELS[0], 0xABCDEF, 0xABCDEF, PIXELS[3], PIXELS[4], PIXELS[5]);
        assertThat(image.toPacked()).isEqualTo(PIXELS);
    }

    @Test
    void paste_other_overItAndOriginalKept() {
        RgbImage pasted = image.paste(RgbImage.ofPacked(2, 1, new int[] {0xAAAAAA, 0xBBBBBB}), 1, 1);
        assertThat(pasted.toPacked()).containsExactly(PIXELS[0], PIXELS[1], PIXELS[2], PIXELS[3], 0xAAAAAA, 0xBBBBBB);
        assertThat(image.toPacked()).isEqualTo(PIXELS);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, width (0) must be positive",
        "-1, 1, width (-1) must be positive",
        "1, 0, height (0) must be positive",
        "26755, 26755, width * height (26755 x 26755) must be below 2^31 / 3 pixels",
        "2147483647, 2147483647, width * height (2147483647 x 2147483647) must be below 2^31 / 3 pixels",
    })
    void factories_badSize_refused(int width, int height, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.of(width, height, new byte[0]))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.ofPacked(width, height, new int[0]))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.filled(width, height, 0))
                .withMessage(message);
    }

    @Test
    void factories_wrongLength_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.of(2, 3, new byte[17]))
                .withMessage("rgb (17 samples) must hold width * height * 3 = 18 samples of a 2 x 3 image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.ofPacked(2, 3, new int[7]))
                .withMessage("pixels (7) must hold width * height = 6 pixels of a 2 x 3 image");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "3, 0", "0, 2"})
    void rgb_outside_refused(int x, int y) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.rgb(x, y))
                .withMessage("pixel (" + x + ", " + y + ") must be inside the 3 x 2 image");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1, 1", "0, -1, 1, 1", "0, 0, 4, 1", "0, 0, 1, 3", "1, 1, 1, 2", "1, 1, 2, 1"})
    void cropAndFill_boxOutsideOrEmpty_refused(int xMin, int yMin, int xMax, int yMax) {
        Box box = new Box(xMin, yMin, xMax, yMax);
        String message = "box (" + box + ") must be inside the 3 x 2 image and not empty";
        assertThatIllegalArgumentException().isThrownBy(() -> image.crop(box)).withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.fill(box, 0))
                .withMessage(message);
    }
}
