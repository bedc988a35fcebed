package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Boxes fitted to what windows would say by the model of {@link WindowResponse}, and the formula written plainly. */
final class BoxFitterTest {
    private static final int SIDE = 280;
    private static final List<Box> WINDOWS = windows(SIDE, SIDE);

    /** A box, and what windows say of it. */
    private static final class Scene {
        private final double[] box;
        private final List<Box> windows;
        private final double[] logOdds;
        private final double[] weights;

        Scene(double[] box, List<Box> windows, double[] logOdds, double[] weights) {
            this.box = box;
            this.windows = windows;
            this.logOdds = logOdds;
            this.weights = weights;
        }

        WindowEvidence evidence() {
            return new WindowEvidence(windows, logOdds);
        }

        @Override
        public String toString() {
            return Arrays.toString(box);
        }
    }

    private static List<Box> windows(int width, int height) {
        List<Box> windows = new ArrayList<>();
        for (double share : DetectorOptions.DEFAULT_WINDOW_SHARES) {
            windows.addAll(SpreadWindows.of(width, height, SpreadWindows.side(width, height, share)));
        }
        return windows;
    }

    /** What a window says of a box, 0 to 1. */
    private interface Response {
        double of(double[] box, Box window);
    }

    /** The response from the definition. */
    private static double response(double[] box, Box window) {
        return response(box, window, 0.6, 0.1);
    }

    /** The response of another world: how much of a box must be visible, and how fast it is overlooked in a large window. */
    private static double response(double[] box, Box window, double enough, double scale) {
        double x = Math.min(window.xMax(), box[2]) - Math.max(window.xMin(), box[0]);
        double y = Math.min(window.yMax(), box[3]) - Math.max(window.yMin(), box[1]);
        double shared = Math.max(0, x) * Math.max(0, y);
        double visible = shared / ((box[2] - box[0]) * (box[3] - box[1]));
        double filled = shared / window.area();
        return Math.min(1, visible / enough) * (1 - Math.exp(-filled / scale));
    }

    /** A box inside the image, a fifth of it to two thirds long, and log-odds from -10 to 10 with some noise. */
    private static Scene scene(Random random, double noise) {
        return scene(random, noise, BoxFitterTest::response);
    }

    private static Scene scene(Random random, double noise, Response response) {
        double width = SIDE * (0.2 + 0.45 * random.nextDouble());
        double height = width * (0.75 + 0.5 * random.nextDouble());
        double x = (SIDE - width) * random.nextDouble();
        double y = (SIDE - height) * random.nextDouble();
        return scene(new double[] {x, y, x + width, y + height}, WINDOWS, random, noise, response);
    }

    private static Scene scene(double[] box, List<Box> windows, Random random, double noise, Response response) {
        double[] logOdds = windows.stream()
                .mapToDouble(window -> -10 + 20 * (response.of(box, window) + noise * random.nextGaussian()))
                .toArray();
        double[] weights = new double[windows.size()];
        Arrays.fill(weights, 1);
        return new Scene(box, windows, logOdds, weights);
    }

    @Test
    void fit_windowsOfAKnownBox_thatBox() {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        Fuzz.check(
                60,
                random -> scene(random, 0),
                scene -> assertThat(
                                iou(fitter.fit(scene.evidence(), scene.weights).edges(), scene.box))
                        .isGreaterThan(0.7));
    }

    @Test
    void fit_noise_stillThatBoxByAndLarge() {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        List<Double> ious = new ArrayList<>();
        Fuzz.check(60, random -> scene(random, 0.05), scene -> {
            double iou = iou(fitter.fit(scene.evidence(), scene.weights).edges(), scene.box);
            assertThat(iou).isGreaterThan(0.55);
            ious.add(iou);
        });
        assertThat(ious.stream().mapToDouble(iou -> iou).average().orElseThrow())
                .isGreaterThan(0.8);
    }

