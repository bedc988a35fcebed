package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.ZeroShotDetector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the images of an index that show what is asked for, and where in them it is. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description =
                "Finds what prompts ask for in all images of an index, the best first; nothing for what is not there.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:something was found",
            "1:nothing was found",
            "2:bad use of the command line",
            "3:some images could not be asked; the others were",
            "4:the run failed, such as by results that could not be written"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot search photos \"a cat\" \"a butterfly\"",
            "  zeroshot search photos.index \"a cat\" --top 5 --json hits.json"
        })
final class SearchCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 10;

    @Parameters(
            index = "0",
            paramLabel = "INDEX",
            description = "What zeroshot index made, or the folder of images that has it inside.")
    private Path folder = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PROMPT",
            description = "What to look for, such as \"a red mug\".")
    private List<String> prompts = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "NUMBER",
            description = "How many detections of each prompt are told. Default: " + DEFAULT_TOP + ".")
    private int top = DEFAULT_TOP;

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description = "In [0, 1]: the lowest probability of what is present. Default: 0.5.")
    private @Nullable Double threshold;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write one array with an object per detection; - is standard output, without the table.")
    private @Nullable String json;

    @Option(
            names = "--jsonl",
            paramLabel = "FILE",
            description = "Write one object per line and detection; - is standard output, without the table.")
    private @Nullable String jsonLines;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print neither table, progress nor remarks; only errors.")
    private boolean quiet;

    private final Terminal terminal;
    private final Models models;

    SearchCommand(Terminal terminal, Models models) {
        this.terminal = terminal;
        this.models = models;
    }

    @Override
    public Integer call() {
        List<Prompt> promptList = ImageCommand.distinct(ImageCommand.worded(prompts, Prompt.AS_WRITTEN));
        DetectorOptions options = options();
        ImageIndex index = ImageIndex.find(folder);
        try (Models.Model opened = model.open(models);
                Outputs outputs = new Outputs(terminal, json, jsonLines, quiet, List.of());
                Progress progress = new Progress(terminal, quiet)) {
            requireKnown(promptList, opened.encoder());
            if (!quiet) {
                ImageCommand.remark(terminal, opened, prompts);
            }
            Search search = new Search(ZeroShotDetector.of(opened.encoder(), options), promptList, progress);
            int failed = search.run(index, opened.encoder().spec());
            List<Ranking.Hit> hits = report(promptList, search.rankings, outputs);
            return failed > 0 ? Zeroshot.SOME_FAILED : hits.isEmpty() ? Zeroshot.NOTHING_FOUND : Zeroshot.FOUND;
        }
    }

    private DetectorOptions options() {
        if (top <= 0) {
            throw new BadUse("--top (" + top + ") must be positive");
        }
        try {
            DetectorOptions.Builder builder = DetectorOptions.defaults().toBuilder();
            return threshold == null
                    ? builder.build()
                    : builder.presenceThreshold(threshold).build();
        } catch (IllegalArgumentException e) {
            throw new BadUse(Reason.of(e), e);
        }
    }

    /** A prompt that the model refuses is to blame once, and not every image. */
    private static void requireKnown(List<Prompt> promptList, Encoder encoder) {
        try {
            encoder.encodeTexts(promptList.stream().map(Prompt::text).toList());
        } catch (IllegalArgumentException e) {
            throw new BadUse("prompt: " + e.getMessage(), e);
        }
    }

    /** One image after the other is opened, asked and forgotten. */
    private final class Search {
        private final ZeroShotDetector detector;
        private final List<Prompt> promptList;
        private final Progress progress;
        private final List<Ranking> rankings = new ArrayList<>();
        private final Map<String, Integer> ofOtherModels = new TreeMap<>();
        private int done;
        private int failed;

        Search(ZeroShotDetector detector, List<Prompt> promptList, Progress progress) {
            this.detector = detector;
            this.promptList = promptList;
            this.progress = progress;
            promptList.forEach(prompt -> rankings.add(new Ranking(top)));
        }

        /** Returns how many images could not be asked. */
        int run(ImageIndex index, EncoderSpec spec) {
            int total = index.size();
            progress.begin("images");
            index.forEach(file -> {
                try {
                    ask(file, spec);
                } catch (IOException | IllegalArgumentException | EncoderException e) {
                    failed++;
                    progress.end();
                    terminal.say(ImageCommand.failure(file.toString(), e));
                }
                progress.onProgress(++done, Math.max(done, total));
            });
            progress.end();
            ofOtherModels.forEach((other, count) -> {
                failed += count;
                terminal.say(count + (count == 1 ? " image was" : " images were") + " embedded with another model, "
                        + other + ", not this one, " + spec.modelName() + " (" + spec.variant()
                        + "): search with that --model, or embed again with this one: zeroshot index");
            });
            return failed;
        }

        private void ask(Path file, EncoderSpec spec) throws IOException {
            EmbeddedImage embedded = EmbeddedImage.load(file);
            if (!embedded.isOf(spec)) {
                ofOtherModels.merge(embedded.modelName() + " (" + embedded.variant() + ")", 1, Integer::sum);
                return;
            }
            String image = ImageStamp.ofNote(embedded.note())
                    .map(ImageStamp::image)
                    .orElseThrow(() -> new IOException(file + ": not written by zeroshot index"));
            List<Localization> localizations = detector.localize(embedded, promptList);
            for (int p = 0; p < localizations.size(); p++) {
                for (Detection found : localizations.get(p).detections()) {
                    int width = embedded.grid().imageWidth();
                    int height = embedded.grid().imageHeight();
                    rankings.get(p).add(new Ranking.Hit(image, width, height, found));
                }
            }
        }
    }

    private List<Ranking.Hit> report(List<Prompt> promptList, List<Ranking> rankings, Outputs outputs) {
        List<Ranking.Hit> all =
                rankings.stream().flatMap(ranking -> ranking.hits().stream()).toList();
        List<Input> inputs = all.stream().map(SearchCommand::input).toList();
        outputs.begin(Table.Columns.of("SCORE ", "XMIN", "YMIN", "XMAX", "YMAX"), inputs, prompts, null);
        for (int p = 0; p < rankings.size(); p++) {
            List<Ranking.Hit> hits = rankings.get(p).hits();
            hits.forEach(hit -> report(hit, outputs));
            if (hits.isEmpty()) {
                Input none = new Input("-", Path.of(""), null);
                outputs.row(none, promptList.get(p).text(), "not found");
            }
        }
        outputs.commit();
        return all;
    }

    private static void report(Ranking.Hit hit, Outputs outputs) {
        Detection found = hit.detection();
        Box box = found.box();
        outputs.row(input(hit), found.label(), found.score(), box.xMin(), box.yMin(), box.xMax(), box.yMax());
        ObjectNode node = Json.object()
                .put("image", hit.image())
                .put("width", hit.width())
                .put("height", hit.height());
        node.setAll((ObjectNode) Json.detections(List.of(found)).get(0));
        outputs.json(node);
    }

    /** Returns the image as results name it: by its path in the folder that was indexed. */
    private static Input input(Ranking.Hit hit) {
        return new Input(hit.image(), Path.of(""), null);
    }
}
