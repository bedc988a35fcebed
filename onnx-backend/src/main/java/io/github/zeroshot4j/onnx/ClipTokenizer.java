package io.github.zeroshot4j.onnx;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The tokenizer of tokenizer.json. It gives ids cut to the context length with the end mark kept, and without padding:
 * padding is added to a run's tensor, where a graph or the file asks for a fixed length. Thread-safe.
 */
final class ClipTokenizer implements AutoCloseable {
    /** What config.json's eos_token_id is in older files, whatever the end mark: their graphs look for the highest id. */
    private static final int HIGHEST_ID = 2;

    private final HuggingFaceTokenizer tokenizer;
    private final Special special;
    private final int contextLength;

    /** What the file says beside the vocabulary. */
    private record Special(List<Token> tokens, OptionalInt fixedLength, long padId, long highestId) {}

    /** A special token, matched in the text before or after it is brought to lower case. */
    private record Token(String content, boolean normalized) {
        boolean isIn(String text) {
            return normalized
                    ? text.toLowerCase(Locale.ROOT).contains(content.toLowerCase(Locale.ROOT))
                    : text.contains(content);
        }
    }

    /**
     * What config.json says of the tokens, where it does.
     *
     * @param size how many tokens the model has an embedding for
     * @param endMark the id whose place in a text the graph reads
     */
    record Vocabulary(OptionalInt size, OptionalInt endMark) {}

    private ClipTokenizer(HuggingFaceTokenizer tokenizer, Special special, int contextLength) {
        this.tokenizer = tokenizer;
        this.special = special;
        this.contextLength = contextLength;
    }

