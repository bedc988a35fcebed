package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.MapGoldens.Combination;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The preset article() with a model on real-sized pictures, against what the article's algorithm gives in Python. */
final class ArticleMapsTest {

    @ParameterizedTest
    @ValueSource(strings = {"portrait", "landscape", "odd"})
    void localize_article_mapAndBoxOfTheReference(String picture) {
        try (OnnxEncoder encoder = OnnxEncoder.open(TestModels.directory("random-a"))) {
            MapGoldens.assertSameMapsAndBoxes(ZeroShotDetector.of(encoder), picture);
        }
    }

    @Test
    void goldens_rows_areEveryCombination() {
        List<String> expected = new ArrayList<>();
        for (String picture : List.of("portrait", "landscape", "odd")) {
            // 200 leaves a remainder in every picture; the portrait has one in any case.
            int[] patches = picture.equals("portrait") ? new int[] {64, 128, 256} : new int[] {64, 128, 200, 256};
            for (int patch : patches) {
                for (int window : new int[] {4, 6}) {
                    for (int stride : new int[] {1, 2}) {
                        Stream.of(1, 3)
                                .map(passes -> new Combination(picture, patch, window, stride, passes).toString())
                                .forEach(expected::add);
                    }
                }
            }
        }
        assertThat(MapGoldens.rows())
                .extracting(row -> row.combination().toString())
                .containsExactlyElementsOf(expected);
    }
}
