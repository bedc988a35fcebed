package io.github.zeroshot4j.evaluation;

import io.github.zeroshot4j.evaluation.EvaluatedImage.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The figures of one detector on a set of images. Average precision is that of pycocotools on the pairs that were asked:
 * greedy matching per category and image, 101 recalls, at most 100 boxes, all sizes. What was not asked of an image counts
 * neither as found nor as missed.
 *
 * <p>Immutable and thread-safe. Costs the matching of all boxes once; an interval costs 1,000 passes over the boxes.
 */
public final class Evaluation {
    private static final double[] THRESHOLDS = thresholds();
    /** Where IoU 0.5, 0.55, ..., 0.95 are among the thresholds; 0.3 is before them. */
    private static final int FIRST = 1;

    private static final int AT_30 = 0;
    private static final int AT_75 = FIRST + 5;
    private static final double HALF = 0.5;

    private final int images;
    private final Counts counts;
    private final List<Ranking> rankings;
    private final Map<Figure, Statistic> statistics = new EnumMap<>(Figure.class);

    /**
     * What was evaluated.
     *
     * @param objects of the pairs that were asked, without crowds
     * @param present the pairs with an object
     * @param absent the pairs without; what has a crowd only is neither
     */
    public record Counts(int images, int objects, int asked, int present, int absent) {}

    /** Evaluates what a detector made of some images. */
    public Evaluation(List<GroundTruth.Category> categories, List<EvaluatedImage> evaluated) {
        List<EvaluatedImage> sorted = evaluated.stream()
                .sorted(Comparator.comparingLong(it -> it.image().id()))
                .toList();
        images = sorted.size();
        Tally tally = new Tally(categories.size(), images);
        for (int i = 0; i < images; i++) {
            for (Answer answer : sorted.get(i).answers()) {
                tally.add(i, sorted.get(i).image(), answer);
            }
            tally.calls.add(i, (double) sorted.get(i).encoderCalls(), 1);
            tally.milliseconds.add(i, sorted.get(i).milliseconds(), 1);
        }
        counts = new Counts(images, tally.objects, tally.asked, tally.present, tally.absent);
        rankings = tally.rankings.stream().map(Ranking.Builder::build).toList();
        tally.putInto(statistics);
        statistics.put(Figure.AP50, weights -> averagePrecision(FIRST, FIRST + 1, weights));
        statistics.put(Figure.MAP, weights -> averagePrecision(FIRST, THRESHOLDS.length, weights));
        statistics.put(Figure.AP75, weights -> averagePrecision(AT_75, AT_75 + 1, weights));
        statistics.put(Figure.AP30, weights -> averagePrecision(AT_30, AT_30 + 1, weights));
        statistics.put(Figure.AR100, this::averageRecall);
    }

    private static double[] thresholds() {
        // numpy's linspace(0.5, 0.95, 10), to the bit.
        double step = (0.95 - 0.5) / 9;
        return DoubleStream.concat(
                        DoubleStream.of(0.3), IntStream.range(0, 10).mapToDouble(i -> i == 9 ? 0.95 : 0.5 + i * step))
                .toArray();
    }

    /** Returns how much was evaluated. */
    public Counts counts() {
        return counts;
    }

    /** Returns a figure; NaN where there is nothing to say, such as the absent rate where nothing is absent. */
    public double value(Figure figure) {
        return statistic(figure).ofAll(images);
    }

    /** Returns the interval of a figure, see {@link Bootstrap}. */
    public Bootstrap.Interval interval(Figure figure) {
        return Bootstrap.interval(statistic(figure), images);
    }

    /** Returns the average precision of one category over IoU 0.5, 0.55, ..., 0.95; NaN if it has no object. */
    public double averagePrecision(int category) {
        int[] once = once();
        return mean(IntStream.range(FIRST, THRESHOLDS.length)
                .mapToDouble(t -> rankings.get(category).averagePrecision(t, once)));
    }

    /** Returns the average precision of one category at IoU 0.5; NaN if it has no object. */
    public double averagePrecisionAtHalf(int category) {
        return rankings.get(category).averagePrecision(FIRST, once());
    }

    /** Returns the number of objects of one category. */
    public long objects(int category) {
        return rankings.get(category).objects(once());
    }

    Statistic statistic(Figure figure) {
        Statistic statistic = statistics.get(figure);
        if (statistic == null) {
            throw new AssertionError(figure);
        }
        return statistic;
    }

    private int[] once() {
        return IntStream.generate(() -> 1).limit(images).toArray();
    }

    private double averagePrecision(int from, int to, int[] weights) {
        return mean(rankings.stream()
                .flatMapToDouble(
                        ranking -> IntStream.range(from, to).mapToDouble(t -> ranking.averagePrecision(t, weights))));
    }

