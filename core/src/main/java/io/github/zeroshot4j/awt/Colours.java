package io.github.zeroshot4j.awt;

/** Colours as 0xRRGGBB: those of boxes, and the scale of heat maps. */
final class Colours {
    /** Told apart by colour-blind readers too: Okabe and Ito, "Color Universal Design" (2008), without black. */
    private static final int[] BOXES = {0xF0E442, 0x56B4E9, 0xE69F00, 0x009E73, 0xCC79A7, 0xD55E00, 0x0072B2};

    /**
     * Every 15th of the 256 colours of "inferno", a perceptually uniform scale by Nathaniel J. Smith and Stefan van der Walt,
     * released under CC0 (matplotlib 2.0, _cm_listed.py). Interpolated between, no channel is more than 6 of 255 off.
     */
    private static final int[] INFERNO = {
        0x000004, 0x0A0722, 0x1E0C45, 0x380962, 0x510E6C, 0x69166E, 0x801F6C, 0x982766, 0xB0315B,
        0xC63D4D, 0xD94D3D, 0xE9612B, 0xF47918, 0xFA9407, 0xFCB014, 0xF8CD37, 0xF2EA69, 0xFCFFA4
    };

    private Colours() {}

    /** Returns the colour of the boxes of label number {@code index}. */
    static int ofBox(int index) {
        return BOXES[index % BOXES.length];
    }

    /** Returns the colour of a value in [0, 1]; what is outside is taken as the nearer end. */
    static int inferno(double value) {
        double position = Math.min(1, Math.max(0, value)) * (INFERNO.length - 1);
        int index = (int) Math.min(position, INFERNO.length - 2);
        return mix(INFERNO[index], INFERNO[index + 1], position - index);
    }

    /** Returns {@code (1 - weight) * from + weight * to}, channel by channel. */
    static int mix(int from, int to, double weight) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double level = (1 - weight) * (from >> shift & 0xff) + weight * (to >> shift & 0xff);
            mixed |= (int) Math.round(level) << shift;
        }
        return mixed;
    }

    /** Returns the luma of ITU-R BT.601, 0 to 255. */
    static int luma(int rgb) {
        return (299 * (rgb >> 16 & 0xff) + 587 * (rgb >> 8 & 0xff) + 114 * (rgb & 0xff) + 500) / 1000;
    }
}