    /** How much worse it gets is what this code gives, less a margin: in its own world it is above 0.8. */
    @ParameterizedTest(name = "{0} visible, {1} filled")
    @CsvSource({
        "0.4, 0.05, 0.75, 0.8, 1.2", // less of a thing need be seen, and it may be smaller: the two make up for each
        // other
        "0.8, 0.2, 0.75, 0.8, 1.2",
        "0.4, 0.2, 0.5, 0.4, 0.7", // the window that says most is filled by a part of the thing: the box is too small
        "0.8, 0.05, 0.5, 1.5, 2", // it shows all of the thing and much around it: too large
        "1, 0.1, 0.5, 1.5, 2.1",
    })
    void fit_worldOfAnotherResponse_boxByAndLarge(
            double enough, double scale, double iou, double smallest, double largest) {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        List<Double> ious = new ArrayList<>();
        List<Double> sizes = new ArrayList<>();
        Fuzz.check(60, random -> scene(random, 0.05, (box, window) -> response(box, window, enough, scale)), scene -> {
            double[] box = fitter.fit(scene.evidence(), scene.weights).edges();
            ious.add(iou(box, scene.box));
            sizes.add(area(box) / area(scene.box));
            double x = (box[0] + box[2]) / 2;
            double y = (box[1] + box[3]) / 2;
            assertThat(x).as("middle").isBetween(scene.box[0], scene.box[2]);
            assertThat(y).as("middle").isBetween(scene.box[1], scene.box[3]);
        });
        assertThat(mean(ious)).isGreaterThan(iou);
        assertThat(mean(sizes)).as("size, of its own").isBetween(smallest, largest);
    }

    /** What the response does not know: with such a model the box comes out between the head and the whole. */
    @Test
    void fit_headSaysAsMuchAsTheWhole_headAndSomeOfTheRest() {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        List<Double> ious = new ArrayList<>();
        Fuzz.check(60, random -> scene(random, 0.05, BoxFitterTest::orOfItsHead), scene -> {
            double[] box = fitter.fit(scene.evidence(), scene.weights).edges();
            ious.add(iou(box, scene.box));
            assertThat(shared(box, head(scene.box)) / area(head(scene.box)))
                    .as("of the head")
                    .isGreaterThan(0.95);
            assertThat(shared(box, scene.box) / area(box)).as("on the thing").isGreaterThan(0.8);
        });
        assertThat(mean(ious)).isBetween(0.5, 0.7);
    }

    private static double mean(List<Double> numbers) {
        return numbers.stream().mapToDouble(number -> number).average().orElseThrow();
    }

    /** The upper half of a thing and the middle half of its width. */
    private static double[] head(double[] box) {
        double quarter = (box[2] - box[0]) / 4;
        return new double[] {box[0] + quarter, box[1], box[2] - quarter, (box[1] + box[3]) / 2};
    }

    private static double orOfItsHead(double[] box, Box window) {
        return Math.max(response(box, window), response(head(box), window));
    }

    @Test
    void refit_randomScenes_theFormula() {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        Fuzz.check(
                12,
                random -> {
                    Scene scene = scene(random, 0.1);
                    Arrays.setAll(scene.weights, i -> random.nextDouble());
                    return scene;
                },
                scene -> {
                    double[] guess = {20, 30, 150, 130};
                    double[] once = posteriorMean(scene, guess, guess, 1);
                    double[] twice = posteriorMean(scene, guess, once, 0.5);
                    assertThat(fitter.refit(scene.evidence(), scene.weights, guess, 1)
                                    .edges())
                            .containsExactly(once, within(1e-2));
                    assertThat(fitter.refit(scene.evidence(), scene.weights, guess, 1, 0.5)
                                    .edges())
                            .as("the second round goes on from the first, with the same windows")
                            .containsExactly(twice, within(1e-2));
                });
    }

