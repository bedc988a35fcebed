package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects at the image's edges and as large as the image, banks of one phrase, encoders at the limits of the contract. */
final class DetectorEdgesTest {
    private static final RgbImage RED = RgbImage.filled(280, 280, Colour.RED.rgb());

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @AfterEach
    void close() {
        encoder.close();
    }

    @ParameterizedTest(name = "windows of {0}, threshold {1}")
    @CsvSource({"2, 0.35", "4, 0.35", "4, 0.9", "6, 0.35", "6, 0.9", "7, 0.95"})
    void detect_mirroredImage_mirroredDetections(int window, double threshold) {
        ZeroShotDetector one = detector.withOptions(DetectorOptions.defaults().toBuilder()
                .windowPatches(window)
                .boxMode(BoxMode.COMPONENTS)
                .boxThreshold(threshold)
                .build());
        Fuzz.check(
                10,
                random -> {
                    int side = Fuzz.between(random, 17 * window, 22 * window); // a window is 20 * window pixels
                    int y = random.nextInt(281 - side);
                    return List.of(
                            new Box(0, y, side, y + side), // at the left edge
                            new Box(280 - side, y, 280, y + side));
                },
                places -> {
                    List<Detection> left = one.detect(Grids.drawn(280, 280, Colour.RED, places.get(0)), "red");
                    List<Detection> right = one.detect(Grids.drawn(280, 280, Colour.RED, places.get(1)), "red");
                    assertThat(left).isNotEmpty();
                    assertThat(left.stream().map(d -> mirrored(d.box())))
                            .containsExactlyElementsOf(
                                    right.stream().map(Detection::box).toList());
                    for (int i = 0; i < left.size(); i++) {
                        assertThat(left.get(i).score()).isCloseTo(right.get(i).score(), within(1e-6));
                    }
                });
    }

    private static Box mirrored(Box box) {
        return new Box(280 - box.xMax(), box.yMin(), 280 - box.xMin(), box.yMax());
    }

    @Test
    void detect_objectThatFillsTheImage_theWholeImage() {
        assertThat(detector.detect(RED, "red"))
                .singleElement()
                .satisfies(found -> assertThat(found.box()).isEqualTo(RED.bounds()))
                .satisfies(found -> assertThat(found.score()).isCloseTo(1, within(1e-6)));
        assertThat(detector.detect(RED, "blue")).isEmpty();
    }

    @Test
    void detect_objectThatNearlyFillsTheImage_boxReachesTheEdges() {
        // Every window is at least a quarter red, which this encoder is sure of.
        RgbImage image = Grids.drawn(
                280, 280, List.of(new Shape(Colour.RED, RED.bounds()), new Shape(Colour.WHITE, new Box(0, 0, 25, 25))));
        assertThat(detector.detect(image, "red"))
                .singleElement()
                .satisfies(found -> assertThat(found.box().iou(RED.bounds())).isGreaterThan(0.95));
    }

    @Test
    void negatives_badPhrase_refusedBeforeTheImageIsEmbedded() {
        ZeroShotDetector bad = detector.withOptions(DetectorOptions.defaults().toBuilder()
                .negatives(List.of(FakeEncoder.SPECIAL_TOKENS.get(1)))
                .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bad.detect(RED, "red"))
                .withMessageContaining(FakeEncoder.SPECIAL_TOKENS.get(1));
        assertThat(encoder.imageCalls()).isZero();
    }

    @Test
    void embed_moreWindowsThanAnArrayHolds_refusedBeforeAnyIsListed() {
        RgbImage large = RgbImage.filled(12_000, 12_000, 0);
        ZeroShotDetector fine = detector.withOptions(DetectorOptions.defaults().toBuilder()
                .patchPx(1)
                .windowPatches(1)
                .build());
        int dimension = encoder.spec().embeddingDimension();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fine.embed(large))
                .withMessage(
                        "patchPx (1) must give at most %d windows with this model's %d dimensions, it gives 144000000 in the"
                                + " 12000 x 12000 image",
                        Integer.MAX_VALUE / dimension, dimension);
        assertThat(encoder.imageCalls()).isZero();
    }

    @Test
    void preferredBatch_moreThanABufferHolds_smallerBatches() {
        EncoderSpec greedy = EncoderSpec.builder("greedy", 32, 16)
                .preferredBatch(Integer.MAX_VALUE)
                .build();
        assertThat(ImageEmbedder.batch(greedy))
                .as("2^31 bytes of floats, 3 * 32 * 32 an image")
                .isEqualTo(Integer.MAX_VALUE / 4 / (3 * 32 * 32));
        assertThat(ImageEmbedder.batch(encoder.spec())).isEqualTo(encoder.spec().preferredBatch());
    }

    @Test
    void prompts_encoderWhoseRowsDependOnTheirBatch_sameWhateverIsAskedAlong() {
        // As far as the contract allows: the last bits differ with the number of texts in a call.
        Encoder batchy = new ForwardingEncoder(encoder) {
            @Override
            public float[][] encodeTexts(List<String> texts) {
                float[][] rows = super.encodeTexts(texts);
                for (float[] row : rows) {
                    row[0] += 1e-6f * texts.size();
                }
                return rows;
            }
        };
        RgbImage image = Grids.drawn(280, 280, Colour.RED, new Box(20, 40, 100, 120));
        ZeroShotDetector one = ZeroShotDetector.of(batchy);
        Localization alone = one.localize(image, Prompt.all("red")).get(0);
        Localization among = ZeroShotDetector.of(batchy)
                .localize(image, Prompt.all("blue", "red", "green"))
                .get(1);
        assertThat(among.map()).isEqualTo(alone.map());
        assertThat(among.presence()).isEqualTo(alone.presence());
    }

    /** An encoder to change in one way. */
    private static class ForwardingEncoder implements Encoder {
        private final Encoder good;

        ForwardingEncoder(Encoder good) {
            this.good = good;
        }

        @Override
        public EncoderSpec spec() {
            return good.spec();
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            good.encodeImages(pixels, count, out);
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            return good.encodeTexts(texts);
        }

        @Override
        public void close() {
            good.close();
        }
    }
}
