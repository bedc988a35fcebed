package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Classification;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code check}: it must fail for a model that is not CLIP, and pass where the published figures are those of the model. */
final class CheckCommandTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** Seeded random weights in fp32, fp16 and int8. */
    private static final Path RANDOM = Path.of("../onnx-backend/src/test/resources/models/random-a");

    @TempDir
    private Path temp = Path.of("");

    @Test
    void check_randomWeights_failsWithFigures() throws IOException {
        ToolRun run =
                run(Fact.ALL, RANDOM.toString(), "--coco", cats().toString()).hasCode(1);

        assertThat(run.out())
                .contains("model random-a in " + RANDOM)
                .contains("Seeded random weights (seed 1), not a trained model")
                .containsPattern("a diagram +0\\.99279370 +0\\.\\d{8} +0\\.\\d{8}")
                .containsPattern("a dog +0\\.00421068 +0\\.\\d{8} +0\\.\\d{8}")
                .containsPattern("a photo of a cat +24\\.57010000 +-?\\d+\\.\\d{8} +\\d+\\.\\d{8}")
                .containsPattern("FAIL: the largest difference is \\d\\.\\d+e[-+]\\d+, allowed 1e-03")
                .containsPattern("FAIL: the largest difference is \\d\\.\\d+e[-+]\\d+, allowed 1e-02")
                .endsWith("FAIL: 2 of 2 facts looked at\n");
        // Their weights are those of fp32, rounded.
        for (String variant : List.of("fp16", "int8")) {
            assertThat(run.out()).containsPattern(variant + " beside fp32: cosine of the images (0\\.9\\d+|1\\.0+)");
        }
        assertThat(run.out())
                .containsPattern("a dog +cosine (0\\.9\\d+|1\\.0+), logit -?\\d+\\.\\d{4}, probability \\d\\.\\d{8}");
    }

    @Test
    void check_figuresOfTheModelItself_passes() throws IOException {
        List<Fact> rigged = rigged(0);

        assertThat(run(rigged, RANDOM.toString(), "--coco", cats().toString())
                        .hasCode(0)
                        .out())
                .contains("pass: the largest difference is 0.00e+00, allowed 1e-03")
                .contains("pass: the largest difference is 0.00e+00, allowed 1e-02")
                .endsWith("PASS: 2 of 2 facts looked at\n");
    }

    @ParameterizedTest
    @CsvSource({"0.9, 0", "1.1, 1"})
    void check_figuresAtTheToleranceOfIt_passOrFail(double tolerances, int code) throws IOException {
        run(rigged(tolerances), RANDOM.toString(), "--coco", cats().toString()).hasCode(code);
    }

    @Test
    void check_withoutTheCocoPicture_saysThatItWasNotRun() throws IOException {
        assertThat(run(rigged(0), RANDOM.toString())
                        .hasCode(Zeroshot.SOME_FAILED)
                        .out())
                .contains("not run: it needs the picture 000000039769.jpg")
                .doesNotContain("PASS")
                .endsWith("INCOMPLETE: 1 of 2 facts looked at, which passes; --coco FILE adds the other\n");
        assertThat(run(rigged(1.1), RANDOM.toString()).hasCode(1).out())
                .endsWith("FAIL: 1 of 2 facts looked at; --coco FILE adds the other\n");
    }

    @Test
    void check_variantThatIsNotThere_isNamed() throws IOException {
        assertThat(run(rigged(0), RANDOM.toString()).out()).doesNotContain("not there");
        Path fp32 = Path.of("../onnx-backend/src/test/resources/models/random-b");
        assertThat(run(Fact.ALL, fp32.toString(), "--coco", cats().toString())
                        .hasCode(1)
                        .out())
                .contains("\n  fp16: not there\n  int8: not there\n");
    }

    /** The cache has a directory for each variant, with nothing of the others in it. */
    @Test
    void check_nameOfAPulledModel_looksAtTheVariantsThatWerePulled() throws IOException {
        Path cached = temp.resolve("models/tester--random-a/" + COMMIT);
        copy(cached.resolve("fp32"), "");
        copy(cached.resolve("int8"), "_quantized");
        String name = "tester/random-a@" + COMMIT;

        ToolRun run = run(rigged(0), name, "--coco", cats().toString()).hasCode(0);
        assertThat(run.out())
                .startsWith("model random-a in " + cached.resolve("fp32") + "\n")
                .contains("\n  fp16: not there\n")
                .containsPattern("int8 beside fp32: cosine of the images 0\\.9\\d+")
                .endsWith("PASS: 2 of 2 facts looked at\n");

        Files.move(cached.resolve("fp32"), temp.resolve("elsewhere"));
        assertThat(ToolRun.in(environment(), "check", name)
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("model (" + name
                        + ") must be a directory or a model that was pulled in fp32, found neither; to pull it:"
                        + " zeroshot models pull " + name);
    }

    private static void copy(Path to, String variant) throws IOException {
        Files.createDirectories(to.resolve("onnx"));
        for (String file : List.of(
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "zeroshot4j.json",
                "onnx/vision_model" + variant + ".onnx",
                "onnx/text_model" + variant + ".onnx")) {
            Files.copy(RANDOM.resolve(file), to.resolve(file));
        }
    }

    private Map<String, String> environment() {
        return Map.of("ZEROSHOT4J_CACHE", temp.toString());
    }

    @Test
    void check_anotherPicture_isBadUse() throws IOException {
        Path other = ToolRun.redSquare(temp.resolve("other.png"));

        assertThat(ToolRun.of("check", RANDOM.toString(), "--coco", other.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--coco (" + other
                        + ") must be COCO val2017's 000000039769.jpg of 640 x 480 pixels, found 140 x 140");
        assertThat(ToolRun.of("check", RANDOM.toString(), "--coco", "nowhere.jpg")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("nowhere.jpg");
    }

    @Test
    void check_noModel_isBadUse() {
        assertThat(ToolRun.of("check", "nowhere").hasCode(Zeroshot.BAD_USE).err())
                .contains("model (nowhere) must be a directory or a model that was pulled: ");
    }

    @Test
    void holdsFor_notANumber_doesNot() {
        Fact fact = Fact.OPENAI_README;
        List<Classification> exact = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            exact.add(new Classification(fact.prompts().get(i), fact.expected().get(i), i));
        }
        assertThat(fact.holdsFor(exact)).isTrue();
        assertThat(fact.largestDifference(exact)).isZero();
        Fact logits = new Fact("", "", fact.prompts(), Fact.Quantity.LOGIT, List.of(0.0, 1.0, Double.NaN), 1);
        assertThat(logits.holdsFor(exact)).isFalse();
    }

    /** Its CRC-32 as Python's zlib.crc32 gives it: no filtering of resources has touched the file. */
    @Test
    void readmePicture_isThereAndWhole() throws IOException {
        RgbImage picture = Fact.readmePicture();
        assertThat(picture.bounds().width()).isEqualTo(224);
        // Clear where nothing is drawn: black, not white.
        assertThat(picture.rgb(0, 0)).isZero();
        CRC32 crc = new CRC32();
        for (int pixel : picture.toPacked()) {
            crc.update(new byte[] {(byte) (pixel >> 16), (byte) (pixel >> 8), (byte) pixel});
        }
        assertThat(crc.getValue()).isEqualTo(0xC3072219L);
    }

    /** The facts with other figures: those of the random model itself, moved by so many tolerances. */
    private List<Fact> rigged(double tolerances) throws IOException {
        List<Fact> facts = new ArrayList<>();
        try (OnnxEncoder encoder = OnnxEncoder.open(RANDOM)) {
            for (Fact fact : Fact.ALL) {
                RgbImage picture = fact.file().isEmpty() ? Fact.readmePicture() : ImageFiles.read(cats());
                List<Classification> classes =
                        ZeroShotDetector.of(encoder).classify(picture, Prompt.all(fact.prompts()));
                List<Double> expected = new ArrayList<>();
                for (int i = 0; i < fact.prompts().size(); i++) {
                    expected.add(fact.found(classes, i) + tolerances * fact.tolerance());
                }
                facts.add(new Fact(
                        fact.name(), fact.file(), fact.prompts(), fact.quantity(), expected, fact.tolerance()));
            }
        }
        return facts;
    }

    /** A picture of the size of COCO's. */
    private Path cats() throws IOException {
        Path file = temp.resolve("000000039769.png");
        int[] pixels = new int[640 * 480];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 0x9E3779B1) >>> 8;
        }
        Pictures.write(RgbImage.ofPacked(640, 480, pixels), file);
        return file;
    }

    private ToolRun run(List<Fact> facts, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = new CommandLine(new CheckCommand(terminal, facts, environment()))
                .setErr(terminal.writer(terminal.err()))
                .execute(arguments);
        return new ToolRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