    /** Opens the tokenizer; one of another model would work, and give ids that mean something else to this one. */
    static ClipTokenizer open(ModelFiles files, int contextLength, Vocabulary vocabulary) {
        Special special = special(files, contextLength);
        keepToItself();
        // Without "modelMaxLength", 512 is the limit of "maxLength".
        Map<String, String> options = Map.of(
                "addSpecialTokens", "true",
                "padding", "false",
                "truncation", "true",
                "maxLength", String.valueOf(contextLength),
                "modelMaxLength", String.valueOf(contextLength));
        ClipTokenizer opened;
        try {
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(files.bytes(ModelFiles.TOKENIZER)), options);
            opened = new ClipTokenizer(tokenizer, special, contextLength);
        } catch (IOException | RuntimeException e) {
            throw files.failure(ModelFiles.TOKENIZER, "must be a tokenizer, found " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw files.failure(ModelFiles.TOKENIZER, "needs the tokenizer's native library: " + e, e);
        }
        try {
            opened.check(files, vocabulary);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Returns the ids of a text, with start and end mark, at most the context length of them. */
    long[] encode(String text) {
        return tokenizer.encode(text, true, false).getIds();
    }

    /** Returns the special token that a text holds as text, which would cut it short or end it early. */
    Optional<String> specialTokenIn(String text) {
        return special.tokens().stream()
                .filter(token -> token.isIn(text))
                .map(Token::content)
                .findFirst();
    }

    /** Returns the length that the file wants all texts padded to, if it does. */
    OptionalInt fixedLength() {
        return special.fixedLength();
    }

    long padId() {
        return special.padId();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** An empty text is start and end mark, and a long one still ends with the end mark, inside the model's vocabulary. */
    private void check(ModelFiles files, Vocabulary vocabulary) {
        long[] empty = encode("");
        if (empty.length < 2) {
            throw files.failure(
                    ModelFiles.TOKENIZER, "must add a start and an end mark, found " + empty.length + " marks");
        }
        long end = empty[empty.length - 1];
        long[] cut = encode("a ".repeat(contextLength));
        if (cut.length != contextLength || cut[cut.length - 1] != end) {
            throw files.failure(
                    ModelFiles.TOKENIZER, "must cut texts to " + contextLength + " tokens and keep the end mark");
        }
        OptionalInt size = vocabulary.size();
        if (size.isPresent() && end >= size.getAsInt()) {
            throw files.failure(
                    ModelFiles.TOKENIZER,
                    "must be that of the model with " + size.getAsInt() + " tokens, found the end mark " + end);
        }
        vocabulary.endMark().ifPresent(expected -> checkEnd(files, expected, end));
    }

    /** Where a graph does not find the end mark it reads a text's first place, which is the same for all texts. */
    private void checkEnd(ModelFiles files, int expected, long end) {
        String field = "text_config.eos_token_id (" + expected + ") in " + ModelFiles.CONFIG;
        if (expected == HIGHEST_ID) {
            if (special.highestId() > end) {
                throw files.failure(
                        ModelFiles.TOKENIZER,
                        "must have no id above the end mark (" + end + "), which a model with " + field
                                + " takes for the end, found " + special.highestId());
            }
        } else if (expected != end) {
            throw files.failure(ModelFiles.TOKENIZER, "must end a text with " + field + ", found " + end);
        }
    }

    /** A tokenizer of another kind would work, and give ids that mean something else to the model. */
    private static void requireClips(JsonValue json) {
        JsonValue model = json.get("model");
        Optional<JsonValue> type = model.find("type"); // older files have none
        if (type.isPresent() && !type.get().text().equals("BPE")) {
            throw type.get().must("be \"BPE\", CLIP's byte pair encoding (other tokenizers are not supported yet)");
        }
        model.get("merges");
        JsonValue suffix = model.get("end_of_word_suffix");
        if (!suffix.isText("</w>")) {
            throw suffix.must("be \"</w>\", as in CLIP's byte pair encoding (other tokenizers are not supported yet)");
        }
    }

    private static Special special(ModelFiles files, int contextLength) {
        JsonValue json = JsonValue.read(files, ModelFiles.TOKENIZER);
        requireClips(json);
        List<Token> tokens = new ArrayList<>();
        for (JsonValue token :
                json.find("added_tokens").map(JsonValue::elements).orElse(List.of())) {
            if (token.find("special").map(JsonValue::bool).orElse(false)) {
                boolean normalized =
                        token.find("normalized").map(JsonValue::bool).orElse(false);
                tokens.add(new Token(token.get("content").text(), normalized));
            }
        }
        Optional<JsonValue> padding = json.find("padding");
        // {"strategy": {"Fixed": 77}}; the other strategy is the text "BatchLongest".
        Optional<JsonValue> fixed = padding.flatMap(p -> p.find("strategy")).flatMap(s -> s.find("Fixed"));
        if (fixed.isPresent() && fixed.get().positiveInt() > contextLength) {
            throw fixed.get().must("be at most the context length (" + contextLength + ")");
        }
        Optional<JsonValue> direction = padding.flatMap(p -> p.find("direction"));
        if (direction.isPresent() && !direction.get().isText("Right")) {
            throw direction.get().must("be \"Right\"");
        }
        long padId = padding.flatMap(p -> p.find("pad_id"))
                .map(id -> (long) id.number())
                .orElseGet(() -> padOfConfig(files, json));
        return new Special(
                List.copyOf(tokens),
                fixed.isPresent() ? OptionalInt.of(fixed.get().positiveInt()) : OptionalInt.empty(),
                padId,
                highestId(json));
    }

    private static long highestId(JsonValue tokenizer) {
        Stream<JsonValue> vocabulary = tokenizer.get("model").find("vocab").stream()
                .flatMap(vocab -> vocab.names().stream().map(vocab::get));
        Stream<JsonValue> added = tokenizer.find("added_tokens").stream()
                .flatMap(tokens -> tokens.elements().stream())
                .map(token -> token.get("id"));
        return Stream.concat(vocabulary, added)
                .mapToLong(id -> (long) id.number())
                .max()
                .orElse(0);
    }

    /** The id of tokenizer_config.json's pad_token; without one 0, as in OpenAI's code. */
    private static long padOfConfig(ModelFiles files, JsonValue tokenizer) {
        Optional<JsonValue> named =
                JsonValue.readIfExists(files, ModelFiles.TOKENIZER_CONFIG).flatMap(config -> config.find("pad_token"));
        if (named.isEmpty()) {
            return 0;
        }
        // "!" or {"content": "!", ...}
        JsonValue name = named.get().find("content").orElse(named.get());
        for (JsonValue token :
                tokenizer.find("added_tokens").map(JsonValue::elements).orElse(List.of())) {
            if (token.get("content").text().equals(name.text())) {
                return (long) token.get("id").number();
            }
        }
        return tokenizer
                .get("model")
                .get("vocab")
                .find(name.text())
                .map(id -> (long) id.number())
                .orElseThrow(() -> name.must("be a token of " + ModelFiles.TOKENIZER));
    }

    /**
     * The library would report its use to its makers and, where it finds CUDA, download a build of itself for it. Users who
     * set these names themselves keep their choice.
     */
    private static void keepToItself() {
        setUnlessSet("OPT_OUT_TRACKING", "true");
        setUnlessSet("RUST_FLAVOR", "cpu");
    }

    private static void setUnlessSet(String name, String value) {
        if (System.getProperty(name) == null && System.getenv(name) == null) {
            System.setProperty(name, value);
        }
    }
}
