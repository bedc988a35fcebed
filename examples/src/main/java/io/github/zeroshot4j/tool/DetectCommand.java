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
        description = "Draws a box around everything that the prompts ask for; nothing for what is not there.")
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
