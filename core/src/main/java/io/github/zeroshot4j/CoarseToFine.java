package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Spends a budget where it tells most: the largest windows first, all of a size as long as they can be paid for, then those of
 * the next size that lie where the larger ones speak for a prompt.
 *
 * <pre>
 *   62 images for 116 windows:  1 + 9 + 25 of the three larger sizes, 12 of the 81 smallest, the rest for second looks
 * </pre>
 */
final class CoarseToFine {
    /** Of a budget that does not pay for all windows, so much is kept for second looks. */
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
     */
    List<EmbeddedImage.Scan> scan(List<List<Box>> sizes, int looks) {
        List<List<Box>> largestFirst = sizes.stream()
                .sorted(Comparator.comparingInt(
                        (List<Box> windows) -> -windows.get(0).width()))
                .toList();
        int all = sizes.stream().mapToInt(List::size).sum();
        List<EmbeddedImage.Scan> scans = new ArrayList<>();
        for (List<Box> windows : largestFirst) {
            int left = budget.remaining();
            int kept = left < all ? Math.min(left / KEPT_SHARE, Math.min(looks, KEPT_LOOKS) * InstanceFinder.LOOKS) : 0;
            int affordable = Math.max(scans.isEmpty() ? 1 : 0, left - kept);
            List<Box> chosen = windows.size() <= affordable ? windows : choose(windows, affordable, scans);
            if (!chosen.isEmpty()) {
                scans.add(embed.apply(chosen));
                budget.spend(chosen.size());
            }
            if (chosen.size() < windows.size()) {
                break;
            }
            all -= windows.size();
        }
        return scans;
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
