package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OcclusionLocalizerTest {
    private static final Box OBJECT = new Box(60, 30, 100, 70);

    private final FakeEncoder encoder = new FakeEncoder();
    private final OcclusionLocalizer localizer = OcclusionLocalizer.of(encoder);

    @AfterEach
    void localizerNeverClosesTheEncoder() {
        encoder.assertOpen();
        encoder.close();
    }

    @Test
    void localize_oneObject_dropPeaksOnItAndIsNearZeroElsewhere() {
        RgbImage image = Grids.drawn(140, 140, Colour.RED, OBJECT);
        ScoreMap map = localizer.localize(image, Prompt.all("red")).get(0);
        assertThat(map.peak().intersectionArea(OBJECT))
                .as("peak %s", map.peak())
                .isPositive();
        assertThat(map.max()).isPositive();
        assertThat(map.get(13, 0)).as("a far corner").isLessThan(map.max() / 10);
        List<BoxExtractor.Candidate> boxes = new BoxExtractor(BoxExtractor.Mode.COMPONENTS, 0.5)
                .extract(map.clipAtMean(1).normalized());
        assertThat(boxes)
                .singleElement()
                .satisfies(candidate -> assertThat(candidate.box().iou(OBJECT))
                        .as("IoU of %s", candidate.box())
                        .isGreaterThanOrEqualTo(0.5));
    }

    @ParameterizedTest(name = "{0} x {1}, patch {2}, square {3}, stride {4}")
    @CsvSource({
        "48, 48, 8, 2, 1, 0x000000, square",
        "60, 36, 8, 3, 2, 0x00FF00, wide, with a remainder and another fill",
        "36, 60, 9, 1, 1, 0x808080, tall",
        "5, 3, 1, 1, 1, 0x000000, smaller than the encoder's side",
    })
    void localize_drawnImage_equalsNaiveTwin(
            int width, int height, int patch, int square, int stride, String fill, String why) {
        RgbImage image = Grids.drawn(width, height, Colour.RED, new Box(1, 1, width / 2, height - 1));
        int rgb = Integer.decode(fill);
        List<Prompt> prompts = Prompt.all("gray", "red", "a cat");
        FakeEncoder centred = new FakeEncoder(EncoderSpec.builder("fake", 32, 16)
                .mean(0.5f, 0.5f, 0.5f)
                .std(0.25f, 0.25f, 0.25f)
                .build());
        List<ScoreMap> maps = OcclusionLocalizer.of(centred)
                .withPatchPx(patch)
                .withSquare(square, stride)
                .withFill(rgb)
                .localize(image, prompts);
        PatchGrid grid = new PatchGrid(width, height, patch, PatchGrid.Coverage.COVER);
        List<Box> squares = new WindowScanner(grid, square, stride).windows();
        for (int p = 0; p < prompts.size(); p++) {
            String prompt = prompts.get(p).text();
            double[] drops = new double[squares.size()];
            for (int i = 0; i < drops.length; i++) {
                drops[i] = logit(centred, image, prompt) - logit(centred, painted(image, squares.get(i), rgb), prompt);
            }
            assertThat(maps.get(p).grid()).isEqualTo(grid);
            assertThat(maps.get(p).toArray())
                    .as("%s, %s", why, prompt)
                    .containsExactly(Reference.averaged(grid, squares, drops, 0), within(1e-4));
        }
        centred.close();
    }

    private static RgbImage painted(RgbImage image, Box box, int rgb) {
        int[] pixels = image.toPacked();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = box.contains(i % image.width(), i / image.width()) ? rgb : pixels[i];
        }
        return RgbImage.ofPacked(image.width(), image.height(), pixels);
    }

    /** The image shrunk until its longer side is the encoder's, in the middle of a square of the mean colour, 0x808080. */
    private static double logit(Encoder encoder, RgbImage image, String prompt) {
        int side = encoder.spec().cropSide();
        double factor = (double) side / Math.max(image.width(), image.height());
        int width = (int) Math.round(image.width() * factor);
        int height = (int) Math.round(image.height() * factor);
        RgbImage small = Reference.resize(image, width, height, ResampleFilter.BICUBIC);
        FloatBuffer pixels = GuardedEncoder.buffer(3 * side * side);
        for (int i = 0; i < 3 * side * side; i++) {
            int x = i % side - (side - width) / 2;
            int y = i / side % side - (side - height) / 2;
            boolean inside = x >= 0 && y >= 0 && x < width && y < height;
            int level = (inside ? small.rgb(x, y) : 0x808080) >> (16 - 8 * (i / (side * side))) & 0xff;
            pixels.put(i, (level / 255f - 0.5f) / 0.25f);
        }
        FloatBuffer row = GuardedEncoder.buffer(16);
        encoder.encodeImages(pixels, 1, row);
        float[] text = encoder.encodeTexts(List.of(prompt))[0];
        double cosine = 0;
        for (int i = 0; i < text.length; i++) {
            cosine += (double) row.get(i) * text[i];
        }
        return 100 * cosine;
    }

    @Test
    void localize_defaults_oneImageAndOnePerSquareForAllPrompts() {
        localizer.localize(RgbImage.filled(140, 140, 0), Prompt.all("red", "blue", "green"));
        assertThat(encoder.images()).as("14 patches: 12 x 12 squares of 3").isEqualTo(145);
        assertThat(encoder.largestBatch()).isEqualTo(16);
        assertThat(encoder.texts()).containsExactly("red", "blue", "green");
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        "300, 60, 2, 10, 42, 50, the left end of a wide image",
        "300, 60, 258, 10, 298, 50, its right end",
        "60, 300, 10, 2, 50, 42, the upper end of a tall image",
        "60, 300, 10, 258, 50, 298, its lower end",
    })
    void localize_longImage_itsEndsAreSeen(int width, int height, int x0, int y0, int x1, int y1, String why) {
        Box object = new Box(x0, y0, x1, y1);
        ScoreMap map = localizer
                .localize(Grids.drawn(width, height, Colour.RED, object), Prompt.all("red"))
                .get(0);
        assertThat(map.peak().intersectionArea(object))
                .as("%s: peak %s", why, map.peak())
                .isPositive();
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"16, 8", "8, 16"})
    void localize_longImage_inTheMiddleOfTheMeanColour(int width, int height) {
        EncoderSpec spec = EncoderSpec.builder("recorder", 8, 1)
                .mean(0.2f, 0.2f, 0.2f) // 0x33, which becomes 0
                .build();
        RecordingEncoder recorder = new RecordingEncoder(spec);
        OcclusionLocalizer.of(recorder)
                .withPatchPx(4)
                .withSquare(1, 1)
                .localize(RgbImage.filled(width, height, 0xFFFFFF), Prompt.all("red"));
        assertThat(recorder.calls()).as("the image and 8 squares in one batch").hasSize(1);
        float[] whole = recorder.calls().get(0);
        for (int i = 0; i < 64; i++) {
            int across = width > height ? i / 8 : i % 8;
            float expected = across < 2 || across >= 6 ? 0 : 0.8f;
            assertThat(whole[i]).as("row %d, column %d", i / 8, i % 8).isCloseTo(expected, within(1e-6f));
        }
    }

    @Test
    void localize_promptsAlone_sameMaps() {
        RgbImage image = Grids.drawn(70, 60, Colour.RED, new Box(10, 10, 40, 40));
        List<ScoreMap> together = localizer.localize(image, Prompt.all("blue", "red"));
        assertThat(localizer.localize(image, Prompt.all("red"))).containsExactly(together.get(1));
        assertThat(localizer.localize(image, Prompt.all("blue"))).containsExactly(together.get(0));
    }

    @Test
    void with_setting_changesTheCopyAlone() {
        RgbImage image = RgbImage.filled(140, 140, 0);
        localizer.withPatchPx(70).localize(image, Prompt.all("red"));
        assertThat(encoder.images()).as("one square as large as the image").isEqualTo(2);
        localizer.withSquare(7, 7).localize(image, Prompt.all("red"));
        assertThat(encoder.images()).as("and 2 x 2 squares").isEqualTo(2 + 5);
        localizer.localize(image, Prompt.all("red"));
        assertThat(encoder.images()).as("and the defaults").isEqualTo(2 + 5 + 145);
        assertThat(encoder.texts()).as("the copies share the prompts").containsExactly("red");
    }

    @Test
    void withProgress_risesToTheTotalAndMayStop() {
        List<Integer> done = new ArrayList<>();
        RgbImage image = RgbImage.filled(140, 140, 0);
        localizer
                .withProgress((count, total) -> {
                    assertThat(total).isEqualTo(145);
                    done.add(count);
                })
                .localize(image, Prompt.all("red"));
        assertThat(done).isSorted().hasSize(10).endsWith(145); // 145 in batches of 16

        CancellationException stop = new CancellationException();
        OcclusionLocalizer stopped = localizer.withProgress((count, total) -> {
            throw stop;
        });
        assertThatThrownBy(() -> stopped.localize(image, Prompt.all("red"))).isSameAs(stop);
        assertThat(localizer.localize(image, Prompt.all("red"))).hasSize(1);
    }

    @Test
    void localize_noPromptOrFailingEncoder_refused() {
        RgbImage image = RgbImage.filled(14, 14, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.localize(image, List.of()))
                .withMessage("prompts ([]) must not be empty");
        encoder.failAfter(1);
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> localizer.localize(image, Prompt.all("red")))
                .withMessageContaining("model fake failed");
    }

    @Test
    void with_badValue_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.withPatchPx(-1))
                .withMessage("patchPx (-1) must be positive, or 0 to choose it from the image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.withSquare(0, 1))
                .withMessage("squarePatches (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.withSquare(1, 0))
                .withMessage("stridePatches (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.withSquare(2, 3))
                .withMessage("stridePatches (3) must be at most squarePatches (2)");
    }

    @Test
    @SuppressWarnings("NullAway")
    void factories_null_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> OcclusionLocalizer.of(null))
                .withMessage("encoder");
        assertThatNullPointerException()
                .isThrownBy(() -> localizer.withProgress(null))
                .withMessage("listener");
    }
}
