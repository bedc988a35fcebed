package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WindowAxisTest {
    @ParameterizedTest
    @CsvSource({
        // 1536 pixels to 224: a shift of 3 * 256 pixels is one of 112 samples. 14 origins in three chains of 5, 5 and
        // 4:
        // 3 * 224 + 11 * 112 = 1904, and where windows end their samples are their own.
        "1536, 256, 14, 1904, 2000",
        // 494 pixels to 224: a shift of 247 pixels is one of 112 samples. 224 + 12 * 112 = 1568.
        "494, 247, 13, 1568, 1700",
        // 988 pixels to 224: a shift of 247 is one of 56. 224 + 10 * 56 = 784.
        "988, 247, 11, 784, 900",
        // 1537 is prime to 224: nothing is shared.
        "1537, 256, 14, 3136, 3136",
    })
    void exact_repeatingPhases_shared(int windowPx, int step, int origins, int least, int most) {
        WindowAxis axis = WindowAxis.exact(
                new ResampleKernel(windowPx, 224, ResampleFilter.BICUBIC),
                IntStream.range(0, origins).map(i -> i * step).toArray());
        assertThat(axis.kernel().size()).isBetween(least, most);
    }

    @ParameterizedTest
    @EnumSource(ResampleFilter.class)
    void exact_everySample_placeAndWeightsOfTheWindowsOwn(ResampleFilter filter) {
        Fuzz.check(100, random -> Fuzz.between(random, 1, 60), windowPx -> {
            ResampleKernel window = new ResampleKernel(windowPx, 12, filter);
            int[] origins = {0, 3, 6, 7, 24};
            WindowAxis axis = WindowAxis.exact(window, origins);
            byte[] row = Goldens.picture("noise", windowPx, windowPx + 24, 1).samples();
            byte[] all = new byte[3 * axis.kernel().size()];
            axis.kernel().filterRow(row, 0, all, 0);
            for (int o = 0; o < origins.length; o++) {
                byte[] alone = new byte[3 * 12];
                window.filterRow(row, 3 * origins[o], alone, 0);
                for (int i = 0; i < 12; i++) {
                    int sample = 3 * axis.samples(o)[i];
                    assertThat(Arrays.copyOfRange(all, sample, sample + 3))
                            .as("sample %d of the window at %d", i, origins[o])
                            .isEqualTo(Arrays.copyOfRange(alone, 3 * i, 3 * i + 3));
                }
            }
        });
    }

    @Test
    void lastUse_sharedSample_theLastWindowThatHasIt() {
        // 16 pixels to 8 samples: a shift of 4 pixels is one of 2 samples.
        WindowAxis axis = WindowAxis.exact(new ResampleKernel(16, 8, ResampleFilter.BILINEAR), new int[] {0, 4, 8});
        // Sample 5 of the first window is sample 3 of the second and sample 1 of the third.
        int shared = axis.samples(0)[5];
        assertThat(axis.samples(1)[3]).isEqualTo(shared);
        assertThat(axis.samples(2)[1]).isEqualTo(shared);
        assertThat(axis.lastUse(shared)).isEqualTo(2);
        assertThat(axis.lastUse(axis.samples(0)[0]))
                .as("cut off at the window's end")
                .isZero();
        assertThat(axis.firstPixel(1)).isEqualTo(4);
        assertThat(axis.endPixel(1)).isEqualTo(20);
        assertThat(axis.indexOf(8)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        // 3456 pixels, windows of 1536 to 224: 504 samples, windows begin every 37.33, the last where it ends with the
        // axis.
        "3456, 1536, 256, 9, 504",
        // An axis as long as its window.
        "1536, 1536, 256, 1, 224",
        // 1537 does not divide 224 * 3456: 503.7 samples, rounded.
        "3456, 1537, 240, 9, 504",
    })
    void fast_axis_everySampleOnceAndTheLastWindowInside(int length, int windowPx, int step, int origins, int samples) {
        int[] starts = IntStream.range(0, origins)
                .map(i -> Math.min(i * step, length - windowPx))
                .toArray();
        WindowAxis axis = WindowAxis.fast(
                length, windowPx, EncoderSpec.builder("m", 224, 1).build(), starts);
        assertThat(axis.kernel().size()).isEqualTo(samples);
        int[] last = axis.samples(origins - 1);
        assertThat(last[223]).isEqualTo(samples - 1);
        assertThat(axis.endPixel(origins - 1)).isEqualTo(length);
    }

    /** By counting at every origin which samples are between their first and their last use. */
    @Test
    void mostKept_anyAxis_asCountedOneByOne() {
        Fuzz.check(100, random -> Fuzz.between(random, 4, 60), windowPx -> {
            int[] origins = {0, 3, 6, 7, 24, 40};
            WindowAxis axis = WindowAxis.exact(new ResampleKernel(windowPx, 12, ResampleFilter.BICUBIC), origins);
            long most = IntStream.range(0, origins.length)
                    .mapToLong(o -> IntStream.range(0, axis.kernel().size())
                            .filter(sample -> axis.lastUse(sample) >= o && firstUse(axis, sample) <= o)
                            .count())
                    .max()
                    .orElseThrow();
            assertThat(axis.mostKept()).isEqualTo((int) most);
        });
    }

    private static int firstUse(WindowAxis axis, int sample) {
        return IntStream.range(0, axis.origins())
                .filter(o -> Arrays.stream(axis.samples(o)).anyMatch(s -> s == sample))
                .findFirst()
                .orElseThrow();
    }
}
