package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EncoderSpecTest {
    @Test
    void build_nothingSet_everyDefault() {
        EncoderSpec spec = EncoderSpec.builder("clip", 224, 512).build();
        assertThat(spec.modelName()).isEqualTo("clip");
        assertThat(spec.variant()).isEqualTo("fp32");
        assertThat(spec.fingerprint()).isEqualTo("clip/fp32/224>224/BICUBIC/[0.0, 0.0, 0.0]/[1.0, 1.0, 1.0]/512");
        assertThat(spec.cropSide()).isEqualTo(224);
        assertThat(spec.resizeSide()).isEqualTo(224);
        assertThat(spec.embeddingDimension()).isEqualTo(512);
        assertThat(spec.resampleFilter()).isEqualTo(ResampleFilter.BICUBIC);
        assertThat(List.of(spec.mean(0), spec.mean(1), spec.mean(2))).containsOnly(0f);
        assertThat(List.of(spec.std(0), spec.std(1), spec.std(2))).containsOnly(1f);
        assertThat(spec.contextLength()).isEqualTo(77).isEqualTo(EncoderSpec.DEFAULT_CONTEXT_LENGTH);
        assertThat(spec.preferredBatch()).isEqualTo(16).isEqualTo(EncoderSpec.DEFAULT_PREFERRED_BATCH);
        assertThat(spec.logitScale()).isEqualTo(100);
        assertThat(spec.presenceCalibration()).isEqualTo(PresenceCalibration.NONE);
        assertThat(spec).hasToString("clip (fp32, 224 px, 512 dimensions)");
    }

    @Test
    void build_everythingSet_kept() {
        EncoderSpec spec = EncoderSpec.builder("m", 8, 4)
                .variant("int8")
                .fingerprint("abc")
                .resizeSide(9)
                .resampleFilter(ResampleFilter.BILINEAR)
                .mean(1, 2, 3)
                .std(4, 5, 6)
                .contextLength(7)
                .logitScale(50)
                .presenceCalibration(new PresenceCalibration(2, -1))
                .preferredBatch(3)
                .build();
        assertThat(List.of(spec.variant(), spec.fingerprint())).containsExactly("int8", "abc");
        assertThat(List.of(spec.resizeSide(), spec.contextLength(), spec.preferredBatch()))
                .containsExactly(9, 7, 3);
        assertThat(spec.resampleFilter()).isEqualTo(ResampleFilter.BILINEAR);
        assertThat(List.of(spec.mean(0), spec.mean(1), spec.mean(2))).containsExactly(1f, 2f, 3f);
        assertThat(List.of(spec.std(0), spec.std(1), spec.std(2))).containsExactly(4f, 5f, 6f);
        assertThat(spec.logitScale()).isEqualTo(50);
        assertThat(spec.presenceCalibration()).isEqualTo(new PresenceCalibration(2, -1));
    }

    @Test
    void fingerprint_notSet_tellsApartWhatChangesPixelsOrEmbeddings() {
        assertThat(Stream.of(
                                EncoderSpec.builder("m", 8, 4),
                                EncoderSpec.builder("n", 8, 4),
                                EncoderSpec.builder("m", 9, 4),
                                EncoderSpec.builder("m", 8, 5),
                                EncoderSpec.builder("m", 8, 4).variant("int8"),
                                EncoderSpec.builder("m", 8, 4).resizeSide(9),
                                EncoderSpec.builder("m", 8, 4).resampleFilter(ResampleFilter.BILINEAR),
                                EncoderSpec.builder("m", 8, 4).mean(0, 0, 1),
                                EncoderSpec.builder("m", 8, 4).std(1, 1, 2))
                        .map(builder -> builder.build().fingerprint()))
                .doesNotHaveDuplicates();
        assertThat(EncoderSpec.builder("m", 8, 4).preferredBatch(3).build().fingerprint())
                .as("batches change nothing")
                .isEqualTo(EncoderSpec.builder("m", 8, 4).build().fingerprint());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3})
    void meanAndStd_noSuchChannel_refused(int channel) {
        EncoderSpec spec = EncoderSpec.builder("m", 8, 4).build();
        String message = "channel (" + channel + ") must be 0, 1 or 2";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec.mean(channel))
                .withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> spec.std(channel)).withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "' ', 1, 1, modelName ( ) must not be blank",
        "m, 0, 1, cropSide (0) must be positive",
        "m, 1, 0, embeddingDimension (0) must be positive",
    })
    void builder_badValue_refused(String name, int side, int dimension, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EncoderSpec.builder(name, side, dimension))
                .withMessage(message);
    }

    @Test
    void setters_badInteger_refused() {
        EncoderSpec.Builder builder = EncoderSpec.builder("m", 8, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.resizeSide(7))
                .withMessage("resizeSide (7) must be at least cropSide (8)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.contextLength(0))
                .withMessage("contextLength (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.preferredBatch(0))
                .withMessage("preferredBatch (0) must be positive");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void mean_notFinite_refused(float bad) {
        EncoderSpec.Builder builder = EncoderSpec.builder("m", 8, 4);
        String message = "mean (" + bad + ") must be a finite number";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.mean(bad, 0, 0))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.mean(0, bad, 0))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.mean(0, 0, bad))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 0, -1})
    void stdAndScale_notFiniteAndPositive_refused(float bad) {
        EncoderSpec.Builder builder = EncoderSpec.builder("m", 8, 4);
        String message = "std (" + bad + ") must be finite and positive";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.std(bad, 1, 1))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.std(1, bad, 1))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.std(1, 1, bad))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.logitScale(bad))
                .withMessage("logitScale (" + (double) bad + ") must be finite and positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PresenceCalibration(bad, 0))
                .withMessage("slope (" + (double) bad + ") must be finite and positive");
    }

    @Test
    @SuppressWarnings("NullAway")
    void setters_null_refused() {
        EncoderSpec.Builder builder = EncoderSpec.builder("m", 8, 4);
        assertThatNullPointerException().isThrownBy(() -> builder.variant(null)).withMessage("variant");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.fingerprint(null))
                .withMessage("fingerprint");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.resampleFilter(null))
                .withMessage("resampleFilter");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.presenceCalibration(null))
                .withMessage("presenceCalibration");
    }

    @Test
    void calibration_intercept_finite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PresenceCalibration(1, Double.NaN))
                .withMessage("intercept (NaN) must be a finite number");
    }

    @ParameterizedTest
    @CsvSource({
        // slope, intercept, log-odds, probability
        "1, 0, 0, 0.5",
        "1, 0, 1.0986122886681098, 0.75", // ln 3
        "1, 0, -1.0986122886681098, 0.25",
        "2, -1, 0.5, 0.5",
        "0.5, 0, 2.1972245773362196, 0.75", // 2 ln 3
        "1, 0, 1000, 1",
        "1, 0, -1000, 0",
    })
    void probability_byHand(double slope, double intercept, double logOdds, double probability) {
        assertThat(new PresenceCalibration(slope, intercept).probability(logOdds))
                .isCloseTo(probability, within(1e-15));
    }

    @Test
    void values_badParts_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Detection("a cat", Double.NaN, new Box(0, 0, 1, 1)))
                .withMessage("score (NaN) must be a finite number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Detection("a cat", Double.POSITIVE_INFINITY, new Box(0, 0, 1, 1)))
                .withMessage("score (Infinity) must be a finite number");
    }

    @Test
    @SuppressWarnings("NullAway")
    void values_null_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Detection(null, 1, new Box(0, 0, 1, 1)))
                .withMessage("label");
        assertThatNullPointerException()
                .isThrownBy(() -> new Detection("a cat", 1, null))
                .withMessage("box");
        assertThatNullPointerException()
                .isThrownBy(() -> new Classification(null, 1, 1))
                .withMessage("label");
    }
}
