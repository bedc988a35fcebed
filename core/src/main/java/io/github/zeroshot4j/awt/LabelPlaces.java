package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.Box;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds places for labels on a picture: at their boxes, and not over each other while there is room. */
final class LabelPlaces {
    private final int width;
    private final int height;
    private final int linePx;
    private final int rimPx;
    private final List<Rectangle> taken = new ArrayList<>();

    LabelPlaces(int width, int height, int linePx, int rimPx) {
        this.width = width;
        this.height = height;
        this.linePx = linePx;
        this.rimPx = rimPx;
    }

    /** Takes the first free place for a label: at the box, then beside other labels; else where it covers least. */
    Rectangle take(Box box, int labelWidth, int labelHeight) {
        List<Rectangle> places = at(box, labelWidth, labelHeight);
        places.addAll(beside(box, labelWidth, labelHeight));
        Rectangle place =
                places.stream().min(Comparator.comparingLong(this::covered)).orElseThrow();
        // With its rim, which may lie on another's.
        taken.add(new Rectangle(place.x - rimPx, place.y - rimPx, place.width + 2 * rimPx, place.height + 2 * rimPx));
        return place;
    }

    /** Outside above and below, then inside at the top and the bottom, each at the box's left end first. */
    private List<Rectangle> at(Box box, int labelWidth, int labelHeight) {
        int inset = linePx + rimPx;
        int[] outside = {box.yMin() - labelHeight - rimPx, box.yMax() + rimPx};
        int[] inside = {box.yMin() + inset, box.yMax() - inset - labelHeight};
        List<Rectangle> places = new ArrayList<>();
        for (int x : new int[] {box.xMin(), box.xMax() - labelWidth}) {
            for (int y : outside) {
                if (y >= 0 && y + labelHeight <= height) {
                    places.add(inside(x, y, labelWidth, labelHeight));
                }
            }
        }
        for (int y : inside) {
            places.add(inside(box.xMin() + inset, y, labelWidth, labelHeight));
            places.add(inside(box.xMax() - inset - labelWidth, y, labelWidth, labelHeight));
        }
        return places;
    }

    /** Right below and above other labels, nearest first. */
    private List<Rectangle> beside(Box box, int labelWidth, int labelHeight) {
        return taken.stream()
                .flatMapToInt(other -> IntStream.of(other.y + other.height, other.y - labelHeight))
                .filter(y -> y >= 0 && y + labelHeight <= height)
                .boxed()
                .sorted(Comparator.comparingInt(y -> Math.abs(y - box.yMin())))
                .map(y -> inside(box.xMin(), y, labelWidth, labelHeight))
                .toList();
    }

    private Rectangle inside(int x, int y, int labelWidth, int labelHeight) {
        return new Rectangle(
                Math.max(0, Math.min(x, width - labelWidth)),
                Math.max(0, Math.min(y, height - labelHeight)),
                labelWidth,
                labelHeight);
    }

    /** Returns how many pixels of labels a place would cover. */
    private long covered(Rectangle place) {
        return taken.stream()
                .map(place::intersection)
                .filter(shared -> !shared.isEmpty())
                .mapToLong(shared -> (long) shared.width * shared.height)
                .sum();
    }
}
