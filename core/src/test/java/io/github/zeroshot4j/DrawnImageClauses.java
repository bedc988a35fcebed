package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for the whole pipeline on drawn images, however boxes come about: a red thing is what "red" asks for. */
abstract class DrawnImageClauses {
    // 280 px are 14 patches of 20.
    static final Box UPPER_LEFT = new Box(20, 40, 100, 120);
    static final Box LOWER_RIGHT = new Box(180, 160, 260, 240);

    final Encoder encoder;
    final ZeroShotDetector detector;
    private final int tolerancePx;

    /**
     * Makes the tests of one way.
     *
     * @param tolerancePx how far an edge may move where only the order of windows changes
     */
    DrawnImageClauses(Encoder encoder, DetectorOptions options, int tolerancePx) {
        this.encoder = encoder;
        this.detector = ZeroShotDetector.of(encoder, options);
        this.tolerancePx = tolerancePx;
    }

    abstract RgbImage drawn(int width, int height, List<Shape> shapes);

    @AfterEach
    void close() {
        encoder.close();
    }

    private RgbImage twoRed() {
        return drawn(280, 280, List.of(new Shape(Colour.RED, UPPER_LEFT), new Shape(Colour.RED, LOWER_RIGHT)));
    }

    RgbImage redAndBlue() {
        return drawn(280, 280, List.of(new Shape(Colour.RED, UPPER_LEFT), new Shape(Colour.BLUE, LOWER_RIGHT)));
    }

    static List<Shape> red(Box box) {
        return List.of(new Shape(Colour.RED, box));
    }

    private List<Box> boxes(RgbImage image) {
        return detector.detect(image, "red").stream().map(Detection::box).toList();
    }

    /** Every box has one that is the same but for the tolerance. */
    private void assertSameBoxes(List<Box> found, List<Box> expected) {
        assertThat(found).hasSameSizeAs(expected);
        assertThat(expected)
                .allSatisfy(box -> assertThat(found).anySatisfy(other -> {
                    assertThat(other.xMin() - box.xMin()).isBetween(-tolerancePx, tolerancePx);
                    assertThat(other.yMin() - box.yMin()).isBetween(-tolerancePx, tolerancePx);
                    assertThat(other.xMax() - box.xMax()).isBetween(-tolerancePx, tolerancePx);
                    assertThat(other.yMax() - box.yMax()).isBetween(-tolerancePx, tolerancePx);
                }));
    }

    @Test
    void detect_mirroredImage_mirroredBoxes() {
        Fuzz.check(
                10,
                random -> {
                    int side = Fuzz.between(random, 60, 120);
                    int y = random.nextInt(281 - side);
                    return new Box(0, y, side, y + side);
                },
                box -> {
                    List<Box> left = boxes(drawn(280, 280, red(box)));
                    List<Box> right = boxes(drawn(280, 280, red(mirrored(box))));
                    assertThat(left).isNotEmpty();
                    assertSameBoxes(
                            left,
                            right.stream().map(DrawnImageClauses::mirrored).toList());
                });
    }

    private static Box mirrored(Box box) {
        return new Box(280 - box.xMax(), box.yMin(), 280 - box.xMin(), box.yMax());
    }

    @Test
    void detect_oneObject_oneBoxOnIt() {
        RgbImage image = drawn(280, 280, red(UPPER_LEFT));
        List<Detection> found = detector.detect(image, "a red square");
        assertThat(found).singleElement().satisfies(detection -> {
            assertThat(detection.label()).isEqualTo("a red square");
            assertThat(detection.box().iou(UPPER_LEFT))
                    .as("IoU of %s", detection)
                    .isGreaterThanOrEqualTo(0.5);
            assertThat(detection.score()).isBetween(0.5, 1.0);
        });
    }

    @Test
    void detect_twoOfAKind_oneBoxOnEach() {
        List<Detection> found = detector.detect(twoRed(), "red");
        assertThat(found).hasSize(2);
        assertThat(found).anySatisfy(d -> assertThat(d.box().iou(UPPER_LEFT)).isGreaterThanOrEqualTo(0.5));
        assertThat(found).anySatisfy(d -> assertThat(d.box().iou(LOWER_RIGHT)).isGreaterThanOrEqualTo(0.5));
    }

    @Test
    void detect_twoKinds_eachWhereItIs() {
        List<Detection> found = detector.detect(redAndBlue(), "blue", "green", "red");
        assertThat(found).extracting(Detection::label).containsExactlyInAnyOrder("blue", "red");
        for (Detection detection : found) {
            Box truth = detection.label().equals("red") ? UPPER_LEFT : LOWER_RIGHT;
            assertThat(detection.box().iou(truth)).as("IoU of %s", detection).isGreaterThanOrEqualTo(0.5);
        }
    }

