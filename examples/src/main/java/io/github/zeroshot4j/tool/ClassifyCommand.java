package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Classification;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.List;
import picocli.CommandLine.Command;

/** Labels for whole images. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = "Tells which prompt fits the whole image best. Probabilities are among the given prompts.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zeroshot classify photo.jpg \"a cat\" \"a dog\" --json classes.json",
            "  zeroshot classify photos cat dog bird --template \"a photo of a {}.\""
        })
final class ClassifyCommand extends ImageCommand {
    ClassifyCommand(Terminal terminal, Models models) {
        super(terminal, models);
    }

    @Override
    Table.Columns columns() {
        return Table.Columns.of("PROBABILITY");
    }

    @Override
    Session session(Models.Model model, List<Prompt> promptList, ProgressListener progress) {
        ZeroShotDetector detector = ZeroShotDetector.of(model.encoder()).withProgress(progress);
        return (input, image, outputs) -> report(input, image, detector.classify(image, promptList), outputs);
    }

    private static boolean report(Input input, RgbImage image, List<Classification> classes, Outputs outputs) {
        ObjectNode result = result(input, image);
        ArrayNode array = result.putArray("classes");
        for (Classification found : classes) {
            array.addObject()
                    .put("label", found.label())
                    .put("probability", found.probability())
                    .put("logit", found.logit());
        }
        outputs.json(result);
        classes.forEach(found -> outputs.row(input, found.label(), found.probability()));
        return true;
    }
}
