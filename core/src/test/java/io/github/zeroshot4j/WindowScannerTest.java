package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowScannerTest {
    @Test
    void windows_dropRemainder_wholePatchesRowMajor() {
        // 5 x 3 patches of 10, windows of 2, stride 2: the last column of patches has no window.
        assertThat(scanner(57, 35, 10, Coverage.DROP_REMAINDER, 2, 2).windows())
                .containsExactly(new Box(0, 0, 20, 20), new Box(20, 0, 40, 20));
    }

    @Test
    void windows_cover_lastOnesShiftedToTheEdge() {
        assertThat(scanner(57, 35, 10, Coverage.COVER, 2, 2).windows())
                .containsExactly(
                        new Box(0, 0, 20, 20),
                        new Box(20, 0, 40, 20),
                        new Box(37, 0, 57, 20), // 40 would end at 60
                        new Box(0, 15, 20, 35),
                        new Box(20, 15, 40, 35),
                        new Box(37, 15, 57, 35));
    }

    @ParameterizedTest(name = "{0} x {1}, patch {2}, {3}, window {4}, stride {5}")
    @CsvSource({
        // width, height, patch, coverage, window, stride, side in px, windows across, windows down, why
        "1, 1, 1, COVER, 1, 1, 1, 1, 1, the smallest",
        "1, 1, 5, COVER, 3, 1, 1, 1, 1, an image smaller than a patch",
        "3456, 5184, 256, DROP_REMAINDER, 6, 1, 1536, 8, 15, the article's 120",
        "3456, 5184, 256, DROP_REMAINDER, 4, 1, 1024, 10, 17, the article's 170",
        "1400, 1400, 100, COVER, 3, 1, 300, 12, 12, the default on a square: 144",
        "1400, 1400, 100, COVER, 5, 1, 500, 10, 10, and 100 more",
        "60, 60, 10, DROP_REMAINDER, 6, 1, 60, 1, 1, one window",
        "60, 60, 10, COVER, 6, 6, 60, 1, 1, one window",
        "61, 60, 10, COVER, 6, 6, 60, 2, 1, one pixel more",
        "100, 20, 10, COVER, 5, 5, 20, 5, 1, a window cut to the shorter side: steps of its side",
        "2147483647, 10, 1073741825, COVER, 2, 1, 10, 214748365, 1, two patches pass 2^31 pixels",
        "2147483647, 2147483647, 536870912, COVER, 3, 1, 1610612736, 2, 2, the largest image",
        "2147483647, 2147483647, 536870911, DROP_REMAINDER, 2, 1, 1073741822, 3, 3, the largest image",
    })
    void windowPx_table(
            int width,
            int height,
            int patch,
            Coverage coverage,
            int window,
            int stride,
            int px,
            int across,
            int down,
            String why) {
        WindowScanner scanner = scanner(width, height, patch, coverage, window, stride);
        assertThat(scanner.windowPx()).as(why).isEqualTo(px);
        if ((long) across * down < 1_000_000) { // more is a list that nobody needs
            List<Box> windows = scanner.windows();
            assertThat(windows).as(why).hasSize(across * down).doesNotHaveDuplicates();
            assertThat(windows.stream().map(Box::xMin).distinct()).as(why).hasSize(across);
        }
    }

    @Test
    void windows_randomScans_insideOfOneSizeRowMajorAndDistinct() {
        Fuzz.check(500, WindowScannerTest::randomScanner, scanner -> {
            List<Box> windows = scanner.windows();
            int side = scanner.windowPx();
            PatchGrid grid = scanner.grid();
            assertThat(windows).isNotEmpty().doesNotHaveDuplicates().allSatisfy(window -> {
                assertThat(window.width()).isEqualTo(side);
                assertThat(window.height()).isEqualTo(side);
                assertThat(window.xMin()).isNotNegative();
                assertThat(window.yMin()).isNotNegative();
                assertThat(window.xMax()).isLessThanOrEqualTo(grid.coveredWidth());
                assertThat(window.yMax()).isLessThanOrEqualTo(grid.coveredHeight());
            });
            assertThat(windows)
                    .isSortedAccordingTo(Comparator.comparing(Box::yMin).thenComparing(Box::xMin));
        });
    }

    @Test
    void windows_cover_seeEveryPixel() {
        Fuzz.check(500, WindowScannerTest::randomScanner, scanner -> {
            PatchGrid grid = scanner.grid();
            boolean[] seen = new boolean[grid.imageWidth() * grid.imageHeight()];
            for (Box window : scanner.windows()) {
                for (int y = window.yMin(); y < window.yMax(); y++) {
                    for (int x = window.xMin(); x < window.xMax(); x++) {
                        seen[y * grid.imageWidth() + x] = true;
                    }
                }
            }
            if (grid.coverage() == Coverage.COVER) {
                assertThat(seen).as("pixels seen").doesNotContain(false);
            }
        });
    }

    @Test
    void windows_transposedImage_transposedWindows() {
        Fuzz.check(200, WindowScannerTest::randomScanner, scanner -> {
            PatchGrid grid = scanner.grid();
            WindowScanner transposed = scanner(
                    grid.imageHeight(),
                    grid.imageWidth(),
                    grid.patchPx(),
                    grid.coverage(),
                    scanner.windowPatches(),
                    scanner.stridePatches());
            assertThat(transposed.windows())
                    .containsExactlyInAnyOrderElementsOf(
                            scanner.windows().stream().map(Grids::transposed).toList());
        });
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"1, 1", "10000, 10", "10, 10000", "100000, 1", "20000, 13", "3, 2"})
    void windows_automaticPatchOfAnyShape_coverBothEndsWithoutGaps(int width, int height) {
        int patchPx = PatchGrid.automaticPatchPx(width, height);
        for (int window : List.of(2, 4)) {
            List<Box> windows =
                    scanner(width, height, patchPx, Coverage.COVER, window, 1).windows();
            int end = 0;
            for (Box box : windows) {
                int from = width > height ? box.xMin() : box.yMin();
                assertThat(from).as("gap before %s, window %d", box, window).isLessThanOrEqualTo(end);
                end = width > height ? box.xMax() : box.yMax();
            }
            assertThat(end).isEqualTo(Math.max(width, height));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, windowPatches (0) must be positive",
        "1, 0, stridePatches (0) must be positive",
        "2, 3, stridePatches (3) must be at most windowPatches (2)",
    })
    void constructor_badValue_refused(int window, int stride, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scanner(60, 60, 10, Coverage.COVER, window, stride))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        // The largest patch p with 6 p <= shorter side is the shorter side / 6, rounded down.
        "1000, 2000, 256, 6, 'windowPatches (6) must fit the grid of 3 x 7 patches of the 1000 x 2000 image: "
                + "the largest patchPx that fits is 166, not 256'",
        "2000, 1000, 256, 6, 'windowPatches (6) must fit the grid of 7 x 3 patches of the 2000 x 1000 image: "
                + "the largest patchPx that fits is 166, not 256'",
        "6, 6, 2, 6, 'windowPatches (6) must fit the grid of 3 x 3 patches of the 6 x 6 image: "
                + "the largest patchPx that fits is 1, not 2'",
        "5, 6, 1, 6, 'windowPatches (6) must fit the grid of 5 x 6 patches of the 5 x 6 image: "
                + "no patchPx fits, the shorter side has fewer pixels than the window has patches'",
    })
    void constructor_gridSmallerThanWindow_refusedWithThePatchThatFits(
            int width, int height, int patchPx, int window, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scanner(width, height, patchPx, Coverage.DROP_REMAINDER, window, 1))
                .withMessage(message);
    }

    @Test
    void constructor_patchThatTheMessageNames_fits() {
        assertThat(scanner(1000, 2000, 166, Coverage.DROP_REMAINDER, 6, 1).windowPx())
                .isEqualTo(6 * 166);
        assertThatIllegalArgumentException()
                .as("one more does not")
                .isThrownBy(() -> scanner(1000, 2000, 167, Coverage.DROP_REMAINDER, 6, 1));
    }

    @Test
    @SuppressWarnings("NullAway")
    void constructor_nullGrid_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new WindowScanner(null, 1, 1))
                .withMessage("grid");
    }

    private static WindowScanner scanner(int width, int height, int patch, Coverage coverage, int window, int stride) {
        return new WindowScanner(new PatchGrid(width, height, patch, coverage), window, stride);
    }

    /** Images up to 40 x 40, some of them a few pixels thin. */
    private static WindowScanner randomScanner(Random random) {
        int width = Fuzz.between(random, 1, random.nextBoolean() ? 40 : 4);
        int height = Fuzz.between(random, 1, random.nextBoolean() ? 40 : 4);
        int window = Fuzz.between(random, 1, 6);
        int stride = Fuzz.between(random, 1, window);
        int largest = Math.min(width, height) / window;
        boolean drops = largest > 0 && random.nextBoolean();
        int patch = Fuzz.between(random, 1, drops ? largest : 9);
        return scanner(width, height, patch, drops ? Coverage.DROP_REMAINDER : Coverage.COVER, window, stride);
    }
}
