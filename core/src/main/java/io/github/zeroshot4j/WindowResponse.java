package io.github.zeroshot4j;

/**
 * How much a window that shows a part of an object speaks for it: from 0, no more than the background does, to 1, as the best
 * window does. Both of two shares must be large:
 *
 * <pre>
 *   visible: the share of the object that the window shows          filled: the share of the window that the object fills
 *   [  #|## ]  0.3: half of what 0.6 or more says                   a small thing in a large window: 1 - exp(-filled / 0.1)
 * </pre>
 *
 * <p>The form and the two constants describe log-odds that were measured with the tiny model ({@code zeroshot4j-tiny-2}) on the
 * development scenes of {@code model-export} (set K), where the window's place and the object's are known. Another model may
 * respond otherwise: where less of an object says all, boxes come out too small, where more is needed, too large.
 */
final class WindowResponse {
    /** A window that shows so much of an object says all that it can. */
    private static final double VISIBLE_ENOUGH = 0.6;

    private static final double FILLED_SCALE = 0.1;
    /** Of the response to the filled share: an exponential for each pair of window and box would take most of the time. */
    private static final int STEPS = 1 << 12;

    private final double[] byFilled = new double[STEPS + 2];

    WindowResponse() {
        for (int i = 0; i < byFilled.length; i++) {
            byFilled[i] = 1 - Math.exp(-(double) i / STEPS / FILLED_SCALE);
        }
    }

    /**
     * Returns the response.
     *
     * @param shared pixels that window and object share
     */
    double of(double shared, double windowArea, double objectArea) {
        double at = shared / windowArea * STEPS;
        int step = (int) at;
        double filled = byFilled[step] + (at - step) * (byFilled[step + 1] - byFilled[step]);
        return Math.min(1, shared / objectArea / VISIBLE_ENOUGH) * filled;
    }
}
