package io.github.zeroshot4j.awt;

/** Colours as 0xRRGGBB: mixing them, and how light they are. */
final class Colours {
    private Colours() {}

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

    /** Returns the contrast ratio of WCAG 2.2, from 1 (the same luminance) to 21 (black and white). */
    static double contrast(int rgb, int other) {
        double one = luminance(rgb) + 0.05;
        double two = luminance(other) + 0.05;
        return Math.max(one, two) / Math.min(one, two);
    }

    private static double luminance(int rgb) {
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    /** Returns the light in [0, 1] of a level of sRGB in 0 to 255. */
    static double linear(int level) {
        double value = level / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    /** Returns the level of sRGB, 0 to 255, of light in [0, 1]. */
    static int sRgb(double light) {
        double value = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
        return (int) Math.round(255 * value);
    }
}
