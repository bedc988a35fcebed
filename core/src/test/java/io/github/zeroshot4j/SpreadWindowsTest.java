package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpreadWindowsTest {
    private record Scan(int width, int height, int side) {}

    @ParameterizedTest(name = "{0} pixels, windows of {1}")
    @CsvSource({
        // The drawing in the class's comment, and by hand.
        "10, 4, 0 2 4 6",
        "9, 4, 0 2 3 5",
        "8, 4, 0 2 4",
        "5, 4, 0 1",
        "4, 4, 0",
        "6, 3, 0 2 3", // by half but for the rounding of 1.5
        "3, 2, 0 1",
        "3, 1, 0 1 2", // no half of a pixel
        "1, 1, 0",
    })
    void of_byHand(int length, int side, String origins) {
        assertThat(SpreadWindows.of(length, side, side).stream().map(box -> String.valueOf(box.xMin())))
                .containsExactly(origins.split(" "));
        assertThat(SpreadWindows.of(side, length, side).stream().map(box -> String.valueOf(box.yMin())))
                .containsExactly(origins.split(" "));
    }

    @ParameterizedTest(name = "{0} of {1} x {2}")
    @CsvSource({
        "1, 280, 300, 280",
        "0.6, 300, 280, 168",
        "0.36, 280, 280, 101", // 100.8
        "0.2, 281, 281, 56", // 56.2
        "0.2, 1, 7, 1",
        "0.5, 2147483647, 2147483647, 1073741824"
    })
    void side_shareOfTheShorterSideRounded(double share, int width, int height, int side) {
        assertThat(SpreadWindows.side(width, height, share)).isEqualTo(side);
    }

    @Test
    void of_randomScans_everyPixelSeenInsideRowMajorAndDistinct() {
        Fuzz.check(500, SpreadWindowsTest::randomScan, scan -> {
            List<Box> windows = SpreadWindows.of(scan.width(), scan.height(), scan.side());
            boolean[] seen = new boolean[scan.width() * scan.height()];
            for (Box window : windows) {
                assertThat(window.width()).isEqualTo(scan.side());
                assertThat(window.height()).isEqualTo(scan.side());
                for (int y = window.yMin(); y < window.yMax(); y++) {
                    for (int x = window.xMin(); x < window.xMax(); x++) {
                        seen[y * scan.width() + x] = true;
                    }
                }
            }
            assertThat(seen).doesNotContain(false);
            assertThat(windows)
                    .doesNotHaveDuplicates()
                    .isSortedAccordingTo(Comparator.comparing(Box::yMin).thenComparing(Box::xMin));
            assertThat(windows).hasSize((int) SpreadWindows.count(scan.width(), scan.height(), scan.side()));
        });
    }

    @Test
    void of_randomScans_evenlyOverlappingByHalfWithNoneToSpare() {
        Fuzz.check(500, SpreadWindowsTest::randomScan, scan -> {
            int[] origins = SpreadWindows.of(scan.width(), scan.side(), scan.side()).stream()
                    .mapToInt(Box::xMin)
                    .toArray();
            int last = scan.width() - scan.side();
            assertThat(origins[0]).isZero();
            assertThat(origins[origins.length - 1]).isEqualTo(last);
            for (int i = 1; i < origins.length; i++) {
                double even = (double) last / (origins.length - 1);
                assertThat(Math.abs(origins[i] - i * even)).as("evenly").isLessThanOrEqualTo(0.5);
                if (scan.side() > 1) {
                    assertThat(origins[i] - origins[i - 1])
                            .as("half a side and the rounding")
                            .isLessThanOrEqualTo((scan.side() + 1) / 2);
                }
            }
            if (origins.length > 1 && scan.side() > 1) {
                assertThat((double) last / Math.max(1, origins.length - 2))
                        .as("one window fewer would be too few")
                        .satisfiesAnyOf(
                                step -> assertThat(step).isGreaterThan(scan.side() / 2.0),
                                step -> assertThat(origins).hasSize(2));
            }
        });
    }

    @Test
    void of_transposedImage_transposedWindows() {
        Fuzz.check(
                200,
                SpreadWindowsTest::randomScan,
                scan -> assertThat(SpreadWindows.of(scan.height(), scan.width(), scan.side()))
                        .containsExactlyInAnyOrderElementsOf(
                                SpreadWindows.of(scan.width(), scan.height(), scan.side()).stream()
                                        .map(Grids::transposed)
                                        .toList()));
    }

    @Test
    void count_squareImages_whatTheDocumentationSays() {
        // 1 + 9 + 25 + 81 for the default shares; one row and column more where a side is rounded down.
        for (int length = 32; length < 2000; length++) {
            assertThat(count(length, length)).as("%d pixels", length).isIn(116L, 135L);
        }
    }

    @Test
    void count_imagesOfThreeToTwo_whatTheReadmeSays() {
        assertThat(count(1500, 1000)).isEqualTo(180); // 2 + 12 + 40 + 126
        for (int third = 16; third < 1500; third++) {
            assertThat(count(3 * third, 2 * third))
                    .as("%d x %d", 3 * third, 2 * third)
                    .isBetween(180L, 207L);
        }
        assertThat(count(63, 42))
                .as("42 px: windows of 25 and 15, rounded down, 8 of 8.4")
                .isEqualTo(207);
    }

    private static long count(int width, int height) {
        return DetectorOptions.DEFAULT_WINDOW_SHARES.stream()
                .mapToLong(share -> SpreadWindows.count(width, height, SpreadWindows.side(width, height, share)))
                .sum();
    }

    @Test
    void count_largestImage_noOverflow() {
        assertThat(SpreadWindows.count(Integer.MAX_VALUE, Integer.MAX_VALUE, 1))
                .isEqualTo((long) Integer.MAX_VALUE * Integer.MAX_VALUE);
        assertThat(SpreadWindows.count(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isEqualTo(1);
    }

    /** Images up to 40 x 40, windows up to their shorter side. */
    private static Scan randomScan(Random random) {
        int width = Fuzz.between(random, 1, 40);
        int height = Fuzz.between(random, 1, 40);
        return new Scan(width, height, Fuzz.between(random, 1, Math.min(width, height)));
    }
}
