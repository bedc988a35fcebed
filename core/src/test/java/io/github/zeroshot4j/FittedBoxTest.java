package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FittedBoxTest {
    @Test
    void mean_byHand() {
        // exp(0) to exp(log 3): a quarter and three quarters.
        FittedBox box =
                FittedBox.mean(new double[][] {{0, 0, 8, 8}, {4, 8, 16, 24}}, new double[] {1000, 1000 + Math.log(3)});
        assertThat(box.edges()).containsExactly(new double[] {3, 6, 14, 20}, within(1e-9));
        assertThat(box.longerSide()).isCloseTo(14, within(1e-9));
        assertThat(box.box(100, 100)).isEqualTo(new Box(3, 6, 14, 20));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
    @CsvSource({
        "1.4, 2.6, 5.4, 7.6, 1, 3, 5, 8, rounded",
        "3.1, 3.1, 3.4, 3.4, 3, 3, 4, 4, less than a pixel",
        "9.8, 7.9, 10, 8, 9, 7, 10, 8, less than the last pixel",
        "0, 0, 10, 8, 0, 0, 10, 8, all of it",
    })
    void box_wholePixelsAndAtLeastOne(
            double x0, double y0, double x1, double y1, int xMin, int yMin, int xMax, int yMax, String why) {
        assertThat(FittedBox.certain(new double[] {x0, y0, x1, y1}).box(10, 8))
                .as(why)
                .isEqualTo(new Box(xMin, yMin, xMax, yMax));
    }

    @Test
    void coverage_byHand() {
        // 3 x 2 patches of 10 pixels: centres at 5, 15 and 25.
        PatchGrid grid = new PatchGrid(30, 20, 10, Coverage.COVER);
        FittedBox box = FittedBox.mean(new double[][] {{0, 0, 30, 10}, {10, 0, 25, 20}}, new double[] {Math.log(3), 0});
        assertThat(box.coverage(grid))
                .containsExactly(new double[] {0.75, 1, 0.75, 0, 0.25, 0}, within(1e-9)); // 25 < 25 does not hold
    }

    @Test
    void coverage_randomBoxesAndGrids_countedPatchByPatch() {
        Fuzz.check(
                500,
                random -> {
                    int width = Fuzz.between(random, 1, 40);
                    int height = Fuzz.between(random, 1, 40);
                    boolean drops = random.nextBoolean();
                    int patch = Fuzz.between(random, 1, drops ? Math.min(width, height) : 12);
                    return new PatchGrid(width, height, patch, drops ? Coverage.DROP_REMAINDER : Coverage.COVER);
                },
                grid -> {
                    Random random = new Random(1000L * grid.imageWidth() + grid.imageHeight());
                    double[][] boxes = new double[5][];
                    double[] scores = new double[5];
                    for (int i = 0; i < 5; i++) {
                        double x = random.nextDouble() * grid.imageWidth();
                        double y = random.nextDouble() * grid.imageHeight();
                        boxes[i] = new double[] {
                            x,
                            y,
                            x + random.nextDouble() * (grid.imageWidth() - x),
                            y + random.nextDouble() * (grid.imageHeight() - y)
                        };
                        scores[i] = random.nextInt(4) == 0 ? -100 : random.nextDouble();
                    }
                    assertThat(FittedBox.mean(boxes, scores).coverage(grid))
                            .containsExactly(counted(grid, boxes, scores), within(1e-9));
                });
    }

    /** The probability of the boxes, in whole pixels, that hold a patch's centre; unlikely ones are hundreds below. */
    private static double[] counted(PatchGrid grid, double[][] boxes, double[] scores) {
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score);
        }
        double[] coverage = new double[grid.rows() * grid.columns()];
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                Box patch = grid.patch(row, column);
                double x = (patch.xMin() + patch.xMax()) / 2.0;
                double y = (patch.yMin() + patch.yMax()) / 2.0;
                for (int i = 0; i < boxes.length; i++) {
                    double[] box = boxes[i];
                    if (x >= Math.rint(box[0])
                            && x < Math.rint(box[2])
                            && y >= Math.rint(box[1])
                            && y < Math.rint(box[3])) {
                        coverage[row * grid.columns() + column] += Math.exp(scores[i]) / sum;
                    }
                }
            }
        }
        return coverage;
    }
}
