package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every check of {@link OnnxEncoder#open}, each by a model that is broken in that one way. */
final class BrokenModelTest {
    private static final String CONFIG = ModelFiles.CONFIG;
    private static final String PRE = ModelFiles.PREPROCESSOR;
    private static final String TOKENIZER = ModelFiles.TOKENIZER;
    private static final String FACTS = ModelFiles.FACTS;
    private static final String VISION = Variant.FP32.file("vision");
    private static final String TEXT = Variant.FP32.file("text");

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // field | its JSON; nothing: removed | what the message says after the file's name
                "size              |                            | must have \"size\", found {",
                "size              | \"big\"                      | : size must be a number or {\"shortest_edge\"}: pictures keep their proportions, found \"big\"",
                "size              | 0                          | : size must be a positive integer, found 0",
                "size              | 31.5                       | : size must be a positive integer, found 31.5",
                "size              | {\"shortest_edge\": -3}      | : size.shortest_edge must be a positive integer, found -3",
                "size              | {\"height\": 32, \"width\": 32} | : size must be a number or {\"shortest_edge\"}: pictures keep their proportions, found {\"height\":32,\"width\":32}",
                "crop_size         | \"big\"                      | : crop_size must be a number, {\"shortest_edge\"} or {\"height\", \"width\"}, found \"big\"",
                "size              | {\"shortest_edge\": 31}      | : crop_size must be at most the size (31), found",
                "crop_size         | {\"height\": 32, \"width\": 30} | : crop_size must be a square, found",
                "resample          |                            | must have \"resample\", found {",
                "resample          | 1                          | : resample must be 2 (bilinear) or 3 (bicubic), found 1",
                "image_mean        |                            | must have \"image_mean\", found {",
                "image_mean        | [0.5, 0.5]                 | : image_mean must have 3 values, one for each of red, green and blue, found [0.5,0.5]",
                "image_mean        | [0.5, \"x\", 0.5]            | : image_mean[1] must be a number, found \"x\"",
                "image_std         | [0.5, 1e-60, 0.5]          | : image_std[1] must be in the range of a 32-bit float, found 1.0E-60",
                "image_mean        | [0.5, 0.5, 1e39]           | : image_mean[2] must be in the range of a 32-bit float, found 1.0E39",
                "image_std         | [0.5, 0, 0.5]              | : image_std[1] must be positive, found 0",
                "rescale_factor    | 1.0                        | : rescale_factor must be 1/255, found 1.0",
                "do_resize         | false                      | : do_resize must be true, found false",
                "do_rescale        | false                      | : do_rescale must be true, found false",
                "do_center_crop    | false                      | : do_center_crop must be true, found false",
                "do_center_crop    | \"no\"                       | : do_center_crop must be true or false, found \"no\"",
            })
    void open_badPreprocessing_namesFileFieldAndValue(String field, String json, String message) {
        TestModels.copy("random-a", temp);
        TestModels.set(temp, PRE, field, json == null ? "" : json);
        assertRefused(PRE, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "formatVersion | 2                         | : formatVersion must be 1, found 2",
                "formatVersion |                           | must have \"formatVersion\", found {",
                "modelName     | \"  \"                      | : modelName must be a text that is not blank, found \"  \"",
                "logitScale    | -1                        | : logitScale must be positive, found -1",
                "logitScale    | \"high\"                    | : logitScale must be a number, found \"high\"",
                "knownWords    | \"cat\"                     | : knownWords must be an array, found \"cat\"",
                "knownWords    | [\"cat\", 3]                | : knownWords[1] must be a text that is not blank, found 3",
                "presence      | {\"fp64\": {}}              | : presence must have only variants (fp32, fp16, int8) as names, found {\"fp64\":{}}",
                "presence      | {\"fp32\": {\"slope\": 1}}    | : presence.fp32 must have \"intercept\", found {\"slope\":1}",
                "presence      | {\"fp32\": {\"slope\": 0, \"intercept\": 0}} | : presence.fp32.slope must be positive, found 0",
                "presence      | 7                         | : presence must be an object, found 7",
            })
    void open_badFacts_namesFileFieldAndValue(String field, String json, String message) {
        TestModels.copy("random-a", temp);
        TestModels.set(temp, FACTS, field, json == null ? "" : json);
        assertRefused(FACTS, message);
    }

    static Stream<Arguments> brokenFiles() {
        return Stream.of(
                broken("config is missing", m -> delete(m, CONFIG), CONFIG, "must exist, found no such file"),
                broken("config is no JSON", m -> write(m, CONFIG, "{"), CONFIG, "must be valid JSON: "),
                broken("config is followed by more", m -> write(m, CONFIG, "{} {}"), CONFIG, "must be valid JSON: "),
                broken("config is empty", m -> write(m, CONFIG, ""), CONFIG, "must be a JSON object, found "),
                broken("config is a list", m -> write(m, CONFIG, "[]"), CONFIG, "must be a JSON object, found []"),
                broken(
                        "dimension is another",
                        m -> TestModels.set(m, CONFIG, "projection_dim", "21"),
                        VISION,
                        "must give embeddings of projection_dim (21) in config.json, found image_embeds FLOAT[-1, 20]"),
                broken(
                        "dimension is a text",
                        m -> TestModels.set(m, CONFIG, "projection_dim", "\"20\""),
                        CONFIG,
                        ": projection_dim must be a positive integer, found \"20\""),
                broken("preprocessing is missing", m -> delete(m, PRE), PRE, "must exist, found no such file"),
                broken(
                        "newer file of preprocessing has no images",
                        m -> {
                            delete(m, PRE);
                            write(m, "processor_config.json", "{\"processor_class\": \"CLIPProcessor\"}");
                        },
                        "processor_config.json",
                        "must have \"image_processor\", found {\"processor_class\":\"CLIPProcessor\"}"),
                broken(
                        "newer file of preprocessing has a bad size",
                        m -> {
                            delete(m, PRE);
                            write(m, "processor_config.json", "{\"image_processor\": {\"size\": 0}}");
                        },
                        "processor_config.json",
                        ": image_processor.size must be a positive integer, found 0"),
                broken("tokenizer is missing", m -> delete(m, TOKENIZER), TOKENIZER, "must exist, found no such file"),
                broken("tokenizer is cut", m -> cut(m, TOKENIZER, 0.9), TOKENIZER, "must be valid JSON: "),
                broken("tokenizer is none", m -> write(m, TOKENIZER, "{}"), TOKENIZER, "must have \"model\", found {}"),
                broken(
                        "tokenizer has no vocabulary",
                        m -> TestModels.edit(
                                m, TOKENIZER, root -> root.withObject("/model").remove("vocab")),
                        TOKENIZER,
                        "must be a tokenizer, found "),
                broken(
                        "tokenizer is SentencePiece's, as SigLIP's",
                        m -> TestModels.edit(
                                m, TOKENIZER, root -> root.withObject("/model").put("type", "Unigram")),
                        TOKENIZER,
                        ": model.type must be \"BPE\", CLIP's byte pair encoding (other tokenizers are not supported yet), found \"Unigram\""),
                broken(
                        "tokenizer is GPT-2's",
                        m -> TestModels.edit(
                                m, TOKENIZER, root -> root.withObject("/model").put("end_of_word_suffix", "")),
                        TOKENIZER,
                        ": model.end_of_word_suffix must be \"</w>\", as in CLIP's byte pair encoding (other tokenizers are not supported yet), found \"\""),
                broken(
                        "tokenizer is a list of words",
                        m -> TestModels.edit(
                                m, TOKENIZER, root -> root.withObject("/model").remove("merges")),
                        TOKENIZER,
                        ": model must have \"merges\", found {"),
                broken(
                        "tokenizer pads in front",
                        m -> TestModels.set(m, TOKENIZER, "padding", """
                        {"strategy": {"Fixed": 77}, "direction": "Left", "pad_to_multiple_of": null,
                         "pad_id": 0, "pad_type_id": 0, "pad_token": "!"}"""),
                        TOKENIZER,
                        ": padding.direction must be \"Right\", found \"Left\""),
                broken(
                        "pad token of another tokenizer",
                        m -> TestModels.set(m, "tokenizer_config.json", "pad_token", "\"[PAD]\""),
                        "tokenizer_config.json",
                        ": pad_token must be a token of tokenizer.json, found \"[PAD]\""),
                broken(
                        "SigLIP",
                        m -> TestModels.set(m, CONFIG, "model_type", "\"siglip\""),
                        CONFIG,
                        ": model_type must be \"clip\" (SigLIP is not supported yet: it has another tokenizer and scores by a sigmoid), found \"siglip\""),
                broken(
                        "SigLIP 2",
                        m -> TestModels.set(m, CONFIG, "model_type", "\"siglip2\""),
                        CONFIG,
                        ": model_type must be \"clip\" (SigLIP is not supported yet: it has another tokenizer and scores by a sigmoid), found \"siglip2\""),
                family("clipseg"),
                family("chinese_clip"),
                family("align"),
                family("altclip"),
                broken(
                        "family is a number",
                        m -> TestModels.set(m, CONFIG, "model_type", "7"),
                        CONFIG,
                        ": model_type must be a text that is not blank, found 7"),
                folder(CONFIG),
                folder(PRE),
                folder(TOKENIZER),
                folder(FACTS),
                folder(VISION),
                folder(TEXT),
                broken(
                        "folder of graphs is a file",
                        m -> {
                            rename(m, "onnx", "onnx.old");
                            write(m, "onnx", "");
                        },
                        VISION,
                        "must be readable: java.nio.file.NotDirectoryException: "),
                broken(
                        "graph is a Git LFS pointer",
                        m -> write(
                                m,
                                VISION,
                                "version https://git-lfs.github.com/spec/v1\noid sha256:fd6e1402a588279d\nsize 351581992\n"),
                        VISION,
                        "must be an ONNX graph that runs on CPU, found a Git LFS pointer instead: \"git lfs pull\" fetches the file itself"),
                broken(
                        "graph is a web page",
                        m -> write(m, TEXT, "<!DOCTYPE html><html>Not Found</html>"),
                        TEXT,
                        "must be an ONNX graph that runs on CPU, found "),
                broken(
                        "tokenizer adds no marks",
                        m -> TestModels.set(m, TOKENIZER, "post_processor", ""),
                        TOKENIZER,
                        "must add a start and an end mark, found 0 marks"),
                broken(
                        "tokenizer pads too far",
                        m -> TestModels.set(m, TOKENIZER, "padding", """
                        {"strategy": {"Fixed": 78}, "direction": "Right", "pad_to_multiple_of": null,
                         "pad_id": 0, "pad_type_id": 0, "pad_token": "!"}"""),
                        TOKENIZER,
                        ": padding.strategy.Fixed must be at most the context length (77), found 78"),
                broken(
                        "tokenizer of another model",
                        m -> TestModels.edit(
                                m,
                                CONFIG,
                                root -> root.withObject("/text_config").put("vocab_size", 1000)),
                        TOKENIZER,
                        "must be that of the model with 1000 tokens, found the end mark 1023"),
                broken(
                        "tokenizer of a smaller model",
                        m -> copyFrom("random-b", TOKENIZER, m),
                        TOKENIZER,
                        "must end a text with text_config.eos_token_id (1023) in config.json, found 599"),
                broken(
                        "end mark that is not the highest id, where the graph looks for that",
                        m -> {
                            TestModels.edit(
                                    m,
                                    CONFIG,
                                    root -> root.withObject("/text_config").put("eos_token_id", 2));
                            TestModels.edit(
                                    m,
                                    TOKENIZER,
                                    root -> root.withArray("added_tokens")
                                            .addObject()
                                            .put("id", 1024)
                                            .put("content", "[NEW]")
                                            .put("single_word", false)
                                            .put("lstrip", false)
                                            .put("rstrip", false)
                                            .put("normalized", false)
                                            .put("special", false));
                        },
                        TOKENIZER,
                        "must have no id above the end mark (1023), which a model with text_config.eos_token_id (2) in config.json takes for the end, found 1024"),
                broken(
                        "end mark is no id",
                        m -> TestModels.edit(
                                m,
                                CONFIG,
                                root -> root.withObject("/text_config").put("eos_token_id", "end")),
                        CONFIG,
                        ": text_config.eos_token_id must be a positive integer, found \"end\""),
                broken(
                        "no graphs",
                        m -> deleteAll(m),
                        VISION,
                        "and its text_model.onnx must exist, or their variants _fp16 or _quantized"),
                broken(
                        "one graph of both towers",
                        m -> {
                            rename(m, VISION, "onnx/model.onnx");
                            deleteAll(m);
                        },
                        VISION,
                        "and its text_model.onnx must exist, or their variants _fp16 or _quantized, found onnx/model.onnx:"
                                + " one graph of both towers is not supported; model-export's command export writes the two"
                                + " from the model's weights"),
                broken(
                        "vision graph is cut",
                        m -> cut(m, VISION, 0.5),
                        VISION,
                        "must be an ONNX graph that runs on CPU, found "),
                broken(
                        "vision graph is empty",
                        m -> write(m, VISION, ""),
                        VISION,
                        "must be an ONNX graph that runs on CPU, found "),
                broken(
                        "text graph is cut",
                        m -> cut(m, TEXT, 0.5),
                        TEXT,
                        "must be an ONNX graph that runs on CPU, found "),
                broken(
                        "graphs are swapped",
                        BrokenModelTest::swap,
                        VISION,
                        "must have the inputs [pixel_values], found [input_ids INT64[-1, -1]]"),
                broken(
                        "towers differ",
                        m -> {
                            TestModels.set(m, CONFIG, "projection_dim", "");
                            copyFrom("random-b", TEXT, m);
                        },
                        TEXT,
                        "must give embeddings of onnx/vision_model.onnx's dimension (20), found 36"),
                broken(
                        "side is another",
                        m -> {
                            TestModels.set(m, PRE, "size", "{\"shortest_edge\": 48}");
                            TestModels.set(m, PRE, "crop_size", "{\"height\": 48, \"width\": 48}");
                        },
                        VISION,
                        "must have pixel_values FLOAT or FLOAT16[-1, 3, 48, 48] (-1: any), found pixel_values FLOAT[-1, 3, 32, 32]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFiles")
    void open_brokenFile_namesFileExpectedAndFound(String name, Consumer<Path> breaking, String file, String message) {
        TestModels.copy("random-a", temp);
        breaking.accept(temp);
        assertRefused(file, message);
    }

    /** The old 2 stands for the highest id, and older files name no end mark: both fit any tokenizer of the kind. */
    @ParameterizedTest
    @ValueSource(strings = {"2", ""})
    void open_configWithoutAnEndMark_givesTheSameEmbedding(String eos) {
        TestModels.copy("random-a", temp);
        TestModels.edit(temp, CONFIG, root -> {
            if (eos.isEmpty()) {
                root.withObject("/text_config").remove("eos_token_id");
            } else {
                root.withObject("/text_config").put("eos_token_id", Integer.parseInt(eos));
            }
        });
        try (OnnxEncoder changed = OnnxEncoder.open(temp);
                OnnxEncoder original = OnnxEncoder.open(TestModels.directory("random-a"))) {
            assertThat(changed.encodeTexts(List.of("a cat"))).isDeepEqualTo(original.encodeTexts(List.of("a cat")));
        }
    }

    static Stream<Arguments> brokenGraphs() {
        int f = OnnxGraph.FLOAT;
        int side = HandMade.SIDE;
        return Stream.of(
                Arguments.of(
                        "another output",
                        graph("image_embeds_2", f, "n", 3),
                        HandMade.text(),
                        VISION,
                        "must have the output image_embeds, found [image_embeds_2 FLOAT[-1, 3]]"),
                Arguments.of(
                        "output of rank 3",
                        graph("image_embeds", f, "n", 1, 3),
                        HandMade.text(),
                        VISION,
                        "must have image_embeds FLOAT or FLOAT16[-1, -1] (-1: any), found image_embeds FLOAT[-1, 1, 3]"),
                Arguments.of(
                        "output of doubles",
                        HandMade.vision(f, OnnxGraph.DOUBLE, "n"),
                        HandMade.text(),
                        VISION,
                        "must have image_embeds FLOAT or FLOAT16[-1, -1] (-1: any), found image_embeds DOUBLE[-1, 3]"),
                Arguments.of(
                        "input of doubles",
                        HandMade.vision(OnnxGraph.DOUBLE, f, "n"),
                        HandMade.text(),
                        VISION,
                        "must have pixel_values FLOAT or FLOAT16[-1, 3, 4, 4] (-1: any), found pixel_values DOUBLE[-1, 3, 4, 4]"),
                Arguments.of(
                        "batch of 2",
                        HandMade.vision(f, f, 2),
                        HandMade.text(),
                        VISION,
                        "must have pixel_values FLOAT or FLOAT16[-1, 3, 4, 4] (-1: any), found pixel_values FLOAT[2, 3, 4, 4]"),
                Arguments.of(
                        "fixed length that is not the context's",
                        HandMade.vision(),
                        HandMade.text(false, "n", 64, f),
                        TEXT,
                        "must have input_ids INT32 or INT64[-1, 77] (-1: any), found input_ids INT64[-1, 64]"),
                Arguments.of(
                        "an input more",
                        new OnnxGraph()
                                .input("pixel_values", f, "n", 3, side, side)
                                .input("interpolate", f, 1)
                                .output("image_embeds", f, "n", 3)
                                .node("Flatten", "flat", "pixel_values")
                                .floats("weights", HandMade.channelSums(), 3 * side * side, 3)
                                .node("MatMul", "sums", "flat", "weights")
                                .node("Mul", "image_embeds", "sums", "interpolate")
                                .bytes(),
                        HandMade.text(),
                        VISION,
                        "must have the inputs [pixel_values], found [pixel_values FLOAT[-1, 3, 4, 4], interpolate FLOAT[1]]"),
                Arguments.of(
                        "ids of floats",
                        HandMade.vision(),
                        new OnnxGraph()
                                .input("input_ids", f, "n", "t")
                                .output("text_embeds", f, "n", "t")
                                .node("Identity", "text_embeds", "input_ids")
                                .bytes(),
                        TEXT,
                        "must have input_ids INT32 or INT64[-1, 77] (-1: any), found input_ids FLOAT[-1, -1]"),
                Arguments.of(
                        "mask of floats",
                        HandMade.vision(),
                        HandMade.text(OnnxGraph.INT64, f, "n", "t", f),
                        TEXT,
                        "must have attention_mask INT32 or INT64[-1, 77] (-1: any), found attention_mask FLOAT[-1, -1]"),
                Arguments.of(
                        "ids of rank 3",
                        HandMade.vision(),
                        new OnnxGraph()
                                .input("input_ids", OnnxGraph.INT64, "n", "t", 1)
                                .output("text_embeds", f, "n", 3)
                                .node("Cast", "to", f, "text_embeds", "input_ids")
                                .bytes(),
                        TEXT,
                        "must have input_ids INT32 or INT64[-1, 77] (-1: any), found input_ids INT64[-1, -1, 1]"),
                Arguments.of(
                        "ids by another name",
                        HandMade.vision(),
                        new OnnxGraph()
                                .input("tokens", OnnxGraph.INT64, "n", "t")
                                .output("text_embeds", f, "n", "t")
                                .node("Cast", "to", f, "text_embeds", "tokens")
                                .bytes(),
                        TEXT,
                        "must have the inputs [input_ids] and perhaps [attention_mask], found [tokens INT64[-1, -1]]"),
                Arguments.of(
                        "external data is missing",
                        HandMade.visionWithExternalData("vision_model.onnx_data"),
                        HandMade.text(),
                        VISION,
                        "must be an ONNX graph that runs on CPU, found Error code - "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenGraphs")
    void open_graphOfAnotherKind_namesFileExpectedAndFound(
            String name, byte[] vision, byte[] text, String file, String message) {
        HandMade.write(temp, vision, text);
        assertRefused(file, message);
    }

    @Test
    void open_dimensionNeitherInGraphNorConfig_isRefused() {
        byte[] vision = new OnnxGraph()
                .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                .output("image_embeds", OnnxGraph.FLOAT, "n", "d")
                .node("Flatten", "flat", "pixel_values")
                .longs("all", 1, 1, 1)
                .node("Cast", "to", OnnxGraph.BOOL, "condition", "all")
                .node("Compress", "axis", 1, "image_embeds", "flat", "condition")
                .bytes();
        HandMade.write(temp, vision, HandMade.text());
        TestModels.set(temp, CONFIG, "projection_dim", "");
        assertRefused(
                VISION,
                "must have a known dimension of image_embeds FLOAT[-1, -1] where config.json has no projection_dim");
    }

    @Test
    void open_variantThatIsNotThere_namesItsFile() {
        OnnxEncoderOptions options =
                OnnxEncoderOptions.builder().variant(Variant.INT8).build();
        assertThatThrownBy(() -> OnnxEncoder.open(TestModels.directory("random-b"), options))
                .isInstanceOf(EncoderException.class)
                .hasMessageEndingWith("onnx/vision_model_quantized.onnx must exist, found no such file");
    }

    @Test
    void open_noDirectory_namesIt() {
        Path missing = temp.resolve("missing");
        assertThatThrownBy(() -> OnnxEncoder.open(missing))
                .isInstanceOf(EncoderException.class)
                .hasMessage("modelDirectory (%s) must be a directory with a model, found nothing there", missing);
    }

    @Test
    void open_directoryIsAFile_saysSo() throws IOException {
        Path file = Files.writeString(temp.resolve("model.onnx"), "");
        assertThatThrownBy(() -> OnnxEncoder.open(file))
                .isInstanceOf(EncoderException.class)
                .hasMessage("modelDirectory (%s) must be a directory with a model, found a file", file);
    }

    /** ONNX Runtime's own words, which must name the file. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void open_externalDataMissingOrShort_namesIt(boolean there) throws IOException {
        HandMade.write(temp, HandMade.visionWithExternalData("vision_model.onnx_data"), HandMade.text());
        if (there) {
            Files.write(temp.resolve("onnx/vision_model.onnx_data"), new byte[7]);
        }
        assertThatThrownBy(() -> OnnxEncoder.open(temp))
                .isInstanceOf(EncoderException.class)
                .hasMessageStartingWith(
                        "model hand-made (%s): onnx/vision_model.onnx must be an ONNX graph that runs on CPU, found ",
                        temp)
                .hasMessageContaining(there ? "weights" : "vision_model.onnx_data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "zeroshot4j.json",
                "onnx/vision_model.onnx",
                "onnx/text_model.onnx"
            })
    void open_fileThatMayNotBeRead_saysSo(String file) {
        TestModels.copy("random-a", temp);
        Path denied = temp.resolve(file);
        DirectorySource source = new DirectorySource(temp, path -> {
            if (path.equals(denied)) {
                throw new AccessDeniedException(path.toString());
            }
            return Files.newInputStream(path);
        });
        assertThatThrownBy(() ->
                        LoadedModel.load(source, OnnxEncoderOptions.defaults()).close())
                .isInstanceOf(EncoderException.class)
                .hasMessage(
                        "model %s (%s): %s must be readable: java.nio.file.AccessDeniedException: %s",
                        file.equals(FACTS) ? temp.getFileName() : "random-a", temp, file, denied)
                .hasCauseInstanceOf(AccessDeniedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json", "onnx/text_model.onnx"})
    void open_diskThatFailsHalfWay_saysSo(String file) {
        TestModels.copy("random-a", temp);
        DirectorySource source = new DirectorySource(temp, path -> {
            InputStream stream = Files.newInputStream(path);
            return path.equals(temp.resolve(file)) ? failingAfter(100, stream) : stream;
        });
        assertThatThrownBy(() ->
                        LoadedModel.load(source, OnnxEncoderOptions.defaults()).close())
                .isInstanceOf(EncoderException.class)
                .hasMessage(
                        "model random-a (%s): %s must be readable: java.io.IOException: Input/output error",
                        temp, file);
    }

    /** As a bad sector does it. */
    private static InputStream failingAfter(int bytes, InputStream stream) {
        return new FilterInputStream(stream) {
            private int left = bytes;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("Input/output error");
                }
                int count = super.read(buffer, offset, Math.min(length, left));
                left -= Math.max(0, count);
                return count;
            }
        };
    }

    private void assertRefused(String file, String message) {
        assertThatThrownBy(() -> OnnxEncoder.open(temp).close())
                .isInstanceOf(EncoderException.class)
                .hasMessageStartingWith("model ")
                .hasMessageContaining("(" + temp + "): " + file + (message.startsWith(":") ? "" : " ") + message);
    }

    private static Arguments broken(String name, Consumer<Path> breaking, String file, String message) {
        return Arguments.of(name, breaking, file, message);
    }

    private static Arguments family(String type) {
        return broken(
                type,
                m -> TestModels.set(m, CONFIG, "model_type", "\"" + type + "\""),
                CONFIG,
                ": model_type must be \"clip\" (no other family of models is supported yet), found \"" + type + "\"");
    }

    private static Arguments folder(String file) {
        return broken(
                file + " is a folder",
                m -> {
                    delete(m, file);
                    mkdir(m, file);
                },
                file,
                "must be readable: java.io.IOException: ");
    }

    /** The hand-made vision graph with another output. */
    private static byte[] graph(String output, int type, Object... shape) {
        int size = 3 * HandMade.SIDE * HandMade.SIDE;
        OnnxGraph graph = new OnnxGraph()
                .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                .output(output, type, shape)
                .node("Flatten", "flat", "pixel_values")
                .longs("shape", shape.length == 3 ? new long[] {-1, 1, 3} : new long[] {-1, 3})
                .node("Reshape", output, "sums", "shape");
        return graph.floats("weights", HandMade.channelSums(), size, HandMade.DIMENSION)
                .node("MatMul", "sums", "flat", "weights")
                .bytes();
    }

    private static void delete(Path model, String file) {
        try {
            Files.delete(model.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mkdir(Path model, String folder) {
        try {
            Files.createDirectory(model.resolve(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rename(Path model, String from, String to) {
        try {
            Files.move(model.resolve(from), model.resolve(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path model) {
        for (Variant variant : Variant.values()) {
            if (variant != Variant.AUTO) {
                delete(model, variant.file("text"));
            }
        }
    }

    private static void write(Path model, String file, String content) {
        try {
            Files.writeString(model.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cut(Path model, String file, double share) {
        try {
            byte[] bytes = Files.readAllBytes(model.resolve(file));
            Files.write(model.resolve(file), Arrays.copyOf(bytes, (int) (bytes.length * share)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void swap(Path model) {
        try {
            byte[] vision = Files.readAllBytes(model.resolve(VISION));
            Files.write(model.resolve(VISION), Files.readAllBytes(model.resolve(TEXT)));
            Files.write(model.resolve(TEXT), vision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyFrom(String other, String file, Path model) {
        try {
            Files.write(
                    model.resolve(file),
                    Files.readAllBytes(TestModels.directory(other).resolve(file)));
            assertThat(model.resolve(file)).exists();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
