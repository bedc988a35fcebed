package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowEvidenceTest {
    private static final Box WINDOW = new Box(1, 2, 11, 12);

    private static WindowEvidence evidence(double... logOdds) {
        return new WindowEvidence(Collections.nCopies(logOdds.length, WINDOW), logOdds);
    }

    @Test
    void levels_byHand() {
        // Background: the median, -10. Top: the mean of 1, 2 and 3. Of the way from one to the other: 12.
        WindowEvidence evidence = evidence(3, -10, -20, 1, -10, -11, 2);
        assertThat(evidence.background()).isEqualTo(-10);
        assertThat(evidence.relative(-10)).isZero();
        assertThat(evidence.relative(2)).isEqualTo(1);
        assertThat(evidence.relative(-4)).isEqualTo(0.5);
        assertThat(evidence.level(0)).isCloseTo((13 / 12.0 - 0.27) / 0.73, within(1e-12));
        assertThat(evidence.level(1)).isZero();
        assertThat(evidence.level(2)).as("below the background").isZero();
        assertThat(evidence.level(3)).isCloseTo((11 / 12.0 - 0.27) / 0.73, within(1e-12));
        assertThat(evidence.level(6)).isCloseTo(1, within(1e-12));
        assertThat(evidence.logOdds(2)).isEqualTo(-20);
        assertThat(evidence.window(3)).containsExactly(1, 2, 11, 12);
    }

    @Test
    void background_evenCount_meanOfTheTwoInTheMiddle() {
        assertThat(evidence(-8, 5, -4, 9).background()).isEqualTo(0.5);
    }

    @Test
    void levels_flat_nothingStandsOut() {
        // The top is at least 1 above the background: what differs by less differs by chance.
        WindowEvidence flat = evidence(3, 3, 3, 3);
        WindowEvidence nearly = evidence(0, 0, 0, 0, 0, 0.1, 0.2, 0.26);
        for (int i = 0; i < 4; i++) {
            assertThat(flat.level(i)).isZero();
        }
        for (int i = 0; i < nearly.size(); i++) {
            assertThat(nearly.level(i)).isZero();
        }
        assertThat(evidence(7).level(0)).as("one window").isZero();
        assertThat(evidence(0, 8).relative(4)).as("two: 4 and 1 more").isZero();
    }

    @Test
    void add_laterWindows_measuredByTheFirstLevels() {
        WindowEvidence evidence = evidence(0, 0, 0, 0, 0, 0, 10, 10, 10);
        evidence.add(List.of(new Box(0, 0, 4, 4), new Box(2, 2, 6, 6)), new double[] {20, 5});
        assertThat(evidence.size()).isEqualTo(11);
        assertThat(evidence.background()).isZero();
        assertThat(evidence.level(6)).isEqualTo(1);
        assertThat(evidence.level(9)).as("no single one may say everything").isEqualTo(1.2);
        assertThat(evidence.level(10)).isCloseTo((0.5 - 0.27) / 0.73, within(1e-12));
        assertThat(evidence.window(10)).containsExactly(2, 2, 6, 6);
        assertThat(evidence.logOdds(9)).isEqualTo(20);
        evidence.add(List.of(), new double[0]);
        assertThat(evidence.size()).isEqualTo(11);
    }

    @Test
    void constructor_valuesOfTheCaller_unchanged() {
        double[] values = {3, 1, 2};
        evidence(values);
        assertThat(values).containsExactly(3, 1, 2);
    }
}
