package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatchGridTest {
    @ParameterizedTest(name = "{0} x {1}, patch {2}, {3}")
    @CsvSource({
        // width, height, patch, coverage, rows, columns, covered width, covered height, why
        "1, 1, 1, COVER, 1, 1, 1, 1, the smallest",
        "1, 1, 9, COVER, 1, 1, 1, 1, a patch larger than the image",
        "7, 5, 2, DROP_REMAINDER, 2, 3, 6, 4, the drawing in the Javadoc",
        "7, 5, 2, COVER, 3, 4, 7, 5, the drawing in the Javadoc",
        "6, 4, 2, DROP_REMAINDER, 2, 3, 6, 4, no remainder",
        "6, 4, 2, COVER, 2, 3, 6, 4, no remainder",
        "3456, 5184, 256, DROP_REMAINDER, 20, 13, 3328, 5120, the article's: 128 px and 64 px are dropped",
        "3456, 5184, 256, COVER, 21, 14, 3456, 5184, the article's picture covered",
        "100000, 1, 300, COVER, 1, 334, 100000, 1, one row of pixels",
        "2147483647, 2147483647, 1073741825, COVER, 2, 2, 2147483647, 2147483647, two patches pass 2^31 pixels",
        "2147483647, 2147483647, 2000000000, DROP_REMAINDER, 1, 1, 2000000000, 2000000000, the largest image",
        "2147483639, 1, 1, COVER, 1, 2147483639, 2147483639, 1, the most columns",
    })
    void counts_table(
            int width, int height, int patch, Coverage coverage, int rows, int columns, int cw, int ch, String why) {
        PatchGrid grid = new PatchGrid(width, height, patch, coverage);
        assertThat(List.of(grid.rows(), grid.columns(), grid.coveredWidth(), grid.coveredHeight()))
                .as(why)
                .containsExactly(rows, columns, cw, ch);
        Box last = grid.patch(rows - 1, columns - 1);
        assertThat(last.xMax()).as("right end of the last patch").isEqualTo(cw);
        assertThat(last.yMax()).as("lower end of the last patch").isEqualTo(ch);
    }

    @Test
    void grid_morePatchesThanAnArrayHolds_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PatchGrid(65536, 65536, 1, Coverage.COVER))
                .withMessage(
                        "patchPx (1) must give fewer than 2^31 patches, it gives 4294967296 in the 65536 x 65536 image");
    }

    @Test
    void patch_everyPixel_isInExactlyOneOrDropped() {
        Fuzz.check(
                200,
                random -> new PatchGrid(
                        Fuzz.between(random, 5, 20),
                        Fuzz.between(random, 5, 20),
                        Fuzz.between(random, 1, 5),
                        random.nextBoolean() ? Coverage.COVER : Coverage.DROP_REMAINDER),
                grid -> {
                    for (int y = 0; y < grid.imageHeight(); y++) {
                        for (int x = 0; x < grid.imageWidth(); x++) {
                            int holders = 0;
                            for (int i = 0; i < grid.rows() * grid.columns(); i++) {
                                Box patch = grid.patch(i / grid.columns(), i % grid.columns());
                                holders += patch.contains(x, y) ? 1 : 0;
                            }
                            boolean covered = x < grid.coveredWidth() && y < grid.coveredHeight();
                            assertThat(holders).as("pixel (%d, %d)", x, y).isEqualTo(covered ? 1 : 0);
                            assertThat(covered || grid.coverage() == Coverage.DROP_REMAINDER)
                                    .as("pixel (%d, %d) is seen", x, y)
                                    .isTrue();
                        }
                    }
                });
    }

    @Test
    void patches_block_fromFirstToLast() {
        PatchGrid grid = new PatchGrid(75, 45, 10, Coverage.COVER);
        assertThat(grid.patches(1, 2, 3, 5)).isEqualTo(new Box(20, 10, 50, 30));
        assertThat(grid.patches(0, 0, grid.rows(), grid.columns())).isEqualTo(new Box(0, 0, 75, 45));
        assertThat(grid.patch(4, 7)).as("the cut one").isEqualTo(new Box(70, 40, 75, 45));
    }

    @Test
    void firstCentredFrom_everyEdge_equalsScan() {
        Fuzz.check(
                300,
                random -> new PatchGrid(Fuzz.between(random, 1, 40), 1, Fuzz.between(random, 1, 9), Coverage.COVER),
                grid -> {
                    for (int px = 0; px < grid.imageWidth(); px++) {
                        int expected = 0;
                        while (expected < grid.columns()
                                && grid.patch(0, expected).xMin()
                                                + grid.patch(0, expected).xMax()
                                        < 2 * px) {
                            expected++;
                        }
                        assertThat(grid.firstCentredFrom(px, grid.imageWidth()))
                                .as("edge %d", px)
                                .isEqualTo(expected);
                    }
                    assertThat(grid.firstCentredFrom(grid.imageWidth(), grid.imageWidth()))
                            .as("the image's end is behind all patches")
                            .isGreaterThanOrEqualTo(grid.columns());
                });
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        // width, height, patchPx, why
        "1, 1, 1, the smallest",
        "14, 14, 1, exactly 14 patches",
        "15, 15, 2, rounded up",
        "1400, 1400, 100, 14 x 14",
        "5600, 1400, 100, 14 x 56 = 784: the last shape with 14 along the shorter side",
        "3456, 5184, 247, the article's: 14 x 21",
    })
    void automaticPatchPx_table(int width, int height, int patchPx, String why) {
        assertThat(PatchGrid.automaticPatchPx(width, height)).as(why).isEqualTo(patchPx);
        assertThat(PatchGrid.automaticPatchPx(height, width))
                .as("%s, transposed", why)
                .isEqualTo(patchPx);
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        "5000, 1000",
        "10000, 10",
        "100000, 1",
        "2147483647, 1",
        "2147483647, 2147483647",
        "1, 784",
        "1, 785",
        "13, 7919"
    })
    void automaticPatchPx_anyShape_atMost784Patches(int width, int height) {
        int patchPx = PatchGrid.automaticPatchPx(width, height);
        PatchGrid grid = new PatchGrid(width, height, patchPx, Coverage.COVER);
        assertThat((long) grid.rows() * grid.columns())
                .as("%d rows, %d columns of %d px", grid.rows(), grid.columns(), patchPx)
                .isBetween(1L, 784L);
    }

    @Test
    void automaticPatchPx_randomShapes_at14OrFewerAlongTheShorterSideAnd784InAll() {
        Fuzz.check(
                2_000,
                random ->
                        new Box(0, 0, 1 + random.nextInt(1 << Fuzz.between(random, 1, 30)), 1 + random.nextInt(5_000)),
                size -> {
                    int patchPx = PatchGrid.automaticPatchPx(size.width(), size.height());
                    PatchGrid grid = new PatchGrid(size.width(), size.height(), patchPx, Coverage.COVER);
                    assertThat(Math.min(grid.rows(), grid.columns())).isLessThanOrEqualTo(14);
                    assertThat((long) grid.rows() * grid.columns()).isLessThanOrEqualTo(784);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, imageWidth (0) must be positive",
        "1, -1, 1, imageHeight (-1) must be positive",
        "1, 1, 0, patchPx (0) must be positive",
        "20, 10, 11, patchPx (11) must be at most the shorter side of the 20 x 10 image",
        "10, 20, 11, patchPx (11) must be at most the shorter side of the 10 x 20 image",
    })
    void constructor_badValue_refused(int width, int height, int patchPx, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PatchGrid(width, height, patchPx, Coverage.DROP_REMAINDER))
                .withMessage(message);
    }

    @Test
    @SuppressWarnings("NullAway")
    void constructor_nullCoverage_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new PatchGrid(1, 1, 1, null))
                .withMessage("coverage");
    }

    @Test
    void automaticPatchPx_badValue_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchGrid.automaticPatchPx(0, 1))
                .withMessage("imageWidth (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchGrid.automaticPatchPx(1, 0))
                .withMessage("imageHeight (0) must be positive");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 1, 1, 'rows [-1, 1) must be inside the 2 rows of the grid and not empty'",
        "0, 0, 3, 1, 'rows [0, 3) must be inside the 2 rows of the grid and not empty'",
        "1, 0, 1, 1, 'rows [1, 1) must be inside the 2 rows of the grid and not empty'",
        "0, -1, 1, 1, 'columns [-1, 1) must be inside the 3 columns of the grid and not empty'",
        "0, 0, 1, 4, 'columns [0, 4) must be inside the 3 columns of the grid and not empty'",
        "0, 2, 1, 2, 'columns [2, 2) must be inside the 3 columns of the grid and not empty'",
    })
    void patches_outsideOrEmpty_refused(int rowMin, int columnMin, int rowMax, int columnMax, String message) {
        PatchGrid grid = new PatchGrid(6, 4, 2, Coverage.COVER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid.patches(rowMin, columnMin, rowMax, columnMax))
                .withMessage(message);
    }

    @Test
    void patch_outside_refused() {
        PatchGrid grid = new PatchGrid(6, 4, 2, Coverage.COVER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid.patch(2, 0))
                .withMessage("rows [2, 3) must be inside the 2 rows of the grid and not empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grid.patch(0, 3))
                .withMessage("columns [3, 4) must be inside the 3 columns of the grid and not empty");
    }
}
