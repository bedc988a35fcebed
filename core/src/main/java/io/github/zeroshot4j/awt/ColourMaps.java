package io.github.zeroshot4j.awt;

import java.util.Arrays;

/** Scales of colours whose equal steps look equal. */
final class ColourMaps {
    /**
     * Every 15th of the 256 colours of "inferno", a perceptually uniform scale by Nathaniel J. Smith and Stefan van der Walt,
     * released under CC0 (matplotlib 2.0, _cm_listed.py). Interpolated between, no channel is more than 6 of 255 off.
     */
    private static final int[] INFERNO = {
        0x000004, 0x0A0722, 0x1E0C45, 0x380962, 0x510E6C, 0x69166E, 0x801F6C, 0x982766, 0xB0315B,
        0xC63D4D, 0xD94D3D, 0xE9612B, 0xF47918, 0xFA9407, 0xFCB014, 0xF8CD37, 0xF2EA69, 0xFCFFA4
    };

    /** In turns: violet where it is dark, cyan where it is light. */
    private static final double DARK_HUE = 0.76;

    private static final double LIGHT_HUE = 0.56;
    private static final double COLD_CHROMA = 0.13;

    /** Blues of the same lightness, one by one. */
    private static final int[] COLD =
            Arrays.stream(INFERNO).map(ColourMaps::cold).toArray();

    private ColourMaps() {}

    private static int cold(int warm) {
        double lightness = OkLab.of(warm).lightness();
        double hue = DARK_HUE + lightness * (LIGHT_HUE - DARK_HUE);
        return OkLab.ofHue(lightness, COLD_CHROMA, hue).rgb();
    }

    /** Returns the colour of a value in [0, 1]; what is outside is taken as the nearer end. */
    static int inferno(double value) {
        return at(INFERNO, value);
    }

    /** Returns the colour of a value in [-1, 1]; what is outside is taken as the nearer end. */
    static int diverging(double value) {
        return at(value < 0 ? COLD : INFERNO, Math.abs(value));
    }

    private static int at(int[] colours, double value) {
        double position = Math.min(1, Math.max(0, value)) * (colours.length - 1);
        int index = (int) Math.min(position, colours.length - 2);
        return Colours.mix(colours[index], colours[index + 1], position - index);
    }
}
