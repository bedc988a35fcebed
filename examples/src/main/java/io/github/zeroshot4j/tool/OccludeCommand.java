package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxExtractor;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.OcclusionLocalizer;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.awt.HeatMapOptions;
import io.github.zeroshot4j.awt.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Maps of what matters, by hiding it. */
@Command(
        name = "occlude",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description =
                "Hides the image part by part, and maps how much the score of each prompt drops. It does not decide"
                        + " whether a prompt is there: some part always matters most.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot occlude photo.jpg \"a cat\" --out results",
            "  zeroshot occlude photo.jpg \"a cat\" --window 2 --json found.json"
        })
final class OccludeCommand extends ImageCommand {
    static final double DEFAULT_THRESHOLD = 0.5;

    private static final Pattern COLOUR = Pattern.compile("#[0-9A-Fa-f]{6}");

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            description = "Side of a patch. Default: 1/14 of the shorter side.")
    private int patch;

    @Option(
            names = "--window",
            paramLabel = "PATCHES",
            description = "Side of the square that hides. Default: ${DEFAULT-VALUE}.")
    private int window = OcclusionLocalizer.DEFAULT_SQUARE_PATCHES;

    @Option(
            names = "--stride",
            paramLabel = "PATCHES",
            description = "Distance between squares. Default: ${DEFAULT-VALUE}.")
    private int stride = OcclusionLocalizer.DEFAULT_STRIDE_PATCHES;

    @Option(
            names = "--fill",
            paramLabel = "FILL",
            description = "What hides: blur, mean (the mean colour of the view), black, as in the article, or a colour,"
                    + " #RRGGBB."
                    + " Default: ${DEFAULT-VALUE}.")
    private String fill = "blur";

    @Option(
            names = "--region",
            paramLabel = "X,Y,X,Y",
            split = ",",
            arity = "1",
            description =
                    "Look at this part of every image only: left and upper edge, and what is behind the right and lower"
                            + " edge, as in a detection's box.")
    private @Nullable List<Integer> region;

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description = "In [0, 1]: the drop, relative to the largest, above which a patch belongs to a box."
                    + " Default: ${DEFAULT-VALUE}.")
    private double threshold = DEFAULT_THRESHOLD;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write pictures: IMAGE.boxes.png and IMAGE.map.PROMPT.png.")
    private @Nullable Path out;

    @Mixin
    private DatasetOptions datasets = new DatasetOptions();

    OccludeCommand(Terminal terminal, Models models) {
        super(terminal, models);
    }

    @Override
    Table.Columns columns() {
        return Table.Columns.of("DROP  ", "XMIN", "YMIN", "XMAX", "YMAX");
    }

    @Override
    @Nullable
    Path pictureFolder() {
        return out;
    }

    @Override
    DatasetOptions datasets() {
        return datasets;
    }

    @Override
    Session session(Models.Model model, List<Prompt> promptList, ProgressListener progress) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new BadUse("threshold (" + threshold + ") must be in [0, 1]");
        }
        try {
            OcclusionLocalizer localizer = filled(OcclusionLocalizer.of(model.encoder()))
                    .withPatchPx(patch)
                    .withSquare(window, stride)
                    .withProgress(progress);
            Optional<Box> part = part();
            return (input, image, outputs) -> report(
                    input,
                    image,
                    promptList,
                    localizer.localize(image, part.orElse(image.bounds()), promptList),
                    outputs);
        } catch (IllegalArgumentException e) {
            throw new BadUse(Reason.of(e), e);
        }
    }

    private OcclusionLocalizer filled(OcclusionLocalizer localizer) {
        return switch (fill) {
            case "black" -> localizer.withFill(0x000000);
            case "mean" -> localizer.withFill(OcclusionLocalizer.Fill.MEAN);
            case "blur" -> localizer.withFill(OcclusionLocalizer.Fill.BLUR);
            default -> localizer.withFill(colour());
        };
    }

    private int colour() {
        if (!COLOUR.matcher(fill).matches()) {
            throw new BadUse("fill (" + fill + ") must be black, mean, blur or #RRGGBB");
        }
        return Integer.parseInt(fill.substring(1), 16);
    }

    private Optional<Box> part() {
        if (region == null) {
            return Optional.empty();
        }
        if (region.size() != 4) {
            throw new BadUse("region (" + region + ") must have four numbers, found " + region.size());
        }
        try {
            return Optional.of(new Box(region.get(0), region.get(1), region.get(2), region.get(3)));
        } catch (IllegalArgumentException e) {
            throw new BadUse("region (" + region + "): " + e.getMessage(), e);
        }
    }

    private boolean report(Input input, RgbImage image, List<Prompt> promptList, List<ScoreMap> maps, Outputs outputs) {
        List<List<Detection>> found = new ArrayList<>();
        ArrayNode prompts = Json.array();
        for (int i = 0; i < maps.size(); i++) {
            found.add(boxes(promptList.get(i), maps.get(i), threshold));
            ObjectNode node =
                    prompts.addObject().put("prompt", promptList.get(i).text());
            Json.putMap(node, maps.get(i));
        }
        List<Detection> detections = DetectorCommand.byScore(found);
        ObjectNode result = result(input, image);
        result.set("detections", Json.detections(detections));
        result.set("prompts", prompts);
        outputs.json(result);
        outputs.boxes(input, image, detections);
        for (int i = 0; i < maps.size(); i++) {
            DetectorCommand.rows(outputs, input, promptList.get(i), found.get(i));
        }
        PictureFolder pictures = outputs.pictures();
        if (pictures != null) {
            draw(input, image, promptList, maps, detections, pictures);
        }
        return !detections.isEmpty();
    }

    /** Returns boxes of a map of drops; a box's score is the largest drop of the logit in it. */
    static List<Detection> boxes(Prompt prompt, ScoreMap map, double threshold) {
        ScoreMap relative = map.clipAtMean(1).normalized();
        List<Detection> boxes = new ArrayList<>();
        for (BoxExtractor.Candidate candidate :
                new BoxExtractor(BoxExtractor.Mode.COMPONENTS, threshold).extract(relative)) {
            // What was clipped and stretched goes back to a drop: 0 was the mean, 1 the largest.
            double drop = map.mean() + candidate.peak() * (map.max() - map.mean());
            if (drop > 0) {
                boxes.add(new Detection(prompt.text(), drop, candidate.box()));
            }
        }
        return boxes;
    }

    private static void draw(
            Input input,
            RgbImage image,
            List<Prompt> promptList,
            List<ScoreMap> maps,
            List<Detection> detections,
            PictureFolder pictures) {
        PictureFolder.Names names = pictures.namesFor(input);
        List<String> labels = promptList.stream().map(Prompt::text).toList();
        pictures.write(Pictures.boxes(image, detections, labels), names.boxes());
        for (int i = 0; i < maps.size(); i++) {
            HeatMapOptions look = HeatMapOptions.differences().withLegend(labels.get(i));
            pictures.write(Pictures.heatMap(image, maps.get(i), look), names.map(i));
        }
    }
}
