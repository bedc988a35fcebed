package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Budget;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code detect} and {@code localize}. */
final class DetectionOptions {
    /** Named sets of options. */
    enum Preset {
        DEFAULT,
        ARTICLE
    }

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            description =
                    "default: every instance, and nothing for what is not there; article: the method of \"Zero Shot"
                            + " Object Detection with OpenAI's CLIP\", one box per prompt in any case.")
    private Preset preset = Preset.DEFAULT;

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            description = "Side of a patch of the map. Default: chosen from the image; article: 256.")
    private @Nullable Integer patch;

    @Option(
            names = "--window",
            paramLabel = "PATCHES,...",
            hideParamSyntax = true,
            split = ",",
            description =
                    "Sides of the windows in patches, such as 2,4. Default: 1, 0.6, 0.36 and 0.2 of the image's shorter"
                            + " side; article: 6 patches.")
    private List<Integer> windows = List.of();

    @Option(
            names = "--stride",
            paramLabel = "PATCHES",
            description = "Distance between windows of patches. Default: 1.")
    private @Nullable Integer stride;

    @Option(
            names = "--resampling",
            paramLabel = "RESAMPLING",
            description =
                    "exact: every window as if it were alone; fast: the image resized once per window size. Default: exact.")
    private Resampling resampling = DetectorOptions.DEFAULT_RESAMPLING;

    @Option(
            names = "--boxes",
            paramLabel = "BOXES",
            description =
                    "fitted: a box for each object that explains what the windows show; components: the regions of the"
                            + " map, right for what looks alike in every part, such as sky or a wall. Default: fitted.")
    private @Nullable BoxMode boxes;

    @Option(
            names = "--max-calls",
            paramLabel = "NUMBER",
            description =
                    "Images through the encoder for one image at most: the larger windows first, the smaller ones where those"
                            + " speak for a prompt. Default: no limit.")
    private @Nullable Integer maxCalls;

    @Option(
            names = "--verify",
            description =
                    "Show every box alone, and hide it: the JSON has what is there then, and a confidence; as far as --max-calls goes.")
    private boolean verify;

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description =
                    "In [0, 1]. Default preset: the lowest probability of what is present. Article: the score in the"
                            + " normalised map above which a patch belongs to the box. Default: 0.5.")
    private @Nullable Double threshold;

    @Option(
            names = "--exemplar",
            paramLabel = "FILE[=LABEL]",
            description =
                    "A picture of what to look for, in its middle, beside prompts or in place of them; may be repeated."
                            + " Its probability is a rule of its own, not comparable with that of a prompt.")
    private List<String> exemplars = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write pictures: IMAGE.boxes.png, IMAGE.map.PROMPT.png, and for article also"
                    + " IMAGE.brightness.PROMPT.png.")
    private @Nullable Path out;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write an HTML page of its own, which needs no network: pictures with boxes, maps, scores, and a"
                            + " slider for the lowest score.")
    private @Nullable String report;

    @Nullable
    Path out() {
        return out;
    }

    @Nullable
    String report() {
        return report;
    }

    String preset() {
        return preset.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the pictures that are asked for; one without a label is called like its file.
     *
     * @throws BadUse if one cannot be read or its label is blank
     */
    List<Prompt> exemplars() {
        return exemplars.stream().map(DetectionOptions::exemplar).toList();
    }

    private static Prompt exemplar(String argument) {
        try {
            int equals = Files.exists(Path.of(argument)) ? -1 : argument.lastIndexOf('=');
            Input file = Input.ofFile(Path.of(equals < 0 ? argument : argument.substring(0, equals)));
            return Prompt.ofImage(equals < 0 ? file.stem() : argument.substring(equals + 1), file.read());
        } catch (IOException e) {
            throw new BadUse("--exemplar " + argument + ": " + Reason.of(e), e);
        } catch (IllegalArgumentException e) {
            throw new BadUse("--exemplar " + argument + ": " + Reason.of(e), e);
        }
    }

    boolean isArticle() {
        return preset == Preset.ARTICLE;
    }

    /**
     * Returns the detector's options.
     *
     * @throws BadUse if a value is bad
     */
    DetectorOptions toOptions() {
        DetectorOptions preset = isArticle() ? DetectorOptions.article() : DetectorOptions.defaults();
        try {
            DetectorOptions.Builder builder =
                    preset.toBuilder().resampling(resampling).verification(verify);
            if (patch != null) {
                builder.patchPx(patch);
            }
            if (!windows.isEmpty()) {
                builder.windowPatches(windows.stream().mapToInt(i -> i).toArray());
            }
            if (stride != null) {
                if (windows.isEmpty() && !isArticle()) {
                    throw new BadUse("--stride (" + stride + ") must be used with --window: it is a number of patches");
                }
                builder.stridePatches(stride);
            }
            if (boxes != null) {
                builder.boxMode(boxes);
            }
            if (maxCalls != null) {
                builder.budget(Budget.ofEncoderCalls(maxCalls));
            }
            if (threshold != null && isArticle()) {
                builder.boxThreshold(threshold);
            } else if (threshold != null) {
                builder.presenceThreshold(threshold);
            }
            return builder.build();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new BadUse(Reason.of(e), e);
        }
    }
}
