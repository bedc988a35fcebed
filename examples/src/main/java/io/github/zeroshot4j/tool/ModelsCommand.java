package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import io.github.zeroshot4j.onnx.hub.ModelHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Models by name. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists and downloads models by name. Nothing is downloaded but by pull.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:path: the model was not pulled",
            "2:bad use of the command line, or a cache that cannot be read",
            "3:the download failed",
            "4:the run failed"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot models list",
            "  zeroshot models pull openai/clip-vit-base-patch32 --precision int8",
            "  zeroshot models path openai/clip-vit-base-patch32",
            "",
            "NAME is one of the list, or any repository of the Hugging Face Hub in the same layout: owner/repository or"
                    + " owner/repository@revision.",
            "",
            "Environment: ZEROSHOT4J_CACHE, HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, https_proxy, no_proxy."
        })
final class ModelsCommand implements Callable<Integer> {
    private ModelsCommand() {}

    static CommandLine line(Terminal terminal, Map<String, String> environment) {
        return new CommandLine(new ModelsCommand())
                .addSubcommand(new ListCommand(terminal, environment))
                .addSubcommand(new PullCommand(terminal, environment))
                .addSubcommand(new PathCommand(terminal, environment))
                .addSubcommand(new CommandLine.HelpCommand());
    }

    @Override
    public Integer call() {
        throw new BadUse("models needs a command: list, pull NAME or path NAME");
    }

    private static ModelHub.Builder hub(Map<String, String> environment) {
        try {
            return ModelHub.builder(environment);
        } catch (IllegalArgumentException e) {
            throw new BadUse(String.valueOf(e.getMessage()), e);
        }
    }

    /** Runs something, and takes bad names and places for bad use of the command line. */
    private static <T> T asked(Callable<T> work) throws IOException {
        try {
            return work.call();
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw new BadUse(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String label(Variant variant) {
        return variant.name().toLowerCase(Locale.ROOT);
    }

    /** Lists. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the models that have a name of their own, and all that were pulled.",
            footerHeading = "%nExamples:%n",
            footer = "  zeroshot models list")
    private static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;
        private final Map<String, String> environment;

        ListCommand(Terminal terminal, Map<String, String> environment) {
            this.terminal = terminal;
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            List<ModelHub.Entry> entries = asked(() -> hub(environment).build().entries());
            int width =
                    entries.stream().mapToInt(it -> it.name().length()).max().orElse(0);
            row(width, "NAME", "PULLED", "FROM");
            for (ModelHub.Entry entry : entries) {
                String pulled = entry.cached().keySet().stream()
                        .sorted()
                        .map(ModelsCommand::label)
                        .collect(Collectors.joining(","));
                row(width, entry.name(), pulled.isEmpty() ? "-" : pulled, entry.repository());
            }
            return Zeroshot.FOUND;
        }

        private void row(int width, String name, String pulled, String from) {
            String format = "%-" + Math.max(1, width) + "s  %-14s  %s";
            terminal.out().println(String.format(Locale.ROOT, format, name, pulled, from));
        }
    }

    /** Downloads. */
    @Command(
            name = "pull",
            mixinStandardHelpOptions = true,
            description = "Downloads a model, if it is not there yet, and prints its directory. A download that was cut"
                    + " goes on where it ended.",
            footerHeading = "%nExamples:%n",
            footer = "  zeroshot models pull openai/clip-vit-base-patch32 --precision fp16")
    private static final class PullCommand implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Such as openai/clip-vit-base-patch32.")
        private String name = "";

        @Option(
                names = "--precision",
                paramLabel = "PRECISION",
                description = "fp32, fp16 (half the size) or int8 (a quarter). Default: fp32.")
        private Variant precision = Variant.FP32;

        private final Terminal terminal;
        private final Map<String, String> environment;

        PullCommand(Terminal terminal, Map<String, String> environment) {
            this.terminal = terminal;
            this.environment = environment;
        }

        @Override
        public Integer call() {
            try (PullProgress progress = new PullProgress(terminal)) {
                Path directory = asked(() -> hub(environment)
                        .variant(precision)
                        .listener(progress)
                        .build()
                        .resolve(name));
                progress.end();
                terminal.out().println(directory);
                return Zeroshot.FOUND;
            } catch (IOException e) {
                terminal.say(String.valueOf(e.getMessage()));
                return Zeroshot.SOME_FAILED;
            }
        }
    }

    /** Tells where a model is. */
    @Command(
            name = "path",
            mixinStandardHelpOptions = true,
            description = "Prints the directory of a model that was pulled; exit code 1 if it was not.",
            footerHeading = "%nExamples:%n",
            footer = "  zeroshot models path openai/clip-vit-base-patch32")
    private static final class PathCommand implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Such as openai/clip-vit-base-patch32.")
        private String name = "";

        @Option(
                names = "--precision",
                paramLabel = "PRECISION",
                description = "fp32, fp16 or int8. Default: the first of these that is there.")
        private Variant precision = Variant.AUTO;

        private final Terminal terminal;
        private final Map<String, String> environment;

        PathCommand(Terminal terminal, Map<String, String> environment) {
            this.terminal = terminal;
            this.environment = environment;
        }

        @Override
        public Integer call() throws IOException {
            Optional<Path> directory =
                    asked(() -> hub(environment).variant(precision).build().cached(name));
            if (directory.isEmpty()) {
                terminal.say("model (" + name + ") was not pulled"
                        + (precision == Variant.AUTO ? "" : " as " + label(precision))
                        + "; to pull it: zeroshot models pull " + name
                        + (precision == Variant.AUTO ? "" : " --precision " + label(precision)));
                return Zeroshot.NOTHING_FOUND;
            }
            terminal.out().println(directory.get());
            return Zeroshot.FOUND;
        }
    }
}
