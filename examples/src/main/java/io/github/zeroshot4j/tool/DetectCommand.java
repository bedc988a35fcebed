package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.RgbImage;
import java.util.List;
import picocli.CommandLine.Command;

/** Boxes. */
@Command(
        name = "detect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Draws a box around everything that the prompts ask for; nothing for what is not there.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot detect photo.jpg \"a cat\" \"a butterfly\"",
            "  zeroshot detect photo.jpg \"a cat\" --threshold 0.7 --out results",
            "  zeroshot detect 'photos/*.jpg' \"a cat\" --json found.json",
            "  zeroshot detect photos \"a cat\" \"a dog\" --coco coco.json --yolo dataset",
            "  zeroshot detect - \"a cat\" --jsonl - < photo.jpg",
            "  zeroshot detect photo.jpg --exemplar mug.jpg=\"this mug\"",
            "  zeroshot detect photo.jpg \"a cat\" --preset article --patch 100"
        })
final class DetectCommand extends DetectorCommand {
    DetectCommand(Terminal terminal, Models models) {
        super(terminal, models);
    }

    @Override
    Table.Columns columns() {
        return Table.Columns.of("SCORE ", "XMIN", "YMIN", "XMAX", "YMAX");
    }

    @Override
    void report(Input input, RgbImage image, List<Localization> localizations, Outputs outputs) {
        outputs.json(result(input, image).set("detections", Json.detections(detections(localizations))));
        for (Localization localization : localizations) {
            rows(outputs, input, localization.prompt(), localization.detections());
        }
    }
}
