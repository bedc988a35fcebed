package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.Presence;
import io.github.zeroshot4j.Resampling;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.Scoring;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An option of the detector as text, by the name that it has in the library.
 *
 * @param name the name of the builder's method
 * @param stage what must be done again when it changes
 * @param kind what its values look like
 */
record DetectorSetting<T>(
        String name,
        Stage stage,
        Kind<T> kind,
        BiConsumer<DetectorOptions.Builder, T> setter,
        Function<DetectorOptions, T> getter) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** All options of {@link DetectorOptions}; a new one is a line here. */
    static final List<DetectorSetting<?>> ALL = List.of(
            of("patchPx", Stage.EMBED, Kind.PATCH, DetectorOptions.Builder::patchPx, DetectorOptions::patchPx),
            of(
                    "windowShares",
                    Stage.EMBED,
                    Kind.NUMBERS,
                    (builder, shares) -> builder.windowShares(
                            shares.stream().mapToDouble(i -> i).toArray()),
                    DetectorOptions::windowShares),
            of(
                    "windowPatches",
                    Stage.EMBED,
                    Kind.INTEGERS,
                    (builder, sides) -> builder.windowPatches(
                            sides.stream().mapToInt(i -> i).toArray()),
                    DetectorOptions::windowPatches),
            of(
                    "stridePatches",
                    Stage.EMBED,
                    Kind.INTEGER,
                    DetectorOptions.Builder::stridePatches,
                    DetectorOptions::stridePatches),
            of(
                    "coverage",
                    Stage.EMBED,
                    one(PatchGrid.Coverage.class),
                    DetectorOptions.Builder::coverage,
                    DetectorOptions::coverage),
            of(
                    "resampling",
                    Stage.EMBED,
                    one(Resampling.class),
                    DetectorOptions.Builder::resampling,
                    DetectorOptions::resampling),
            of(
                    "averaging",
                    Stage.ASK,
                    one(ScoreMap.Averaging.class),
                    DetectorOptions.Builder::averaging,
                    DetectorOptions::averaging),
            of(
                    "meanClipPasses",
                    Stage.ASK,
                    Kind.INTEGER,
                    DetectorOptions.Builder::meanClipPasses,
                    DetectorOptions::meanClipPasses),
            of("scoring", Stage.ASK, one(Scoring.class), DetectorOptions.Builder::scoring, DetectorOptions::scoring),
            of("negatives", Stage.ASK, Kind.PHRASES, DetectorOptions.Builder::negatives, DetectorOptions::negatives),
            of(
                    "presenceThreshold",
                    Stage.ASK,
                    Kind.NUMBER,
                    DetectorOptions.Builder::presenceThreshold,
                    DetectorOptions::presenceThreshold),
            of(
                    "budget",
                    Stage.ASK,
                    Kind.INTEGER,
                    (builder, calls) -> builder.budget(new Budget(calls, Duration.ZERO)),
                    options -> options.budget().maxEncoderCalls()),
            of("looks", Stage.ASK, Kind.INTEGER, DetectorOptions.Builder::looks, DetectorOptions::looks),
            of("boxMode", Stage.ASK, one(BoxMode.class), DetectorOptions.Builder::boxMode, DetectorOptions::boxMode),
            of(
                    "boxThreshold",
                    Stage.ASK,
                    Kind.NUMBER,
                    DetectorOptions.Builder::boxThreshold,
                    DetectorOptions::boxThreshold),
            of("maxIou", Stage.ASK, Kind.NUMBER, DetectorOptions.Builder::maxIou, DetectorOptions::maxIou),
            of(
                    "crossLabelMaxIou",
                    Stage.ASK,
                    Kind.NUMBER,
                    DetectorOptions.Builder::crossLabelMaxIou,
                    DetectorOptions::crossLabelMaxIou),
            of(
                    "contrast",
                    Stage.ASK,
                    one(Presence.Contrast.class),
                    DetectorOptions.Builder::contrast,
                    DetectorOptions::contrast),
            of(
                    "verification",
                    Stage.ASK,
                    Kind.YES_OR_NO,
                    DetectorOptions.Builder::verification,
                    DetectorOptions::verification));

    /** The parts of a detector's work. */
    enum Stage {
        /** The option decides which windows are embedded. */
        EMBED,
        /** The option only matters for what is asked of embedded windows. */
        ASK
    }

    /**
     * A kind of values.
     *
     * @param possible what is possible, for errors
     * @param parser throws an IllegalArgumentException for other texts
     */
    record Kind<T>(String possible, Function<String, T> parser) {
        static final Kind<Integer> INTEGER = new Kind<>("an integer", Integer::valueOf);
        static final Kind<Boolean> YES_OR_NO = new Kind<>("true or false", Kind::yesOrNo);
        static final Kind<Integer> PATCH =
                new Kind<>("an integer, or a part of the shorter side, such as 1/16", Integer::valueOf);
        static final Kind<Double> NUMBER = new Kind<>("a number", Double::valueOf);
        static final Kind<List<Integer>> INTEGERS = new Kind<>(
                "integers joined by +, such as 2+4",
                text -> Arrays.stream(text.split("\\+", -1))
                        .map(Integer::valueOf)
                        .toList());
        static final Kind<List<Double>> NUMBERS = new Kind<>(
                "numbers joined by +, such as 0.5+0.25",
                text -> Arrays.stream(text.split("\\+", -1))
                        .map(Double::valueOf)
                        .toList());
        static final Kind<List<String>> PHRASES =
                new Kind<>("phrases joined by |, such as background|nothing", text -> List.of(text.split("\\|", -1)));

        private static boolean yesOrNo(String text) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return Boolean.parseBoolean(text);
        }
    }

    private static <E extends Enum<E>> Kind<E> one(Class<E> type) {
        String possible =
                Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ", "one of ", ""));
        return new Kind<>(possible, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    private static <T> DetectorSetting<T> of(
            String name,
            Stage stage,
            Kind<T> kind,
            BiConsumer<DetectorOptions.Builder, T> setter,
            Function<DetectorOptions, T> getter) {
        return new DetectorSetting<>(name, stage, kind, setter, getter);
    }

    /**
     * Returns the option of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static DetectorSetting<?> named(String name) {
        return ALL.stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("option (" + name + ") must be one of " + names()));
    }

    private static String names() {
        return ALL.stream().map(DetectorSetting::name).collect(Collectors.joining(", "));
    }

    /**
     * Returns what two sets of options have in common if their detectors embed the same windows of an image: the options with
     * all others at their defaults.
     */
    static DetectorOptions embeddingPart(DetectorOptions options) {
        DetectorOptions.Builder builder = options.toBuilder();
        ALL.stream().filter(it -> it.stage() == Stage.ASK).forEach(it -> it.copy(DetectorOptions.defaults(), builder));
        return builder.build();
    }

    private void copy(DetectorOptions from, DetectorOptions.Builder to) {
        setter.accept(to, getter.apply(from));
    }

    /**
     * Sets the option.
     *
     * @throws IllegalArgumentException if the value is not possible
     */
    void set(DetectorOptions.Builder builder, String text) {
        T value;
        try {
            value = kind.parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " (" + text + ") must be " + kind.possible(), e);
        }
        setter.accept(builder, value);
    }

    /** Returns the option's value. */
    JsonNode json(DetectorOptions options) {
        return MAPPER.valueToTree(getter.apply(options));
    }
}
