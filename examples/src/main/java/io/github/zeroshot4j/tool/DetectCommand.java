package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
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
    void report(Input input, RgbImage image, List<Localization> localizations, Outputs outputs) throws IOException {
        outputs.json(result(input, image).set("detections", Json.detections(detections(localizations))));
        for (Localization localization : localizations) {
            String label = localization.prompt().text();
            localization.detections().forEach(found -> row(outputs, input, found));
            if (localization.detections().isEmpty()) {
                outputs.row(input, label, "not found");
            }
        }
    }
}
