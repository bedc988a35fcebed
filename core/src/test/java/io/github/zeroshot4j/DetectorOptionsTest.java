package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DetectorOptionsTest {
    @Test
    void defaults_everyOption_pinned() throws Exception {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("patchPx", 0);
        expected.put("windowShares", List.of(1.0, 0.6, 0.36, 0.2));
        expected.put("windowPatches", List.of());
        expected.put("stridePatches", 1);
        expected.put("coverage", PatchGrid.Coverage.COVER);
        expected.put("resampling", Resampling.EXACT);
        expected.put("averaging", ScoreMap.Averaging.MEAN);
        expected.put("meanClipPasses", 0);
        expected.put("scoring", Scoring.PROBABILITY);
        expected.put("negatives", List.of("", "background", "nothing", "a texture", "a pattern", "a plain surface"));
        expected.put("presenceThreshold", 0.5);
        expected.put("looks", 4);
        expected.put("budget", Budget.UNLIMITED);
        expected.put("boxMode", BoxMode.FITTED);
        expected.put("boxThreshold", 0.35);
        expected.put("maxIou", 0.5);
        expected.put("crossLabelMaxIou", 1.0);
        expected.put("contrast", Presence.Contrast.NONE);
        expected.put("verification", false);
        assertThat(all(DetectorOptions.defaults())).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void article_everyOption_pinned() throws Exception {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("patchPx", 256);
        expected.put("windowShares", List.of());
        expected.put("windowPatches", List.of(6));
        expected.put("stridePatches", 1);
        expected.put("coverage", PatchGrid.Coverage.DROP_REMAINDER);
        expected.put("resampling", Resampling.EXACT);
        expected.put("averaging", ScoreMap.Averaging.ARTICLE);
        expected.put("meanClipPasses", 3);
        expected.put("scoring", Scoring.LOGIT);
        expected.put("looks", 0);
        expected.put("budget", Budget.UNLIMITED);
        expected.put("boxMode", BoxMode.SINGLE);
        expected.put("boxThreshold", 0.5);
        // Without a part in it: there is no presence decision, and one box per prompt.
        expected.put("negatives", DetectorOptions.DEFAULT_NEGATIVES);
        expected.put("presenceThreshold", 0.5);
        expected.put("maxIou", 0.5);
        expected.put("crossLabelMaxIou", 1.0);
        expected.put("contrast", Presence.Contrast.NONE);
        expected.put("verification", false);
        assertThat(all(DetectorOptions.article())).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void constants_everyDefault_isTheDefault() {
        DetectorOptions defaults = DetectorOptions.defaults();
        assertThat(defaults.patchPx()).isEqualTo(DetectorOptions.DEFAULT_PATCH_PX);
        assertThat(defaults.windowShares()).isEqualTo(DetectorOptions.DEFAULT_WINDOW_SHARES);
        assertThat(defaults.coverage()).isEqualTo(DetectorOptions.DEFAULT_COVERAGE);
        assertThat(defaults.resampling()).isEqualTo(DetectorOptions.DEFAULT_RESAMPLING);
        assertThat(defaults.averaging()).isEqualTo(DetectorOptions.DEFAULT_AVERAGING);
        assertThat(defaults.scoring()).isEqualTo(DetectorOptions.DEFAULT_SCORING);
        assertThat(defaults.looks()).isEqualTo(DetectorOptions.DEFAULT_LOOKS);
        assertThat(defaults.boxMode()).isEqualTo(DetectorOptions.DEFAULT_BOX_MODE);
        assertThat(defaults.stridePatches()).isEqualTo(DetectorOptions.DEFAULT_STRIDE_PATCHES);
        assertThat(defaults.meanClipPasses()).isEqualTo(DetectorOptions.DEFAULT_MEAN_CLIP_PASSES);
        assertThat(defaults.boxThreshold()).isEqualTo(DetectorOptions.DEFAULT_BOX_THRESHOLD);
        assertThat(defaults.presenceThreshold()).isEqualTo(DetectorOptions.DEFAULT_PRESENCE_THRESHOLD);
        assertThat(defaults.maxIou()).isEqualTo(DetectorOptions.DEFAULT_MAX_IOU);
        assertThat(defaults.negatives()).isEqualTo(DetectorOptions.DEFAULT_NEGATIVES);
        assertThat(defaults.crossLabelMaxIou()).isEqualTo(DetectorOptions.DEFAULT_CROSS_LABEL_MAX_IOU);
        assertThat(defaults.contrast()).isEqualTo(DetectorOptions.DEFAULT_CONTRAST);
    }

    @Test
    void toBuilder_eachSetter_changesItsOptionAlone() throws Exception {
        Map<String, Object> changed = new LinkedHashMap<>();
        changed.put("patchPx", 8);
        changed.put("windowShares", List.of(0.5));
        changed.put("stridePatches", 2);
        changed.put("coverage", PatchGrid.Coverage.DROP_REMAINDER);
        changed.put("resampling", Resampling.FAST);
        changed.put("averaging", ScoreMap.Averaging.ARTICLE);
        changed.put("meanClipPasses", 0);
        changed.put("scoring", Scoring.LOGIT);
        changed.put("boxMode", BoxMode.SINGLE);
        changed.put("negatives", List.of("sky"));
        changed.put("presenceThreshold", 0.25);
        changed.put("looks", 1);
        changed.put("budget", Budget.ofEncoderCalls(7));
        changed.put("boxThreshold", 0.75);
        changed.put("maxIou", 1.0);
        changed.put("crossLabelMaxIou", 0.75);
        changed.put("contrast", Presence.Contrast.PROMPTS);
        changed.put("verification", true);
        // Fitted boxes would not let the scoring be changed alone.
        DetectorOptions base = builder().boxMode(BoxMode.COMPONENTS).build();
        DetectorOptions.Builder everything = base.toBuilder();
        for (Map.Entry<String, Object> change : changed.entrySet()) {
            DetectorOptions.Builder one = base.toBuilder();
            set(one, change);
            set(everything, change);
            Map<String, Object> expected = all(base);
            expected.put(change.getKey(), change.getValue());
            assertThat(all(one.build())).as(change.getKey()).isEqualTo(expected);
            boolean differs = !change.getValue().equals(all(base).get(change.getKey()));
            assertThat(one.build().equals(base))
                    .as("equal, with another %s", change.getKey())
                    .isEqualTo(!differs);
            assertThat(one.build().toString()).contains(change.getKey() + "=" + change.getValue());
        }
        changed.put("windowPatches", List.of()); // shares are set in their place
        assertThat(all(everything.build()))
                .isEqualTo(changed)
                .as("copied")
                .isEqualTo(all(everything.build().toBuilder().build()));
        assertThat(everything.build().toBuilder().build())
                .isEqualTo(everything.build())
                .hasSameHashCodeAs(everything.build());
    }

    @Test
    void windows_setEitherWay_theOtherWayEmpty() throws Exception {
        Map<String, Object> expected = all(DetectorOptions.defaults());
        expected.put("windowPatches", List.of(2, 4));
        expected.put("windowShares", List.of());
        DetectorOptions patches = builder().windowPatches(2, 4).build();
        assertThat(all(patches)).isEqualTo(expected);
        expected.put("windowPatches", List.of());
        expected.put("windowShares", List.of(0.5, 1.0));
        assertThat(all(patches.toBuilder().windowShares(0.5, 1).build())).isEqualTo(expected);
        assertThat(builder().windowPatches(2, 4).windowShares(1, 0.6, 0.36, 0.2).build())
                .isEqualTo(DetectorOptions.defaults());
    }

    @Test
    void scoring_logit_withEitherWayToDrawBoxes() {
        for (BoxMode mode : List.of(BoxMode.COMPONENTS, BoxMode.SINGLE)) {
            DetectorOptions options =
                    builder().scoring(Scoring.LOGIT).boxMode(mode).build();
            assertThat(options.scoring()).isEqualTo(Scoring.LOGIT);
            assertThat(options.boxMode()).isEqualTo(mode);
        }
    }

    @Test
    void build_fittedToLogits_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().scoring(Scoring.LOGIT).build())
                .withMessage("boxMode (FITTED) must be used with scoring PROBABILITY, not LOGIT");
        assertThatIllegalStateException()
                .isThrownBy(() -> DetectorOptions.article().toBuilder()
                        .boxMode(BoxMode.FITTED)
                        .build())
                .withMessage("boxMode (FITTED) must be used with scoring PROBABILITY, not LOGIT");
    }

    @Test
    void builder_changedAfterBuild_optionsUnchanged() {
        List<String> negatives = new ArrayList<>(List.of("sky"));
        int[] windows = {2};
        double[] shares = {0.5};
        DetectorOptions ofShares = builder().windowShares(shares).build();
        shares[0] = 0.9;
        assertThat(ofShares.windowShares()).containsExactly(0.5);
        DetectorOptions.Builder builder =
                DetectorOptions.defaults().toBuilder().negatives(negatives).windowPatches(windows);
        DetectorOptions options = builder.build();
        negatives.add("sea");
        windows[0] = 9;
        builder.boxThreshold(0.1);
        assertThat(options.negatives()).containsExactly("sky");
        assertThat(options.windowPatches()).containsExactly(2);
        assertThat(options.boxThreshold()).isEqualTo(DetectorOptions.DEFAULT_BOX_THRESHOLD);
    }

    @Test
    void build_edgesOfTheRanges_allowed() {
        DetectorOptions low = builder()
                .presenceThreshold(0)
                .boxThreshold(0)
                .maxIou(0)
                .meanClipPasses(0)
                .build();
        DetectorOptions high = builder()
                .presenceThreshold(1)
                .boxThreshold(1)
                .maxIou(1)
                .windowPatches(3)
                .stridePatches(3)
                .build();
        assertThat(List.of(low.presenceThreshold(), low.boxThreshold(), low.maxIou()))
                .containsOnly(0.0);
        assertThat(List.of(high.presenceThreshold(), high.boxThreshold(), high.maxIou()))
                .containsOnly(1.0);
        assertThat(high.stridePatches()).isEqualTo(3);
    }

    @Test
    void build_strideLargerThanAWindow_refused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> builder().windowPatches(5, 3).stridePatches(4).build())
                .withMessage("stridePatches (4) must be at most windowPatches (3), or patches go unseen");
    }

    @Test
    void integers_belowRange_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().patchPx(-1))
                .withMessage("patchPx (-1) must be positive, or 0 to choose it from the image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().windowPatches())
                .withMessage("windowPatches ([]) must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().windowPatches(3, 0))
                .withMessage("windowPatches (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().windowShares())
                .withMessage("windowShares ([]) must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().looks(-1))
                .withMessage("looks (-1) must not be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().stridePatches(0))
                .withMessage("stridePatches (0) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().meanClipPasses(-1))
                .withMessage("meanClipPasses (-1) must not be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().negatives(List.of()))
                .withMessage("negatives ([]) must not be empty");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
    void fractions_outsideUnitInterval_refused(double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().presenceThreshold(value))
                .withMessage("presenceThreshold (" + value + ") must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().boxThreshold(value))
                .withMessage("boxThreshold (" + value + ") must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().maxIou(value))
                .withMessage("maxIou (" + value + ") must be in [0, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().crossLabelMaxIou(value))
                .withMessage("crossLabelMaxIou (" + value + ") must be in [0, 1]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.5, 0, 1.001, Double.NaN, Double.POSITIVE_INFINITY})
    void windowShares_outsideRange_refused(double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().windowShares(1, value))
                .withMessage("windowShares (" + value + ") must be above 0 and at most 1");
    }

    @Test
    @SuppressWarnings("NullAway")
    void choices_null_refused() {
        assertThatNullPointerException()
                .isThrownBy(() -> builder().coverage(null))
                .withMessage("coverage");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().resampling(null))
                .withMessage("resampling");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().averaging(null))
                .withMessage("averaging");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().scoring(null))
                .withMessage("scoring");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().boxMode(null))
                .withMessage("boxMode");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().contrast(null))
                .withMessage("contrast");
        assertThatNullPointerException().isThrownBy(() -> builder().negatives(null));
    }

    private static DetectorOptions.Builder builder() {
        return DetectorOptions.defaults().toBuilder();
    }

    /** Every public getter by name, so that an option that these tests forget makes them fail. */
    private static Map<String, Object> all(DetectorOptions options) throws ReflectiveOperationException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Method method : DetectorOptions.class.getDeclaredMethods()) {
            boolean getter = Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && !List.of("toBuilder", "hashCode", "toString").contains(method.getName());
            if (getter) {
                values.put(method.getName(), method.invoke(options));
            }
        }
        return values;
    }

    /** Calls the setter that is called like the option. */
    private static void set(DetectorOptions.Builder builder, Map.Entry<String, Object> change)
            throws ReflectiveOperationException {
        Method setter = Arrays.stream(DetectorOptions.Builder.class.getMethods())
                .filter(method -> method.getName().equals(change.getKey()))
                .findFirst()
                .orElseThrow();
        Object value = change.getValue();
        if (setter.getParameterTypes()[0] == int[].class) {
            value = ((List<?>) value).stream().mapToInt(Integer.class::cast).toArray();
        } else if (setter.getParameterTypes()[0] == double[].class) {
            value = ((List<?>) value).stream().mapToDouble(Double.class::cast).toArray();
        }
        setter.invoke(builder, value);
    }
}
