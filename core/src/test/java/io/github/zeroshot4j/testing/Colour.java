package io.github.zeroshot4j.testing;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What {@link FakeEncoder} knows of the world: the corners of the colour cube and its centre. Each colour has an
 * axis of the embedding.
 */
public enum Colour {
    /** The background, 0x808080. */
    GRAY(0, 0x808080),
    /** 0x000000. */
    BLACK(1, 0x000000),
    /** 0xFFFFFF. */
    WHITE(2, 0xFFFFFF),
    /** 0xFF0000. */
    RED(3, 0xFF0000),
    /** 0x00FF00. */
    GREEN(4, 0x00FF00),
    /** 0x0000FF. */
    BLUE(5, 0x0000FF),
    /** 0xFFFF00. */
    YELLOW(6, 0xFFFF00),
    /** 0xFF00FF. */
    MAGENTA(7, 0xFF00FF),
    /** 0x00FFFF. */
    CYAN(8, 0x00FFFF);

    private static final Colour[] ALL = values();

    /** The colours by the words of a text that name them. */
    static final Map<String, Colour> BY_WORD = byWord();

    private final int axis;
    private final int rgb;

    Colour(int axis, int rgb) {
        this.axis = axis;
        this.rgb = rgb;
    }

    /** Returns the colour as 0xRRGGBB. */
    public int rgb() {
        return rgb;
    }

    /** Returns which component of an embedding is the colour's. */
    public int axis() {
        return axis;
    }

    /** Returns the colour's name in lower case, as a prompt. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the colour at the smallest distance in RGB, the first one on a tie. Levels are 0 to 255. */
    static Colour nearest(int red, int green, int blue) {
        Colour best = GRAY;
        int bestDistance = Integer.MAX_VALUE;
        for (Colour colour : ALL) {
            int r = red - (colour.rgb >> 16);
            int g = green - (colour.rgb >> 8 & 0xff);
            int b = blue - (colour.rgb & 0xff);
            int distance = r * r + g * g + b * b;
            if (distance < bestDistance) {
                best = colour;
                bestDistance = distance;
            }
        }
        return best;
    }

    private static Map<String, Colour> byWord() {
        Map<String, Colour> colours = new HashMap<>(Map.of("grey", GRAY));
        for (Colour colour : ALL) {
            colours.put(colour.word(), colour);
        }
        return Map.copyOf(colours);
    }
}