    @ParameterizedTest
    @CsvSource({"green", "white", "yellow", "a unicorn"})
    void detect_absent_nothing(String prompt) {
        assertThat(detector.detect(twoRed(), prompt)).isEmpty();
        Localization localization = localize(twoRed(), prompt);
        assertThat(localization.presence().present()).isFalse();
        assertThat(localization.presence().probability()).isLessThan(0.5);
        assertThat(localization.detections()).isEmpty();
    }

    @Test
    void detect_emptyScene_nothing() {
        assertThat(detector.detect(RgbImage.filled(280, 280, Grids.GRAY), "red", "blue", "a cat"))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        // width, height, red box, why
        "700, 50, 640, 5, 690, 45, at the right end of a wide image",
        "50, 700, 5, 640, 45, 690, at the lower end of a tall image",
        "283, 281, 200, 200, 283, 281, in the corner that is no whole patch",
    })
    void detect_anyShape_withoutErrorAndInside(int width, int height, int x0, int y0, int x1, int y1, String why) {
        RgbImage image = drawn(width, height, red(new Box(x0, y0, x1, y1)));
        List<Detection> found = detector.detect(image, "red");
        assertThat(found).as(why).hasSize(1);
        for (Detection detection : found) {
            assertThat(detection.box().intersectionArea(image.bounds()))
                    .as("inside the image")
                    .isEqualTo(detection.box().area());
            assertThat(detection.box().intersectionArea(new Box(x0, y0, x1, y1)))
                    .as("on the object")
                    .isPositive();
        }
    }

    @Test
    void detect_transposedImage_transposedBoxes() {
        Fuzz.check(
                10,
                random -> {
                    Box red = new Box(0, 0, Fuzz.between(random, 8, 20), Fuzz.between(random, 8, 20));
                    int x = random.nextInt(28);
                    int y = random.nextInt(36);
                    return drawn(56, 56, red(new Box(x, y, x + red.width(), y + red.height())));
                },
                image -> assertSameBoxes(
                        boxes(Grids.transposed(image)),
                        boxes(image).stream().map(Grids::transposed).toList()));
    }

    @Test
    void localize_prompt_sameWhicheverOthersAreAsked() {
        Localization alone = localize(redAndBlue(), "red");
        for (List<String> asked : List.of(
                List.of("red", "blue"),
                List.of("blue", "red"),
                List.of("a cat", "green", "red", "gray", "background"))) {
            List<Localization> together = detector.localize(redAndBlue(), Prompt.all(asked));
            assertThat(together).hasSameSizeAs(asked);
            Localization red = together.get(asked.indexOf("red"));
            assertThat(red.detections())
                    .as("%s", asked)
                    .isEqualTo(alone.detections())
                    .isNotEmpty();
            assertThat(red.map()).as("%s", asked).isEqualTo(alone.map());
            assertThat(red.presence()).as("%s", asked).isEqualTo(alone.presence());
        }
    }

    @Test
    void detect_equalScores_orderOfThePrompts() {
        // To the fake encoder both phrases are the same, so that all scores are equal pairwise.
        RgbImage image = drawn(280, 280, red(UPPER_LEFT));
        assertThat(detector.detect(image, "red", "a red square"))
                .extracting(Detection::label)
                .containsExactly("red", "a red square");
        assertThat(detector.detect(image, "a red square", "red"))
                .extracting(Detection::label)
                .containsExactly("a red square", "red");
    }

    @Test
    void detect_equalScoresOfOnePrompt_rowMajor() {
        List<Shape> squares = List.of(
                new Shape(Colour.RED, new Box(180, 180, 260, 260)),
                new Shape(Colour.RED, new Box(20, 180, 100, 260)),
                new Shape(Colour.RED, new Box(180, 20, 260, 100)),
                new Shape(Colour.RED, new Box(20, 20, 100, 100)));
        List<Detection> found = detector.detect(drawn(280, 280, squares), "red");
        assertThat(found).hasSize(4);
        assertThat(found)
                .extracting(Detection::score)
                .as("all windows inside are red")
                .containsOnly(1.0);
        assertThat(found)
                .extracting(detection ->
                        detection.box().yMin() * 280 + detection.box().xMin())
                .isSorted();
    }

    @Test
    void detect_equalScoresOfUnequalPeaks_rowMajor() {
        // The larger square has the higher peak in the map, but no higher score.
        List<Shape> squares = List.of(
                new Shape(Colour.RED, new Box(140, 140, 280, 280)), new Shape(Colour.RED, new Box(20, 20, 100, 100)));
        List<Detection> found = detector.detect(drawn(280, 280, squares), "red");
        assertThat(found).extracting(Detection::score).containsExactly(1.0, 1.0);
        assertThat(found.get(0).box().yMin()).isLessThan(found.get(1).box().yMin());
    }

    private Localization localize(RgbImage image, String prompt) {
        return detector.localize(image, Prompt.all(prompt)).get(0);
    }
}
