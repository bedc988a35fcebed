package io.github.zeroshot4j.awt;

/**
 * A colour in Oklab, where distances are about as large as they look (Bjoern Ottosson, "A perceptual color space for image
 * processing", 2020).
 *
 * @param lightness 0 (black) to 1 (white)
 * @param a from green to red
 * @param b from blue to yellow
 */
record OkLab(double lightness, double a, double b) {
    private static final int STEPS = 20;

    /** Returns the colour 0xRRGGBB of sRGB. */
    static OkLab of(int rgb) {
        double red = Colours.linear(rgb >> 16 & 0xff);
        double green = Colours.linear(rgb >> 8 & 0xff);
        double blue = Colours.linear(rgb & 0xff);
        double l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
        double m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
        double s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
        return new OkLab(
                0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
    }

    /** Returns the colour of a hue in turns: 0 is pink, 1/4 yellow, 1/2 green, 3/4 blue. */
    static OkLab ofHue(double lightness, double chroma, double hue) {
        double angle = 2 * Math.PI * hue;
        return new OkLab(lightness, chroma * Math.cos(angle), chroma * Math.sin(angle));
    }

    /** Returns the colour as 0xRRGGBB: where sRGB does not have it, the one of its lightness and hue with the highest chroma. */
    int rgb() {
        double inside = isInside(linear(1)) ? 1 : 0;
        double outside = 1;
        for (int step = 0; step < STEPS && inside < 1; step++) {
            double middle = (inside + outside) / 2;
            if (isInside(linear(middle))) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        int rgb = 0;
        for (double level : linear(inside)) {
            rgb = rgb << 8 | Colours.sRgb(level);
        }
        return rgb;
    }

    double distance(OkLab other) {
        return Math.hypot(lightness - other.lightness, Math.hypot(a - other.a, b - other.b));
    }

    /** Returns red, green and blue as linear light, with a part of the chroma. */
    private double[] linear(double part) {
        double l = cube(lightness + part * (0.3963377774 * a + 0.2158037573 * b));
        double m = cube(lightness - part * (0.1055613458 * a + 0.0638541728 * b));
        double s = cube(lightness - part * (0.0894841775 * a + 1.2914855480 * b));
        return new double[] {
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
        };
    }

    private static double cube(double value) {
        return value * value * value;
    }

    private static boolean isInside(double[] levels) {
        for (double level : levels) {
            if (level < 0 || level > 1) {
                return false;
            }
        }
        return true;
    }
}
