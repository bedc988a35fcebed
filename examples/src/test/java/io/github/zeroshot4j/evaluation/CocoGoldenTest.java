package io.github.zeroshot4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import io.github.zeroshot4j.evaluation.EvaluatedImage.ScoredRegion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against pycocotools on the same files, which {@code zeroshot4j_export goldens --only coco} wrote. */
final class CocoGoldenTest {
    private static final Offset<Double> EQUAL = within(1e-6);
    private static final Map<Figure, String> NAMES = Map.of(
            Figure.MAP, "map", Figure.AP50, "ap50", Figure.AP75, "ap75", Figure.AP30, "ap30", Figure.AR100, "ar100");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random",
                "crowds",
                "tied_scores",
                "ious_on_the_thresholds",
                "more_than_100_boxes",
                "several_images_without_objects"
            })
    void evaluation_randomDetections_equalToPycocotools(String name) throws IOException {
        JsonNode golden = golden(name);
        Path file = folder.resolve("truth.json");
        Files.writeString(file, golden.get("truth").toString());
        GroundTruth truth = CocoFile.read(file);

        Evaluation evaluation = new Evaluation(truth.categories(), answered(truth, golden.get("detections")));

        JsonNode expected = golden.get("expected");
        NAMES.forEach((figure, key) -> assertThat(evaluation.value(figure))
                .as("%s of %s", figure, name)
                .isCloseTo(expected.get(key).doubleValue(), EQUAL));
        for (int c = 0; c < truth.categories().size(); c++) {
            String id = String.valueOf(truth.categories().get(c).id());
            double precision = expected.get("categories").get(id).doubleValue();
            // pycocotools says -1 where there is nothing to say.
            assertThat(evaluation.averagePrecision(c))
                    .as("category %s of %s", id, name)
                    .isCloseTo(precision < 0 ? Double.NaN : precision, EQUAL);
        }
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream in = CocoGoldenTest.class.getResourceAsStream("/goldens/coco/" + name + ".json")) {
            assertThat(in).as("golden file %s", name).isNotNull();
            JsonNode golden = new ObjectMapper().readTree(in);
            assertThat(golden.at("/header/script").textValue())
                    .isEqualTo("python -m zeroshot4j_export goldens --only coco");
            return golden;
        }
    }

    private static List<EvaluatedImage> answered(GroundTruth truth, JsonNode detections) {
        List<EvaluatedImage> images = new ArrayList<>();
        for (GroundTruth.Image image : truth.images()) {
            List<Answer> answers = new ArrayList<>();
            for (int category : image.asked()) {
                List<ScoredRegion> boxes = boxes(
                        detections, image.id(), truth.categories().get(category).id());
                answers.add(new Answer(category, boxes, 0, 0, 0, false));
            }
            images.add(new EvaluatedImage(image, answers, 0, 0));
        }
        return images;
    }

    private static List<ScoredRegion> boxes(JsonNode detections, long image, long category) {
        List<ScoredRegion> boxes = new ArrayList<>();
        for (JsonNode node : detections) {
            if (node.get("image_id").longValue() == image
                    && node.get("category_id").longValue() == category) {
                JsonNode box = node.get("bbox");
                Region region = new Region(
                        box.get(0).doubleValue(),
                        box.get(1).doubleValue(),
                        box.get(2).doubleValue(),
                        box.get(3).doubleValue());
                boxes.add(new ScoredRegion(region, node.get("score").doubleValue()));
            }
        }
        return boxes;
    }
}
