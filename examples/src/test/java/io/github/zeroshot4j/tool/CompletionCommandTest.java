package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that {@code zeroshot completion} prints, asked by the shells that read it. */
@DisabledOnOs(OS.WINDOWS)
final class CompletionCommandTest {
    /** Asks for the completion of the last of its arguments, as bash does when Tab is pressed. */
    private static final String TAB = """
            COMP_WORDS=("$@")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            eval "set -- $(complete -p zeroshot)"
            while [ "$1" != -F ]; do shift; done
            "$2"
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    private Path folder;

    private Path script = Path.of("");

    @BeforeEach
    void print() throws IOException {
        script = Files.writeString(
                folder.resolve("zeroshot.sh"),
                ToolRun.of("completion").hasCode(0).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "ZSH"})
    void completion_eachShell_theSameScript(String shell) throws IOException {
        assertThat(ToolRun.of("completion", shell).hasCode(0).out()).isEqualTo(Files.readString(script));
    }

    @Test
    void completion_ofAnotherShell_badUse() {
        assertThat(ToolRun.of("completion", "fish").hasCode(Zeroshot.BAD_USE).err())
                .contains("expected one of [BASH, ZSH]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void script_syntax_isGood(String shell) throws Exception {
        assumeTrue(isThere(shell), "no " + shell + " here");

        assertThat(run(shell, "-n", script.toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | detect localize occlude classify evaluate index search models check completion help",
                "d             | detect",
                "models ''     | list pull path help",
                "models pull --p | --precision",
                "detect --co   | --coco",
                "detect --y    | --yolo",
                "search --t    | --top --threshold --threads",
                "detect x.jpg --device '' | cpu cuda auto",
                "detect --preset a | article",
                "detect --resampling '' | exact fast",
                "detect --boxes f | fitted",
                "completion z  | zsh"
            })
    void tab_inBash_completesCommandsOptionsAndValues(String line, String expected) throws Exception {
        assumeTrue(isThere("bash"), "no bash here");
        List<String> command =
                new ArrayList<>(List.of("bash", "--norc", "-c", "source '" + script + "'\n" + TAB, "bash", "zeroshot"));
        for (String word : line.split(" ", -1)) {
            command.add(word.equals("''") ? "" : word);
        }

        List<String> replies = run(command.toArray(String[]::new));

        assertThat(replies).containsExactlyInAnyOrder(expected.split(" ", -1));
        assertThat(replies).allMatch(reply -> reply.startsWith(command.get(command.size() - 1)));
    }

    /** Where the script has no answer, such as for an image, bash completes names of files. */
    @Test
    void bash_elsewhere_completesFiles() throws Exception {
        assumeTrue(isThere("bash"), "no bash here");

        assertThat(run("bash", "--norc", "-c", "source '" + script + "'; complete -p zeroshot"))
                .first()
                .asString()
                .contains("-o default")
                .endsWith(" zeroshot");
        assertThat(script).content().doesNotContain("+o default");
    }

    private boolean isThere(String program) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + program)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out.lines().toList();
    }
}
