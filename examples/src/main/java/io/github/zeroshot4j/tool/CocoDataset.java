package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One file in COCO's <i>instances</i> format. Images are numbered as they come, categories as the prompts, all from 1. Beyond
 * COCO, annotations have a {@code score} and categories a {@code prompt}, with which {@code zeroshot evaluate} asks for them as
 * they were asked for here.
 */
final class CocoDataset implements Dataset {
    /** The document, whose fields have COCO's names. */
    private record Document(
            Info info,
            List<String> licenses,
            List<Image> images,
            List<Annotation> annotations,
            List<Category> categories) {}

    private record Info(String description, String version) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Image(int id, String fileName, int width, int height) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Annotation(
            int id,
            int imageId,
            int categoryId,
            List<Integer> bbox,
            long area,
            List<String> segmentation,
            int iscrowd,
            double score) {}

    private record Category(int id, String name, String prompt) {}

    private final JsonSink sink;
    private final Info info;
    private final List<Category> categories = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<Image> images = new ArrayList<>();
    private final List<Annotation> annotations = new ArrayList<>();

    /**
     * Starts a data set.
     *
     * @param sink where it goes; closed with it
     * @param model what found the boxes
     * @param prompts the categories
     */
    CocoDataset(JsonSink sink, String model, List<String> prompts) {
        this.sink = sink;
        this.info = new Info("Found by zeroshot4j with the model " + model, ToolVersion.text());
        for (String prompt : prompts) {
            int id = categories.size() + 1;
            categories.add(new Category(id, prompt, prompt));
            ids.put(prompt, id);
        }
    }

    @Override
    public void add(Input input, RgbImage image, List<Detection> detections) {
        int imageId = images.size() + 1;
        images.add(new Image(imageId, input.name(), image.width(), image.height()));
        for (Detection found : detections) {
            Box box = found.box();
            annotations.add(new Annotation(
                    annotations.size() + 1,
                    imageId,
                    ids.getOrDefault(found.label(), 0),
                    List.of(box.xMin(), box.yMin(), box.width(), box.height()),
                    box.area(),
                    List.of(),
                    0,
                    found.score()));
        }
    }

    @Override
    public void commit() {
        sink.add(new Document(info, List.of(), images, annotations, categories));
        sink.commit();
    }

    @Override
    public void close() {
        sink.close();
    }
}
