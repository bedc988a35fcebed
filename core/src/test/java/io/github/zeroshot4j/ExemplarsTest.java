package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures in place of words. */
final class ExemplarsTest {
    private static final Box SQUARE = new Box(20, 40, 100, 120);
    private static final RgbImage RED = RgbImage.filled(60, 60, Colour.RED.rgb());

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @AfterEach
    void close() {
        encoder.close();
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
    @CsvSource({
        // box in an image of 100 x 60; the square's corner and side; why
        "40, 20, 50, 30,  40, 20, 10, a square is itself",
        "40, 20, 60, 30,  40, 15, 20, wide: as much above as below",
        "40, 20, 45, 31,  37, 20, 11, tall: an odd rest rounds to the left",
        "90, 20, 100, 50, 70, 20, 30, moved in from the right edge",
        "0, 0, 5, 30,     0, 0, 30,   moved in from the left edge",
        "40, 55, 60, 60,  40, 40, 20, moved in from the lower edge",
        "10, 5, 90, 15,   20, 0, 60,  longer than the shorter side: its middle",
        "0, 0, 100, 60,   20, 0, 60,  all of the image: its centre square",
        "99, 59, 100, 60, 99, 59, 1,  one pixel in the corner",
    })
    void squareAround_table(int x0, int y0, int x1, int y1, int x, int y, int side, String why) {
        assertThat(Exemplars.squareAround(RgbImage.filled(100, 60, 0), new Box(x0, y0, x1, y1)))
                .as(why)
                .isEqualTo(new Box(x, y, x + side, y + side));
    }

    @Test
    void squareAround_randomBoxes_squareInsideHoldingWhatItCan() {
        RgbImage image = RgbImage.filled(37, 23, 0);
        Fuzz.check(1_000, ExemplarsTest::box, box -> {
            Box square = Exemplars.squareAround(image, box);
            assertThat(square.width()).isEqualTo(square.height());
            assertThat(square.intersectionArea(image.bounds())).isEqualTo(square.area());
            assertThat(square.intersectionArea(box)).isEqualTo((long) Math.min(23, box.width()) * box.height());
        });
    }

    private static Box box(Random random) {
        Box box = Fuzz.box(random, 36, 22);
        return new Box(box.xMin(), box.yMin(), box.xMax() + 1, box.yMax() + 1);
    }

    @Test
    void localize_evidence_byHand() {
        // Cosine of red with black, gray and white: 0, so that the pivot is 0.75; half a window of it: 1 / sqrt(2).
        DetectorOptions oneWindow = DetectorOptions.defaults().toBuilder()
                .patchPx(16)
                .windowPatches(2)
                .build();
        RgbImage half = Grids.drawn(32, 32, Colour.RED, new Box(0, 0, 16, 32));
        List<Prompt> asked = List.of(Prompt.ofImage("this", RED));
        ZeroShotDetector one = detector.withOptions(oneWindow);
        Presence full = one.localize(RED, asked).get(0).presence();
        assertThat(full.evidence()).isCloseTo(25, within(1e-4));
        assertThat(full.present()).isTrue();
        Presence part = one.localize(half, asked).get(0).presence();
        assertThat(part.evidence()).isCloseTo(100 / Math.sqrt(2) - 75, within(1e-4));
        assertThat(part.probability()).isCloseTo(1 / (1 + Math.exp(75 - 100 / Math.sqrt(2))), within(1e-6));
        assertThat(part.present()).isFalse();
        assertThat(one.localize(half, List.of(asked.get(0).withThreshold(0.01)))
                        .get(0)
                        .presence()
                        .present())
                .as("a threshold of its own")
                .isTrue();
    }

    @Test
    void localize_plainExemplar_pivotNearer() {
        // Gray has the cosine 1 with one of three plain pictures: the pivot is 1/3 + 0.75 * 2/3.
        Presence gray = detector.localize(RED, List.of(Prompt.ofImage("gray", RgbImage.filled(9, 9, Grids.GRAY))))
                .get(0)
                .presence();
        assertThat(gray.evidence()).isCloseTo(-100 * (1 / 3.0 + 0.5), within(1e-4));
    }

    @Test
    void localize_calibration_ofTheTextsNotUsed() {
        EncoderSpec spec = EncoderSpec.builder("shifted", 32, 16)
                .presenceCalibration(new PresenceCalibration(1, -1000))
                .build();
        try (FakeEncoder shifted = new FakeEncoder(spec)) {
            ZeroShotDetector other = ZeroShotDetector.of(shifted);
            assertThat(other.detect(RED, "red")).isEmpty();
            assertThat(other.detect(RED, List.of(Prompt.ofImage("this", RED)))).hasSize(1);
        }
    }

    @Test
    void detect_squareOfAnotherImage_foundWhereItIsAndNowhereElse() {
        ZeroShotDetector things = ZeroShotDetector.of(new ThingEncoder(encoder));
        RgbImage source = ThingEncoder.drawn(200, 150, new Box(60, 20, 120, 80));
        Prompt thing = Prompt.ofImage("this", source, new Box(60, 20, 120, 80));
        RgbImage target = ThingEncoder.drawn(
                280, 280, List.of(new Shape(Colour.RED, SQUARE), new Shape(Colour.BLUE, new Box(180, 160, 260, 240))));
        assertThat(things.detect(target, List.of(thing))).singleElement().satisfies(found -> {
            assertThat(found.label()).isEqualTo("this");
            assertThat(found.box().iou(SQUARE)).as("%s", found).isGreaterThanOrEqualTo(0.5);
        });
        assertThat(things.detect(ThingEncoder.drawn(280, 280, List.of(new Shape(Colour.BLUE, SQUARE))), List.of(thing)))
                .isEmpty();
        assertThat(things.detect(RgbImage.filled(280, 280, Grids.GRAY), List.of(thing)))
                .isEmpty();
    }

    @Test
    void detect_exemplarThatIsAWindow_cosineOne() {
        // The same pixels by two ways, the resizing of a crop and that of a scan: of norm 1, so that the cosine with
        // itself is 1.
        RgbImage noise = Fuzz.noise(new Random(7), 112, 112);
        DetectorOptions logits = DetectorOptions.defaults().toBuilder()
                .patchPx(16)
                .windowPatches(3)
                .scoring(Scoring.LOGIT)
                .boxMode(BoxMode.COMPONENTS)
                .build();
        Prompt window = Prompt.ofImage("this", noise, new Box(32, 16, 80, 64));
        assertThat(detector.withOptions(logits)
                        .localize(noise, List.of(window))
                        .get(0)
                        .presence()
                        .evidence())
                .isCloseTo(100, within(1e-4));
    }

    @Test
    void detect_manyImages_exemplarAndPlainPicturesEncodedOnce() {
        EmbeddedImage image = detector.embed(RgbImage.filled(280, 280, Grids.GRAY));
        int before = encoder.images();
        Prompt thing = Prompt.ofImage("this", RED);
        for (int i = 0; i < 3; i++) {
            detector.detect(image, List.of(thing, Prompt.of("red"), thing.withThreshold(0.9)));
        }
        assertThat(encoder.images() - before)
                .as("the exemplar and three plain pictures")
                .isEqualTo(4);
    }

    @Test
    void classify_exemplars_amongThemselvesAlone() {
        Prompt red = Prompt.ofImage("this", RED);
        Prompt blue = Prompt.ofImage("that", RgbImage.filled(9, 9, Colour.BLUE.rgb()));
        assertThat(detector.classify(RED, List.of(blue, red)))
                .extracting(Classification::label)
                .containsExactly("this", "that");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.classify(RED, List.of(red, Prompt.of("red"))))
                .withMessage("prompts ([this, red]) must all be of words or all be exemplars");
    }

    @Test
    void occlude_exemplar_dropWhereItIs() {
        ScoreMap map = OcclusionLocalizer.of(encoder)
                .localize(Grids.drawn(280, 280, Colour.RED, SQUARE), List.of(Prompt.ofImage("this", RED)))
                .get(0);
        assertThat(SQUARE.intersectionArea(map.peak())).isPositive();
    }

    @Test
    void ofImage_boxOutsideOrEmpty_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.ofImage("this", RED, new Box(50, 50, 61, 60)))
                .withMessage(
                        "box (Box[xMin=50, yMin=50, xMax=61, yMax=60]) must be inside the 60 x 60 image and not empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Prompt.ofImage("this", RED, new Box(5, 5, 5, 9)))
                .withMessage(
                        "box (Box[xMin=5, yMin=5, xMax=5, yMax=9]) must be inside the 60 x 60 image and not empty");
    }
}
