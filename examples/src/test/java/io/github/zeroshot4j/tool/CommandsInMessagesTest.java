package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.onnx.hub.ModelHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that the tool mentions exists: it is run with {@code --help}. */
final class CommandsInMessagesTest {
    /** Where Python with the packages of model-export is; the build itself needs none. */
    private static final String PYTHON = "ZEROSHOT4J_PYTHON";

    private static final Pattern COMMAND = Pattern.compile("examples/zeroshot ((?:models )?[a-z]+)([^|,\\n`]*)");
    private static final Pattern OPTION = Pattern.compile("--[a-z]+");
    private static final Pattern EXPORT = Pattern.compile("python3 -m (zeroshot4j_export \\w+) ");

    @ParameterizedTest
    @ValueSource(strings = {"", "detect", "localize", "occlude", "classify"})
    void help_everyCommand_printsUsageWithItsOptions(String command) {
        ToolRun run = command.isEmpty() ? ToolRun.of("--help") : ToolRun.of(command, "--help");

        assertThat(run.hasCode(0).out()).startsWith(("Usage: zeroshot " + command).stripTrailing());
        assertThat(run.err()).isEmpty();
        if (!command.isEmpty()) {
            assertThat(run.out()).contains("IMAGE", "PROMPT", "--image", "--model", "--device", "--json", "--jsonl");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "pull", "path"})
    void help_everyModelsCommand_printsUsage(String command) {
        ToolRun run = ToolRun.of("models", command, "--help");

        assertThat(run.hasCode(0).out()).startsWith("Usage: zeroshot models " + command);
        assertThat(run.err()).isEmpty();
        assertThat(ToolRun.of("models", "--help").hasCode(0).out())
                .startsWith("Usage: zeroshot models ")
                .contains("  " + command + " ");
    }

    @Test
    void help_check_printsUsageWithItsOptions() {
        assertThat(ToolRun.of("check", "--help").hasCode(0).out())
                .startsWith("Usage: zeroshot check")
                .contains("MODEL", "--coco", "--device", "0   pass", "1   fail", "3   incomplete");
    }

    @Test
    void help_evaluate_printsUsageWithItsOptions() {
        assertThat(ToolRun.of("evaluate", "--help").hasCode(0).out())
                .startsWith("Usage: zeroshot evaluate")
                .contains(
                        "--annotations", "--images", "--preset", "--model", "--device", "--limit", "--by-tag", "--json")
                .contains("--results", "2   bad use of the command line, or a bad file", "3   some images failed");
    }

    @Test
    void help_indexAndSearch_printUsageWithTheirOptions() {
        assertThat(ToolRun.of("index", "--help").hasCode(0).out())
                .startsWith("Usage: zeroshot index")
                .contains("FOLDER", "--out", "--remove-missing", "--model", "--device", "--quiet");
        assertThat(ToolRun.of("search", "--help").hasCode(0).out())
                .startsWith("Usage: zeroshot search")
                .contains("INDEX", "PROMPT", "--top", "--threshold", "--model", "--device", "--json", "--jsonl");
    }

    @Test
    void help_examples_namedCommandsAndOptionsExist() {
        List<String> examples = ToolRun.of("--help")
                .out()
                .lines()
                .filter(line -> line.startsWith("  zeroshot "))
                .map(String::strip)
                .toList();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
        for (String example : examples) {
            String[] words = example.split(" ", -1);
            String help = ToolRun.of(words[1], "--help").hasCode(0).out();
            for (String word : words) {
                assertThat(!word.startsWith("--") || help.contains(word))
                        .as("%s of %s", word, example)
                        .isTrue();
            }
        }
    }

    @Test
    void help_defaults_areThoseOfTheLibrary() {
        String help = ToolRun.of("detect", "--help").out().replaceAll("\\s+", " ");
        DetectorOptions defaults = DetectorOptions.defaults();
        DetectorOptions article = DetectorOptions.article();
        String shares = defaults.windowShares().stream()
                .map(share -> share == 1 ? "1" : String.valueOf(share))
                .collect(Collectors.joining(", "))
                .replaceFirst(", (?=[^,]*$)", " and ");

        assertThat(help)
                .contains("Default: chosen from the image; article: " + article.patchPx() + ".")
                .contains("Default: " + shares + " of the image's shorter side; article: "
                        + article.windowPatches().get(0) + " patches.")
                .contains("Distance between windows of patches. Default: " + defaults.stridePatches() + ".")
                .contains("belongs to the box. Default: " + defaults.presenceThreshold() + ".");
        assertThat(article.boxThreshold()).isEqualTo(defaults.presenceThreshold());
        assertThat(article.stridePatches()).isEqualTo(defaults.stridePatches());
    }

    @Test
    void tinyModelNote_namesAWayThatExists(@TempDir Path cache) {
        assertThat(Models.TINY_MODEL_NOTE).doesNotContain("\n").contains("--model openai/clip-vit-base-patch32");
        assertCommands(Models.TINY_MODEL_NOTE);
        assertThat(ToolRun.of("detect", "--help").out()).contains("--model=");
        ModelHub hub =
                ModelHub.builder(Map.of("ZEROSHOT4J_CACHE", cache.toString())).build();
        assertThat(hub.entries().stream().map(ModelHub.Entry::name)).contains("openai/clip-vit-base-patch32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../README.md", "README.md", "../onnx-backend/README.md", "../model-export/README.md"})
    void readme_everyCommandOfTheTool_exists(String readme) throws IOException {
        assertCommands(Files.readString(Path.of(readme)));
    }

    /** Asserts that a text mentions commands of the tool, and that each has a help which knows the options used. */
    private static void assertCommands(String text) {
        List<MatchResult> mentioned = COMMAND.matcher(text).results().toList();
        assertThat(mentioned).isNotEmpty();
        for (MatchResult command : mentioned) {
            List<String> words = new ArrayList<>(List.of(command.group(1).split(" ", -1)));
            words.add("--help");
            String help = ToolRun.of(words.toArray(String[]::new)).hasCode(0).out();
            assertThat(OPTION.matcher(command.group(2)).results().map(MatchResult::group))
                    .allSatisfy(option -> assertThat(help).as(command.group()).contains(option));
        }
    }

    @Test
    void readme_exportCommand_hasHelp() throws IOException, InterruptedException {
        String python = System.getenv(PYTHON);
        assumeTrue(python != null, PYTHON + " names no Python: the export command was not run");
        MatchResult mentioned = EXPORT.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .findFirst()
                .orElseThrow();
        String[] words = mentioned.group(1).split(" ", -1);

        Process process = new ProcessBuilder(python, "-m", words[0], words[1], "--help")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("SOURCE OUT");
    }
}
