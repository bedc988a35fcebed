package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.PresenceCalibration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What zeroshot4j.json says, which the Hub's files lack: all of it optional.
 *
 * @param knownWords the words that the model was trained with, in lower case; empty if it does not say
 * @param presence the calibrations by variant ("fp32")
 */
record ModelFacts(
        Optional<String> modelName,
        double logitScale,
        Set<String> knownWords,
        Optional<String> card,
        Map<String, PresenceCalibration> presence) {
    private static final int FORMAT_VERSION = 1;

    /** What CLIP is trained to, in all sizes. config.json's logit_scale_init_value is where training began. */
    private static final double CLIP_LOGIT_SCALE = 100;

    static ModelFacts read(ModelFiles files) {
        return JsonValue.readIfExists(files, ModelFiles.FACTS)
                .map(ModelFacts::of)
                .orElse(new ModelFacts(Optional.empty(), CLIP_LOGIT_SCALE, Set.of(), Optional.empty(), Map.of()));
    }

    /** Sets what of it a spec holds, the name apart. */
    void applyTo(EncoderSpec.Builder spec, OnnxEncoderOptions.Variant variant) {
        spec.logitScale(logitScale)
                .presenceCalibration(presence.getOrDefault(variant.label(), PresenceCalibration.NONE));
    }

    private static ModelFacts of(JsonValue json) {
        JsonValue version = json.get("formatVersion");
        if (version.positiveInt() != FORMAT_VERSION) {
            throw version.must("be " + FORMAT_VERSION);
        }
        return new ModelFacts(
                json.find("modelName").map(JsonValue::text),
                json.find("logitScale").map(JsonValue::positiveNumber).orElse(CLIP_LOGIT_SCALE),
                json.find("knownWords").map(ModelFacts::words).orElse(Set.of()),
                json.find("card").map(JsonValue::text),
                json.find("presence").map(ModelFacts::calibrations).orElse(Map.of()));
    }

    private static Set<String> words(JsonValue json) {
        Set<String> words = new TreeSet<>();
        json.texts().forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
        return Set.copyOf(words);
    }

    private static Map<String, PresenceCalibration> calibrations(JsonValue json) {
        Map<String, PresenceCalibration> calibrations = new TreeMap<>();
        for (String name : json.names()) {
            if (OnnxEncoderOptions.Variant.named(name).isEmpty()) {
                throw json.must("have only variants (fp32, fp16, int8) as names");
            }
            json.find(name)
                    .ifPresent(c -> calibrations.put(
                            name,
                            new PresenceCalibration(
                                    c.get("slope").positiveNumber(),
                                    c.get("intercept").number())));
        }
        return Map.copyOf(calibrations);
    }
}
