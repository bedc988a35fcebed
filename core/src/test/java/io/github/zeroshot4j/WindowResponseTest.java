package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowResponseTest {
    private final WindowResponse response = new WindowResponse();

    @ParameterizedTest(name = "{0} shared of a window of {1} and an object of {2}")
    @CsvSource({
        // shared, window, object, response by hand
        "0, 100, 100, 0",
        "100, 100, 100, 0.999955", // 1 - exp(-1 / 0.1)
        "60, 100, 100, 0.997521", // 0.6 is enough: 1 - exp(-0.6 / 0.1)
        "30, 100, 100, 0.475106", // half of 1 - exp(-0.3 / 0.1)
        "10, 100, 10, 0.632121", // 1 - 1 / e
        "100, 100, 1000, 0.166659", // a sixth of 0.999955
        "1, 1000000, 1, 0.00001", // 1 / 100000
    })
    void of_byHand(double shared, double windowArea, double objectArea, double expected) {
        assertThat(response.of(shared, windowArea, objectArea)).isCloseTo(expected, within(5e-6));
    }

    @Test
    void of_random_theFormula() {
        Fuzz.check(
                2_000,
                random -> new double[] {random.nextDouble(), random.nextDouble(), random.nextDouble()},
                areas -> {
                    double window = 1 + 1000 * areas[0];
                    double object = 1 + 1000 * areas[1];
                    double shared = areas[2] * Math.min(window, object);
                    double exact = Math.min(1, shared / object / 0.6) * (1 - Math.exp(-shared / window / 0.1));
                    assertThat(response.of(shared, window, object)).isCloseTo(exact, within(1e-6));
                });
    }

    @Test
    void of_moreShared_neverLess() {
        for (int shared = 1; shared <= 10_000; shared++) {
            assertThat(response.of(shared, 10_000, 20_000))
                    .isGreaterThan(response.of(shared - 1, 10_000, 20_000))
                    .isLessThanOrEqualTo(1);
        }
    }
}
