package io.github.zeroshot4j.tool;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/** The command line tool: finds in images what prompts ask for. */
@Command(
        name = "zeroshot",
        mixinStandardHelpOptions = true,
        versionProvider = ToolVersion.class,
        description = "Finds in images what prompts ask for, with CLIP and its relatives.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:something was found",
            "1:nothing was found",
            "2:bad use of the command line",
            "3:some inputs failed, or all; what could be was processed",
            "4:the run failed, such as by results that could not be written",
            "130:interrupted, such as by Ctrl-C"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot detect photo.jpg \"a cat\" \"a butterfly\" --out results",
            "  zeroshot detect 'photos/*.jpg' \"a cat\" --json found.json",
            "  zeroshot classify photo.jpg \"a photo of a cat\" \"a photo of a dog\"",
            "  zeroshot index photos",
            "  zeroshot search photos \"a red mug\" --top 5",
            "  zeroshot models pull openai/clip-vit-base-patch32",
            "",
            "zeroshot help COMMAND has the options of each, and more examples."
        })
public final class Zeroshot {
    static final int FOUND = 0;
    static final int NOTHING_FOUND = 1;
    static final int BAD_USE = 2;
    static final int SOME_FAILED = 3;
    /** Also what {@code examples/zeroshot} ends with where it cannot build or start the tool. */
    static final int FAILED = 4;
    /** What a shell makes of SIGINT, Ctrl-C. */
    static final int INTERRUPTED = 130;

    private Zeroshot() {}

    /** Runs the tool and ends the JVM with its exit code. */
    public static void main(String[] args) {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        Map<String, String> environment = System.getenv();
        runProcess(args, Models.ofFiles(environment), environment);
    }

    /** Runs the tool between the streams of this process, which signals end, and ends the JVM with its exit code. */
    static void runProcess(String[] args, Models models, Map<String, String> environment) {
        Interruption interruption = Interruption.bySignals();
        int code = FAILED;
        try {
            code = run(args, Terminal.ofSystem(), interruption.guard(models), environment);
        } finally {
            interruption.end();
        }
        System.exit(code);
    }

    /** Runs the tool and returns its exit code. */
    static int run(String[] args, Terminal terminal, Models models, Map<String, String> environment) {
        CommandLine line = line(terminal, models, environment);
        if (args.length == 0) {
            line.usage(terminal.err());
            return BAD_USE;
        }
        return line.execute(args);
    }

    /** Returns the tool with all its commands. */
    static CommandLine line(Terminal terminal, Models models, Map<String, String> environment) {
        CommandLine line = new CommandLine(new Zeroshot())
                .addSubcommand(new DetectCommand(terminal, models))
                .addSubcommand(new LocalizeCommand(terminal, models))
                .addSubcommand(new OccludeCommand(terminal, models))
                .addSubcommand(new ClassifyCommand(terminal, models))
                .addSubcommand(new EvaluateCommand(terminal, models))
                .addSubcommand(new IndexCommand(terminal, models))
                .addSubcommand(new SearchCommand(terminal, models))
                .addSubcommand(ModelsCommand.line(terminal, environment))
                .addSubcommand(new CheckCommand(terminal, Fact.ALL, environment))
                .addSubcommand(new CompletionCommand(terminal));
        inherit(line);
        line.addSubcommand(new CommandLine.HelpCommand())
                .setOut(terminal.writer(terminal.out()))
                .setErr(terminal.writer(terminal.err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> badUse(terminal, e.getCommandLine(), message(e)))
                .setExecutionStrategy(Zeroshot::execute)
                .setExecutionExceptionHandler((e, command, result) -> failure(terminal, command, e));
        return line;
    }

    /** Gives the commands below one the tool's version, and its own exit codes where they have none. */
    private static void inherit(CommandLine above) {
        UsageMessageSpec usage = above.getCommandSpec().usageMessage();
        for (CommandLine command : above.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            spec.versionProvider(new ToolVersion());
            if (spec.usageMessage().exitCodeList().isEmpty()) {
                spec.usageMessage()
                        .exitCodeListHeading(usage.exitCodeListHeading())
                        .exitCodeList(usage.exitCodeList());
            }
            inherit(command);
        }
    }

    /** Runs what was parsed; where {@code --threads} is given in a pool of as many, which the library then computes in. */
    private static int execute(ParseResult parsed) {
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        int threads = command.matchedOptionValue(DeviceOptions.THREADS, 0);
        if (threads <= 0) {
            return new CommandLine.RunLast().execute(parsed);
        }
        ForkJoinPool pool = new ForkJoinPool(Math.min(threads, DeviceOptions.MOST_THREADS));
        try {
            Callable<Outcome> run = () -> {
                try {
                    return new Outcome(new CommandLine.RunLast().execute(parsed), null);
                } catch (RuntimeException e) {
                    return new Outcome(FAILED, e); // itself: a pool throws copies
                }
            };
            return pool.submit(run).join().codeOrThrow();
        } finally {
            pool.shutdown();
        }
    }

    private record Outcome(int code, @Nullable RuntimeException failure) {
        int codeOrThrow() {
            if (failure != null) {
                throw failure;
            }
            return code;
        }
    }

    /** Returns what is wrong; of a word that is no command or option also those that it resembles. */
    private static String message(CommandLine.ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return message;
        }
        List<String> resembling = unmatched.getSuggestions();
        return (unmatched.isUnknownOption() || e.getCommandLine().getParent() != null
                        ? message
                        : "no such command: " + unmatched.getUnmatched().get(0))
                + (resembling.isEmpty() ? "" : "; did you mean " + String.join(" or ", resembling) + "?");
    }

    private static int badUse(Terminal terminal, CommandLine command, String message) {
        terminal.say(message);
        terminal.say("see " + command.getCommandSpec().qualifiedName() + " --help");
        return BAD_USE;
    }

    private static int failure(Terminal terminal, CommandLine command, Exception e) {
        if (e instanceof BadUse) {
            return badUse(terminal, command, String.valueOf(e.getMessage()));
        }
        if (e instanceof OutputFailure || e instanceof CancellationException) {
            terminal.say(String.valueOf(e.getMessage()));
            return e instanceof OutputFailure ? FAILED : INTERRUPTED;
        }
        terminal.say("internal error");
        e.printStackTrace(terminal.err());
        return FAILED;
    }
}