    private double averageRecall(int[] weights) {
        return mean(rankings.stream()
                .flatMapToDouble(ranking ->
                        IntStream.range(FIRST, THRESHOLDS.length).mapToDouble(t -> ranking.recall(t, weights))));
    }

    /** A category without objects has no value and no part in the mean. */
    private static double mean(DoubleStream values) {
        return values.filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN);
    }

    /** Goes over the answers once. */
    private static final class Tally {
        private final List<Ranking.Builder> rankings;
        private final List<RocAuc.Scored> presences = new ArrayList<>();
        private final Statistic.Ratio corLoc;
        private final Statistic.Ratio pointing;
        private final Statistic.Ratio matchedIou;
        private final Statistic.Ratio bestIou;
        private final Statistic.Ratio recall;
        private final Statistic.Ratio precision;
        private final Statistic.Ratio several;
        private final Statistic.Ratio absentRate;
        private final Statistic.Ratio absentAlone;
        private final Statistic.Ratio calls;
        private final Statistic.Ratio milliseconds;
        private int objects;
        private int asked;
        private int present;
        private int absent;

        Tally(int categories, int images) {
            rankings = IntStream.range(0, categories)
                    .mapToObj(c -> new Ranking.Builder(THRESHOLDS, images))
                    .toList();
            corLoc = new Statistic.Ratio(images);
            pointing = new Statistic.Ratio(images);
            matchedIou = new Statistic.Ratio(images);
            bestIou = new Statistic.Ratio(images);
            recall = new Statistic.Ratio(images);
            precision = new Statistic.Ratio(images);
            several = new Statistic.Ratio(images);
            absentRate = new Statistic.Ratio(images);
            absentAlone = new Statistic.Ratio(images);
            calls = new Statistic.Ratio(images);
            milliseconds = new Statistic.Ratio(images);
        }

        void putInto(Map<Figure, Statistic> statistics) {
            statistics.put(Figure.CORLOC, corLoc);
            statistics.put(Figure.POINTING, pointing);
            statistics.put(Figure.MATCHED_IOU, matchedIou);
            statistics.put(Figure.BEST_IOU, bestIou);
            statistics.put(Figure.RECALL, recall);
            statistics.put(Figure.PRECISION, precision);
            statistics.put(Figure.RECALL_OF_SEVERAL, several);
            statistics.put(Figure.ABSENT_RATE, absentRate);
            statistics.put(Figure.ABSENT_RATE_ALONE, absentAlone);
            statistics.put(Figure.PRESENCE_AUC, new RocAuc(presences));
            statistics.put(Figure.ENCODER_CALLS, calls);
            statistics.put(Figure.MILLISECONDS, milliseconds);
        }

        void add(int i, GroundTruth.Image image, Answer answer) {
            List<Region> truth = image.regions(answer.category(), false);
            List<Region> crowds = image.regions(answer.category(), true);
            Matching matching = new Matching(answer.boxes(), truth, crowds);
            rankings.get(answer.category()).add(i, matching, truth.size());
            asked++;
            objects += truth.size();
            addMatches(i, matching, truth.size());
            if (!truth.isEmpty()) {
                present++;
                addPresent(i, truth, answer);
            } else if (crowds.isEmpty()) {
                absent++;
                presences.add(new RocAuc.Scored(i, answer.presence(), false));
                absentRate.add(i, !answer.boxes().isEmpty());
                absentAlone.add(i, answer.foundAlone());
            }
        }

        private void addMatches(int i, Matching matching, int count) {
            int[] matches = matching.at(HALF);
            int found = 0;
            int counted = 0;
            for (int b = 0; b < matches.length; b++) {
                if (matches[b] >= 0) {
                    found++;
                    matchedIou.add(i, matching.iou(b, matches[b]), 1);
                }
                counted += matches[b] == Matching.CROWD ? 0 : 1;
            }
            recall.add(i, found, count);
            precision.add(i, found, counted);
            if (count > 1) {
                several.add(i, found, count);
            }
        }

        private void addPresent(int i, List<Region> truth, Answer answer) {
            presences.add(new RocAuc.Scored(i, answer.presence(), true));
            pointing.add(i, truth.stream().anyMatch(it -> it.contains(answer.peakX(), answer.peakY())));
            corLoc.add(
                    i,
                    !answer.boxes().isEmpty()
                            && truth.stream()
                                    .anyMatch(it -> it.iou(answer.boxes().get(0).region()) >= HALF));
            for (Region object : truth) {
                double best = answer.boxes().stream()
                        .mapToDouble(it -> it.region().iou(object))
                        .max()
                        .orElse(0);
                bestIou.add(i, best, 1);
            }
        }
    }
}