    /** The mean of the boxes around a centre, for the windows near a guess, each by {@code exp(agreement / (2 * 0.08) - 2 * log(aspect)^2)}. */
    private static double[] posteriorMean(Scene scene, double[] guess, double[] centre, double reach) {
        double length = Math.sqrt((centre[2] - centre[0]) * (centre[3] - centre[1]));
        List<double[]> boxes = new ArrayList<>();
        List<Double> logs = new ArrayList<>();
        for (int i = -3; i <= 3; i++) {
            for (int j = -3; j <= 3; j++) {
                for (int k = -4; k <= 4; k++) {
                    for (int l = -2; l <= 2; l++) {
                        double x = (centre[0] + centre[2]) / 2 + 0.4 * i / 3 * reach * length;
                        double y = (centre[1] + centre[3]) / 2 + 0.4 * j / 3 * reach * length;
                        double size = length * Math.exp(0.7 * k / 4 * reach);
                        double w = size * Math.exp(0.6 * l / 2 / 2);
                        double h = size / Math.exp(0.6 * l / 2 / 2);
                        double[] box = {
                            Math.max(0, x - w / 2), Math.max(0, y - h / 2),
                            Math.min(SIDE, x + w / 2), Math.min(SIDE, y + h / 2)
                        };
                        if (box[2] - box[0] >= 8 && box[3] - box[1] >= 8) {
                            boxes.add(box);
                            logs.add(logLikelihood(scene, guess, box));
                        }
                    }
                }
            }
        }
        double most = logs.stream().mapToDouble(log -> log).max().orElseThrow();
        double sum = 0;
        double[] mean = new double[4];
        for (int b = 0; b < boxes.size(); b++) {
            double probability = Math.exp(logs.get(b) - most);
            sum += probability;
            for (int edge = 0; edge < 4; edge++) {
                mean[edge] += probability * boxes.get(b)[edge];
            }
        }
        for (int edge = 0; edge < 4; edge++) {
            mean[edge] /= sum;
        }
        return mean;
    }

    private static double logLikelihood(Scene scene, double[] guess, double[] box) {
        WindowEvidence evidence = scene.evidence();
        double longer = Math.max(guess[2] - guess[0], guess[3] - guess[1]);
        double gwy = 0;
        double ggw = 0.05;
        for (int i = 0; i < scene.windows.size(); i++) {
            Box window = scene.windows.get(i);
            boolean near = window.xMin() < guess[2] + longer
                    && window.xMax() > guess[0] - longer
                    && window.yMin() < guess[3] + longer
                    && window.yMax() > guess[1] - longer
                    && window.width() < 8 * longer;
            if (near) {
                double g = Math.max(0, (response(box, window) - 0.27) / 0.73);
                gwy += g * scene.weights[i] * evidence.level(i);
                ggw += g * g * scene.weights[i];
            }
        }
        double aspect = Math.log((box[2] - box[0]) / (box[3] - box[1]));
        return gwy * gwy / ggw / (2 * 0.08) - 2 * aspect * aspect;
    }

    @Test
    void fit_imageTwiceAsLarge_boxTwiceAsLarge() {
        List<Box> twice = WINDOWS.stream()
                .map(box -> new Box(2 * box.xMin(), 2 * box.yMin(), 2 * box.xMax(), 2 * box.yMax()))
                .toList();
        Fuzz.check(20, random -> scene(random, 0.1), scene -> {
            double[] once = new BoxFitter(SIDE, SIDE)
                    .fit(scene.evidence(), scene.weights)
                    .edges();
            double[] larger = new BoxFitter(2 * SIDE, 2 * SIDE)
                    .fit(new WindowEvidence(twice, scene.logOdds), scene.weights)
                    .edges();
            assertThat(Arrays.stream(larger).map(edge -> edge / 2).toArray()).containsExactly(once, within(1e-6));
        });
    }

