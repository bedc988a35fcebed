package io.github.zeroshot4j.awt;

import java.util.List;

/**
 * How {@link Pictures#boxes} draws the boxes of a label, for whoever draws boxes elsewhere, such as in a web page.
 *
 * <p>Boxes are told apart by colour and by line: the first seven labels have solid lines, the next seven dashed ones, then come
 * dotted lines and such of dashes and dots, and again from the beginning. The first seven colours are told apart by
 * colour-blind readers too (Okabe and Ito, "Color Universal Design", 2008, without black); all others are made, as far from
 * each other in hue and lightness as seven can be.
 *
 * @param colour of line and label, 0xRRGGBB
 * @param ink of the letters on the label, black or white: the contrast of WCAG 2.2 is at least 4.5
 * @param dashes lengths of dash, gap, dash, gap and so on, in line widths; empty for a solid line
 */
public record BoxStyle(int colour, int ink, List<Integer> dashes) {
    private static final int[] OKABE_ITO = {0xF0E442, 0x56B4E9, 0xE69F00, 0x009E73, 0xCC79A7, 0xD55E00, 0x0072B2};

    private static final List<List<Integer>> LINES =
            List.of(List.of(), List.of(5, 3), List.of(2, 2), List.of(6, 2, 2, 2));

    private static final double GOLDEN_RATIO = 0.6180339887498949;
    private static final double[] LIGHTNESS = {0.82, 0.66};
    private static final double CHROMA = 0.17;

    /** Makes a style. */
    public BoxStyle {
        dashes = List.copyOf(dashes);
    }

    /**
     * Returns the style of the label with this place in the list of labels.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public static BoxStyle of(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("index (" + index + ") must not be negative");
        }
        int round = index / OKABE_ITO.length;
        int place = index % OKABE_ITO.length;
        int colour = round == 0 ? OKABE_ITO[place] : made(round, place);
        int ink = Colours.contrast(colour, 0x000000) >= Colours.contrast(colour, 0xFFFFFF) ? 0x000000 : 0xFFFFFF;
        return new BoxStyle(colour, ink, LINES.get(round % LINES.size()));
    }

    /** Seven hues around the circle, light and dark in turn, each round between those of the rounds before. */
    private static int made(int round, int place) {
        double shift = round * GOLDEN_RATIO % 1;
        return OkLab.ofHue(LIGHTNESS[place % 2], CHROMA, (place + shift) / OKABE_ITO.length)
                .rgb();
    }
}
