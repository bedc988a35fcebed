package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pictures as they were drawn before, and looked at. Without letters they are the same to a level per channel; with letters, whose
 * shape and width are the machine's, few pixels may be others.
 *
 * <p>To draw them anew, and then look at them: {@code mvn test -pl core -Dtest=PicturesGoldenTest -Dpictures.goldens=write}.
 */
final class PicturesGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/pictures");
    private static final int WIDTH = 360;
    private static final int HEIGHT = 240;

    /** A level farther off makes a pixel another one. */
    private static final int CLOSE = 48;

    private enum Golden {
        BOXES(0) {
            @Override
            RgbImage draw() {
                return new BoxPainter(ground(), labels(), false).paint(boxes());
            }
        },
        LABELS(0.1) {
            @Override
            RgbImage draw() {
                return Pictures.boxes(ground(), boxes(), labels());
            }
        },
        HEAT_MAP(0) {
            @Override
            RgbImage draw() {
                return Pictures.heatMap(ground(), map(1, 0), 0, 1);
            }
        },
        LEGEND(0.01) {
            @Override
            RgbImage draw() {
                return Pictures.heatMap(
                        ground(), map(1, 0), HeatMapOptions.defaults().withLegend("a cat"));
            }
        },
        OCCLUSION(0.01) {
            @Override
            RgbImage draw() {
                return Pictures.heatMap(
                        ground(),
                        map(5.7, -2.5),
                        HeatMapOptions.differences().withLegend("a cat").withOpacity(0.75));
            }
        },
        BRIGHTNESS(0) {
            @Override
            RgbImage draw() {
                return Pictures.brightness(ground(), map(1, 0));
            }
        };

        /** Of all pixels: as many are others in another font of the same size. 0 where there are no letters. */
        private final double others;

        Golden(double others) {
            this.others = others;
        }

        abstract RgbImage draw();

        Path file() {
            return FOLDER.resolve(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".png");
        }
    }

    @ParameterizedTest
    @EnumSource
    void draw_asBefore(Golden golden) throws IOException {
        RgbImage drawn = golden.draw();
        if (System.getProperty("pictures.goldens", "").equals("write")) {
            Files.createDirectories(FOLDER);
            Pictures.write(drawn, golden.file());
        }

        RgbImage before = ImageFiles.read(golden.file());

        assertThat(drawn.width()).isEqualTo(before.width());
        if (golden.others > 0) {
            // A line of letters may be some pixels higher.
            assertThat(drawn.height()).isBetween(before.height() - 8, before.height() + 8);
            assertThat(others(drawn, before, CLOSE)).isLessThan(golden.others);
        } else {
            assertThat(drawn.height()).isEqualTo(before.height());
            assertThat(others(drawn, before, 1)).isZero();
        }
    }

    @Test
    void draw_withoutLetters_notTakenForTheSame() throws IOException {
        assertThat(others(Golden.BOXES.draw(), ImageFiles.read(Golden.LABELS.file()), CLOSE))
                .isGreaterThan(Golden.LABELS.others);
    }

    /** Returns the share of pixels, of those that both have, with a channel that differs by more. */
    private static double others(RgbImage one, RgbImage other, int most) {
        int height = Math.min(one.height(), other.height());
        long count = IntStream.range(0, one.width() * height)
                .filter(i -> {
                    int x = i % one.width();
                    int y = i / one.width();
                    return IntStream.of(16, 8, 0)
                            .anyMatch(shift ->
                                    Math.abs((one.rgb(x, y) >> shift & 0xff) - (other.rgb(x, y) >> shift & 0xff))
                                            > most);
                })
                .count();
        return count / (double) (one.width() * height);
    }

    /** Light, dark, and stripes. */
    private static RgbImage ground() {
        int[] pixels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            int level = x < WIDTH / 3 ? 0xE8 : x < 2 * WIDTH / 3 ? 0x18 : 0x40 + (x + y) / 6 % 2 * 0x80;
            pixels[i] = level << 16 | (level + y / 16) % 256 << 8 | level;
        }
        return RgbImage.ofPacked(WIDTH, HEIGHT, pixels);
    }

    private static List<String> labels() {
        return IntStream.range(0, 30).mapToObj(i -> "label " + i).toList();
    }

    /** A box of each line on each ground, one around all, one at each corner. */
    private static List<Detection> boxes() {
        List<Detection> boxes = new ArrayList<>();
        for (int k = 0; k < 12; k++) {
            int x = 14 + k % 3 * 120;
            int y = 30 + k / 3 * 52;
            boxes.add(new Detection(labels().get(7 * (k / 3) + k % 3), 0.95 - k / 50.0, new Box(x, y, x + 70, y + 26)));
        }
        boxes.add(new Detection("label 28", 0.6, new Box(0, 0, WIDTH, HEIGHT)));
        boxes.add(new Detection("label 29", 0.5, new Box(WIDTH - 20, HEIGHT - 16, WIDTH, HEIGHT)));
        return boxes;
    }

    /** A hill on the left and one, or a valley, on the right. */
    private static ScoreMap map(double left, double right) {
        PatchGrid grid = new PatchGrid(WIDTH, HEIGHT, 22, PatchGrid.Coverage.COVER);
        double[] scores = new double[grid.rows() * grid.columns()];
        for (int i = 0; i < scores.length; i++) {
            int row = i / grid.columns();
            double x = (i % grid.columns() + 0.5) / grid.columns();
            double y = (row + 0.5) / grid.rows();
            scores[i] = left * hill(x - 0.3, y - 0.5) + right * hill(x - 0.8, y - 0.4);
        }
        return ScoreMap.of(grid, scores);
    }

    private static double hill(double x, double y) {
        return Math.exp(-16 * (x * x + y * y));
    }
}
