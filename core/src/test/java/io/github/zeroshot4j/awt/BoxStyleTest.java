package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BoxStyleTest {
    /** The contrast that WCAG 2.2 asks of text, success criterion 1.4.3. */
    private static final double READABLE = 4.5;

    /** In Oklab; two colours beside each other that are less than 0.02 apart look the same. */
    private static final double APART = 0.06;

    @Test
    void of_anyPlace_lettersReadable() {
        for (int i = 0; i < 2000; i++) {
            BoxStyle style = BoxStyle.of(i);
            assertThat(Colours.contrast(style.colour(), style.ink()))
                    .as("style %d, %s", i, style)
                    .isGreaterThanOrEqualTo(READABLE);
        }
    }

    @Test
    void of_anyPlace_lineShowsOnItsDarkRim() {
        // WCAG asks 3 of graphical objects, success criterion 1.4.11.
        for (int i = 0; i < 2000; i++) {
            assertThat(Colours.contrast(BoxStyle.of(i).colour(), BoxPainter.RIM.getRGB()))
                    .as("style %d", i)
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void of_placesOfOneLine_coloursApart() {
        for (int i = 0; i < 56; i++) {
            for (int j = 0; j < i; j++) {
                BoxStyle one = BoxStyle.of(i);
                BoxStyle other = BoxStyle.of(j);
                double distance = OkLab.of(one.colour()).distance(OkLab.of(other.colour()));
                boolean sameRound = i / 7 == j / 7;
                assertThat(distance > (sameRound ? APART : 0.02)
                                || !one.dashes().equals(other.dashes()))
                        .as("%d %s and %d %s: %s", i, one, j, other, distance)
                        .isTrue();
            }
        }
    }

    @Test
    void of_manyPlaces_noneTwice() {
        assertThat(IntStream.range(0, 300).mapToObj(BoxStyle::of)).doesNotHaveDuplicates();
    }

    @Test
    void of_rounds_linesInTurn() {
        assertThat(BoxStyle.of(0)).isEqualTo(new BoxStyle(0xF0E442, 0x000000, List.of()));
        assertThat(BoxStyle.of(6)).isEqualTo(new BoxStyle(0x0072B2, 0xFFFFFF, List.of()));
        assertThat(BoxStyle.of(7).dashes()).containsExactly(5, 3);
        assertThat(BoxStyle.of(14).dashes()).containsExactly(2, 2);
        assertThat(BoxStyle.of(21).dashes()).containsExactly(6, 2, 2, 2);
        assertThat(BoxStyle.of(28).dashes()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoxStyle.of(-1))
                .withMessage("index (-1) must not be negative");
    }

    @Test
    void contrast_knownPairs_asWcagHasIt() {
        // 21 and 1 are the definition's ends; 4.54 is that of #767676, the lightest gray that passes on white.
        assertThat(Colours.contrast(0x000000, 0xFFFFFF)).isCloseTo(21, within(1e-9));
        assertThat(Colours.contrast(0x123456, 0x123456)).isEqualTo(1);
        assertThat(Colours.contrast(0x767676, 0xFFFFFF)).isCloseTo(4.54, within(0.005));
        assertThat(Colours.contrast(0xFFFFFF, 0x767676)).isEqualTo(Colours.contrast(0x767676, 0xFFFFFF));
    }

    @Test
    void okLab_knownColours_asPublished() {
        // Red, green and blue of sRGB in Oklab, as CSS Color 4 rounds them: L 0.628, 0.866, 0.452.
        assertThat(OkLab.of(0xFF0000).lightness()).isCloseTo(0.628, within(5e-4));
        assertThat(OkLab.of(0x00FF00).lightness()).isCloseTo(0.866, within(5e-4));
        assertThat(OkLab.of(0x0000FF).lightness()).isCloseTo(0.452, within(5e-4));
        for (int rgb : new int[] {0x000000, 0xFFFFFF, 0xFF0000, 0x123456, 0xF0E442}) {
            assertThat(OkLab.of(rgb).rgb()).as("%06x", rgb).isEqualTo(rgb);
        }
    }

    @Test
    void okLab_tooColourful_sameLightnessAndHue() {
        OkLab wanted = OkLab.ofHue(0.7, 0.5, 0.6);

        OkLab got = OkLab.of(wanted.rgb());

        assertThat(got.lightness()).isCloseTo(0.7, within(0.005));
        assertThat(Math.atan2(got.b(), got.a())).isCloseTo(Math.atan2(wanted.b(), wanted.a()), within(0.03));
    }
}
