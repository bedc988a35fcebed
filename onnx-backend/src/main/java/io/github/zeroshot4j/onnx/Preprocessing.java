package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.ResampleFilter;
import java.util.List;
import java.util.Optional;

/**
 * What preprocessor_config.json, or else processor_config.json, says about pixels. There are no defaults for numbers: a wrong mean gives no error later,
 * only wrong boxes.
 */
record Preprocessing(int resizeSide, int cropSide, ResampleFilter filter, List<Float> mean, List<Float> std) {
    /** Pillow's codes. */
    private static final int BILINEAR = 2;

    private static final int BICUBIC = 3;
    private static final int CHANNELS = 3;
    private static final double RESCALE = 1 / 255.0;

    static Preprocessing read(ModelFiles files) {
        JsonValue json = json(files);
        requireTrue(json, "do_resize");
        requireTrue(json, "do_rescale");
        Optional<JsonValue> rescale = json.find("rescale_factor");
        if (rescale.isPresent() && Math.abs(rescale.get().number() - RESCALE) > 1e-9) {
            throw rescale.get().must("be 1/255");
        }
        boolean normalize = json.find("do_normalize").map(JsonValue::bool).orElse(true);
        JsonValue size = json.get("size");
        if (!size.isNumber() && size.find("shortest_edge").isEmpty()) {
            // A fixed height and width squashes a picture that is no square.
            throw size.must("be a number or {\"shortest_edge\"}: pictures keep their proportions");
        }
        int resizeSide = side(size);
        requireTrue(json, "do_center_crop");
        return new Preprocessing(
                resizeSide,
                cropSide(json, size, resizeSide),
                filter(json.get("resample")),
                normalize ? channels(json.get("image_mean"), false) : List.of(0f, 0f, 0f),
                normalize ? channels(json.get("image_std"), true) : List.of(1f, 1f, 1f));
    }

    private static JsonValue json(ModelFiles files) {
        Optional<JsonValue> older = JsonValue.readIfExists(files, ModelFiles.PREPROCESSOR);
        return older.or(() ->
                        JsonValue.readIfExists(files, ModelFiles.PROCESSOR).map(newer -> newer.get("image_processor")))
                .orElseThrow(() -> files.failure(ModelFiles.PREPROCESSOR, "must exist, found no such file"));
    }

    /** Sets what of it a spec holds. */
    void applyTo(EncoderSpec.Builder spec) {
        spec.resizeSide(resizeSide)
                .resampleFilter(filter)
                .mean(mean.get(0), mean.get(1), mean.get(2))
                .std(std.get(0), std.get(1), std.get(2));
    }

    private static void requireTrue(JsonValue json, String flag) {
        Optional<JsonValue> value = json.find(flag);
        if (value.isPresent() && !value.get().bool()) {
            throw value.get().must("be true");
        }
    }

    /** 224, {"shortest_edge": 224}, or a square {"height": 224, "width": 224}. */
    private static int side(JsonValue size) {
        if (size.isNumber()) {
            return size.positiveInt();
        }
        Optional<JsonValue> shortest = size.find("shortest_edge");
        if (shortest.isPresent()) {
            return shortest.get().positiveInt();
        }
        if (size.find("height").isEmpty() || size.find("width").isEmpty()) {
            throw size.must("be a number, {\"shortest_edge\"} or {\"height\", \"width\"}");
        }
        int height = size.get("height").positiveInt();
        if (height != size.get("width").positiveInt()) {
            throw size.must("be a square");
        }
        return height;
    }

    private static int cropSide(JsonValue json, JsonValue size, int resizeSide) {
        Optional<JsonValue> crop = json.find("crop_size");
        int side = crop.map(Preprocessing::side).orElse(resizeSide);
        if (side > resizeSide) {
            throw crop.orElse(size).must("be at most the size (" + resizeSide + ")");
        }
        return side;
    }

    private static ResampleFilter filter(JsonValue resample) {
        return switch (resample.positiveInt()) {
            case BILINEAR -> ResampleFilter.BILINEAR;
            case BICUBIC -> ResampleFilter.BICUBIC;
            default -> throw resample.must("be 2 (bilinear) or 3 (bicubic)");
        };
    }

    private static List<Float> channels(JsonValue json, boolean positive) {
        List<JsonValue> values = json.elements();
        if (values.size() != CHANNELS) {
            throw json.must("have 3 values, one for each of red, green and blue");
        }
        return values.stream().map(value -> channel(value, positive)).toList();
    }

    private static float channel(JsonValue value, boolean positive) {
        float channel = (float) (positive ? value.positiveNumber() : value.number());
        if (!Float.isFinite(channel) || (positive && channel == 0)) {
            throw value.must("be in the range of a 32-bit float");
        }
        return channel;
    }
}
