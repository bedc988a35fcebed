package io.github.zeroshot4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a comparison measured: for each thing one time per round, in milliseconds. A ratio is that of two times of one round. */
final class Timings {
    private final Map<String, List<Double>> rounds = new LinkedHashMap<>();

    void add(String what, double ms) {
        rounds.computeIfAbsent(what, key -> new ArrayList<>()).add(ms);
    }

    /** Returns what was measured of one thing. */
    double[] of(String what) {
        return rounds.getOrDefault(what, List.of()).stream().mapToDouble(t -> t).toArray();
    }

    /** Returns one ratio per round, none where one of the two did not run. */
    double[] ratios(String numerator, double factor, String denominator) {
        List<Double> above = rounds.getOrDefault(numerator, List.of());
        List<Double> below = rounds.getOrDefault(denominator, List.of());
        double[] ratios = new double[Math.min(above.size(), below.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = factor * above.get(i) / below.get(i);
        }
        return ratios;
    }

    /**
     * Returns a row of the table: "| what | target | median | least to largest | met |".
     *
     * @param target such as "<= 1.05" or ">= 80"
     */
    static String row(String what, String target, double[] ratios) {
        if (ratios.length == 0) {
            return "| " + what + " | " + target + " | not run | | |";
        }
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        double median = median(sorted);
        double bound = Double.parseDouble(target.substring(2).strip());
        boolean met = target.startsWith("<=") ? median <= bound : median >= bound;
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.3f | %.3f to %.3f | %s |",
                what,
                target,
                median,
                sorted[0],
                sorted[sorted.length - 1],
                met ? "yes" : "NO");
    }

    /** Returns the times: a Markdown table, milliseconds per window beside milliseconds. */
    String table(Map<String, Integer> windows) {
        StringBuilder table =
                new StringBuilder("| what | ms, median | least to largest | ms per window |\n|---|---|---|---|\n");
        rounds.forEach((what, times) -> {
            double[] sorted = times.stream().mapToDouble(t -> t).sorted().toArray();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f to %.1f | %.2f |%n",
                    what,
                    median(sorted),
                    sorted[0],
                    sorted[sorted.length - 1],
                    median(sorted) / windows.getOrDefault(what, 1)));
        });
        return table.toString();
    }

    /** Returns all times as JSON. */
    String json() {
        StringBuilder json = new StringBuilder("{");
        rounds.forEach((what, times) -> json.append(json.length() == 1 ? "" : ",")
                .append("\n  \"")
                .append(what)
                .append("\": ")
                .append(times));
        return json.append("\n}").toString();
    }

    /** Returns Pearson's coefficient. */
    static double correlation(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElse(0);
        double meanB = Arrays.stream(b).average().orElse(0);
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            products += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return products / Math.sqrt(squaresA * squaresB);
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
