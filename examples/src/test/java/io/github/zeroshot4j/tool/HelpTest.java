package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What {@code --help} and {@code --version} say: every example runs. */
final class HelpTest {
    private static final int WIDEST = 80;

    /** A word of a command line, of parts in quotes and parts outside of them. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    /** What the examples call their files. */
    private static final Pattern FILE =
            Pattern.compile("^(photos?|mug|results|found|coco|dataset|maps|classes|truth|figures|hits)\\b.*");

    private static final List<String> OFFLINE =
            List.of("detect", "localize", "occlude", "classify", "evaluate", "index", "search");

    @TempDir
    private Path folder;

    /** All commands by their words, such as "models pull". */
    static Map<String, CommandLine> commands() {
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(PrintStream.nullOutputStream()),
                new PrintStream(PrintStream.nullOutputStream()),
                false);
        Map<String, CommandLine> commands = new TreeMap<>();
        collect("", Zeroshot.line(terminal, Models.ofFiles(Map.of()), Map.of()), commands);
        return commands;
    }

    private static void collect(String words, CommandLine line, Map<String, CommandLine> commands) {
        commands.put(words, line);
        line.getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                collect((words + " " + name).strip(), command, commands);
            }
        });
    }

    static Stream<String> names() {
        return commands().keySet().stream();
    }

    private static String[] words(String line) {
        return WORD.matcher(line)
                .results()
                .map(MatchResult::group)
                .map(word -> word.replaceAll("[\"']", ""))
                .toArray(String[]::new);
    }

    private static ToolRun help(String command) {
        return ToolRun.of(words(command + " --help")).hasCode(0);
    }

    @ParameterizedTest
    @MethodSource("names")
    void help_everyCommand_descriptionExamplesExitCodesAndNoLongLines(String command) {
        String help = help(command).out();

        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(WIDEST));
        assertThat(help)
                .contains("Usage: zeroshot " + command)
                .contains("\nExamples:")
                .contains("\nExit codes:");
        UsageMessageSpec usage =
                Objects.requireNonNull(commands().get(command)).getCommandSpec().usageMessage();
        assertThat(usage.description()).isNotEmpty();
        assertThat(usage.footer()).as("not broken").allMatch(line -> !line.startsWith("  ") || line.length() <= WIDEST);
        assertThat(examples(command)).isNotEmpty();
        String asked = command.contains(" ") ? command.replace(" ", " help ") : "help " + command;
        assertThat(ToolRun.of(words(asked)).hasCode(0).out()).isEqualTo(help);
    }

    @ParameterizedTest
    @MethodSource("names")
    void version_everyCommand_whatAReportShouldName(String command) throws IOException {
        List<String> lines = ToolRun.of(words(command + " --version"))
                .hasCode(0)
                .out()
                .lines()
                .toList();

        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).matches("zeroshot4j \\d+\\.\\d+\\.\\d+\\S*");
        assertThat(lines.get(1)).matches("embedded model zeroshot4j-tiny-\\d+");
        assertThat(lines.get(2)).matches("onnxruntime(_gpu)? \\d+\\.\\d+\\.\\d+");
        assertThat(lines.get(3)).startsWith("Java " + System.getProperty("java.version") + " (");
    }

    @Test
    void version_embeddedModel_theOneThatOpens() {
        try (var encoder = TinyClip.open()) {
            assertThat(ToolRun.of("--version").out()).contains(encoder.spec().modelName());
        }
    }

    @Test
    void help_ofNoSuchCommand_badUse() {
        assertThat(ToolRun.of("help", "find").hasCode(Zeroshot.BAD_USE).err()).contains("find");
    }

    // ---- examples

    private static List<String> examples(String command) {
        String start = ("  zeroshot " + command).stripTrailing() + " ";
        return help(command)
                .out()
                .lines()
                .filter(line -> (line + " ").startsWith(start) || line.startsWith("  source <("))
                .map(String::strip)
                .toList();
    }

    @Test
    void examples_ofWhatNeedsNoNetwork_run() throws IOException {
        prepare(RgbImage.filled(600, 600, 0x808080).fill(ToolRun.SQUARE, 0xFF0000));
        List<String> run = new ArrayList<>();
        for (String command : OFFLINE) {
            for (String example : examples(command)) {
                if (!example.contains("models pull")) {
                    // To the model of colours there are neither cats nor butterflies.
                    assertThat(run(example, ToolRun.models())).as(example).isIn(Zeroshot.FOUND, Zeroshot.NOTHING_FOUND);
                    run.add(example);
                }
            }
        }

        assertThat(run).hasSizeGreaterThanOrEqualTo(20);
        assertThat(folder.resolve("results/photo.boxes.png")).isRegularFile();
        assertThat(folder.resolve("results/photo.map.a-cat.png")).isRegularFile();
        for (String json : List.of("found", "coco", "maps", "classes", "figures", "hits")) {
            assertThat(folder.resolve(json + ".json")).isNotEmptyFile();
        }
        assertThat(folder.resolve("dataset/labels/photo.txt")).isRegularFile();
        assertThat(folder.resolve("photos.index")).isDirectory();
    }

    @Test
    void examples_theFirstOfEach_findWithTheEmbeddedModel() throws IOException {
        prepare(ImageFiles.read(Path.of("images/cat-and-butterfly.jpg")));
        Models models = Models.ofFiles(Map.of());
        for (String command : List.of("detect", "classify", "index", "search")) {
            assertThat(run(examples(command).get(0), models)).as(command).isEqualTo(Zeroshot.FOUND);
        }
    }

    @Test
    void examples_ofModelsAndCompletion_parse() {
        for (String command : List.of("models", "models list", "models pull", "models path", "check", "completion")) {
            for (String example : examples(command)) {
                String line = example.replaceFirst("^source <\\((.*)\\)$", "$1").replaceFirst(" > .*", "");
                String[] words = words(line.replaceFirst("^zeroshot ", ""));
                Objects.requireNonNull(commands().get("")).parseArgs(words);
            }
        }
    }

    /** Puts the files there that the examples name. */
    private void prepare(RgbImage photo) throws IOException {
        Files.createDirectory(folder.resolve("photos"));
        for (String name : List.of("photo.jpg", "mug.jpg", "photos/photo.jpg")) {
            Pictures.write(photo, folder.resolve(name));
        }
        Files.writeString(folder.resolve("coco.json"), """
                {"images": [{"id": 1, "file_name": "photo.jpg", "width": 600, "height": 600}],
                 "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [30, 40, 40, 40]}],
                 "categories": [{"id": 1, "name": "cat"}]}
                """);
    }

    /** Runs an example as a shell would in the folder of its files, and returns its exit code. */
    private int run(String example, Models models) throws IOException {
        String[] parts = example.replaceFirst("^zeroshot ", "").split(" < ", 2);
        byte[] in = parts.length == 1 ? new byte[0] : Files.readAllBytes(folder.resolve(parts[1]));
        String[] words = Stream.of(words(parts[0])).map(this::inFolder).toArray(String[]::new);
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Terminal terminal = new Terminal(new ByteArrayInputStream(in), nowhere, nowhere, false);
        return Zeroshot.run(words, terminal, models, Map.of());
    }

    private String inFolder(String word) {
        return FILE.matcher(word).matches() ? folder + "/" + word : word;
    }
}
