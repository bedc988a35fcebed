package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Spends a budget where it tells most: the largest windows first, all of a size as long as they can be paid for, then those of
 * the next size that lie where the larger ones speak for a prompt. Of a time it is not known beforehand what it pays for: when the
 * chosen ones are embedded it is asked again, until it pays for no more.
 *
 * <pre>
 *   62 images for 116 windows:  1 + 9 + 25 of the three larger sizes, 18 of the 81 smallest, 9 for a second look
 * </pre>
 */
final class CoarseToFine {
    /** So much of a budget is kept for second looks, as far as whole ones go into it. */
    private static final int KEPT_SHARE = 4;
    /** And no more than so many looks. */
    private static final int KEPT_LOOKS = 2;

    private final PromptScorer scorer;
    private final List<PromptScorer.Question> questions;
    private final BudgetMeter budget;
    private final Function<List<Box>, EmbeddedImage.Scan> embed;

    CoarseToFine(
            PromptScorer scorer,
            List<PromptScorer.Question> questions,
            BudgetMeter budget,
            Function<List<Box>, EmbeddedImage.Scan> embed) {
        this.scorer = scorer;
        this.questions = questions;
        this.budget = budget;
        this.embed = embed;
    }

    /**
     * Embeds what the budget pays for: at least one window, so that there is an answer.
     *
     * @param sizes the windows of each size, row by row
     * @param looks how many second looks a prompt may have
     * @return one scan for each size that was come to, in the order of the sizes
     */
    List<EmbeddedImage.Scan> scan(List<List<Box>> sizes, int looks) {
        List<Integer> largestFirst = IntStream.range(0, sizes.size())
                .boxed()
                .sorted(Comparator.comparingInt(size -> -sizes.get(size).get(0).width()))
                .toList();
        SortedMap<Integer, EmbeddedImage.Scan> scans = new TreeMap<>();
        for (int size : largestFirst) {
            List<Box> left = sizes.get(size);
            while (!left.isEmpty()) {
                int affordable = Math.max(scans.isEmpty() ? 1 : 0, budget.remaining() - kept(looks));
                if (affordable == 0) {
                    return List.copyOf(scans.values());
                }
                List<Box> chosen =
                        left.size() <= affordable ? left : choose(left, affordable, List.copyOf(scans.values()));
                scans.merge(size, embed.apply(chosen), CoarseToFine::joined);
                budget.spend(chosen.size());
                left = without(left, chosen);
            }
        }
        return List.copyOf(scans.values());
    }

    private int kept(int looks) {
        int affordable = budget.whole() / KEPT_SHARE / InstanceFinder.LOOKS;
        return Math.min(affordable, Math.min(looks, KEPT_LOOKS)) * InstanceFinder.LOOKS;
    }

    private static List<Box> without(List<Box> windows, List<Box> chosen) {
        Set<Box> gone = new HashSet<>(chosen);
        return windows.stream().filter(window -> !gone.contains(window)).toList();
    }

    /** Returns one scan of windows of one size, row by row. */
    private static EmbeddedImage.Scan joined(EmbeddedImage.Scan before, EmbeddedImage.Scan more) {
        List<Box> windows = Stream.concat(before.windows().stream(), more.windows().stream())
                .sorted(Comparator.comparingInt(Box::yMin).thenComparingInt(Box::xMin))
                .toList();
        Map<Box, Integer> places = new HashMap<>();
        windows.forEach(window -> places.put(window, places.size()));
        int dimension = more.embeddings().capacity() / more.windows().size();
        float[] rows = new float[windows.size() * dimension];
        for (EmbeddedImage.Scan scan : List.of(before, more)) {
            for (int i = 0; i < scan.windows().size(); i++) {
                int place = Objects.requireNonNull(places.get(scan.windows().get(i)));
                scan.embeddings().get(i * dimension, rows, place * dimension, dimension);
            }
        }
        return new EmbeddedImage.Scan(windows, rows);
    }

    /** Returns the most promising windows, row by row; where nothing is known yet, some of all over the image. */
    private List<Box> choose(List<Box> windows, int count, List<EmbeddedImage.Scan> scans) {
        if (scans.isEmpty()) {
            return IntStream.range(0, count)
                    .mapToObj(i -> windows.get((int) ((2L * i + 1) * windows.size() / (2L * count))))
                    .toList();
        }
        double[] promise = promise(windows, scans);
        return IntStream.range(0, windows.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -promise[i]))
                .limit(count)
                .sorted()
                .map(windows::get)
                .toList();
    }

    /** For the prompt that is likeliest there: the mean log-odds of the windows around, the smaller ones weighing more. */
    private double[] promise(List<Box> windows, List<EmbeddedImage.Scan> scans) {
        double[] promise = new double[windows.size()];
        Arrays.fill(promise, Double.NEGATIVE_INFINITY);
        scorer.score(scans, questions, (question, evidence) -> {
            for (int i = 0; i < promise.length; i++) {
                promise[i] = Math.max(promise[i], around(windows.get(i), scans, evidence));
            }
        });
        return promise;
    }

    private static double around(Box window, List<EmbeddedImage.Scan> scans, List<double[]> evidence) {
        long x = (long) window.xMin() + window.xMax();
        long y = (long) window.yMin() + window.yMax();
        double sum = 0;
        double weights = 0;
        for (int s = 0; s < scans.size(); s++) {
            List<Box> larger = scans.get(s).windows();
            for (int i = 0; i < larger.size(); i++) {
                Box box = larger.get(i);
                if (2L * box.xMin() <= x && x <= 2L * box.xMax() && 2L * box.yMin() <= y && y <= 2L * box.yMax()) {
                    double weight = 1.0 / box.area();
                    sum += weight * evidence.get(s)[i];
                    weights += weight;
                }
            }
        }
        return weights == 0 ? Double.NEGATIVE_INFINITY : sum / weights;
    }
}
