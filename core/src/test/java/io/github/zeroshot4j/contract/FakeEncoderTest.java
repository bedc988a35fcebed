package io.github.zeroshot4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FakeEncoderTest {
    private static final float[] MEAN = {0.5f, 0.4f, 0.3f};
    private static final float[] STD = {0.2f, 0.3f, 0.4f};
    private static final int SIDE = 4;
    private static final EncoderSpec SPEC = EncoderSpec.builder("painter", SIDE, 24)
            .mean(MEAN[0], MEAN[1], MEAN[2])
            .std(STD[0], STD[1], STD[2])
            .contextLength(10)
            .build();

    private final FakeEncoder encoder = new FakeEncoder(SPEC);

    // ---- images

    @ParameterizedTest
    @EnumSource(Colour.class)
    void encodeImages_oneColour_isTheWordOfTheColour(Colour colour) {
        float[] image = embed(share(colour, 16, Colour.GRAY));
        for (Colour other : Colour.values()) {
            assertThat(cosine(image, text("a " + other.word() + " square")))
                    .as(other.word())
                    .isEqualTo(other == colour ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,  0,      1", // gray alone
        "4,  0.3162, 0.9487", // 1/sqrt(10), 3/sqrt(10)
        "8,  0.7071, 0.7071", // 1/sqrt(2)
        "12, 0.9487, 0.3162",
        "16, 1,      0" // red alone
    })
    void encodeImages_shareOfSixteenPixels_hasTheDocumentedCosines(int redPixels, double toRed, double toGray) {
        float[] image = embed(share(Colour.RED, redPixels, Colour.GRAY));
        assertThat(cosine(image, text("red"))).isCloseTo(toRed, within(1e-4));
        assertThat(cosine(image, text("background"))).isCloseTo(toGray, within(1e-4));
        assertThat(cosine(image, text("a cat"))).isEqualTo(0);
    }

    @Test
    void encodeImages_threeColours_hasTheDocumentedCosines() {
        int[] pixels = share(Colour.BLUE, 8, Colour.GRAY);
        Arrays.fill(pixels, 8, 12, Colour.CYAN.rgb());
        float[] image = embed(pixels);
        // Shares 1/2, 1/4, 1/4 over their norm sqrt(6)/4.
        assertThat(cosine(image, text("blue"))).isCloseTo(2 / Math.sqrt(6), within(1e-6));
        assertThat(cosine(image, text("cyan"))).isCloseTo(1 / Math.sqrt(6), within(1e-6));
        assertThat(cosine(image, text("grey"))).isCloseTo(1 / Math.sqrt(6), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({
        "C00000, RED", // a darker red
        "BF4040, GRAY", // half way from gray to red, 191 is nearer to 128 than to 255 by rounding down
        "C04040, RED", // and one level on
        "FF8080, GRAY", // half way from white to red
        "008000, GREEN", // the green of HTML, by one level
        "404040, GRAY", // as near to gray (111) as to black (111): the first of the two
    })
    void encodeImages_otherColour_countsForTheNearest(String rgb, Colour nearest) {
        int[] pixels = new int[SIDE * SIDE];
        Arrays.fill(pixels, Integer.parseInt(rgb, 16));
        assertThat(embed(pixels)[nearest.axis()]).as(rgb).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.01f, 1.01f, Float.NaN, Float.POSITIVE_INFINITY})
    void encodeImages_pixelOfNoImage_isRefused(float value) {
        FloatBuffer pixels = pixels(share(Colour.RED, 3, Colour.GRAY));
        pixels.put(SIDE * SIDE + 5, (value - MEAN[1]) / STD[1]);
        assertThatThrownBy(() -> encoder.encodeImages(pixels, 1, direct(24)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("pixels \\(.* in channel 1\\) must be in \\[0, 1] when the normalising is undone");
    }

    // ---- texts

    @Test
    void encodeTexts_twoColours_isBetweenThem() {
        assertThat(cosine(text("red and blue"), text("a blue thing"))).isCloseTo(Math.sqrt(0.5), within(1e-6));
        assertThat(text("RED, red background!")).isEqualTo(text("red"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " .,", "background", "the sky", "a texture of a cat", "gray", "Grey wall"})
    void encodeTexts_background_isGray(String text) {
        assertThat(text(text)[Colour.GRAY.axis()]).isEqualTo(1);
        assertThat(encoder.notes(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a cat", "Katze", "猫", "reddish"})
    void encodeTexts_unknownWords_areOrthogonalToColoursAndApartFromEachOther(String text) {
        float[] row = text(text);
        for (Colour colour : Colour.values()) {
            assertThat(row[colour.axis()]).as(colour.word()).isEqualTo(0);
        }
        assertThat(cosine(row, row)).isCloseTo(1, within(1e-6));
        assertThat(cosine(row, text("butterfly"))).isLessThan(0.9);
        assertThat(encoder.notes(text)).containsExactly("painter knows colours only, not \"" + text + "\"");
    }

    @Test
    void encodeTexts_longText_isCutToTheContext() {
        String eight = String.join(" ", Collections.nCopies(8, "word"));
        assertThat(text(eight + " red")).isEqualTo(text(eight));
        assertThat(text(eight.substring(5) + " red")).isEqualTo(text("red"));
    }

    // ---- strictness and records

    @Test
    void new_smallDimension_isRefused() {
        EncoderSpec small = EncoderSpec.builder("small", 8, 15).build();
        assertThatThrownBy(() -> new FakeEncoder(small))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("embeddingDimension (15) must be at least 16");
    }

    @Test
    void records_afterCalls_countThem() {
        FloatBuffer three = direct(3 * 3 * SIDE * SIDE);
        encoder.encodeImages(three, 2, direct(48));
        encoder.encodeImages(three, 3, direct(72));
        encoder.encodeImages(three, 1, direct(24));
        encoder.encodeTexts(List.of("red", "blue"));
        encoder.encodeTexts(List.of("red"));
        assertThat(encoder.imageCalls()).isEqualTo(3);
        assertThat(encoder.images()).isEqualTo(6);
        assertThat(encoder.largestBatch()).isEqualTo(3);
        assertThat(encoder.textCalls()).isEqualTo(2);
        assertThat(encoder.texts()).containsExactly("red", "blue", "red");
    }

    @Test
    void failAfter_oneMore_failsFromTheSecondOn() {
        text("red");
        encoder.failAfter(1);
        text("blue");
        assertThatThrownBy(() -> text("green"))
                .isInstanceOf(EncoderException.class)
                .hasMessage("model painter failed at call 2, as it was told to");
        assertThatThrownBy(() -> embed(share(Colour.RED, 1, Colour.GRAY))).isInstanceOf(EncoderException.class);
        assertThat(encoder.texts()).as("failed calls are not recorded").containsExactly("red", "blue");
        assertThat(encoder.imageCalls()).isZero();
    }

    @Test
    void assertClosed_openAndClosed_tells() {
        assertThatCode(encoder::assertOpen).doesNotThrowAnyException();
        assertThatThrownBy(encoder::assertClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessage("encoder painter must be closed, but is open");
        encoder.close();
        assertThatCode(encoder::assertClosed).doesNotThrowAnyException();
        assertThatThrownBy(encoder::assertOpen)
                .isInstanceOf(AssertionError.class)
                .hasMessage("encoder painter must be open, but is closed");
    }

    private float[] text(String text) {
        return encoder.encodeTexts(List.of(text))[0];
    }

    private float[] embed(int[] rgb) {
        FloatBuffer out = direct(24);
        encoder.encodeImages(pixels(rgb), 1, out);
        float[] row = new float[24];
        out.get(row);
        return row;
    }

    /** The first pixels in one colour, the rest in another. */
    private static int[] share(Colour first, int count, Colour rest) {
        int[] pixels = new int[SIDE * SIDE];
        Arrays.fill(pixels, rest.rgb());
        Arrays.fill(pixels, 0, count, first.rgb());
        return pixels;
    }

    private static FloatBuffer pixels(int[] rgb) {
        FloatBuffer pixels = direct(3 * rgb.length);
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < rgb.length; i++) {
                int level = rgb[i] >> (16 - 8 * channel) & 0xff;
                pixels.put(channel * rgb.length + i, (level / 255f - MEAN[channel]) / STD[channel]);
            }
        }
        return pixels;
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(4 * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
