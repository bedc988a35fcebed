package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.PatchGrid;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Draws results: boxes, heat maps, and the article's brightness picture. Every method returns a new picture of the image's
 * size, a legend apart. Lines and letters grow with the image. Thread-safe.
 */
public final class Pictures {
    private Pictures() {}

    /**
     * Draws detections as boxes with label and score, each label in a colour of its own, in the order in which the labels
     * first occur.
     */
    public static RgbImage boxes(RgbImage image, List<Detection> detections) {
        return boxes(
                image,
                detections,
                detections.stream().map(Detection::label).distinct().toList());
    }

    /**
     * Draws detections as boxes with label and score. Lines have a dark rim, so that they show on any background. A label that is
     * too long is cut; one with a letter that none of the machine's fonts has is written as its place in the list of labels, such
     * as "#2". On a machine without any font the text is left out. Text makes Java keep a list of the machine's fonts in {@code
     * ~/.java/fonts}.
     *
     * @param labels decides colours and lines: a label always has the {@link BoxStyle} of its place in this list, so that a prompt
     *     keeps it over many images
     * @throws IllegalArgumentException if a detection's label is not in the list
     */
    public static RgbImage boxes(RgbImage image, List<Detection> detections, List<String> labels) {
        return new BoxPainter(image, labels, true).paint(detections);
    }

    /**
     * Lays a map over the image in grays, from its lowest score (dark) to its highest (bright yellow). A
     * {@linkplain ScoreMap#isFlat flat} map is dark.
     *
     * @throws IllegalArgumentException if the map is not one of an image of this size
     */
    public static RgbImage heatMap(RgbImage image, ScoreMap map) {
        return heatMap(image, map, HeatMapOptions.defaults());
    }

    /**
     * Lays a map over the image in grays, as {@link #heatMap(RgbImage, ScoreMap)} with colours of fixed meaning: maps of
     * several prompts or images can be compared.
     *
     * @param low the score that is darkest, as are all below
     * @param high the score that is brightest, as are all above
     * @throws IllegalArgumentException if the map is not one of an image of this size, or {@code low} is not below
     *     {@code high}
     */
    public static RgbImage heatMap(RgbImage image, ScoreMap map, double low, double high) {
        return heatMap(image, map, HeatMapOptions.defaults().withRange(low, high));
    }

    /**
     * Lays a map over the image in grays: in other colours, more or less of them, or with a legend. Pixels in no patch stay gray.
     *
     * @throws IllegalArgumentException if the map is not one of an image of this size
     */
    public static RgbImage heatMap(RgbImage image, ScoreMap map, HeatMapOptions options) {
        requireSameSize(image, map);
        return new HeatMapPainter(image, map, options).paint();
    }

    /**
     * Multiplies every patch with its score, as the pictures of the article: what has score 0 is black, what has 1 is as it
     * was. Pixels in no patch are black.
     *
     * @param map scores in [0, 1], such as {@link ScoreMap#normalized()}; what is outside is taken as the nearer end
     * @throws IllegalArgumentException if the map is not one of an image of this size
     */
    public static RgbImage brightness(RgbImage image, ScoreMap map) {
        requireSameSize(image, map);
        int[] pixels = image.toPacked();
        int patchPx = map.grid().patchPx();
        for (int i = 0; i < pixels.length; i++) {
            int row = i / image.width() / patchPx;
            int column = i % image.width() / patchPx;
            boolean covered = row < map.rows() && column < map.columns();
            double score = covered ? Math.min(1, Math.max(0, map.get(row, column))) : 0;
            pixels[i] = Colours.mix(0, pixels[i], score);
        }
        return RgbImage.ofPacked(image.width(), image.height(), pixels);
    }

    /**
     * Writes a picture: the file is there in whole or, after a failure, as it was before.
     *
     * @param file ends in {@code .png}, {@code .jpg} or {@code .jpeg}; an existing file is replaced
     * @throws IllegalArgumentException if the name has another ending
     * @throws IOException if it cannot be written
     */
    public static void write(RgbImage picture, Path file) throws IOException {
        PictureWriter.write(picture, file);
    }

    private static void requireSameSize(RgbImage image, ScoreMap map) {
        PatchGrid grid = map.grid();
        if (grid.imageWidth() != image.width() || grid.imageHeight() != image.height()) {
            throw new IllegalArgumentException("map (of a " + grid.imageWidth() + " x " + grid.imageHeight()
                    + " image) must be of an image of " + image.width() + " x " + image.height() + " pixels");
        }
    }
}
