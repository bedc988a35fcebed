package io.github.zeroshot4j.onnx.hub;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models that have a name of their own, with what is known of their files. Each SHA-256 is that of the file at the pinned
 * commit, as published by at least one project that pins it too; a file whose hash was nowhere to be found is not listed and
 * is checked by what the Hub says of it.
 */
final class Catalogue {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String PREPROCESSOR_SHA256 =
            "6f638fb9401a6d6296feff533ee7efe657b787c49f954f82f5906b36ef2a1b1f";

    /** The models, in the order in which they are shown. */
    static final List<Known> MODELS = List.of(
            new Known(
                    "openai/clip-vit-base-patch32",
                    ModelName.parse("Xenova/clip-vit-base-patch32@d15189d7028b43f1d3e65039190477f6af591c2a"),
                    Map.of(
                            CONFIG,
                            "493ef57ff783e42d1530c91b53469b7fdf8db8a9c1408e86998fcb7899a4f495",
                            PREPROCESSOR,
                            PREPROCESSOR_SHA256,
                            TOKENIZER,
                            "f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd",
                            "onnx/vision_model.onnx",
                            "fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40",
                            "onnx/text_model.onnx",
                            "3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc",
                            "onnx/vision_model_fp16.onnx",
                            "35c4e0fb0aeee527dcde1693520b214a34424a786babd530f35366bad5844efd",
                            "onnx/text_model_fp16.onnx",
                            "df587ffbf248bf20d44fa6e16adc5ebc27ead691860e5333dbdaab5fd6bf3f6e",
                            "onnx/vision_model_quantized.onnx",
                            "583fd1110a514667812fee7d684952aaf82a99b959760c8d7dca7e0ab9839299",
                            "onnx/text_model_quantized.onnx",
                            "73baab855d406190da9faa498cfedf65f15cf309f4cc7385b7b032e6d08e5c3a")),
            new Known(
                    "openai/clip-vit-base-patch16",
                    ModelName.parse("Xenova/clip-vit-base-patch16@342fdf2f67aded64d138ff074745fb4a5d2bba5f"),
                    Map.of(
                            CONFIG,
                            "854ce4599422a24841d34a129de5b28c092f7175db3db4a23ad965c8fda87cf0",
                            PREPROCESSOR,
                            PREPROCESSOR_SHA256,
                            TOKENIZER,
                            "72ed5c96db5729294468543e4bc75fce14ca63f58e37300290189ba1c1e52b85",
                            "onnx/vision_model.onnx",
                            "b5170b47c0ecc667c9af5b42ed460c341377706d1466d177798c65fe49ea1e6b",
                            "onnx/vision_model_fp16.onnx",
                            "3e261924f7d66d04f10bb131f7f212162d9ee82199544771aa2dd318bb7e2b7b",
                            "onnx/text_model_fp16.onnx",
                            "9e423931894ecbfc018894006883082edf010fce63f9cba02ffb6659582d8101",
                            "onnx/vision_model_quantized.onnx",
                            "44eece4fe5fe4e0359a88268a327adf758633a1aade3917690b952bef1501f96",
                            "onnx/text_model_quantized.onnx",
                            "9106b51e6c663a56b99182ec617c2b3d53577b037e7e24a7717eb78048a0c97a")),
            new Known(
                    "openai/clip-vit-large-patch14",
                    ModelName.parse("Xenova/clip-vit-large-patch14@c307790166907339eed5a9a53a249af534102536"),
                    Map.of(
                            "onnx/vision_model.onnx",
                            "ff49f8aa57c7abfd26e382eb083e4dbf988505223a9bd3767dbfd4e729206709",
                            "onnx/text_model.onnx",
                            "a86051a90491b97e2ea1d0351ef664926735bca7536034384f901915ee91fd69",
                            "onnx/vision_model_fp16.onnx",
                            "6e6b9e280b73bdc432b6c3b1c05f33596bbe5570f6825f1174eaa207fc1d22dc",
                            "onnx/text_model_fp16.onnx",
                            "643d385d6adbc4b9067f3f94384cc63a8409accb1bfd414496d17df84b161032")));

    private Catalogue() {}

    /**
     * A model with a name of its own.
     *
     * @param name what users call it
     * @param source the repository of its ONNX export, at a commit
     * @param sha256 by file; not of all files
     */
    record Known(String name, ModelName source, Map<String, String> sha256) {}

    /**
     * What a name stands for.
     *
     * @param source the repository; its revision is a commit wherever the catalogue knows one
     * @param sha256 what is known of its files, none if the revision is another than the catalogue's
     */
    record Target(ModelName source, Map<String, String> sha256) {}

    /** Finds a name in a list of models; every other name stands for itself. */
    static Target find(List<Known> models, ModelName name) {
        Optional<Known> known = models.stream()
                .filter(model -> model.name().equals(name.path())
                        || model.source().path().equals(name.path()))
                .findFirst();
        if (known.isEmpty()) {
            return new Target(name, Map.of());
        }
        ModelName pinned = known.get().source();
        if (name.revision().isEmpty() || name.revision().equals(pinned.revision())) {
            return new Target(pinned, known.get().sha256());
        }
        return new Target(new ModelName(pinned.owner(), pinned.repository(), name.revision()), Map.of());
    }
}
