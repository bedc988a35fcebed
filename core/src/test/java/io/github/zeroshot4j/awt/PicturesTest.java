package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PicturesTest {
    private static final int YELLOW = 0xF0E442;
    private static final int BLUE = 0x56B4E9;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0x000000, 0xFFFFFF, 0x808080, YELLOW})
    void boxes_anyBackground_lineBetweenDarkRims(int background) {
        RgbImage image = RgbImage.filled(200, 160, background);

        RgbImage picture = Pictures.boxes(image, List.of(new Detection("a cat", 0.9, new Box(50, 60, 150, 120))));

        // Line 2 px inside of the box's edge, rims of 1 px on both sides; y 100 is clear of the label above.
        assertThat(row(picture, 100, 48, 55))
                .containsExactly(background, 0x101010, YELLOW, YELLOW, 0x101010, background, background);
        assertThat(row(picture, 100, 145, 152))
                .containsExactly(background, background, 0x101010, YELLOW, YELLOW, 0x101010, background);
        assertThat(image.toPacked()).containsOnly(background);
    }

    @Test
    void boxes_labelsGiven_colourByPlace() {
        RgbImage image = RgbImage.filled(200, 160, 0);
        List<Detection> detections = List.of(new Detection("b", 0.9, new Box(50, 60, 150, 120)));

        RgbImage picture = Pictures.boxes(image, detections, List.of("a", "b"));

        assertThat(picture.rgb(50, 100)).isEqualTo(BLUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.boxes(image, detections, List.of("a")))
                .withMessage("labels ([a]) must hold b");
    }

    @Test
    void boxes_severalInOnePlace_labelsApart() {
        RgbImage image = RgbImage.filled(300, 200, 0);
        Box box = new Box(100, 60, 200, 120);

        RgbImage picture =
                Pictures.boxes(image, List.of(new Detection("first", 0.9, box), new Detection("second", 0.8, box)));

        // The first label is above the box in its colour, the second, for which that place is taken, below.
        assertThat(row(picture, 55, 100, 104)).containsOnly(YELLOW);
        assertThat(row(picture, 125, 100, 104)).containsOnly(BLUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a label that is very much longer than the picture is wide, by far", "猫", "a\nb\tc"})
    void boxes_anyLabelAndAnyBox_paints(String label) {
        RgbImage image = RgbImage.filled(40, 30, 0x808080);

        for (Box box : new Box[] {image.bounds(), new Box(0, 0, 1, 1), new Box(39, 29, 40, 30), new Box(5, 5, 5, 5)}) {
            RgbImage picture = Pictures.boxes(image, List.of(new Detection(label, 27.125, box)));

            assertThat(picture.toPacked()).as("%s", box).contains(YELLOW);
        }
    }

    @Test
    void boxes_none_theImage() {
        RgbImage image = RgbImage.filled(8, 8, 0x123456);

        assertThat(Pictures.boxes(image, List.of()).toPacked()).isEqualTo(image.toPacked());
    }

    @Test
    void brightness_patches_multipliedWithScore() {
        // 2 x 2 patches of 2 pixels; the fifth column and row are in no patch.
        RgbImage image = RgbImage.filled(5, 5, 0xC86432);
        ScoreMap map =
                ScoreMap.of(new PatchGrid(5, 5, 2, PatchGrid.Coverage.DROP_REMAINDER), new double[] {0, 1, 0.5, 7});

        RgbImage picture = Pictures.brightness(image, map);

        assertThat(row(picture, 0, 0, 5)).containsExactly(0, 0, 0xC86432, 0xC86432, 0);
        assertThat(row(picture, 3, 0, 5)).containsExactly(0x643219, 0x643219, 0xC86432, 0xC86432, 0);
        assertThat(row(picture, 4, 0, 5)).containsOnly(0);
    }

    @Test
    void heatMap_between_linear() {
        // Centres at x 2 and 6; the colours at 0, 0.5 and 1 are those of the scale: 0x000004, 0xBB3755 (see Colours),
        // 0xFCFFA4.
        RgbImage image = RgbImage.filled(8, 4, 0);
        ScoreMap map = ScoreMap.of(new PatchGrid(8, 4, 4, PatchGrid.Coverage.COVER), new double[] {-1, 3});

        RgbImage picture = Pictures.heatMap(image, map);

        // 0.6 of the colour over black.
        assertThat(row(picture, 1, 0, 8))
                .containsExactly(
                        mixed(0), mixed(0), mixed(0.125), mixed(0.375), mixed(0.625), mixed(0.875), mixed(1), mixed(1));
        assertThat(ColourMaps.inferno(0)).isEqualTo(0x000004);
        assertThat(ColourMaps.inferno(1)).isEqualTo(0xFCFFA4);
        assertThat(ColourMaps.inferno(15 / 255.0)).isEqualTo(0x0A0722);
    }

    private static int mixed(double value) {
        return Colours.mix(0, ColourMaps.inferno(value), 0.6);
    }

    @Test
    void inferno_upwards_everLighter() {
        int before = -1;
        for (int i = 0; i <= 1000; i++) {
            int luma = Colours.luma(ColourMaps.inferno(i / 1000.0));
            assertThat(luma).as("at %d / 1000", i).isGreaterThanOrEqualTo(before - 1); // but for rounding
            before = luma;
        }
        assertThat(before).isGreaterThan(230);
    }

    @Test
    void heatMap_flat_dark() {
        RgbImage image = RgbImage.filled(4, 4, 0xFFFFFF);
        ScoreMap map = ScoreMap.of(new PatchGrid(4, 4, 2, PatchGrid.Coverage.COVER), new double[] {5, 5, 5, 5});

        // 0.4 * 255 = 102 and 0.6 * 4 = 2 in blue
        assertThat(Pictures.heatMap(image, map).toPacked()).containsOnly(0x666668);
    }

    @Test
    void heatMap_outsideOfTheGrid_gray() {
        RgbImage image = RgbImage.filled(5, 4, 0xFF0000);
        ScoreMap map =
                ScoreMap.of(new PatchGrid(5, 4, 2, PatchGrid.Coverage.DROP_REMAINDER), new double[] {0, 1, 0, 1});

        // The luma of red is 76.
        assertThat(Pictures.heatMap(image, map).rgb(4, 0)).isEqualTo(0x4C4C4C);
    }

    @Test
    void heatMap_badArguments_named() {
        RgbImage image = RgbImage.filled(4, 4, 0);
        ScoreMap map = ScoreMap.of(new PatchGrid(4, 4, 4, PatchGrid.Coverage.COVER), new double[] {1});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.heatMap(image, map, 1, 1))
                .withMessage("low (1.0) must be below high (1.0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.heatMap(RgbImage.filled(4, 5, 0), map))
                .withMessage("map (of a 4 x 4 image) must be of an image of 4 x 5 pixels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.brightness(RgbImage.filled(5, 4, 0), map))
                .withMessageContaining("must be of an image of 5 x 4 pixels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.png", "p.JPG", "p.jpeg"})
    void write_thenRead_same(String name) throws IOException {
        RgbImage picture = RgbImage.filled(20, 10, 0x808080);
        Path file = Files.writeString(folder.resolve(name), "what was there before");

        Pictures.write(picture, file);

        assertThat(ImageFiles.read(file).toPacked()).isEqualTo(picture.toPacked());
        assertThat(names()).containsExactly(name);
    }

    @Test
    void write_longestName_works() throws IOException {
        String name = "n".repeat(251) + ".png"; // 255 bytes is what most file systems take

        Pictures.write(RgbImage.filled(2, 2, 0), folder.resolve(name));

        assertThat(names()).containsExactly(name);
    }

    @Test
    void write_impossible_leavesNothing() throws IOException {
        RgbImage picture = RgbImage.filled(2, 2, 0);
        Path target = Files.createDirectories(folder.resolve("full.png")).resolve("something");
        Files.createFile(target);

        assertThatThrownBy(() -> Pictures.write(picture, folder.resolve("full.png")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("full.png: cannot be written");
        assertThatThrownBy(() -> Pictures.write(picture, folder.resolve("no/folder.png")))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("folder.png: cannot be written (no such file)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.write(picture, Path.of("p.webp")))
                .withMessage("file (p.webp) must end in .png, .jpg or .jpeg");
        assertThat(names()).containsExactly("full.png");
        assertThat(target).exists();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static int[] row(RgbImage image, int y, int from, int to) {
        int[] pixels = new int[to - from];
        for (int x = from; x < to; x++) {
            pixels[x - from] = image.rgb(x, y);
        }
        return pixels;
    }
}
