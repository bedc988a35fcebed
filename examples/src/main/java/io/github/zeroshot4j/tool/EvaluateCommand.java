package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.evaluation.CocoFile;
import io.github.zeroshot4j.evaluation.EvaluatedImage;
import io.github.zeroshot4j.evaluation.GroundTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How good the detections are, on images of which it is known what is where. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells how good the detections are on images of which you know what is where: average precision (COCO's),"
                    + " localization, presence, cost; several sets of options side by side, with 95%% bootstrap intervals.",
            "Every category is asked of every image, as \"a\" or \"an\" and its name, unless the file says otherwise:"
                    + " images[].asked (category ids), categories[].prompt."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all images were evaluated",
            "2:bad use of the command line, or a bad file of annotations",
            "3:some images failed; the others were still evaluated",
            "4:the run failed, such as by results that could not be written"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot evaluate --annotations coco.json --images photos",
            "  zeroshot evaluate --annotations coco.json --images photos --preset article",
            "  zeroshot evaluate --annotations coco.json --images photos --json figures.json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Option(
            names = "--annotations",
            required = true,
            paramLabel = "FILE",
            description = "What is where, in COCO's instances format (JSON).")
    private Path annotations = Path.of("");

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "The folder of the images.")
    private Path images = Path.of("");

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            description = {
                "default, article, unbiased (the article's method without its bias; both with patches of 1/16 of the"
                        + " shorter side and a window of 4), with changes if wanted; or occlusion:"
                        + " TITLE=default:windowShares=1+0.5,negatives=background|nothing,boxThreshold=0.4."
                        + " May be repeated. Default: default."
            })
    private List<String> specs = List.of();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Evaluate the first N images of the file only.")
    private @Nullable Integer limit;

    @Option(
            names = "--objects",
            paramLabel = "N",
            description = "Evaluate only images with so many objects; with --limit the first of them.")
    private @Nullable Integer objects;

    @Option(names = "--by-tag", description = "Print a table for each of images[].tags, too.")
    private boolean byTag;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write all figures, options and the precision of every category; - is standard output,"
                    + " without the table.")
    private @Nullable String json;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Write the detections in COCO's results format. With several presets one file each, the title"
                    + " put before the ending.")
    private @Nullable String results;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print neither progress nor remarks; only the table and errors.")
    private boolean quiet;

    private final Terminal terminal;
    private final Models models;

    EvaluateCommand(Terminal terminal, Models models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() {
        List<EvaluatedPreset> presets = EvaluatedPreset.all(specs.isEmpty() ? List.of("default") : specs);
        GroundTruth truth = limited(truth());
        if (!Files.isDirectory(images)) {
            throw new BadUse("--images (" + images + ") must be a folder");
        }
        try (EvaluationOutputs outputs = EvaluationOutputs.open(terminal, json, results, presets, inputs(truth));
                Models.Model opened = open();
                Progress progress = new Progress(terminal, quiet)) {
            if (!quiet && !opened.note().isEmpty()) {
                terminal.say(opened.note());
            }
            PresetRunner runner = new PresetRunner(opened.encoder(), presets, truth.categories(), progress);
            List<List<EvaluatedImage>> evaluated = new ArrayList<>();
            presets.forEach(preset -> evaluated.add(new ArrayList<>()));
            List<String> failed = evaluate(truth, runner, progress, evaluated);
            if (failed.size() == truth.images().size()) {
                terminal.say("no image could be evaluated");
                return Zeroshot.SOME_FAILED;
            }
            EvaluationReport report = new EvaluationReport(presets, truth.categories(), evaluated);
            ObjectNode document = Json.object()
                    .put("version", ToolVersion.text())
                    .put("model", opened.encoder().spec().modelName())
                    .put("fingerprint", opened.encoder().spec().fingerprint());
            if (json != null) {
                report.putInto(document);
            }
            document.set("failed", Json.strings(failed));
            if (!JsonPlace.isStandardOutput(json) && !JsonPlace.isStandardOutput(results)) {
                terminal.out().println("Model " + opened.encoder().spec().modelName() + "; " + report.markdown(byTag));
            }
            outputs.commit(document, truth.categories(), evaluated);
            return failed.isEmpty() ? Zeroshot.FOUND : Zeroshot.SOME_FAILED;
        }
    }

    /** Evaluates one image after the other, and returns the names of those that failed: they count for no preset. */
    private List<String> evaluate(
            GroundTruth truth, PresetRunner runner, Progress progress, List<List<EvaluatedImage>> evaluated) {
        List<String> failed = new ArrayList<>();
        int count = truth.images().size();
        for (int i = 0; i < count; i++) {
            GroundTruth.Image image = truth.images().get(i);
            progress.begin(image.fileName(), i, count);
            Input input = Input.ofFile(file(image));
            try {
                List<EvaluatedImage> results = runner.evaluate(image, read(input, image));
                for (int p = 0; p < results.size(); p++) {
                    evaluated.get(p).add(results.get(p));
                }
            } catch (IOException | IllegalArgumentException | EncoderException | OutOfMemoryError e) {
                failed.add(image.fileName());
                progress.end();
                // Options have the names of the library here.
                boolean bad = e instanceof IllegalArgumentException;
                terminal.say(bad ? input.name() + ": " + e.getMessage() : ImageCommand.failure(input.name(), e));
            }
        }
        return failed;
    }

    private static RgbImage read(Input input, GroundTruth.Image truth) throws IOException {
        RgbImage image = input.read();
        if (image.width() != truth.width() || image.height() != truth.height()) {
            throw new IOException("must have " + truth.width() + " x " + truth.height()
                    + " pixels, as the annotations say, found " + image.width() + " x " + image.height());
        }
        return image;
    }

    private GroundTruth truth() {
        try {
            return CocoFile.read(annotations);
        } catch (IOException e) {
            throw new BadUse("--annotations " + annotations + ": cannot be read (" + Reason.of(e) + ")", e);
        } catch (IllegalArgumentException e) {
            throw new BadUse("--annotations " + e.getMessage(), e);
        }
    }

    private GroundTruth limited(GroundTruth truth) {
        if (limit != null && limit < 1) {
            throw new BadUse("--limit (" + limit + ") must be at least 1");
        }
        List<GroundTruth.Image> chosen = truth.images().stream()
                .filter(image -> objects == null || image.objects().size() == objects)
                .limit(limit == null ? Integer.MAX_VALUE : limit)
                .toList();
        if (chosen.isEmpty() && !truth.images().isEmpty()) {
            throw new BadUse(
                    "--objects (" + objects + ") must be the number of objects of some image, none has so many");
        }
        return new GroundTruth(truth.categories(), chosen);
    }

    private Path file(GroundTruth.Image image) {
        try {
            return images.resolve(image.fileName());
        } catch (InvalidPathException e) {
            throw new BadUse(
                    "--annotations " + annotations + ": file_name (" + image.fileName() + ") must be a file name", e);
        }
    }

    private List<Path> inputs(GroundTruth truth) {
        List<Path> inputs = new ArrayList<>(List.of(annotations));
        truth.images().forEach(image -> inputs.add(file(image)));
        return inputs;
    }

    private Models.Model open() {
        return model.open(models);
    }
}
