package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP's whole vocabulary against transformers' CLIPTokenizer. The vocabulary is that of the embedded model, beside us. */
final class ClipTokensTest {
    private static final Path MODEL =
            Path.of("../model-export/tiny/src/main/resources/io/github/zeroshot4j/tiny/model");
    private static final int CONTEXT = 77;
    private static final int START = 49406;
    private static final int END = 49407;

    private static ClipTokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = ClipTokenizer.open(
                new ModelFiles(new DirectorySource(MODEL)),
                CONTEXT,
                new ClipTokenizer.Vocabulary(OptionalInt.of(END + 1), OptionalInt.of(END)));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @Test
    void encode_tenThousandStrings_idsOfTransformers() throws IOException {
        List<JsonNode> lines = lines("goldens/clip-tokens.jsonl.gz");
        JsonNode header = lines.get(0).path("header");
        assertThat(header.path("script").asText()).isEqualTo("python -m zeroshot4j_export goldens --only tokens");
        assertThat(header.path("libraries").asText()).contains("tokenizers==", "transformers==");
        assertThat(lines.get(0).path("contextLength").intValue()).isEqualTo(CONTEXT);
        List<JsonNode> cases = lines.subList(1, lines.size());
        assertThat(cases).hasSizeGreaterThanOrEqualTo(10_000);
        List<String> wrong = new ArrayList<>();
        int cut = 0;
        for (JsonNode line : cases) {
            String text = line.get(1).textValue();
            long[] expected = TestModels.JSON.convertValue(line.get(2), long[].class);
            long[] found = tokenizer.encode(text);
            cut += expected.length == CONTEXT ? 1 : 0;
            if (!Arrays.equals(found, expected) || found[0] != START || found[found.length - 1] != END) {
                wrong.add(line.get(0).textValue() + " \"" + text + "\": " + Arrays.toString(found));
            }
            assertThat(tokenizer.specialTokenIn(text)).as(text).isEmpty();
        }
        assertThat(cut).isGreaterThan(90);
        assertThat(wrong).as("of %d strings", cases.size()).isEmpty();
    }

    /** What OpenAI's own code cleans first: entities twice, curly quotes, broken encodings, compatibility forms. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rock &amp; roll     | rock & roll",
                "&amp;lt;b&amp;gt;   | <b>",
                "a \u201ccat\u201d   | a \"cat\"",
                "caf\u00c3\u00a9     | caf\u00e9", // UTF-8 read as Latin-1, which ftfy repairs
                "\ufb01sh            | fish", // a ligature
                "\uff23\uff21\uff34  | CAT", // full width
            })
    void encode_whatOpenAisCodeWouldClean_isTakenAsItIs(String prompt, String cleaned) {
        assertThat(tokenizer.encode(prompt)).isNotEqualTo(tokenizer.encode(cleaned));
    }

    /** And what makes no difference. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`  a\t\tcat\n`      | a cat",
                "`A\u00a0CAT\u3000`  | a cat",
                "cafe\u0301          | caf\u00e9",
                "CAFE\u0301          | caf\u00e9",
            })
    void encode_spacesCaseAndComposition_makeNoDifference(String prompt, String same) {
        assertThat(tokenizer.encode(prompt)).isEqualTo(tokenizer.encode(same));
    }

    /** Not text, so no golden has it; it must neither crash nor end the prompt. */
    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\udc31", "a \ud83d cat", "a \udc31\ud83d cat"})
    void encode_halfACharacter_isAnyCharacter(String prompt) {
        long[] ids = tokenizer.encode(prompt);
        assertThat(ids[0]).isEqualTo(START);
        assertThat(ids[ids.length - 1]).isEqualTo(END);
        assertThat(ids.length).isGreaterThan(2);
        assertThat(Arrays.copyOfRange(ids, 1, ids.length - 1)).doesNotContain(START, END);
    }

    private static List<JsonNode> lines(String golden) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(TestModels.resource(golden))), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(TestModels.JSON.readTree(line));
            }
        }
        return lines;
    }
}
