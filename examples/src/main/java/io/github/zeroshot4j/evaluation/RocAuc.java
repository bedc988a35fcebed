package io.github.zeroshot4j.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The area under the ROC curve: the probability that what is present scores above what is absent, ties counted half. The
 * pairs are sorted once; each set of weights then takes time proportional to their number.
 */
final class RocAuc implements Statistic {
    /** One score of what is, or is not, on an image. */
    record Scored(int image, double score, boolean present) {}

    private final Scored[] ascending;

    RocAuc(List<Scored> pairs) {
        ascending = pairs.toArray(Scored[]::new);
        Arrays.sort(ascending, Comparator.comparingDouble(Scored::score));
    }

    @Override
    public double of(int[] weights) {
        double above = 0;
        long present = 0;
        long absent = 0;
        for (int from = 0, to; from < ascending.length; from = to) {
            long tiedPresent = 0;
            long tiedAbsent = 0;
            for (to = from; to < ascending.length && ascending[to].score() == ascending[from].score(); to++) {
                int weight = weights[ascending[to].image()];
                tiedPresent += ascending[to].present() ? weight : 0;
                tiedAbsent += ascending[to].present() ? 0 : weight;
            }
            above += tiedPresent * (absent + 0.5 * tiedAbsent);
            present += tiedPresent;
            absent += tiedAbsent;
        }
        return present == 0 || absent == 0 ? Double.NaN : above / present / absent;
    }
}
