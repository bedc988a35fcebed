package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A YOLO data set without its images: {@code labels/STEM.txt} has a line per box, which is the number of the class, then centre and
 * size as shares of the image; {@code classes.txt} and {@code data.yaml} name the classes, in the order of the prompts. Of an
 * image with nothing the file is empty.
 */
final class YoloDataset implements Dataset {
    private static final String ENDING = ".txt";

    private final OutputFolder labels;
    private final Map<String, Integer> classes = new HashMap<>();

    /**
     * Makes the folders if they are missing, and names the classes.
     *
     * @param kept files that must stay as they are
     * @throws BadUse if a folder cannot be made or written to
     */
    YoloDataset(Path folder, List<String> prompts, List<Path> kept) {
        OutputFolder root = new OutputFolder("--yolo", folder, kept, List.of());
        this.labels = new OutputFolder("--yolo", folder.resolve("labels"), kept, List.of(ENDING));
        List<String> names = new ArrayList<>();
        for (String prompt : prompts) {
            classes.put(prompt, names.size());
            names.add(prompt.replaceAll("\\s+", " ").strip()); // a class has a line
        }
        root.write("classes.txt", String.join("\n", names) + "\n");
        root.write("data.yaml", yaml(names));
    }

    /** Returns what Ultralytics' tools read, once the images lie in {@code images}. A string of JSON is one of YAML. */
    private static String yaml(List<String> names) {
        StringBuilder yaml = new StringBuilder("# The images, or links to them, go to images, beside labels.\n");
        yaml.append("train: images\nval: images\nnames:\n");
        for (int i = 0; i < names.size(); i++) {
            yaml.append("  ").append(i).append(": ").append(TextNode.valueOf(names.get(i)));
            yaml.append('\n');
        }
        return yaml.toString();
    }

    @Override
    public void add(Input input, RgbImage image, List<Detection> detections) {
        StringBuilder lines = new StringBuilder();
        for (Detection found : detections) {
            Box box = found.box();
            // Of the longest side that is read, 65,535 pixels, six digits err by 0.05 pixels at most.
            lines.append(String.format(
                    Locale.ROOT,
                    "%d %.6f %.6f %.6f %.6f\n",
                    classes.getOrDefault(found.label(), 0),
                    (box.xMin() + box.xMax()) / 2.0 / image.width(),
                    (box.yMin() + box.yMax()) / 2.0 / image.height(),
                    (double) box.width() / image.width(),
                    (double) box.height() / image.height()));
        }
        labels.write(labels.stemFor(input) + ENDING, lines.toString());
    }

    @Override
    public void commit() {
        // Every file was written with its image.
    }
}
