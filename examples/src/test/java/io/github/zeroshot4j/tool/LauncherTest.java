package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The script {@code examples/zeroshot}, in a checkout of empty folders: {@code java} and {@code mvn} on its PATH are scripts
 * that write down what they are asked to do.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
    private static final String MAVEN_BUILDS = """
            mkdir -p examples/target/classes
            printf %s "$PWD/core/pom.xml:$PWD/pom.xml" > examples/target/classpath.txt
            """;

    @TempDir
    private Path folder;

    private Path root = Path.of("");
    private Path bin = Path.of("");

    @BeforeEach
    void makeCheckout() throws IOException {
        folder = folder.toRealPath();
        root = folder.resolve("check out"); // a space, as in many paths
        for (String module : new String[] {"core", "onnx-backend", "model-export/tiny", "examples"}) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.createFile(root.resolve(module).resolve("pom.xml"));
        }
        Files.createFile(root.resolve("pom.xml"));
        Files.copy(Path.of("zeroshot"), root.resolve("examples/zeroshot"));
        assertThat(root.resolve("examples/zeroshot").toFile().setExecutable(true))
                .isTrue();
        bin = Files.createDirectories(folder.resolve("bin"));
        script("java", javaOfVersion("17.0.15"));
        script("javac", "exit 0");
        script("mvn", MAVEN_BUILDS);
    }

    private static String javaOfVersion(String version) {
        return "if [ \"$1\" = -version ]; then echo 'openjdk version \"" + version + "\" 2025-04-15' >&2; exit 0; fi\n"
                + "echo \"ran: $*\"; exit 1";
    }

    @Test
    void run_firstTime_buildsTheNeededModulesQuietlyThenRuns() throws Exception {
        Result result = run(root, "examples/zeroshot", "detect", "a b.png", "a cat");

        assertThat(calls("mvn"))
                .containsExactly(
                        "-B -ntp -pl core,onnx-backend,model-export/tiny,examples -DskipTests -P-javadoc package");
        assertThat(result.code).as("%s", result).isEqualTo(1);
        assertThat(result.out)
                .endsWith(" io.github.zeroshot4j.tool.Zeroshot detect a b.png a cat\n")
                .contains("-cp " + root + "/examples/target/classes:" + root + "/core/pom.xml:" + root + "/pom.xml");
        assertThat(result.err)
                .isEqualTo("zeroshot: building (the first time Maven downloads its parts, which takes"
                        + " minutes); log: " + root + "/examples/target/zeroshot-build.log\n");
    }

    @Test
    void run_again_buildsOnlyWhatChanged() throws Exception {
        run(root, "examples/zeroshot");
        Result second = run(root, "examples/zeroshot");
        assertThat(calls("mvn")).hasSize(1);
        assertThat(second.err).isEmpty();

        Path sources = root.resolve("core/src/main/java");
        Path source = Files.createFile(sources.resolve("New.java"));
        setTimes(source, 5);
        setTimes(sources, -60);
        run(root, "examples/zeroshot");
        assertThat(calls("mvn")).as("after a change").hasSize(2);
        setTimes(source, -60);

        Files.delete(source);
        setTimes(sources, 5);
        run(root, "examples/zeroshot");
        assertThat(calls("mvn")).as("after a deletion").hasSize(3);
        setTimes(sources, -60);

        Files.delete(root.resolve("examples/target/classpath.txt"));
        run(root, "examples/zeroshot");
        assertThat(calls("mvn")).as("after a clean").hasSize(4);
        run(root, "examples/zeroshot");
        assertThat(calls("mvn")).hasSize(4);
    }

    @Test
    void run_libraryGone_buildsAgain() throws Exception {
        run(root, "examples/zeroshot");
        Path library = root.resolve("examples/target/lib.jar");
        Files.writeString(root.resolve("examples/target/classpath.txt"), root + "/pom.xml:" + library);

        run(root, "examples/zeroshot");

        assertThat(calls("mvn")).hasSize(2);
    }

    @Test
    void run_throughSymbolicLinksFromElsewhere_works() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("else/where"));
        Files.createSymbolicLink(elsewhere.resolve("one"), Path.of("../two"));
        Files.createSymbolicLink(folder.resolve("else/two"), root.resolve("examples/zeroshot"));

        Result result = run(elsewhere, "./one", "x");

        assertThat(result.out).as("%s", result).endsWith("Zeroshot x\n").contains(root + "/examples/target/classes");
    }

    @Test
    void run_buildFails_showsTheLogAndStops() throws Exception {
        script("mvn", "echo 'ERROR: no such thing'; exit 1");

        Result result = run(root, "examples/zeroshot", "x");

        assertThat(result.code).isEqualTo(Zeroshot.FAILED);
        assertThat(result.out).isEmpty();
        assertThat(result.err)
                .contains("ERROR: no such thing\n")
                .endsWith("the build failed; all of Maven's output is in " + root
                        + "/examples/target/zeroshot-build.log\n");
        script("mvn", MAVEN_BUILDS);
        assertThat(run(root, "examples/zeroshot", "x").out).endsWith("Zeroshot x\n");
    }

    @Test
    void run_javaTooOldOrMissing_saysSo() throws Exception {
        script("java", javaOfVersion("11.0.2"));
        assertThat(run(root, "examples/zeroshot"))
                .isEqualTo(new Result(
                        Zeroshot.FAILED, "", "zeroshot: a JDK 17 or newer is needed, but java is version 11\n"));
        script("java", javaOfVersion("1.8.0_292"));
        assertThat(run(root, "examples/zeroshot").err).endsWith("but java is version 1\n");
        Files.delete(bin.resolve("java"));
        assertThat(run(root, "examples/zeroshot").err)
                .isEqualTo("zeroshot: a JDK 17 or newer is needed: set JAVA_HOME, or put java on the PATH\n");
    }

    @Test
    void run_mavenMissing_saysSo() throws Exception {
        Files.delete(bin.resolve("mvn"));

        assertThat(run(root, "examples/zeroshot"))
                .isEqualTo(new Result(
                        Zeroshot.FAILED,
                        "",
                        "zeroshot: Maven 3.8 or newer is needed to build, but there is no mvn on the PATH\n"));
    }

    @Test
    void run_javaHome_usedBeforeThePath() throws Exception {
        Path home = folder.resolve("jdk");
        Files.createDirectories(home.resolve("bin"));
        Files.copy(bin.resolve("javac"), home.resolve("bin/javac"));
        Path previous = bin;
        bin = home.resolve("bin");
        script("java", javaOfVersion("25.0.3"));
        bin = previous;

        Result result = run(root, Map.of("JAVA_HOME", home.toString()), "examples/zeroshot");

        assertThat(result.out).as("%s", result).startsWith("ran: --enable-native-access=ALL-UNNAMED -cp ");
        assertThat(run(root, "examples/zeroshot").out).startsWith("ran: -cp ");
        assertThat(run(root, Map.of("JAVA_HOME", "/nowhere"), "examples/zeroshot").err)
                .isEqualTo("zeroshot: JAVA_HOME (/nowhere) must be a JDK, but has no bin/java\n");
    }

    @Test
    void run_mavenArguments_passedOnAndAChangeBuildsAgain() throws Exception {
        Map<String, String> gpu = Map.of("ZEROSHOT4J_MAVEN_ARGS", "-Pgpu -Dx=*");
        run(root, gpu, "examples/zeroshot");
        run(root, gpu, "examples/zeroshot");
        assertThat(calls("mvn")).hasSize(1).first().asString().endsWith(" -P-javadoc -Pgpu -Dx=* package");

        run(root, "examples/zeroshot");
        run(root, "examples/zeroshot");
        assertThat(calls("mvn")).hasSize(2).last().asString().endsWith(" -P-javadoc package");
    }

    // ---- the lock

    @Test
    void run_twoAtOnce_oneBuildsAndTheOtherWaits() throws Exception {
        script("mvn", "sleep 3\n" + MAVEN_BUILDS);
        Running first = start(root, Map.of(), "examples/zeroshot", "x");
        Running second = start(root, Map.of(), "examples/zeroshot", "y");

        assertThat(first.end().out).endsWith("Zeroshot x\n");
        assertThat(second.end().out).endsWith("Zeroshot y\n");
        assertThat(calls("mvn")).hasSize(1);
        assertThat(first.end().err + second.end().err).containsOnlyOnce("waiting for another build, of process ");
        assertThat(root.resolve("examples/target/zeroshot.lock")).doesNotExist();
    }

    @Test
    void run_lockOfAProcessThatEnded_takenAway() throws Exception {
        Process ended = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        ended.waitFor();
        Path lock = Files.createDirectories(root.resolve("examples/target/zeroshot.lock"));
        Files.writeString(lock.resolve("pid"), ended.pid() + "\n");

        Result result = run(root, "examples/zeroshot", "x");

        assertThat(result.out).as("%s", result).endsWith("Zeroshot x\n");
        assertThat(calls("mvn")).hasSize(1);
        assertThat(lock).doesNotExist();
        try (Stream<Path> files = Files.list(root.resolve("examples/target"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("classes", "classpath.txt", "zeroshot.stamp", "zeroshot-build.log");
        }
    }

    @Test
    void run_buildFails_leavesNoLock() throws Exception {
        script("mvn", "exit 1");

        run(root, "examples/zeroshot");

        assertThat(root.resolve("examples/target/zeroshot.lock")).doesNotExist();
    }

    // ---- the locale

    @ParameterizedTest
    @CsvSource({"UTF-8, 'LC_ALL='", "ANSI_X3.4-1968, LC_ALL=C.UTF-8", "ISO-8859-1, LC_ALL=C.UTF-8"})
    void run_locale_isOneOfUtf8(String charmap, String expected) throws Exception {
        script("java", "echo \"LC_ALL=${LC_ALL:-}\"\n" + javaOfVersion("17.0.15"));
        script("locale", "[ \"$*\" != charmap ] || echo " + charmap);

        // A locale that is named need not be installed: what counts is what came of it.
        Map<String, String> named = Map.of("LANG", "de_DE.UTF-8");
        assertThat(run(root, named, "examples/zeroshot").out.lines()).first().isEqualTo(expected);

        Files.delete(bin.resolve("locale"));
        assertThat(run(root, named, "examples/zeroshot").out.lines()).first().isEqualTo("LC_ALL=C.UTF-8");
    }

    // ---- a process

    private record Result(int code, String out, String err) {}

    private Result run(Path directory, String... command) throws Exception {
        return run(directory, Map.of(), command);
    }

    private Result run(Path directory, Map<String, String> environment, String... command) throws Exception {
        return start(directory, environment, command).end();
    }

    private record Running(Process process, Path out, Path err) {
        Result end() throws Exception {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ended").isTrue();
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    private Running start(Path directory, Map<String, String> environment, String... command) throws Exception {
        List<String> line = new ArrayList<>(List.of(command));
        line.set(0, directory.resolve(command[0]).toString());
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    /** Writes a command that notes its arguments, then does what it is told. */
    private void script(String name, String body) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/sh\necho \"$*\" >> '" + folder.resolve(name + ".calls") + "'\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        // What the launcher itself uses, and nothing else of this machine.
        for (String tool :
                new String[] {"dirname", "readlink", "sed", "head", "find", "cat", "tail", "mkdir", "mv", "rm", "sleep"
                }) {
            Path wrapper = bin.resolve(tool);
            if (!Files.exists(wrapper)) {
                Path real = Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool);
                Files.writeString(wrapper, "#!/bin/sh\nexec " + real + " \"$@\"\n");
                assertThat(wrapper.toFile().setExecutable(true)).isTrue();
            }
        }
    }

    private List<String> calls(String name) throws IOException {
        Path file = folder.resolve(name + ".calls");
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    /** Sets a file's time to some seconds from now: file systems may count whole seconds. */
    private static void setTimes(Path file, int secondsFromNow) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsFromNow)));
    }
}
