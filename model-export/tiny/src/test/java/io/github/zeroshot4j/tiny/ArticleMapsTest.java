package io.github.zeroshot4j.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.tiny.MapGoldens.Combination;
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
        try (OnnxEncoder encoder = TinyClip.open()) {
            MapGoldens.assertSameMapsAndBoxes(ZeroShotDetector.of(encoder), picture);
        }
    }

    @Test
    void goldens_rows_areEveryCombination() {
        List<String> expected = new ArrayList<>();
        for (String picture : List.of("portrait", "landscape", "odd")) {
            boolean large = picture.equals("portrait");
            for (int patch : large ? new int[] {64, 128, 256} : new int[] {64, 128, 200, 256}) {
                for (int window : new int[] {4, 6}) {
                    // The 7,702 windows of 64 on the portrait would take half a minute: the random model's test has
                    // them.
                    for (int stride : large && patch == 64 ? new int[] {2} : new int[] {1, 2}) {
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
