package io.github.zeroshot4j.evaluation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.evaluation.GroundTruth.Category;
import io.github.zeroshot4j.evaluation.GroundTruth.TrueObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the truth from a file in COCO's <i>instances</i> format: {@code images}, {@code annotations} and {@code categories}.
 * Beyond COCO, an image may have {@code asked}, the ids of the categories that are asked of it (without it, all are), and
 * {@code tags}, a list of texts; and a category may have a {@code prompt} (without it, its name behind "a" or "an").
 * Outlines are not read.
 */
public final class CocoFile {
    /** COCO's own boxes end up to a pixel outside of the image. */
    private static final double SLACK_PX = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Outlines are nearly all of a file, and nobody asks for them. */
    private static final TokenFilter WITHOUT_OUTLINES = new TokenFilter() {
        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return name.equals("segmentation") ? null : this;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }

        @Override
        public boolean includeEmptyObject(boolean contentsFiltered) {
            return true;
        }
    };

    private final List<Category> categories;
    private final Map<Long, Integer> categoryIndices = new HashMap<>();
    private final Map<Long, JsonField> imageFields = new HashMap<>();
    private final Map<Long, List<TrueObject>> objects = new HashMap<>();
    private final GroundTruth truth;

    private CocoFile(JsonField root) {
        root.require(root.node().isObject(), "an object with images, annotations and categories");
        categories = root.get("categories").items(this::category);
        root.get("categories").require(!categories.isEmpty(), "an array with a category");
        root.get("images").items(this::indexed);
        root.get("images").require(!imageFields.isEmpty(), "an array with an image");
        Set<Long> ids = new HashSet<>();
        root.get("annotations").items(field -> annotation(field, ids));
        truth = new GroundTruth(categories, root.get("images").items(this::image));
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not in the format: the message says where, what must be there and what is
     */
    public static GroundTruth read(Path file) throws IOException {
        try (JsonParser parser = MAPPER.createParser(Files.newInputStream(file))) {
            parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            JsonNode root = MAPPER.readTree(new FilteringParserDelegate(
                    parser, WITHOUT_OUTLINES, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true));
            if (root == null || parser.nextToken() != null) {
                throw new IllegalArgumentException(file + ": must hold one JSON document");
            }
            return new CocoFile(new JsonField("", root)).truth;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s: must be JSON, but at line %d, column %d: %s",
                            file,
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                            e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                            e.getOriginalMessage()),
                    e);
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith(file + ": ")
                    ? e
                    : new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /** Returns a name as it is asked for: behind its indefinite article. */
    static String prompt(String name) {
        return Prompt.of(name).withTemplates(List.of("a {}")).sentences().get(0);
    }

    private Category category(JsonField field) {
        JsonField id = field.get("id");
        JsonField name = field.get("name");
        if (categoryIndices.putIfAbsent(id.integer(), categoryIndices.size()) != null) {
            throw id.bad("the id of one category alone");
        }
        JsonField prompt = field.get("prompt");
        return new Category(id.integer(), name.text(), prompt.isThere() ? prompt.text() : prompt(name.text()));
    }

    private JsonField indexed(JsonField field) {
        JsonField id = field.get("id");
        if (imageFields.putIfAbsent(id.integer(), field) != null) {
            throw id.bad("the id of one image alone");
        }
        objects.put(id.integer(), new ArrayList<>());
        return field;
    }

    private TrueObject annotation(JsonField field, Set<Long> ids) {
        JsonField id = field.get("id");
        if (!ids.add(id.integer())) {
            throw id.bad("the id of one annotation alone");
        }
        JsonField imageId = field.get("image_id");
        JsonField image = imageFields.get(imageId.integer());
        if (image == null) {
            throw imageId.bad("the id of an image");
        }
        TrueObject object = new TrueObject(
                categoryIndex(field.get("category_id")),
                region(field.get("bbox"), image),
                field.get("iscrowd").flag());
        objects.computeIfAbsent(imageId.integer(), none -> new ArrayList<>()).add(object);
        return object;
    }

    private int categoryIndex(JsonField field) {
        Integer index = categoryIndices.get(field.integer());
        if (index == null) {
            throw field.bad("the id of a category");
        }
        return index;
    }

    private static Region region(JsonField field, JsonField image) {
        List<Double> numbers = field.items(JsonField::number);
        field.require(numbers.size() == 4, "four numbers: x, y, width, height");
        Region region = new Region(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
        field.require(region.width() >= 0 && region.height() >= 0, "of a width and height that are not negative");
        int width = image.get("width").positive();
        int height = image.get("height").positive();
        field.require(
                region.x() >= -SLACK_PX
                        && region.y() >= -SLACK_PX
                        && region.x() + region.width() <= width + SLACK_PX
                        && region.y() + region.height() <= height + SLACK_PX,
                "inside its image of " + width + " x " + height + " pixels");
        return region;
    }

    private GroundTruth.Image image(JsonField field) {
        long id = field.get("id").integer();
        JsonField asked = field.get("asked");
        JsonField tags = field.get("tags");
        return new GroundTruth.Image(
                id,
                field.get("file_name").text(),
                field.get("width").positive(),
                field.get("height").positive(),
                asked.isThere()
                        ? asked(asked)
                        : IntStream.range(0, categories.size()).boxed().toList(),
                tags.isThere() ? tags.items(JsonField::text) : List.of(),
                objects.getOrDefault(id, List.of()));
    }

    private List<Integer> asked(JsonField field) {
        Set<Integer> seen = new HashSet<>();
        field.items(item -> {
            int category = categoryIndex(item);
            item.require(seen.add(category), "asked once");
            return category;
        });
        return seen.stream().sorted().toList();
    }
}
