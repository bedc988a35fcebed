package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoxTest {
    @ParameterizedTest(name = "{8}")
    @CsvSource({
        // a: xMin, yMin, xMax, yMax; b: the same; iou; why
        "0, 0, 0, 0,  0, 0, 0, 0,  0,     both empty",
        "0, 0, 4, 4,  2, 2, 2, 2,  0,     one empty and inside the other",
        "0, 0, 4, 4,  2, 0, 2, 4,  0,     one of zero width",
        "0, 0, 4, 4,  0, 0, 4, 4,  1,     identical",
        "0, 0, 2, 2,  2, 0, 4, 2,  0,     touching at an edge",
        "0, 0, 2, 2,  2, 2, 4, 4,  0,     touching at a corner",
        "0, 0, 2, 2,  5, 0, 7, 2,  0,     apart in x",
        "0, 0, 2, 2,  0, 5, 2, 7,  0,     apart in y",
        "0, 0, 4, 4,  1, 1, 3, 3,  0.25,  nested: 4 of 16",
        "0, 0, 4, 2,  2, 0, 6, 2,  0.3333333333333333, half over half: 4 of 12",
        "-4, -4, 0, 0,  -2, -2, 2, 2,  0.14285714285714285, negative coordinates: 4 of 28",
    })
    void iou_table(int ax0, int ay0, int ax1, int ay1, int bx0, int by0, int bx1, int by1, double iou, String why) {
        Box a = new Box(ax0, ay0, ax1, ay1);
        Box b = new Box(bx0, by0, bx1, by1);
        assertThat(a.iou(b)).as(why).isEqualTo(iou);
        assertThat(b.iou(a)).as("%s, the other way round", why).isEqualTo(iou);
    }

    @Test
    void iou_randomBoxes_equalsCountingPixels() {
        Fuzz.check(
                2_000,
                random -> List.of(Fuzz.box(random, 12, 9), Fuzz.box(random, 12, 9)),
                pair -> assertThat(pair.get(0).iou(pair.get(1)))
                        .isCloseTo(Reference.iou(pair.get(0), pair.get(1)), within(1e-15)));
    }

    @Test
    void iou_randomBoxes_symmetricInUnitIntervalAndOneForItself() {
        Fuzz.check(2_000, random -> List.of(Fuzz.box(random, 5_000, 3_000), Fuzz.box(random, 5_000, 3_000)), pair -> {
            Box a = pair.get(0);
            Box b = pair.get(1);
            assertThat(a.iou(b)).isEqualTo(b.iou(a)).isBetween(0.0, 1.0);
            assertThat(a.iou(a)).isEqualTo(a.area() == 0 ? 0 : 1);
            assertThat(Grids.transposed(a).iou(Grids.transposed(b))).isEqualTo(a.iou(b));
        });
    }

    @ParameterizedTest(name = "{8}")
    @CsvSource({
        // a: xMin, yMin, xMax, yMax; b: the same; intersection over smaller; why
        "0, 0, 0, 0,  0, 0, 0, 0,  0,     both empty",
        "0, 0, 4, 4,  2, 2, 2, 2,  0,     one empty and inside the other",
        "0, 0, 4, 4,  0, 0, 4, 4,  1,     identical",
        "0, 0, 2, 2,  2, 0, 4, 2,  0,     touching at an edge",
        "0, 0, 2, 2,  5, 0, 7, 2,  0,     apart in x",
        "0, 0, 4, 4,  1, 1, 3, 3,  1,     nested",
        "0, 0, 4, 2,  2, 0, 6, 2,  0.5,   half over half",
        "0, 0, 8, 8,  6, 6, 10, 10,  0.25, a corner: 4 of 16",
    })
    void intersectionOverSmaller_table(
            int ax0, int ay0, int ax1, int ay1, int bx0, int by0, int bx1, int by1, double share, String why) {
        Box a = new Box(ax0, ay0, ax1, ay1);
        Box b = new Box(bx0, by0, bx1, by1);
        assertThat(a.intersectionOverSmaller(b)).as(why).isEqualTo(share);
        assertThat(b.intersectionOverSmaller(a))
                .as("%s, the other way round", why)
                .isEqualTo(share);
    }

    @Test
    void intersectionOverSmaller_randomBoxes_equalsCountingPixelsAndAtLeastTheIou() {
        Fuzz.check(2_000, random -> List.of(Fuzz.box(random, 12, 9), Fuzz.box(random, 12, 9)), pair -> {
            double share = pair.get(0).intersectionOverSmaller(pair.get(1));
            assertThat(share)
                    .isEqualTo(Reference.intersectionOverSmaller(pair.get(0), pair.get(1)))
                    .isBetween(pair.get(0).iou(pair.get(1)), 1.0);
        });
    }

    @Test
    void measures_ordinaryBox_inPixels() {
        Box box = new Box(3, 5, 10, 9);
        assertThat(box.width()).isEqualTo(7);
        assertThat(box.height()).isEqualTo(4);
        assertThat(box.area()).isEqualTo(28);
    }

    @Test
    void measures_largestBox_doNotOverflow() {
        Box box = new Box(0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(box.area()).isEqualTo((long) Integer.MAX_VALUE * Integer.MAX_VALUE);
        assertThat(box.intersectionArea(box)).isEqualTo(box.area());
        assertThat(box.iou(box)).isEqualTo(1);
        assertThat(box.iou(new Box(Integer.MIN_VALUE, Integer.MIN_VALUE, -1, -1)))
                .isZero();
    }

    @Test
    void contains_edges_halfOpen() {
        Box box = new Box(1, 2, 3, 4);
        assertThat(box.contains(1, 2)).as("top left").isTrue();
        assertThat(box.contains(2, 3)).as("last inside").isTrue();
        assertThat(box.contains(3, 3)).as("xMax").isFalse();
        assertThat(box.contains(2, 4)).as("yMax").isFalse();
        assertThat(box.contains(0, 2)).as("left of it").isFalse();
        assertThat(box.contains(1, 1)).as("above it").isFalse();
        assertThat(new Box(1, 1, 1, 1).contains(1, 1)).as("empty").isFalse();
    }

    @Test
    void contains_randomBoxes_countsTheArea() {
        Fuzz.check(200, random -> Fuzz.box(random, 10, 10), box -> {
            int inside = 0;
            for (int i = 0; i < 144; i++) {
                inside += box.contains(i % 12, i / 12) ? 1 : 0;
            }
            assertThat(inside).isEqualTo((int) box.area());
        });
    }

    @Test
    void constructor_crossedEdges_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(5, 0, 4, 1))
                .withMessage("xMax (4) must be at least xMin (5)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 5, 1, 4))
                .withMessage("yMax (4) must be at least yMin (5)");
    }

    @Test
    void constructor_widthBeyondInt_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(Integer.MIN_VALUE, 0, Integer.MAX_VALUE, 1))
                .withMessage("xMax (2147483647) must be less than 2^31 to the right of xMin (-2147483648)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, -1, 1, Integer.MAX_VALUE))
                .withMessage("yMax (2147483647) must be less than 2^31 below yMin (-1)");
    }
}
