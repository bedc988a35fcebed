package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Device;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of a model, checked: facts, tokenizer and the two towers.
 *
 * @param cores what the towers compute on
 */
record LoadedModel(
        EncoderSpec spec,
        ModelFacts facts,
        ClipTokenizer tokenizer,
        Tower vision,
        Tower text,
        Device device,
        Cores cores)
        implements AutoCloseable {
    /** What exporters write where they do not split the towers. */
    private static final String COMBINED = "onnx/model.onnx";

    private static final Logger LOG = LoggerFactory.getLogger(OnnxEncoder.class);

    /** What config.json says that is used here. */
    private record Config(int contextLength, ClipTokenizer.Vocabulary vocabulary, OptionalInt dimension) {
        static Config read(ModelFiles files) {
            JsonValue json = JsonValue.read(files, ModelFiles.CONFIG);
            json.find("model_type").ifPresent(Config::requireClip);
            Optional<JsonValue> text = json.find("text_config");
            return new Config(
                    integer(text.flatMap(t -> t.find("max_position_embeddings")))
                            .orElse(EncoderSpec.DEFAULT_CONTEXT_LENGTH),
                    new ClipTokenizer.Vocabulary(
                            integer(text.flatMap(t -> t.find("vocab_size"))),
                            integer(text.flatMap(t -> t.find("eos_token_id")))),
                    integer(json.find("projection_dim")));
        }

        /** Another family's model may have the same inputs and outputs, and would give wrong answers. */
        private static void requireClip(JsonValue modelType) {
            String found = modelType.text();
            if (found.startsWith("siglip")) {
                throw modelType.must(
                        "be \"clip\" (SigLIP is not supported yet: it has another tokenizer and scores by a sigmoid)");
            }
            if (!found.equals("clip")) {
                throw modelType.must("be \"clip\" (no other family of models is supported yet)");
            }
        }

        private static OptionalInt integer(Optional<JsonValue> value) {
            return value.isPresent() ? OptionalInt.of(value.get().positiveInt()) : OptionalInt.empty();
        }
    }

    static LoadedModel load(ModelSource source, OnnxEncoderOptions options) {
        ModelFiles files = new ModelFiles(source);
        ModelFacts facts = ModelFacts.read(files);
        files = files.named(facts.modelName().orElse(files.name()));
        return switch (options.device()) {
            case CPU -> load(files, facts, options, OrtRuntime.cpu(options));
            case CUDA -> loadOnCuda(files, facts, options);
            case AUTO -> loadOnCudaOrCpu(files, facts, options);
        };
    }

    private static LoadedModel loadOnCuda(ModelFiles files, ModelFacts facts, OnnxEncoderOptions options) {
        Optional<String> whyNot = OrtRuntime.whyNoCuda();
        if (whyNot.isPresent()) {
            throw files.failure("device (CUDA)", "must be available, " + whyNot.get());
        }
        return load(files, facts, options, OrtRuntime.cuda(options));
    }

    private static LoadedModel loadOnCudaOrCpu(ModelFiles files, ModelFacts facts, OnnxEncoderOptions options) {
        Optional<String> whyNot = OrtRuntime.whyNoCuda();
        if (whyNot.isEmpty()) {
            try {
                return load(files, facts, options, OrtRuntime.cuda(options));
            } catch (EncoderException e) {
                whyNot = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        LoadedModel model = load(files, facts, options, OrtRuntime.cpu(options));
        LOG.info("device (AUTO) is the CPU for model {}: {}", files.name(), whyNot.get());
        return model;
    }

    private static LoadedModel load(
            ModelFiles files, ModelFacts facts, OnnxEncoderOptions options, OrtRuntime runtime) {
        Variant variant = variant(files, options.variant());
        Config config = Config.read(files);
        Preprocessing preprocessing = Preprocessing.read(files);
        Variant textVariant = textVariant(files, variant);
        String visionFile = variant.file("vision");
        String textFile = textVariant.file("text");
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            ClipTokenizer tokenizer = ClipTokenizer.open(files, config.contextLength(), config.vocabulary());
            opened.add(tokenizer);
            Tower vision = Tower.vision(files, variant, runtime, preprocessing.cropSide(), config.dimension());
            opened.add(vision);
            Tower text = Tower.text(files, textVariant, runtime, config.contextLength(), config.dimension());
            opened.add(text);
            if (vision.dimension() != text.dimension()) {
                throw text.failure("must give embeddings of " + visionFile + "'s dimension (" + vision.dimension()
                        + "), found " + text.dimension());
            }
            EncoderSpec.Builder spec = EncoderSpec.builder(files.name(), preprocessing.cropSide(), vision.dimension())
                    .variant(variant.label())
                    .fingerprint(files.fingerprint(visionFile, textFile, ModelFiles.TOKENIZER))
                    .contextLength(config.contextLength())
                    .preferredBatch(options.batchSize());
            preprocessing.applyTo(spec);
            facts.applyTo(spec, variant);
            return new LoadedModel(spec.build(), facts, tokenizer, vision, text, runtime.device(), runtime.cores());
        } catch (RuntimeException | Error e) {
            close(opened, e);
            throw e;
        }
    }

    private static Variant variant(ModelFiles files, Variant asked) {
        if (asked != Variant.AUTO) {
            return asked;
        }
        for (Variant variant : List.of(Variant.FP32, Variant.FP16, Variant.INT8)) {
            if (files.exists(variant.file("vision"))
                    && files.exists(textVariant(files, variant).file("text"))) {
                return variant;
            }
        }
        throw files.failure(
                Variant.FP32.file("vision"),
                "and its text_model.onnx must exist, or their variants _fp16 or _quantized"
                        + (files.exists(COMBINED)
                                ? ", found " + COMBINED + ": one graph of both towers is not supported; model-export's"
                                        + " command export writes the two from the model's weights"
                                : ""));
    }

    /** Texts are few, and 8 bits lose more than their time is worth: they take them only where there is nothing better. */
    private static Variant textVariant(ModelFiles files, Variant variant) {
        if (variant == Variant.INT8) {
            for (Variant better : List.of(Variant.FP32, Variant.FP16)) {
                if (files.exists(better.file("text"))) {
                    return better;
                }
            }
        }
        return variant;
    }

    private static void close(List<AutoCloseable> opened, Throwable reason) {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                reason.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        try (tokenizer;
                vision;
                text;
                cores) {
            // closes all, whichever fails
        }
    }
}
