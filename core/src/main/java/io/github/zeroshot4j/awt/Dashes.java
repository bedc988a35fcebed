package io.github.zeroshot4j.awt;

import java.util.ArrayList;
import java.util.List;

/** Lays dashes along the side of a box: a whole number of them, a dash at either end, so that corners are never open. */
final class Dashes {
    private Dashes() {}

    /**
     * Returns where dashes begin and end, from 0 to {@code lengthPx}.
     *
     * @param dashes lengths of dash, gap, dash, gap and so on, in line widths; empty for one dash of the whole length
     */
    static List<int[]> along(int lengthPx, int linePx, List<Integer> dashes) {
        int period = dashes.stream().mapToInt(i -> i).sum();
        int last = dashes.isEmpty() ? 0 : dashes.get(0);
        long periods = period == 0 ? 0 : Math.round((lengthPx / (double) linePx - last) / period);
        if (periods <= 0) {
            return List.of(new int[] {0, lengthPx});
        }
        double scale = lengthPx / (double) (periods * period + last);
        List<int[]> placed = new ArrayList<>();
        for (long k = 0; k < periods; k++) {
            long at = k * period;
            for (int i = 0; i < dashes.size(); i += 2) {
                placed.add(between(at, at + dashes.get(i), scale));
                at += dashes.get(i) + dashes.get(i + 1);
            }
        }
        placed.add(between(periods * period, periods * period + last, scale));
        return placed;
    }

    private static int[] between(long from, long to, double scale) {
        return new int[] {(int) Math.round(from * scale), (int) Math.round(to * scale)};
    }
}
