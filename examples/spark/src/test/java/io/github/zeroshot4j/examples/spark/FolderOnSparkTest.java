package io.github.zeroshot4j.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe on Spark in this JVM, two tasks at once: pom.xml has the configuration. */
final class FolderOnSparkTest {
    private static final List<String> DEMO = List.of("bicycle-at-sunset.jpg", "cat-and-butterfly.jpg", "two-dogs.jpg");
    private static final List<String> PROMPTS = List.of("a cat", "a dog", "a butterfly");

    @TempDir
    private static Path folder;

    private static String printed = "";
    private static SparkSession spark;

    /** Runs the recipe on the demo images and a broken one, as a user would. */
    @BeforeAll
    static void run() throws IOException {
        Path images = Files.createDirectories(folder.resolve("images/more"));
        for (String name : DEMO) {
            Files.copy(Path.of("..", "images", name), images.resolve(name));
        }
        Files.writeString(images.resolve("NOTICE"), "no image");
        byte[] whole = Files.readAllBytes(images.resolve(DEMO.get(0)));
        Files.write(folder.resolve("images/BROKEN.JPG"), Arrays.copyOf(whole, whole.length / 2));

        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            FolderOnSpark.main(new String[] {
                folder.resolve("images").toString(),
                folder.resolve("found").toString(),
                PROMPTS.get(0),
                PROMPTS.get(1),
                PROMPTS.get(2)
            });
        } finally {
            System.setOut(out);
        }
        printed = bytes.toString(StandardCharsets.UTF_8);
        spark = SparkSession.builder().getOrCreate(); // main has ended its own
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void main_demoImages_detectionsOfTheDetectorAlone() throws IOException {
        List<List<Object>> expected = new ArrayList<>();
        try (OnnxEncoder encoder = TinyClip.open();
                Stream<Path> images = Files.list(Path.of("..", "images"))) {
            ZeroShotDetector detector = ZeroShotDetector.of(encoder);
            for (Path image :
                    images.filter(it -> it.toString().endsWith(".jpg")).toList()) {
                for (Detection found : detector.detect(ImageFiles.read(image), Prompt.all(PROMPTS))) {
                    expected.add(Arrays.asList(
                            image.getFileName().toString(),
                            found.label(),
                            found.score(),
                            found.box().xMin(),
                            found.box().yMin(),
                            found.box().xMax(),
                            found.box().yMax(),
                            null));
                }
            }
        }
        assertThat(expected).extracting(values -> values.get(1)).contains("a cat", "a dog", "a butterfly");

        assertThat(found("error IS NULL")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void main_brokenImage_aRowWithTheReason() {
        assertThat(found("error IS NOT NULL"))
                .containsExactly(Arrays.asList(
                        "BROKEN.JPG",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        "image stream: truncated, its end is missing (Truncated File - Missing EOI marker)"));
    }

    @Test
    void main_twoPartitions_oneModel() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("found"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("part-"))
                            .toList())
                    .hasSize(2);
        }
        assertThat(printed).isEqualTo("models opened: 1" + System.lineSeparator());
    }

    @Test
    void detect_nextJob_modelStillOpen() {
        LongAccumulator opened = spark.sparkContext().longAccumulator();
        String image = folder.resolve("images/more/two-dogs.jpg").toString();

        List<Row> rows =
                FolderOnSpark.detect(spark, image, List.of("a dog"), opened).collectAsList();

        assertThat(rows).isNotEmpty();
        assertThat(opened.value()).isZero();
    }

    @Test
    void detect_noSuchModel_jobFailsWithTheReason() {
        SparkSession other = spark.newSession();
        other.conf().set(FolderOnSpark.MODEL, "/no/model");
        LongAccumulator opened = spark.sparkContext().longAccumulator();

        assertThatThrownBy(() -> FolderOnSpark.detect(
                                other, folder.resolve("images").toString(), PROMPTS, opened)
                        .count())
                .rootCause()
                .isInstanceOf(EncoderException.class)
                .hasMessage("modelDirectory (/no/model) must be a directory with a model, found nothing there");
    }

    @Test
    void detect_blankPrompt_refusedBeforeTheJob() {
        LongAccumulator opened = spark.sparkContext().longAccumulator();

        assertThatThrownBy(() -> FolderOnSpark.detect(spark, "/no/folder", List.of("a cat", " "), opened))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text ( ) must not be blank");
    }

    @Test
    void readme_submitsThisClass() throws IOException {
        assertThat(Files.readString(Path.of("..", "..", "README.md")))
                .contains("--class " + FolderOnSpark.class.getName() + " --jars");
    }

    @Test
    void main_withoutPrompt_refused() {
        assertThatThrownBy(() -> FolderOnSpark.main(new String[] {"in", "out"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("arguments (in out) must be INPUT OUTPUT PROMPT...");
    }

    /** Returns rows of the Parquet, with the files' names in place of their paths. */
    private static List<List<Object>> found(String condition) {
        List<List<Object>> found = new ArrayList<>();
        for (Row row : spark.read()
                .parquet(folder.resolve("found").toString())
                .filter(condition)
                .collectAsList()) {
            assertThat(row.schema().fieldNames())
                    .containsExactly("path", "label", "score", "xmin", "ymin", "xmax", "ymax", "error");
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(row.get(i));
            }
            values.set(0, row.getString(0).replaceAll(".*/", ""));
            found.add(values);
        }
        return found;
    }
}
