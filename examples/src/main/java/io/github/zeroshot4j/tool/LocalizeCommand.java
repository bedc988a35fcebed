package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Presence;
import io.github.zeroshot4j.RgbImage;
import java.util.List;
import picocli.CommandLine.Command;

/** Boxes, and why: the map and the presence decision of every prompt. */
@Command(
        name = "localize",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Tells whether and where each prompt is: as detect, with score map and presence in the JSON.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot localize photo.jpg \"a cat\" \"a dog\"",
            "  zeroshot localize photo.jpg \"a cat\" --json maps.json --out results"
        })
final class LocalizeCommand extends DetectorCommand {
    LocalizeCommand(Terminal terminal, Models models) {
        super(terminal, models);
    }

    @Override
    Table.Columns columns() {
        return Table.Columns.of("PRESENT", "PROBABILITY", "PEAK X", "PEAK Y", "BOXES");
    }

    @Override
    void report(Input input, RgbImage image, List<Localization> localizations, Outputs outputs) {
        boolean decided = decidesPresence();
        ObjectNode result = result(input, image);
        result.set("detections", Json.detections(detections(localizations)));
        ArrayNode prompts = result.putArray("prompts");
        for (Localization localization : localizations) {
            Presence presence = localization.presence();
            ObjectNode node =
                    prompts.addObject().put("prompt", localization.prompt().text());
            // Null where nothing was decided: a "true" would be read as a find.
            node.putObject("presence")
                    .put("present", decided ? presence.present() : null)
                    .put("probability", decided ? presence.probability() : null)
                    .put("evidence", presence.evidence())
                    .put("decided", decided);
            Json.putMap(node, localization.map());
            node.set("notes", Json.strings(localization.notes()));
        }
        outputs.json(result);
        for (Localization localization : localizations) {
            Box peak = localization.map().peak();
            outputs.row(
                    input,
                    localization.prompt().text(),
                    !decided ? "-" : localization.presence().present() ? "yes" : "no",
                    decided ? localization.presence().probability() : "-",
                    Json.centre(peak.xMin(), peak.xMax()),
                    Json.centre(peak.yMin(), peak.yMax()),
                    localization.detections().size());
        }
    }
}
