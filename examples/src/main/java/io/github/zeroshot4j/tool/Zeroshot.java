package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line tool: finds in images what prompts ask for. */
@Command(
        name = "zeroshot",
        mixinStandardHelpOptions = true,
        versionProvider = Zeroshot.Version.class,
        description = "Finds in images what prompts ask for, with CLIP and its relatives.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:something was found",
            "1:nothing was found",
            "2:bad use of the command line",
            "3:some inputs failed; the others were still processed",
            "4:the run failed, such as by results that could not be written"
        },
        footer = {
            "",
            "Examples:",
            "  zeroshot detect photo.jpg \"a cat\" \"a butterfly\" --out results",
            "  zeroshot detect 'photos/*.jpg' \"a cat\" --json found.json",
            "  zeroshot classify photo.jpg \"a photo of a cat\" \"a photo of a dog\"",
            "  zeroshot index photos",
            "  zeroshot search photos \"a red mug\" --top 5",
            "  zeroshot models pull openai/clip-vit-base-patch32"
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
                .setOut(terminal.writer(terminal.out()))
                .setErr(terminal.writer(terminal.err()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(
                        (e, arguments) -> badUse(terminal, e.getCommandLine(), String.valueOf(e.getMessage())))
                .setExecutionExceptionHandler((e, command, result) -> failure(terminal, command, e));
        if (args.length == 0) {
            line.usage(terminal.err());
            return BAD_USE;
        }
        return line.execute(args);
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

    /** Reads the version that the build wrote. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {text()};
        }

        /** Returns the tool's name and version. */
        static String text() {
            Properties properties = new Properties();
            try (InputStream in = Zeroshot.class.getResourceAsStream("version.properties")) {
                if (in != null) {
                    properties.load(in);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return "zeroshot4j " + properties.getProperty("version", "(unknown version)");
        }
    }
}
