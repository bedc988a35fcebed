package io.github.zeroshot4j.tool;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Completion for shells. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script with which the Tab key completes commands, options and their values.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the script was printed", "2:bad use of the command line"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(zeroshot completion)",
            "  zeroshot completion bash > ~/.local/share/bash-completion/completions/zeroshot"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Images and files of results are strings to picocli: where the script has no answer, bash may complete files. */
    private static final String WITHOUT_FILES = "  type compopt &>/dev/null && compopt +o default\n";

    /** Names of constants, as picocli lists the values of an option. */
    private static final Pattern VALUES = Pattern.compile("_(option|pos_param)_args=\\(.*\\)");

    /** The shells that read the script. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "SHELL", description = "bash or zsh: the script is the same.")
    @SuppressWarnings("UnusedVariable") // both read the same script
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        String script = AutoComplete.bash(root.name(), root.commandLine()).replace(WITHOUT_FILES, "");
        terminal.out()
                .print(VALUES.matcher(script)
                        .replaceAll(values -> values.group().toLowerCase(Locale.ROOT)));
        return Zeroshot.FOUND;
    }
}
