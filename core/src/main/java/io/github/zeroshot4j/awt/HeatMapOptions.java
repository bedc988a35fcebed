package io.github.zeroshot4j.awt;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How {@link Pictures#heatMap} draws a map. Immutable; {@link #defaults()} or {@link #differences()}, changed by the {@code with}
 * methods.
 */
public final class HeatMapOptions {

    /** The default of {@link #opacity()}: 0.6. */
    public static final double DEFAULT_OPACITY = 0.6;

    private static final HeatMapOptions DEFAULTS =
            new HeatMapOptions(Scale.SEQUENTIAL, OptionalDouble.empty(), OptionalDouble.empty(), DEFAULT_OPACITY, "");

    private final Scale scale;
    private final OptionalDouble low;
    private final OptionalDouble high;
    private final double opacity;
    private final String legend;

    /** Which colours stand for which scores. Equal steps look equal, in grays too, and are seen by colour-blind readers. */
    public enum Scale {
        /** For more and less: from nearly black over purple and orange to a bright yellow, for scores from low to high. */
        SEQUENTIAL {
            @Override
            public int rgb(double value) {
                return ColourMaps.inferno(value);
            }

            @Override
            double position(double score, double low, double high) {
                return (score - low) / (high - low);
            }
        },
        /**
         * For differences: nearly black is 0; what is above has the colours of {@link #SEQUENTIAL}, what is below grows lighter
         * by the same steps from black over blue to a pale cyan. The end that is farther from 0 has the brightest colour.
         */
        DIVERGING {
            @Override
            public int rgb(double value) {
                return ColourMaps.diverging(value);
            }

            @Override
            double position(double score, double low, double high) {
                return score / Math.max(Math.abs(low), Math.abs(high));
            }
        };

        /**
         * Returns the colour of a value, 0xRRGGBB.
         *
         * @param value in [0, 1], with {@link #DIVERGING} in [-1, 1]; what is outside is taken as the nearer end
         */
        public abstract int rgb(double value);

        /** Returns the value that a score has on a scale from low to high. */
        abstract double position(double score, double low, double high);
    }

    private HeatMapOptions(Scale scale, OptionalDouble low, OptionalDouble high, double opacity, String legend) {
        this.scale = Objects.requireNonNull(scale, "scale");
        this.low = low;
        this.high = high;
        this.opacity = opacity;
        this.legend = Objects.requireNonNull(legend, "legend");
    }

    /** Returns the default options: {@link Scale#SEQUENTIAL} from the map's lowest score to its highest, without a legend. */
    public static HeatMapOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options for maps of differences, such as those of {@link io.github.zeroshot4j.OcclusionLocalizer}: {@link
     * Scale#DIVERGING}, from 0 or the map's lowest score to 0 or its highest.
     */
    public static HeatMapOptions differences() {
        return DEFAULTS.withScale(Scale.DIVERGING);
    }

    /** Returns which colours stand for which scores. */
    public Scale scale() {
        return scale;
    }

    /** Returns the score that has the first colour; empty for what {@link #defaults()} and {@link #differences()} say. */
    public OptionalDouble low() {
        return low;
    }

    /** Returns the score that has the last colour; empty for what {@link #defaults()} and {@link #differences()} say. */
    public OptionalDouble high() {
        return high;
    }

    /** Returns how much the colours cover the image, in [0, 1]. */
    public double opacity() {
        return opacity;
    }

    /** Returns the title of the legend, such as the prompt; empty for no legend. */
    public String legend() {
        return legend;
    }

    /** Returns these options with other colours. */
    public HeatMapOptions withScale(Scale newScale) {
        return new HeatMapOptions(newScale, low, high, opacity, legend);
    }

    /**
     * Returns these options with colours of fixed meaning: maps of several prompts or images can be compared.
     *
     * @param newLow the score that has the first colour, as have all below
     * @param newHigh the score that has the last colour, as have all above
     * @throws IllegalArgumentException if they are not finite or {@code newLow} is not below {@code newHigh}
     */
    public HeatMapOptions withRange(double newLow, double newHigh) {
        if (!(newLow < newHigh) || !Double.isFinite(newHigh - newLow)) {
            throw new IllegalArgumentException("low (" + newLow + ") must be below high (" + newHigh + ")"
                    + (newLow < newHigh ? ", both finite" : ""));
        }
        return new HeatMapOptions(scale, OptionalDouble.of(newLow), OptionalDouble.of(newHigh), opacity, legend);
    }

    /**
     * Returns these options with another opacity.
     *
     * @param newOpacity 0 shows the image alone, 1 the colours alone
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public HeatMapOptions withOpacity(double newOpacity) {
        if (!(newOpacity >= 0 && newOpacity <= 1)) {
            throw new IllegalArgumentException("opacity (" + newOpacity + ") must be in [0, 1]");
        }
        return new HeatMapOptions(scale, low, high, newOpacity, legend);
    }

    /**
     * Returns these options with a legend: a strip below the picture, which is so much taller, with the title, the colours and the
     * scores of the first and the last. The picture itself is covered nowhere.
     *
     * @param title what the map is of, such as the prompt; empty for no legend
     */
    public HeatMapOptions withLegend(String title) {
        return new HeatMapOptions(scale, low, high, opacity, title);
    }
}
