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
import org.junit.jupiter.params.provider.EnumSource;

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
        List<ScoreMap> maps = localizer
                .withPatchPx(patch)
                .withSquare(square, stride)
                .withFill(rgb)
                .localize(image, prompts);
        PatchGrid grid = new PatchGrid(width, height, patch, PatchGrid.Coverage.COVER);
        for (int p = 0; p < prompts.size(); p++) {
            assertThat(maps.get(p).grid()).isEqualTo(grid);
            assertThat(maps.get(p).toArray())
                    .as("%s, %s", why, prompts.get(p).text())
                    .containsExactly(
                            drops(
                                    image,
                                    grid,
                                    square,
                                    stride,
                                    rgb,
                                    prompts.get(p).text()),
                            within(1e-4));
        }
    }

    /** Every square over every view painted, cut out, resized and embedded alone. */
    private double[] drops(RgbImage image, PatchGrid grid, int square, int stride, int rgb, String prompt) {
        int side = Math.min(image.width(), image.height());
        PatchGrid cells = new PatchGrid(side, side, grid.patchPx(), PatchGrid.Coverage.COVER);
        List<Box> hidden = new ArrayList<>();
        List<Double> drops = new ArrayList<>();
        for (Box view : SpreadWindows.of(image.width(), image.height(), side)) {
            for (Box box : new WindowScanner(cells, square, stride).windows()) {
                Box there = moved(box, view);
                hidden.add(there);
                drops.add(logit(image.crop(view), prompt)
                        - logit(painted(image, there, rgb).crop(view), prompt));
            }
        }
        return Reference.averaged(
                grid, hidden, drops.stream().mapToDouble(drop -> drop).toArray(), 0);
    }

    private static Box moved(Box box, Box to) {
        return new Box(box.xMin() + to.xMin(), box.yMin() + to.yMin(), box.xMax() + to.xMin(), box.yMax() + to.yMin());
    }

    private static RgbImage painted(RgbImage image, Box box, int rgb) {
        int[] pixels = image.toPacked();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = box.contains(i % image.width(), i / image.width()) ? rgb : pixels[i];
        }
        return RgbImage.ofPacked(image.width(), image.height(), pixels);
    }

    private double logit(RgbImage view, String prompt) {
        int side = encoder.spec().cropSide();
        RgbImage small = Reference.resize(view, side, side, ResampleFilter.BICUBIC);
        FloatBuffer pixels = GuardedEncoder.buffer(3 * side * side);
        new PixelNormalizer(encoder.spec()).write(small, pixels, 0);
        int dimension = encoder.spec().embeddingDimension();
        FloatBuffer row = GuardedEncoder.buffer(dimension);
        encoder.encodeImages(pixels, 1, row);
        float[] text = encoder.encodeTexts(List.of(prompt))[0];
        double cosine = 0;
        for (int i = 0; i < text.length; i++) {
            cosine += (double) row.get(i) * text[i];
        }
        return encoder.spec().logitScale() * cosine;
    }

    @Test
    void localize_defaults_oneImageAndOnePerSquareForAllPrompts() {
        localizer.localize(RgbImage.filled(140, 140, 0), Prompt.all("red", "blue", "green"));
        assertThat(encoder.images()).as("14 patches: 12 x 12 squares of 3").isEqualTo(145);
        assertThat(encoder.largestBatch()).isEqualTo(16);
        assertThat(encoder.texts()).containsExactly("red", "blue", "green");
    }

    @ParameterizedTest(name = "{0} x {1}, {6}")
    @CsvSource({
        "150, 100, 0, 40, 24, 64, 3 : 2 left",
        "150, 100, 126, 40, 150, 64, 3 : 2 right",
        "150, 100, 60, 0, 84, 24, 3 : 2 above",
        "150, 100, 60, 76, 84, 100, 3 : 2 below",
        "100, 150, 0, 60, 24, 84, 2 : 3 left",
        "100, 150, 76, 60, 100, 84, 2 : 3 right",
        "100, 150, 40, 0, 64, 24, 2 : 3 above",
        "100, 150, 40, 126, 64, 150, 2 : 3 below",
        "300, 60, 0, 10, 40, 50, the left end of a very wide image",
        "300, 60, 260, 10, 300, 50, its right end",
        "60, 300, 10, 0, 50, 40, the upper end of a very tall image",
        "60, 300, 10, 260, 50, 300, its lower end",
    })
    void localize_objectAtTheEdge_peakInIt(int width, int height, int x0, int y0, int x1, int y1, String why) {
        Box object = new Box(x0, y0, x1, y1);
        ScoreMap map = localizer
                .localize(Grids.drawn(width, height, Colour.RED, object), Prompt.all("red"))
                .get(0);
        assertThat(map.peak().intersectionArea(object))
                .as("%s: peak %s", why, map.peak())
                .isPositive();
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        "140, 140, 145, one view and 12 x 12 squares of 3 of 14 patches",
        "150, 100, 244, two views of 100 with patches of 8: 11 x 11 squares of 24 pixels, the last shifted",
        "100, 150, 244, the same upright",
        "300, 60, 909, nine views of 60 with patches of 5: 10 x 10 squares",
        "1, 1, 2, one square as large as the image",
    })
    void imageCount_size_isWhatIsEmbedded(int width, int height, long count, String why) {
        assertThat(localizer.imageCount(width, height)).as(why).isEqualTo(count);
        localizer.localize(RgbImage.filled(width, height, 0), Prompt.all("red"));
        assertThat(encoder.images()).as(why).isEqualTo(count);
    }

    @Test
    void localize_region_asThePartAlone() {
        RgbImage image = Grids.drawn(90, 60, Colour.RED, new Box(40, 20, 60, 45));
        Box region = new Box(30, 10, 72, 52);
        OcclusionLocalizer small = localizer.withPatchPx(6).withSquare(2, 1);
        ScoreMap map = small.localize(image, region, Prompt.all("red")).get(0);
        ScoreMap alone = small.localize(image.crop(region), Prompt.all("red")).get(0);
        assertThat(map.grid()).isEqualTo(new PatchGrid(90, 60, 6, PatchGrid.Coverage.COVER));
        for (int row = 0; row < map.rows(); row++) {
            for (int column = 0; column < map.columns(); column++) {
                // Centres at 3, 9, 15, ...: of columns 5 to 11 and rows 2 to 8 they lie in the region.
                if (column < 5 || column > 11 || row < 2 || row > 8) {
                    assertThat(map.get(row, column))
                            .as("row %d, column %d", row, column)
                            .isZero();
                }
            }
        }
        assertThat(map.max()).isEqualTo(alone.max());
        assertThat(map.peak().intersectionArea(new Box(40, 20, 60, 45))).isPositive();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small.localize(image, new Box(60, 10, 91, 20), Prompt.all("red")))
                .withMessageContaining("must be inside the 90 x 60 image");
    }

    @Test
    void withSquarePx_multiplesOfPatches_sameAsPatches() {
        RgbImage image = Grids.drawn(120, 80, Colour.RED, new Box(20, 20, 60, 50));
        OcclusionLocalizer patches = localizer.withPatchPx(8).withSquare(2, 1);
        assertThat(localizer.withPatchPx(8).withSquarePx(16, 8).localize(image, Prompt.all("red")))
                .isEqualTo(patches.localize(image, Prompt.all("red")));
        assertThat(localizer.withSquarePx(30, 25).imageCount(120, 80))
                .as("two views, squares at 0, 25 and 50")
                .isEqualTo(2 * (1 + 9));
    }

    @ParameterizedTest
    @EnumSource(OcclusionLocalizer.Fill.class)
    void withFill_whatTheViewGives_peaksOnTheObject(OcclusionLocalizer.Fill fill) {
        RgbImage image = Grids.drawn(140, 140, Colour.RED, OBJECT);
        List<ScoreMap> maps = localizer.withFill(fill).localize(image, Prompt.all("red"));
        assertThat(maps)
                .doesNotContainAnyElementsOf(localizer.withFill(0x000000).localize(image, Prompt.all("red")));
        assertThat(maps.get(0).peak().intersectionArea(OBJECT))
                .as("peak %s", maps.get(0).peak())
                .isPositive();
    }

    @Test
    void withFill_meanOfOneColour_hidesNothing() {
        ScoreMap map = localizer
                .withFill(OcclusionLocalizer.Fill.MEAN)
                .localize(RgbImage.filled(70, 50, 0x3366CC), Prompt.all("blue"))
                .get(0);
        assertThat(map.max()).isZero();
        assertThat(map.min()).isZero();
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
        assertThatIllegalArgumentException()
                .isThrownBy(() -> localizer.withSquarePx(20, 21))
                .withMessage("stridePx (21) must be at most squarePx (20)");
        RgbImage large = RgbImage.filled(12_000, 12_000, 0);
        assertThatIllegalArgumentException()
                .as("144 million squares of 16 floats: refused before they are listed")
                .isThrownBy(() -> localizer.withSquarePx(1, 1).localize(large, Prompt.all("red")))
                .withMessage(
                        "square (1) and stride (1) must give at most 134217727 images with this model's 16 dimensions,"
                                + " they give 144000001 in 12000 x 12000 pixels");
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
