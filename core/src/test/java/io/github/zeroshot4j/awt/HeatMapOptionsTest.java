package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.awt.HeatMapOptions.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeatMapOptionsTest {
    private static final int INK = 0xF2F2F2;
    private static final HeatMapOptions DEFAULTS = HeatMapOptions.defaults();
    private static final HeatMapOptions DIFFERENCES = HeatMapOptions.differences();

    @Test
    void presets_asDocumented() {
        assertThat(DEFAULTS.scale()).isEqualTo(Scale.SEQUENTIAL);
        assertThat(DEFAULTS.low()).isEmpty();
        assertThat(DEFAULTS.high()).isEmpty();
        assertThat(DEFAULTS.opacity()).isEqualTo(0.6);
        assertThat(DEFAULTS.legend()).isEmpty();
        assertThat(DIFFERENCES.scale()).isEqualTo(Scale.DIVERGING);
        assertThat(DIFFERENCES.low()).isEmpty();
    }

    @Test
    void with_changesOneAndNotTheOriginal() {
        HeatMapOptions changed = DIFFERENCES.withRange(-2, 3).withOpacity(1).withLegend("a cat");

        assertThat(changed.scale()).isEqualTo(Scale.DIVERGING);
        assertThat(changed.low()).hasValue(-2);
        assertThat(changed.high()).hasValue(3);
        assertThat(changed.opacity()).isEqualTo(1);
        assertThat(changed.legend()).isEqualTo("a cat");
        assertThat(DIFFERENCES.legend()).isEmpty();
    }

    @Test
    void with_badValue_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withRange(2, 1))
                .withMessage("low (2.0) must be below high (1.0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withRange(Double.NaN, 1))
                .withMessage("low (NaN) must be below high (1.0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withRange(0, Double.POSITIVE_INFINITY))
                .withMessage("low (0.0) must be below high (Infinity), both finite");
        for (double opacity : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DEFAULTS.withOpacity(opacity))
                    .withMessage("opacity (" + opacity + ") must be in [0, 1]");
        }
    }

    @Test
    void heatMap_opacity_fromImageToColours() {
        assertThat(pixel(DEFAULTS.withOpacity(0), 0, 0, 1)).isEqualTo(0x808080);
        assertThat(pixel(DEFAULTS.withOpacity(1), 1, 0, 1)).isEqualTo(Scale.SEQUENTIAL.rgb(1));
        assertThat(pixel(DEFAULTS, 1, 0, 1)).isEqualTo(Colours.mix(0x808080, Scale.SEQUENTIAL.rgb(1), 0.6));
    }

    @Test
    void heatMap_differences_zeroIsDarkWhateverTheRange() {
        HeatMapOptions opaque = DIFFERENCES.withOpacity(1);

        assertThat(pixel(opaque, 0, 0, -1, 4)).isEqualTo(Scale.DIVERGING.rgb(0));
        assertThat(pixel(opaque, 4, 4, -1)).isEqualTo(Scale.DIVERGING.rgb(1));
        // The end farther from 0 decides: -1 is a quarter of it.
        assertThat(pixel(opaque, -1, -1, 4)).isEqualTo(Scale.DIVERGING.rgb(-0.25));
        assertThat(pixel(opaque, -4, -4, 1)).isEqualTo(Scale.DIVERGING.rgb(-1));
        // All above 0: the scale still begins at 0.
        assertThat(pixel(opaque, 2, 2, 4)).isEqualTo(Scale.DIVERGING.rgb(0.5));
        assertThat(pixel(opaque, 0, 0, 0)).isEqualTo(Scale.DIVERGING.rgb(0));
        assertThat(pixel(opaque, 3, 3, 3)).isEqualTo(Scale.DIVERGING.rgb(1));
    }

    /** Returns the colour at the centre of the first patch, over gray. */
    private static int pixel(HeatMapOptions options, double... scores) {
        int width = 3 * scores.length;
        ScoreMap map = ScoreMap.of(new PatchGrid(width, 3, 3, PatchGrid.Coverage.COVER), scores);
        return Pictures.heatMap(RgbImage.filled(width, 3, 0x808080), map, options)
                .rgb(1, 1);
    }

    @Test
    void scale_bothSides_equallyLight() {
        double before = -1;
        for (int i = 0; i <= 100; i++) {
            double warm = OkLab.of(Scale.DIVERGING.rgb(i / 100.0)).lightness();
            double cold = OkLab.of(Scale.DIVERGING.rgb(-i / 100.0)).lightness();
            assertThat(cold).as("at %d / 100", i).isCloseTo(warm, within(0.015));
            assertThat(warm).as("at %d / 100", i).isGreaterThan(before - 0.003);
            before = warm;
        }
        assertThat(Scale.DIVERGING.rgb(7)).isEqualTo(Scale.SEQUENTIAL.rgb(1));
        assertThat(Scale.DIVERGING.rgb(-7)).isEqualTo(Scale.DIVERGING.rgb(-1));
    }

    @Test
    void scale_equalSteps_lookEqual() {
        // In Oklab, tenth by tenth: no step is more than twice or less than half the mean one.
        for (double sign : new double[] {1, -1}) {
            List<Double> steps = IntStream.range(0, 10)
                    .mapToObj(i -> OkLab.of(Scale.DIVERGING.rgb(sign * i / 10))
                            .distance(OkLab.of(Scale.DIVERGING.rgb(sign * (i + 1) / 10))))
                    .toList();
            double mean = steps.stream().mapToDouble(i -> i).average().orElseThrow();
            assertThat(steps).allSatisfy(step -> assertThat(step).isBetween(mean / 2, 2 * mean));
        }
    }

    @Test
    void legend_belowThePicture_withBothEnds() {
        RgbImage image = RgbImage.filled(400, 200, 0x336699);
        ScoreMap map = ScoreMap.of(new PatchGrid(400, 200, 200, PatchGrid.Coverage.COVER), new double[] {0, 1});

        RgbImage plain = Pictures.heatMap(image, map);
        RgbImage picture = Pictures.heatMap(image, map, DEFAULTS.withLegend("a cat"));

        assertThat(picture.width()).isEqualTo(400);
        assertThat(picture.height()).isBetween(210, 260);
        assertThat(Arrays.copyOf(picture.toPacked(), 400 * 200)).isEqualTo(plain.toPacked());
        assertThat(Arrays.stream(strip(picture)).distinct().count()).isGreaterThan(50);
        assertThat(Arrays.stream(strip(picture)).anyMatch(rgb -> rgb == INK)).isTrue();
    }

    @Test
    void legend_differences_markAtZero() {
        RgbImage image = RgbImage.filled(400, 200, 0x336699);
        ScoreMap map = ScoreMap.of(new PatchGrid(400, 200, 200, PatchGrid.Coverage.COVER), new double[] {-1, 3});

        int[] marked = strip(Pictures.heatMap(image, map, DIFFERENCES.withLegend("-")));
        int[] unmarked = strip(Pictures.heatMap(image, map, DEFAULTS.withLegend("-")));

        // The mark is as high as a row, which no letter is.
        assertThat(longestColumn(marked)).isGreaterThan(longestColumn(unmarked) + 2);
    }

    /** Returns the longest run of the letters' colour downwards. */
    private static int longestColumn(int[] strip) {
        int longest = 0;
        for (int x = 0; x < 400; x++) {
            int run = 0;
            for (int i = x; i < strip.length; i += 400) {
                run = strip[i] == INK ? run + 1 : 0;
                longest = Math.max(longest, run);
            }
        }
        return longest;
    }

    @Test
    void legend_tinyPictureLongTitle_paints() {
        for (int side : new int[] {1, 2, 7, 40}) {
            RgbImage image = RgbImage.filled(side, side, 0x336699);
            ScoreMap map = ScoreMap.of(new PatchGrid(side, side, side, PatchGrid.Coverage.COVER), new double[] {0.3});

            RgbImage picture = Pictures.heatMap(image, map, DEFAULTS.withLegend("a title\nof\tmany words ".repeat(50)));

            assertThat(picture.width()).isEqualTo(side);
            assertThat(picture.height()).isGreaterThan(side);
        }
    }

    private static int[] strip(RgbImage picture) {
        return Arrays.copyOfRange(picture.toPacked(), 400 * 200, 400 * picture.height());
    }
}
