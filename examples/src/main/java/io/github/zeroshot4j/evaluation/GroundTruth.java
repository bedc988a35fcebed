package io.github.zeroshot4j.evaluation;

import java.util.List;

/**
 * What is where in a set of images, and what is asked of each.
 *
 * @param categories in the order of the file
 * @param images in the order of the file
 */
public record GroundTruth(List<Category> categories, List<Image> images) {
    /** Makes a truth. */
    public GroundTruth {
        categories = List.copyOf(categories);
        images = List.copyOf(images);
    }

    /**
     * A kind of object.
     *
     * @param prompt how it is asked for
     */
    public record Category(long id, String name, String prompt) {}

    /**
     * One image.
     *
     * @param asked the categories that are asked of it, as indices of {@link GroundTruth#categories()}, ascending
     * @param tags what sort of image it is
     * @param objects what is on it, asked or not
     */
    public record Image(
            long id,
            String fileName,
            int width,
            int height,
            List<Integer> asked,
            List<String> tags,
            List<TrueObject> objects) {
        /** Makes an image. */
        public Image {
            asked = List.copyOf(asked);
            tags = List.copyOf(tags);
            objects = List.copyOf(objects);
        }

        /** Returns the objects of a category, without the crowds or only them. */
        List<Region> regions(int category, boolean crowd) {
            return objects.stream()
                    .filter(object -> object.category() == category && object.crowd() == crowd)
                    .map(TrueObject::region)
                    .toList();
        }
    }

    /**
     * One object, or a crowd of them in one region.
     *
     * @param category an index of {@link GroundTruth#categories()}
     * @param crowd whether it is a crowd: boxes in it are neither right nor wrong, and it need not be found
     */
    public record TrueObject(int category, Region region, boolean crowd) {}
}
