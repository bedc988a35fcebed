package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Where labels and dashes go. */
final class LabelPlacesTest {
    private static final Rectangle PICTURE = new Rectangle(0, 0, 400, 300);

    private final LabelPlaces places = new LabelPlaces(400, 300, 2, 1);

    @Test
    void take_oneBox_aboveItThenBelowThenAtItsRightEnd() {
        Box box = new Box(100, 100, 200, 200);

        assertThat(places.take(box, 60, 20)).isEqualTo(new Rectangle(100, 79, 60, 20));
        assertThat(places.take(box, 60, 20)).isEqualTo(new Rectangle(100, 201, 60, 20));
        // Outside, the right end would cover both: inside, within the line.
        assertThat(places.take(box, 60, 20)).isEqualTo(new Rectangle(103, 103, 60, 20));
    }

    @Test
    void take_smallLabel_alsoAtTheRightEnd() {
        Box box = new Box(100, 100, 200, 200);
        places.take(box, 30, 20);
        places.take(box, 30, 20);

        assertThat(places.take(box, 30, 20)).isEqualTo(new Rectangle(170, 79, 30, 20));
    }

    @Test
    void take_boxAtTheEdges_insideOfThePicture() {
        assertThat(places.take(new Box(0, 0, 400, 300), 60, 20)).isEqualTo(new Rectangle(3, 3, 60, 20));
        assertThat(places.take(new Box(390, 290, 400, 300), 60, 20)).isEqualTo(new Rectangle(340, 269, 60, 20));
    }

    @Test
    void take_manyBoxesInOnePlace_noneOverAnotherWhileThereIsRoom() {
        List<Rectangle> taken = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            taken.add(places.take(new Box(150 + i, 100 + i, 250 + i, 200 + i), 90, 20));
        }

        assertThat(taken)
                .allSatisfy(place -> assertThat(PICTURE.contains(place)).isTrue());
        for (Rectangle one : taken) {
            assertThat(taken).filteredOn(one::intersects).containsExactly(one);
        }
    }

    @Test
    void take_noRoomAtAll_coversLeast() {
        LabelPlaces crowded = new LabelPlaces(100, 30, 2, 1);
        for (int i = 0; i < 20; i++) {
            Rectangle place = crowded.take(new Box(0, 0, 100, 30), 90, 20);
            assertThat(new Rectangle(0, 0, 100, 30).contains(place)).isTrue();
        }
    }

    @Test
    void dashes_anyLength_fromCornerToCorner() {
        Random random = new Random(7);
        List<List<Integer>> lines = List.of(List.of(), List.of(5, 3), List.of(2, 2), List.of(6, 2, 2, 2));
        for (int i = 0; i < 2000; i++) {
            int length = random.nextInt(2000);
            int line = 1 + random.nextInt(20);
            List<int[]> dashes = Dashes.along(length, line, lines.get(random.nextInt(lines.size())));

            assertThat(dashes.get(0)[0]).isZero();
            assertThat(dashes.get(dashes.size() - 1)[1]).isEqualTo(length);
            for (int k = 1; k < dashes.size(); k++) {
                assertThat(dashes.get(k)[0]).isGreaterThan(dashes.get(k - 1)[1]);
                assertThat(dashes.get(k)[1]).isGreaterThan(dashes.get(k)[0]);
            }
        }
    }

    @Test
    void dashes_handMade() {
        // 2 on, 2 off, in lines of 3 px: 6 px each; 30 px hold two periods and the dash at the end.
        assertThat(Dashes.along(30, 3, List.of(2, 2)))
                .containsExactly(new int[] {0, 6}, new int[] {12, 18}, new int[] {24, 30});
        // Too short for a gap between two dashes.
        assertThat(Dashes.along(8, 3, List.of(2, 2))).containsExactly(new int[] {0, 8});
    }

    @Test
    void number_threeDigitsOfTheRange() {
        assertThat(Lettering.number(0.00003, 1)).isEqualTo("0");
        assertThat(Lettering.number(0.99149, 0.9914)).isEqualTo("0.991");
        assertThat(Lettering.number(-1.3157, 5)).isEqualTo("-1.32");
        assertThat(Lettering.number(27, 12)).isEqualTo("27");
        assertThat(Lettering.number(0.000421, 0.0005)).isEqualTo("0.000421");
        assertThat(Lettering.number(1234.5, 2000)).isEqualTo("1230");
        assertThat(Lettering.number(1e150, 2e150)).isEqualTo("1.0e+150");
        assertThat(DoubleStream.of(0, 0.931, 1, 27.125, -3, 1e150).mapToObj(Lettering::score))
                .containsExactly("0.00", "0.93", "1.00", "27.1", "-3", "1.0e+150");
    }
}
