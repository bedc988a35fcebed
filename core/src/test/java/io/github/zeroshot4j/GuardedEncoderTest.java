package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A broken encoder gives an error that names it, wherever it is used, and never a box. */
final class GuardedEncoderTest {
    private static final RgbImage RED = Grids.drawn(28, 28, Colour.RED, new Box(4, 4, 24, 24));
    /** Scans of more than a batch of 16 windows each. */
    private static final DetectorOptions FULL_BATCHES = DetectorOptions.defaults().toBuilder()
            .windowPatches(2, 4)
            .boxMode(BoxMode.COMPONENTS)
            .build();

    @Test
    void images_oneNaN_refused() {
        assertImagesRefused(
                (out, count) -> out.put(5, Float.NaN),
                "encoder fake returned image row 0 with values that are not finite numbers");
    }

    @Test
    void images_oneInfinity_refused() {
        assertImagesRefused(
                (out, count) -> out.put(16 + 3, Float.POSITIVE_INFINITY),
                "encoder fake returned image row 1 with values that are not finite numbers");
    }

    @Test
    void images_rowNeverWritten_refused() {
        // The guard itself puts NaN there first, so that what an earlier batch left behind is not taken for a result.
        Encoder forgetful = new Edited() {
            @Override
            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                if (count > 1) {
                    fake.encodeImages(pixels, count - 1, out);
                }
            }
        };
        assertRefused(forgetful, "encoder fake returned image row 15 with values that are not finite numbers");
    }

    @Test
    void images_notNormalised_refused() {
        assertImagesRefused(
                (out, count) -> {
                    for (int i = 0; i < 16; i++) {
                        out.put(i, 2 * out.get(i));
                    }
                },
                "encoder fake returned image row 0 of norm 2.0000 where the contract says 1");
    }

    @Test
    void images_zeros_refused() {
        assertImagesRefused(
                (out, count) -> {
                    for (int i = 0; i < 16; i++) {
                        out.put(i, 0);
                    }
                },
                "encoder fake returned image row 0 of norm 0.0000 where the contract says 1");
    }

    @Test
    void images_positionsMoved_harmless() {
        // Against the contract, but it must not reach the next batch.
        Encoder moving = new Edited() {
            @Override
            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                fake.encodeImages(pixels, count, out);
                pixels.position(1).limit(2);
                out.position(1).limit(2);
            }
        };
        assertThat(ZeroShotDetector.of(moving).detect(RED, "red"))
                .isNotEmpty()
                .isEqualTo(ZeroShotDetector.of(new FakeEncoder()).detect(RED, "red"));
    }

    @Test
    @SuppressWarnings("NullAway")
    void texts_null_refused() {
        assertTextsRefused(rows -> null, "encoder fake returned no rows for 1 texts");
    }

    @Test
    void texts_tooFewRows_refused() {
        assertTextsRefused(rows -> new float[0][], "encoder fake returned 0 rows for 1 texts");
    }

    @Test
    void texts_tooManyRows_refused() {
        assertTextsRefused(rows -> new float[][] {rows[0], rows[0]}, "encoder fake returned 2 rows for 1 texts");
    }

    @Test
    @SuppressWarnings("NullAway")
    void texts_nullRow_refused() {
        assertTextsRefused(
                rows -> new float[][] {null}, "encoder fake returned text row 0 of length null where the spec says 16");
    }

    @Test
    void texts_wrongDimension_refused() {
        assertTextsRefused(
                rows -> new float[][] {Arrays.copyOf(rows[0], 15)},
                "encoder fake returned text row 0 of length 15 where the spec says 16");
        assertTextsRefused(
                rows -> new float[][] {Arrays.copyOf(rows[0], 17)},
                "encoder fake returned text row 0 of length 17 where the spec says 16");
    }

    @Test
    void texts_notFinite_refused() {
        assertTextsRefused(
                rows -> {
                    rows[0][1] = Float.NaN;
                    return rows;
                },
                "encoder fake returned text row 0 with values that are not finite numbers");
    }

    @Test
    void texts_notNormalised_refused() {
        assertTextsRefused(
                rows -> {
                    rows[0] = new float[16];
                    rows[0][0] = 0.5f;
                    return rows;
                },
                "encoder fake returned text row 0 of norm 0.5000 where the contract says 1");
    }

    @Test
    void texts_normOffByRounding_accepted() {
        Encoder rounding = new Edited() {
            @Override
            public float[][] encodeTexts(List<String> texts) {
                float[][] rows = fake.encodeTexts(texts);
                for (float[] row : rows) {
                    for (int i = 0; i < row.length; i++) {
                        row[i] *= 1.0005f; // as 8-bit models are
                    }
                }
                return rows;
            }
        };
        assertThat(ZeroShotDetector.of(rounding, FULL_BATCHES).detect(RED, "red"))
                .hasSize(1);
    }

    @Test
    @SuppressWarnings("NullAway")
    void notes_null_refused() {
        assertRefused(
                new Edited() {
                    @Override
                    public List<String> notes(String prompt) {
                        return null;
                    }
                },
                "encoder fake returned null notes for the prompt (red)");
        assertRefused(
                new Edited() {
                    @Override
                    public List<String> notes(String prompt) {
                        return Arrays.asList("one", null);
                    }
                },
                "encoder fake returned a null among the notes for the prompt (red)");
    }

    @Test
    void notes_notImplemented_none() {
        Encoder silent = new Edited();
        assertThat(silent.notes("xyzzy")).as("the interface's default").isEmpty();
        assertThat(ZeroShotDetector.of(silent)
                        .localize(RED, Prompt.all("red"))
                        .get(0)
                        .notes())
                .isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway")
    void spec_null_refused() {
        Encoder nameless = new Edited() {
            @Override
            public EncoderSpec spec() {
                return null;
            }
        };
        String message = nameless.getClass().getName() + ": spec() must not be null";
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> ZeroShotDetector.of(nameless))
                .withMessage(message);
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> OcclusionLocalizer.of(nameless))
                .withMessage(message);
    }

    @Test
    void failures_ofTheEncoder_reachTheCallerUnchanged() {
        EncoderException failure = new EncoderException("model m ran out of memory", new IllegalStateException("oom"));
        Encoder failing = new Edited() {
            @Override
            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                throw failure;
            }
        };
        ZeroShotDetector detector = ZeroShotDetector.of(failing);
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> detector.detect(RED, "red"))
                .isSameAs(failure)
                .withMessage("model m ran out of memory")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void closedEncoder_everyCall_illegalState() {
        FakeEncoder encoder = new FakeEncoder();
        ZeroShotDetector detector = ZeroShotDetector.of(encoder);
        EmbeddedImage image = detector.embed(RED);
        encoder.close();
        List<Prompt> prompts = Prompt.all("red");
        assertThatIllegalStateException().isThrownBy(() -> detector.embed(RED)).withMessage("encoder fake is closed");
        assertThatIllegalStateException().isThrownBy(() -> detector.detect(RED, "red"));
        assertThatIllegalStateException().isThrownBy(() -> detector.detect(image, prompts));
        assertThatIllegalStateException().isThrownBy(() -> detector.localize(image, prompts));
        assertThatIllegalStateException().isThrownBy(() -> detector.classify(RED, prompts));
        assertThatIllegalStateException()
                .isThrownBy(() -> OcclusionLocalizer.of(encoder).localize(RED, prompts));
    }

    private static void assertImagesRefused(BiConsumer<FloatBuffer, Integer> edit, String message) {
        assertRefused(
                new Edited() {
                    @Override
                    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                        fake.encodeImages(pixels, count, out);
                        edit.accept(out, count);
                    }
                },
                message);
    }

    private static void assertTextsRefused(UnaryOperator<float[][]> edit, String message) {
        assertRefused(
                new Edited() {
                    @Override
                    public float[][] encodeTexts(List<String> texts) {
                        return edit.apply(fake.encodeTexts(texts));
                    }
                },
                message);
    }

    private static void assertRefused(Encoder broken, String message) {
        ZeroShotDetector detector = ZeroShotDetector.of(broken, FULL_BATCHES);
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> detector.detect(RED, "red"))
                .withMessage(message);
    }

    /** The fake encoder, for a subclass to break. */
    private static class Edited implements Encoder {
        final FakeEncoder fake = new FakeEncoder();

        @Override
        public EncoderSpec spec() {
            return fake.spec();
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            fake.encodeImages(pixels, count, out);
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            return fake.encodeTexts(texts);
        }

        @Override
        public void close() {
            fake.close();
        }
    }
}
