package io.github.zeroshot4j;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Embeds pictures that are asked for as windows are embedded, and tells how near to one a window must be;
 * {@link Prompt#ofImage} says why. Thread-safe: each picture's embedding is kept for as long as the picture is.
 */
final class Exemplars {
    /** How far the pivot is from plain pictures to the exemplar itself. */
    static final double SHARE = 0.75;

    private static final List<Integer> PLAIN = List.of(0x000000, 0x808080, 0xffffff);

    private final GuardedEncoder encoder;
    private final ImageEmbedder images;
    private final List<RgbImage> plain;
    /** An image equals itself alone, so that this looks for the very picture. */
    private final Map<RgbImage, float[]> kept = Collections.synchronizedMap(new WeakHashMap<>());

    Exemplars(GuardedEncoder encoder, ImageEmbedder images) {
        this.encoder = encoder;
        this.images = images;
        int side = encoder.spec().cropSide();
        this.plain = PLAIN.stream()
                .map(colour -> RgbImage.filled(side, side, colour))
                .toList();
    }

    /** Returns the smallest square around the box inside the image; of a longer box, the square in its middle. */
    static Box squareAround(RgbImage image, Box box) {
        image.requireInside(box);
        int side = Math.min(Math.max(box.width(), box.height()), Math.min(image.width(), image.height()));
        int x = start(box.xMin(), box.xMax(), side, image.width());
        int y = start(box.yMin(), box.yMax(), side, image.height());
        return new Box(x, y, x + side, y + side);
    }

    private static int start(int min, int max, int side, int length) {
        return Math.max(0, Math.min(length - side, min + (max - min - side) / 2));
    }

    /** Returns the row of a picture: its centre square, alone in its batch. */
    float[] embed(RgbImage exemplar) {
        float[] row = kept.get(exemplar);
        if (row == null) {
            row = images.squares(1, i -> Resampler.centreSquare(exemplar, encoder.spec()), (done, total) -> {});
            kept.put(exemplar, row);
        }
        return row;
    }

    /** Returns the cosine with the exemplar from which on a window is more likely it than not. */
    double pivot(float[] row) {
        double cosine = plain.stream()
                .mapToDouble(image -> WindowScores.cosine(embed(image), 0, row))
                .average()
                .orElseThrow();
        return cosine + SHARE * (1 - cosine);
    }
}
