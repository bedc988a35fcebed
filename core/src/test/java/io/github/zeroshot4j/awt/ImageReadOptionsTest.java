package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageReadOptions.Colours;
import io.github.zeroshot4j.awt.ImageReadOptions.Transparency;
import io.github.zeroshot4j.awt.ImageReadOptions.Truncation;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReadOptionsTest {
    private static final ImageReadOptions DEFAULTS = ImageReadOptions.defaults();

    @Test
    void defaults_pinned() {
        assertThat(DEFAULTS.maxPixels()).isEqualTo(100_000_000);
        assertThat(DEFAULTS.maxSide()).isEqualTo(65_535);
        assertThat(DEFAULTS.maxBytes()).isEqualTo(268_435_456);
        assertThat(DEFAULTS.truncation()).isEqualTo(Truncation.REJECT);
        assertThat(DEFAULTS.transparency()).isEqualTo(Transparency.ON_WHITE);
        assertThat(DEFAULTS.colours()).isEqualTo(Colours.AS_STORED);
    }

    @Test
    void limits_notPositive_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withMaxPixels(0))
                .withMessage("maxPixels (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withMaxSide(0))
                .withMessage("maxSide (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withMaxBytes(-1))
                .withMessage("maxBytes (-1) must be positive");
    }

    @Test
    void maxSide_atTheLimit_accepted() throws IOException {
        byte[] bytes = Hostile.encoded("png"); // 16 x 12

        assertThat(ImageFiles.read(bytes, DEFAULTS.withMaxSide(16)).width()).isEqualTo(16);
        assertThatThrownBy(() -> ImageFiles.read(bytes, DEFAULTS.withMaxSide(15)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "image stream: 16 x 12 pixels, more on a side than the limit of 15 (ImageReadOptions.maxSide)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "bmp", "tiff"})
    void truncationAccepted_everyFormat_hasThePixelsThatAreThere(String format) throws IOException {
        byte[] whole = ImageFilesTest.noise(format);
        byte[] cut = Arrays.copyOf(whole, whole.length * 3 / 4);

        RgbImage image = ImageFiles.read(cut, DEFAULTS.withTruncation(Truncation.ACCEPT));

        RgbImage expected = ImageFiles.read(whole, DEFAULTS);
        int there = format.equals("bmp") ? 63 : 0; // which stores the lowest row first
        assertThat(image.bounds()).isEqualTo(expected.bounds());
        assertThat(image.rgb(5, there)).isEqualTo(expected.rgb(5, there));
        assertThat(image.rgb(5, 63 - there)).isNotEqualTo(expected.rgb(5, 63 - there));
    }

    @Test
    void truncationAccepted_nothingToDecode_isAnErrorStill() {
        byte[] start = Arrays.copyOf(Hostile.encoded("png"), 20);

        assertThatThrownBy(() -> ImageFiles.read(start, DEFAULTS.withTruncation(Truncation.ACCEPT)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a broken or truncated PNG file");
    }

    @Test
    void transparencyIgnored_coloursAsTheyAreStored() throws IOException {
        ImageReadOptions ignored = DEFAULTS.withTransparency(Transparency.IGNORED);

        // (140, 255), (140, 0), (140, 128), (0, 255), as README.txt says
        assertThat(ImageFiles.read(ImageFilesTest.resource("gray-alpha.png"), ignored)
                        .toPacked())
                .containsExactly(0x8C8C8C, 0x8C8C8C, 0x8C8C8C, 0x000000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"profile-of-text.jpg", "profile-of-60-mb.png", "text-of-60-mb.png", "png-called.jpg"})
    void coloursToSrgb_noUsableProfile_asStored(String name) throws IOException {
        byte[] file = Hostile.files().getOrDefault(name, new byte[0]);

        assertThat(ImageFiles.read(file, DEFAULTS.withColours(Colours.TO_SRGB)).toPacked())
                .isEqualTo(ImageFiles.read(file, DEFAULTS).toPacked());
    }

    @Test
    void coloursToSrgb_bytesOfTheCaller_unchanged() throws IOException {
        byte[] file = GoldenImages.named("jpeg-profile").file();
        byte[] before = file.clone();

        ImageFiles.read(file, DEFAULTS.withColours(Colours.TO_SRGB));

        assertThat(file).isEqualTo(before);
    }

    /** What makes a profile hard to find, or none: cut anywhere, the search ends without an error. */
    @ParameterizedTest
    @ValueSource(strings = {"jpeg-profile", "png-profile", "webp-profile"})
    void profile_cutAnywhere_neverFails(String name) throws IOException {
        byte[] file = GoldenImages.named(name).file();

        assertThat(ColourProfile.of(file)).hasSizeGreaterThan(400);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            ColourProfile.hide(cut);
            assertThat(ColourProfile.of(cut).length).as("cut at %d", length).isLessThan(file.length);
        }
    }
}
