package io.github.zeroshot4j.benchmarks;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@link Comparison} is asked.
 *
 * @param python a Python with model-export installed
 * @param image WIDTHxHEIGHT
 * @param out where the results go
 */
record ComparisonOptions(
        Path model, Optional<String> python, int rounds, String image, int threads, int callers, Path out) {
    static final String USAGE =
            "benchmarks/compare MODEL [--python PYTHON] [--rounds 5] [--image 5184x3456] [--threads N]"
                    + " [--callers 16] [--out benchmarks/results]";

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it does not read as {@link #USAGE} says
     */
    static ComparisonOptions of(String... arguments) {
        if (arguments.length == 0 || arguments[0].startsWith("-") || arguments.length % 2 == 0) {
            throw new IllegalArgumentException("usage: " + USAGE);
        }
        ComparisonOptions options = new ComparisonOptions(
                Path.of(arguments[0]),
                Optional.empty(),
                5,
                "5184x3456",
                Runtime.getRuntime().availableProcessors(),
                16,
                Path.of("benchmarks", "results"));
        for (int i = 1; i < arguments.length; i += 2) {
            options = options.with(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private ComparisonOptions with(String name, String value) {
        return switch (name) {
            case "--python" -> new ComparisonOptions(model, Optional.of(value), rounds, image, threads, callers, out);
            case "--rounds" ->
                new ComparisonOptions(model, python, positive(name, value), image, threads, callers, out);
            case "--image" -> new ComparisonOptions(model, python, rounds, value, threads, callers, out);
            case "--threads" ->
                new ComparisonOptions(model, python, rounds, image, positive(name, value), callers, out);
            case "--callers" ->
                new ComparisonOptions(model, python, rounds, image, threads, positive(name, value), out);
            case "--out" -> new ComparisonOptions(model, python, rounds, image, threads, callers, Path.of(value));
            default -> throw new IllegalArgumentException("option (" + name + ") is unknown; usage: " + USAGE);
        };
    }

    private static int positive(String name, String value) {
        if (!value.matches("[1-9]\\d{0,5}")) {
            throw new IllegalArgumentException(name + " (" + value + ") must be a positive number");
        }
        return Integer.parseInt(value);
    }
}
