package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowPlanTest {
    @ParameterizedTest(name = "{0} x {1}: windows of {2}")
    @CsvSource({
        "1, 10000, 1, 10000", // all four shares
        "3, 100, 3 2 1, 564", // 66 + 198 + 300; 0.36 and 0.2 of 3 pixels are 1 pixel
        "40, 1, 1, 40",
        "280, 280, 280 168 101 56, 116",
    })
    void of_sharesOfOneSide_embeddedOnce(int width, int height, String sides, int count) {
        WindowPlan plan = WindowPlan.of(RgbImage.filled(width, height, 0), DetectorOptions.defaults(), 16);
        assertThat(plan.sizes().stream()
                        .map(windows -> String.valueOf(windows.get(0).width())))
                .containsExactly(sides.split(" "));
        assertThat(plan.windowCount()).isEqualTo(count);
        assertThat(plan.sizes().stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    @Test
    void of_smallImagesOfAnyShape_noWindowTwice() {
        Fuzz.check(200, random -> new Box(0, 0, Fuzz.between(random, 1, 60), Fuzz.between(random, 1, 12)), size -> {
            RgbImage image = RgbImage.filled(size.width(), size.height(), 0);
            assertThat(WindowPlan.of(image, DetectorOptions.defaults(), 16).sizes().stream()
                            .flatMap(List::stream))
                    .doesNotHaveDuplicates();
        });
    }
}
