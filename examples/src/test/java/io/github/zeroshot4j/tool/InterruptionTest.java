package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.filesIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C: a real process, stopped by a real signal while it works. */
@DisabledOnOs(OS.WINDOWS)
final class InterruptionTest {
    @TempDir
    private Path folder;

    /** The tool, with a model that takes its time and writes down each batch. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] args) {
            Path batches = Path.of(args[0]);
            Models models = (model, options) -> new Models.Model(new SlowEncoder(new FakeEncoder(), batches), "");
            String[] arguments = Stream.of(args).skip(1).toArray(String[]::new);
            Zeroshot.runProcess(arguments, models, Map.of());
        }
    }

    private static final class SlowEncoder extends ForwardingEncoder {
        private final Path batches;

        SlowEncoder(Encoder encoder, Path batches) {
            super(encoder);
            this.batches = batches;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            try {
                super.encodeImages(pixels, count, out);
                Thread.sleep(200);
                Files.writeString(
                        batches,
                        "batch\n",
                        java.nio.file.StandardOpenOption.CREATE,
                        java.nio.file.StandardOpenOption.APPEND);
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void signal_whileItWorks_stopsWithTheBatchAndLeavesNothingHalf(String signal) throws Exception {
        Path photos = Files.createDirectory(folder.resolve("photos"));
        for (int i = 0; i < 50; i++) {
            ToolRun.redSquare(photos.resolve("image-" + (10 + i) + ".png"));
        }
        Path out = Files.createDirectory(folder.resolve("out"));
        Path old = Files.writeString(out.resolve("found.json"), "old");
        Path batches = folder.resolve("batches");
        Path err = folder.resolve("err");
        Process process = start(
                err,
                batches.toString(),
                "detect",
                photos.toString(),
                "red",
                "--json",
                old.toString(),
                "--jsonl",
                out + "/found.jsonl",
                "--coco",
                out + "/coco.json",
                "--voc",
                out + "/voc",
                "--yolo",
                out + "/yolo",
                "--out",
                out + "/pictures");
        // The second image is worked on.
        await(
                process,
                () -> Files.isDirectory(out.resolve("voc"))
                        && !filesIn(out.resolve("voc")).isEmpty());
        long before = lines(batches);

        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(signal.equals("INT") ? 130 : 143);
        assertThat(Files.readString(err)).endsWith("zeroshot: interrupted" + System.lineSeparator());
        // One was under way when the signal came, and one more may have begun before we counted.
        assertThat(lines(batches)).isLessThanOrEqualTo(before + 2);
        assertThat(filesIn(out)).as("as before, and no part of a file").containsExactly("found.json");
        assertThat(Files.readString(old)).isEqualTo("old");
        for (String sub : new String[] {"voc", "yolo", "yolo/labels", "pictures"}) {
            assertThat(filesIn(out.resolve(sub))).noneMatch(name -> name.startsWith("."));
        }
        for (String name : filesIn(out.resolve("voc"))) {
            assertThat(Files.readString(out.resolve("voc").resolve(name)).strip())
                    .startsWith("<annotation>")
                    .endsWith("</annotation>");
        }
        assertThat(filesIn(out.resolve("voc")).size()).isLessThan(50);
    }

    @Test
    void signal_whileItReadsWhatNeverEnds_endsSoon() throws Exception {
        Path err = folder.resolve("err");
        // Standard input is a pipe that stays open.
        Process process = start(err, folder.resolve("batches").toString(), "detect", "-", "red");
        TimeUnit.SECONDS.sleep(2);
        long start = System.nanoTime();

        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(9);
    }

    private Process start(Path err, String... arguments) throws Exception {
        // What started the tests may have had the signals ignored, which is inherited.
        Process reset = new ProcessBuilder("env", "--default-signal=INT,TERM", "true").start();
        boolean resets = reset.waitFor() == 0;
        Process ignored = new ProcessBuilder("sh", "-c", "kill -INT $$").start();
        assumeTrue(resets || ignored.waitFor() != 0, "SIGINT is ignored here, and env cannot reset it");
        List<String> command = new ArrayList<>(resets ? List.of("env", "--default-signal=INT,TERM") : List.of());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Slow.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start();
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Process process, Condition condition) throws Exception {
        for (int i = 0; i < 600 && !condition.holds(); i++) {
            assertThat(process.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(condition.holds()).isTrue();
    }

    private static long lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }
}
