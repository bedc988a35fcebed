package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The preset article() against the article's own loops, written here once more from its text, window by window. */
final class ArticleReferenceTest {
    @ParameterizedTest(name = "{0} x {1}, patch {2}, window {3}, stride {4}")
    @CsvSource({
        "96, 128, 8, 6, 1, the article's window",
        "96, 128, 8, 4, 1, the window of its last example",
        "103, 90, 8, 6, 1, a remainder that is dropped",
        "103, 90, 8, 5, 2, a stride that leaves patches unseen",
        "90, 103, 9, 3, 3, no overlap",
        "48, 48, 8, 6, 1, one window: a flat map and no box",
    })
    void detect_drawnImage_equalsTheLoopsOfTheArticle(
            int width, int height, int patch, int window, int stride, String why) {
        RgbImage image = Grids.drawn(
                width,
                height,
                List.of(
                        new Shape(Colour.RED, new Box(8, 12, 44, 40)),
                        new Shape(Colour.BLUE, new Box(width / 2, height / 2, width - 10, height - 5))));
        DetectorOptions options = DetectorOptions.article().toBuilder()
                .patchPx(patch)
                .windowPatches(window)
                .stridePatches(stride)
                .build();
        assertEqualsArticle(image, List.of("red", "a blue thing", "a unicorn", "gray"), options, why);
    }

    @Test
    void detect_presetAsItIs_equalsTheLoopsOfTheArticle() {
        // 7 x 6 patches of 256: two windows of 1536 pixels.
        RgbImage image = Grids.drawn(1800, 1600, Colour.RED, new Box(100, 150, 700, 900));
        assertEqualsArticle(image, List.of("red"), DetectorOptions.article(), "patch 256, window 6, stride 1");
    }

    private static void assertEqualsArticle(RgbImage image, List<String> prompts, DetectorOptions options, String why) {
        int window = options.windowPatches().get(0);
        FakeEncoder encoder = new FakeEncoder();
        List<Detection> expected = new ArrayList<>();
        for (String prompt : prompts) {
            expected.addAll(article(encoder, image, prompt, options.patchPx(), window, options.stridePatches()));
        }
        List<Detection> found = new ArrayList<>();
        for (Localization localization : ZeroShotDetector.of(encoder, options).localize(image, Prompt.all(prompts))) {
            found.addAll(localization.detections());
        }
        assertThat(found).as(why).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).label()).as(why).isEqualTo(expected.get(i).label());
            assertThat(found.get(i).box())
                    .as("%s: %s", why, found.get(i))
                    .isEqualTo(expected.get(i).box());
            assertThat(found.get(i).score()).as(why).isCloseTo(expected.get(i).score(), within(1e-4));
        }
        assertThat(found.isEmpty())
                .as("%s: a box wherever there are two windows", why)
                .isEqualTo(window * options.patchPx() == image.width());
        encoder.close();
    }

    /** Embeds image and text anew for each window, as the article does; none or one detection. */
    private static List<Detection> article(
            Encoder encoder, RgbImage image, String prompt, int patch, int window, int stride) {
        int rows = image.height() / patch;
        int columns = image.width() / patch;
        double[][] scores = new double[rows][columns];
        double[][] runs = new double[rows][columns];
        for (double[] row : runs) {
            Arrays.fill(row, 1);
        }
        double highest = Double.NEGATIVE_INFINITY;
        for (int y = 0; y <= rows - window; y += stride) {
            for (int x = 0; x <= columns - window; x += stride) {
                RgbImage crop = image.crop(new Box(x * patch, y * patch, (x + window) * patch, (y + window) * patch));
                double score = logit(encoder, crop, prompt);
                highest = Math.max(highest, score);
                for (int r = y; r < y + window; r++) {
                    for (int c = x; c < x + window; c++) {
                        scores[r][c] += score;
                        runs[r][c] += 1;
                    }
                }
            }
        }
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                scores[r][c] /= runs[r][c];
            }
        }
        for (int pass = 0; pass < 3; pass++) {
            double mean = Arrays.stream(scores)
                    .flatMapToDouble(Arrays::stream)
                    .average()
                    .orElseThrow();
            for (double[] row : scores) {
                for (int c = 0; c < columns; c++) {
                    row[c] = Math.max(0, row[c] - mean);
                }
            }
        }
        double score = highest;
        return box(scores, patch).stream()
                .map(box -> new Detection(prompt, score, box))
                .toList();
    }

    /** Normalised to [0, 1], then from the first to the last row and column above 0.5; none for a flat map. */
    private static List<Box> box(double[][] scores, int patch) {
        double min = Arrays.stream(scores).flatMapToDouble(Arrays::stream).min().orElseThrow();
        double max = Arrays.stream(scores).flatMapToDouble(Arrays::stream).max().orElseThrow();
        if (max - min < 1e-9) {
            return List.of();
        }
        int[] edges = {Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0};
        for (int r = 0; r < scores.length; r++) {
            for (int c = 0; c < scores[r].length; c++) {
                if ((scores[r][c] - min) / (max - min) > 0.5) {
                    edges[0] = Math.min(edges[0], c);
                    edges[1] = Math.min(edges[1], r);
                    edges[2] = Math.max(edges[2], c + 1);
                    edges[3] = Math.max(edges[3], r + 1);
                }
            }
        }
        return List.of(new Box(edges[0] * patch, edges[1] * patch, edges[2] * patch, edges[3] * patch));
    }

    /** exp(logit_scale) times the cosine of one crop and one text. */
    private static double logit(Encoder encoder, RgbImage crop, String prompt) {
        int side = encoder.spec().cropSide();
        RgbImage resized = Reference.resize(crop, side, side, ResampleFilter.BICUBIC);
        FloatBuffer pixels = GuardedEncoder.buffer(3 * side * side);
        for (int i = 0; i < 3 * side * side; i++) {
            int pixel = i % (side * side);
            int level = resized.rgb(pixel % side, pixel / side) >> (16 - 8 * (i / (side * side))) & 0xff;
            pixels.put(i, level / 255f);
        }
        FloatBuffer row = GuardedEncoder.buffer(encoder.spec().embeddingDimension());
        encoder.encodeImages(pixels, 1, row);
        float[] text = encoder.encodeTexts(List.of(prompt))[0];
        double cosine = 0;
        for (int i = 0; i < text.length; i++) {
            cosine += (double) row.get(i) * text[i];
        }
        return encoder.spec().logitScale() * cosine;
    }
}
