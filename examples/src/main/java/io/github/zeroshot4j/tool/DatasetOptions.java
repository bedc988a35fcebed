package io.github.zeroshot4j.tool;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What was found as data sets, for tools that train on them or correct them. */
final class DatasetOptions {
    @Option(
            names = "--coco",
            paramLabel = "FILE",
            description =
                    "Write a COCO data set: images, categories and annotations, each with its score; - is standard"
                            + " output, without the table.")
    private @Nullable String coco;

    @Option(names = "--voc", paramLabel = "DIR", description = "Write a Pascal VOC file per image: IMAGE.xml.")
    private @Nullable Path voc;

    @Option(
            names = "--yolo",
            paramLabel = "DIR",
            description = "Write a YOLO data set: labels/IMAGE.txt, and in data.yaml and"
                    + " classes.txt the names of the classes.")
    private @Nullable Path yolo;

    @Nullable
    String coco() {
        return coco;
    }

    @Nullable
    Path voc() {
        return voc;
    }

    @Nullable
    Path yolo() {
        return yolo;
    }
}
