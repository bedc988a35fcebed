package io.github.zeroshot4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InputsTest {
    /**
     * The numbers that the documentation of {@link WindowLoopBenchmark} and README.md give for the article's photo.
     */
    @ParameterizedTest
    @CsvSource({
        "article, 256, 120", // 20 x 13 patches of 256 pixels: 15 x 8 windows of 6
        "default, 0, 204", // 2 x 1 windows of the shorter side, 4 x 3 of 0.6 of it, 8 x 5 of 0.36, 15 x 10 of 0.2
    })
    void preset_onTheArticlesPhoto_hasTheDocumentedWindows(String preset, int patchPx, int windows) {
        DetectorOptions options =
                Inputs.preset(preset).toBuilder().patchPx(patchPx).build();
        ZeroShotDetector detector = ZeroShotDetector.of(new NoOpEncoder(), options);

        assertThat(detector.embed(Inputs.image("3456x5184")).windowCount()).isEqualTo(windows);
    }

    @Test
    void image_twice_isTheSame() {
        assertThat(Inputs.image("40x30").toPacked())
                .isEqualTo(Inputs.image("40x30").toPacked());
    }

    @Test
    void image_ofAnySize_isNoFlatColour() {
        RgbImage image = Inputs.image("40x30");

        assertThat(image.width()).isEqualTo(40);
        assertThat(image.height()).isEqualTo(30);
        // 1200 pixels of 64 colours, each under 4096 kinds of noise.
        assertThat(Arrays.stream(image.toPacked()).distinct().count()).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "40", "40x", "x30", "-1x30", "40x30x3", "40 x 30"})
    void image_ofABadSize_fails(String size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inputs.image(size))
                .withMessage("image (" + size + ") must be WIDTHxHEIGHT, such as 3456x5184");
    }

    @Test
    void preset_unknown_fails() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inputs.preset("best"))
                .withMessage("preset (best) must be article or default");
    }

    @Test
    void prompts_ofAnyNumber_areDifferent() {
        assertThat(new HashSet<>(Inputs.prompts(12))).hasSize(12);
    }
}
