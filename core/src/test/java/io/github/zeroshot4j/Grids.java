package io.github.zeroshot4j;

import io.github.zeroshot4j.testing.Colour;
import java.util.List;

/** Drawings as text, small enough to check by eye. */
final class Grids {
    /** The background, which counts as "nothing" for the fake encoder. */
    static final int GRAY = Colour.GRAY.rgb();

    private Grids() {}

    /** Returns a map of patches of 10 pixels: a digit d stands for d / 10, '#' for 1, '.' for 0. */
    static ScoreMap map(String... rows) {
        int columns = rows[0].length();
        double[] values = new double[rows.length * columns];
        for (int i = 0; i < values.length; i++) {
            char cell = rows[i / columns].charAt(i % columns);
            values[i] = cell == '#' ? 1 : cell == '.' ? 0 : Character.digit(cell, 10) / 10.0;
        }
        PatchGrid grid = new PatchGrid(columns * 10, rows.length * 10, 10, PatchGrid.Coverage.DROP_REMAINDER);
        return ScoreMap.of(grid, values);
    }

    /** A rectangle of one colour. */
    record Shape(Colour colour, Box box) {}

    /** Returns a gray image with rectangles on it, the later ones on top. */
    static RgbImage drawn(int width, int height, List<Shape> shapes) {
        RgbImage image = RgbImage.filled(width, height, GRAY);
        for (Shape shape : shapes) {
            image = image.fill(shape.box(), shape.colour().rgb());
        }
        return image;
    }

    /** Returns a gray image with one rectangle. */
    static RgbImage drawn(int width, int height, Colour colour, Box box) {
        return drawn(width, height, List.of(new Shape(colour, box)));
    }

    /** Returns the image mirrored at the diagonal: pixel (x, y) goes to (y, x). */
    static RgbImage transposed(RgbImage image) {
        int[] pixels = new int[image.width() * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                pixels[x * image.height() + y] = image.rgb(x, y);
            }
        }
        return RgbImage.ofPacked(image.height(), image.width(), pixels);
    }

    /** Returns the box mirrored at the diagonal. */
    static Box transposed(Box box) {
        return new Box(box.yMin(), box.xMin(), box.yMax(), box.xMax());
    }
}
