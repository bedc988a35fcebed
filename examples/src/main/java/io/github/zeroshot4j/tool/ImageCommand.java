package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all commands share: images and prompts in, results out, one image after the other, whatever becomes of each. */
abstract class ImageCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "A file, a folder, - for standard input, or a quoted glob such as 'photos/*.jpg'.")
    private String image = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PROMPT",
            description = "What to look for, such as \"a cat\".")
    private List<String> prompts = new ArrayList<>();

    @Option(
            names = "--template",
            paramLabel = "SENTENCE",
            description =
                    "What the model reads for every prompt, {} being its place, such as \"a photo of a {}.\"; may be"
                            + " repeated. Default: the prompt as it is.")
    private List<String> templates = new ArrayList<>();

    @Option(names = "--image", paramLabel = "IMAGE", description = "One more file, folder or glob; may be repeated.")
    private List<String> moreImages = new ArrayList<>();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write one array with an object per image; - is standard output, without the table.")
    private @Nullable String json;

    @Option(
            names = "--jsonl",
            paramLabel = "FILE",
            description = "Write one object per line and image; - is standard output, without the table.")
    private @Nullable String jsonLines;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print neither table, progress nor remarks; only errors.")
    private boolean quiet;

    private final Terminal terminal;
    private final Models models;

    ImageCommand(Terminal terminal, Models models) {
        this.terminal = terminal;
        this.models = models;
    }

    /** What one run works with. */
    interface Session {
        /** Works on one image, and returns whether something was found. */
        boolean process(Input input, RgbImage image, Outputs outputs);
    }

    /**
     * Checks the command's own options and makes what works on the images.
     *
     * @throws BadUse if an option has a bad value
     */
    abstract Session session(Models.Model model, List<Prompt> promptList, ProgressListener progress);

    /**
     * Returns what the command's own options ask for beside the prompts.
     *
     * @throws BadUse if one has a bad value
     */
    List<Prompt> morePrompts() {
        return List.of();
    }

    /** Returns the columns of the command's table behind the image's. */
    abstract Table.Columns columns();

    /**
     * Opens the outputs that only this command has, once its session is made.
     *
     * @throws BadUse if one cannot be written
     */
    void open(Outputs outputs, Models.Model opened, List<Prompt> promptList, List<Input> inputs) {}

    /** Returns where pictures go; null if none are asked for. */
    @Nullable
    Path pictureFolder() {
        return null;
    }

    /** Returns which data sets the boxes go to; null of a command without boxes. */
    @Nullable
    DatasetOptions datasets() {
        return null;
    }

    @Override
    public final Integer call() {
        List<Prompt> promptList = checkedPrompts();
        List<String> arguments = new ArrayList<>(List.of(image));
        arguments.addAll(moreImages);
        Inputs inputs = Inputs.of(arguments, terminal.in());
        try (Models.Model opened = model.open(models);
                Outputs outputs = new Outputs(terminal, json, jsonLines, quiet, inputs.images());
                Progress progress = new Progress(terminal, quiet)) {
            Session session = session(opened, promptList, progress);
            List<String> labels = promptList.stream().map(Prompt::text).toList();
            DatasetOptions datasets = datasets();
            if (datasets != null) {
                outputs.open(datasets, opened.encoder().spec().modelName(), inputs.images(), labels);
            }
            open(outputs, opened, promptList, inputs.images());
            outputs.begin(columns(), inputs.images(), labels, pictureFolder());
            if (!quiet) {
                remark(terminal, opened, prompts);
            }
            int failed = inputs.errors().size();
            inputs.errors().forEach(terminal::say);
            inputs.errors().forEach(outputs::failed);
            boolean found = false;
            List<Input> images = inputs.images();
            for (int i = 0; i < images.size(); i++) {
                Input input = images.get(i);
                try {
                    progress.begin(input.name(), i, images.size());
                    found |= session.process(input, input.read(), outputs);
                    outputs.check();
                } catch (IOException | IllegalArgumentException | EncoderException | OutOfMemoryError e) {
                    failed++;
                    progress.end();
                    terminal.say(failure(input.name(), e));
                    outputs.failed(failure(input.name(), e));
                }
            }
            outputs.commit();
            return failed > 0 ? Zeroshot.SOME_FAILED : found ? Zeroshot.FOUND : Zeroshot.NOTHING_FOUND;
        }
    }

    private List<Prompt> checkedPrompts() {
        for (String prompt : prompts) {
            if (isFile(prompt)) {
                throw new BadUse("prompt \"" + prompt + "\" is the name of a file; only the first argument is an image."
                        + " Repeat --image for more, or quote a glob: 'photos/*.jpg'");
            }
        }
        List<Prompt> promptList = new ArrayList<>(worded());
        promptList.addAll(morePrompts());
        if (promptList.isEmpty()) {
            throw new BadUse("Missing required parameter: 'PROMPT'");
        }
        return distinct(promptList);
    }

    private List<Prompt> worded() {
        return worded(prompts, templates.isEmpty() ? Prompt.AS_WRITTEN : templates);
    }

    /**
     * Returns the prompts.
     *
     * @throws BadUse if two have one name
     */
    static List<Prompt> distinct(List<Prompt> promptList) {
        Set<String> labels = new HashSet<>();
        for (Prompt prompt : promptList) {
            if (!labels.add(prompt.text())) {
                throw new BadUse("prompt \"" + prompt.text() + "\" is given twice");
            }
        }
        return promptList;
    }

    /**
     * Returns prompts of words.
     *
     * @throws BadUse if one is blank or a sentence has no place for it
     */
    static List<Prompt> worded(List<String> texts, List<String> sentences) {
        try {
            return Prompt.all(texts).stream()
                    .map(prompt -> prompt.withTemplates(sentences))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new BadUse("prompt: " + e.getMessage(), e);
        }
    }

    private static boolean isFile(String prompt) {
        try {
            return Files.isRegularFile(Path.of(prompt));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Says what is to be said of the model, and of prompts that it does not know. */
    static void remark(Terminal terminal, Models.Model opened, List<String> prompts) {
        if (!opened.note().isEmpty()) {
            terminal.say(opened.note());
        }
        for (String prompt : prompts) {
            for (String note : opened.encoder().notes(prompt)) {
                terminal.say("warning: " + note);
            }
        }
    }

    /** Returns why an image failed, with its name. */
    static String failure(String name, Throwable e) {
        if (e instanceof OutOfMemoryError) {
            return name + ": not enough memory; JAVA_TOOL_OPTIONS=-Xmx4g gives more";
        }
        String message = e instanceof IOException failure
                ? Reason.of(failure)
                : e instanceof IllegalArgumentException bad ? Reason.of(bad) : String.valueOf(e.getMessage());
        return message.startsWith(name + ": ") ? message : name + ": " + message;
    }

    /** Adds the fields that every result begins with. */
    static ObjectNode result(Input input, RgbImage image) {
        return Json.object()
                .put("image", input.name())
                .put("width", image.width())
                .put("height", image.height());
    }
}