    @Test
    void refit_everythingMoved_boxMoved() {
        // A large image, so that no candidate is cut by its edges.
        List<Box> windows = moved(WINDOWS, 500);
        List<Box> moved = moved(WINDOWS, 537);
        BoxFitter fitter = new BoxFitter(2000, 2000);
        Fuzz.check(20, random -> scene(random, 0.1), scene -> {
            double[] box = fitter.refit(
                            new WindowEvidence(windows, scene.logOdds),
                            scene.weights,
                            new double[] {600, 600, 700, 700},
                            1,
                            0.5)
                    .edges();
            double[] other = fitter.refit(
                            new WindowEvidence(moved, scene.logOdds),
                            scene.weights,
                            new double[] {637, 637, 737, 737},
                            1,
                            0.5)
                    .edges();
            assertThat(Arrays.stream(other).map(edge -> edge - 37).toArray()).containsExactly(box, within(1e-6));
        });
    }

    private static List<Box> moved(List<Box> windows, int by) {
        return windows.stream()
                .map(box -> new Box(box.xMin() + by, box.yMin() + by, box.xMax() + by, box.yMax() + by))
                .toList();
    }

    @Test
    void fit_anyEvidence_boxInsideTheImageWithPixels() {
        Fuzz.check(
                200,
                random -> {
                    int width = Fuzz.between(random, 1, random.nextBoolean() ? 300 : 9);
                    int height = Fuzz.between(random, 1, random.nextBoolean() ? 60 : 9);
                    List<Box> windows = windows(width, height);
                    double scale = random.nextInt(4) == 0 ? 0 : 100;
                    double[] logOdds = windows.stream()
                            .mapToDouble(window -> scale * random.nextGaussian())
                            .toArray();
                    double[] weights = windows.stream()
                            .mapToDouble(window -> random.nextInt(3) == 0 ? 0 : random.nextDouble())
                            .toArray();
                    return new Scene(new double[] {0, 0, width, height}, windows, logOdds, weights);
                },
                scene -> {
                    int width = (int) scene.box[2];
                    int height = (int) scene.box[3];
                    FittedBox fitted = new BoxFitter(width, height).fit(scene.evidence(), scene.weights);
                    double[] edges = fitted.edges();
                    assertThat(edges[0]).isBetween(0.0, edges[2]);
                    assertThat(edges[1]).isBetween(0.0, edges[3]);
                    assertThat(edges[2]).isLessThanOrEqualTo(width + 1e-9);
                    assertThat(edges[3]).isLessThanOrEqualTo(height + 1e-9);
                    Box box = fitted.box(width, height);
                    assertThat(box.area()).isPositive();
                    assertThat(box.intersectionArea(new Box(0, 0, width, height)))
                            .isEqualTo(box.area());
                });
    }

    @Test
    void refit_nothingCanBeFitted_theGuess() {
        // A guess outside of the image: every candidate is too small when it is cut.
        Scene scene = scene(new Random(1), 0);
        double[] guess = {900, 900, 910, 910};
        assertThat(new BoxFitter(SIDE, SIDE)
                        .refit(scene.evidence(), scene.weights, guess, 1, 0.5)
                        .edges())
                .containsExactly(guess);
    }

    @Test
    void level_responseAboveTheFloor() {
        BoxFitter fitter = new BoxFitter(SIDE, SIDE);
        double[] box = {0, 0, 50, 100};
        double[] window = {0, 0, 100, 100};
        double response = 1 - Math.exp(-0.5 / 0.1);
        assertThat(fitter.response(window, box)).isCloseTo(response, within(1e-6));
        assertThat(fitter.level(window, box)).isCloseTo((response - 0.27) / 0.73, within(1e-6));
        assertThat(fitter.level(new double[] {0, 0, 280, 280}, new double[] {0, 0, 20, 20}))
                .as("400 of 78400 pixels")
                .isZero();
        assertThat(fitter.response(new double[] {50, 0, 100, 50}, box))
                .as("beside it")
                .isZero();
        assertThat(fitter.response(new double[] {0, 100, 50, 150}, box))
                .as("below it")
                .isZero();
    }

    private static double iou(double[] a, double[] b) {
        return shared(a, b) / (area(a) + area(b) - shared(a, b));
    }

    private static double shared(double[] a, double[] b) {
        double x = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
        double y = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
        return x * y;
    }

    private static double area(double[] box) {
        return (box[2] - box[0]) * (box[3] - box[1]);
    }
}
