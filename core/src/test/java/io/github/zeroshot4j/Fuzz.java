package io.github.zeroshot4j;

import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/**
 * Properties over random inputs, seeded: every run of the tests tries the same inputs. A failure prints the seed of the one
 * input that failed and the input itself; {@code -Dseed=SEED} tries that input alone.
 */
final class Fuzz {
    private static final long FIRST_SEED = 20_260_101;

    private Fuzz() {}

    /** What must hold for an input; it throws, or asserts, where it does not. */
    @FunctionalInterface
    interface Property<T> {
        void check(T input) throws Exception;
    }

    /** Tries {@code runs} inputs, or the one that {@code -Dseed=} names. */
    static <T> void check(int runs, Function<Random, T> inputs, Property<T> property) {
        Long replayed = Long.getLong("seed");
        if (replayed != null) {
            run(replayed, inputs, property);
            return;
        }
        for (int i = 0; i < runs; i++) {
            run(FIRST_SEED + i, inputs, property);
        }
    }

    private static <T> void run(long seed, Function<Random, T> inputs, Property<T> property) {
        T input = inputs.apply(new Random(seed));
        try {
            property.check(input);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    String.format(Locale.ROOT, "fails for -Dseed=%d, input %s: %s", seed, input, failure.getMessage()),
                    failure);
        }
    }

    /** Returns a number from {@code min} to {@code max}, both included. */
    static int between(Random random, int min, int max) {
        return min + random.nextInt(max - min + 1);
    }

    /** Returns a box inside {@code width x height}; one in four is empty in x, one in four in y. */
    static Box box(Random random, int width, int height) {
        int xMin = between(random, 0, width);
        int yMin = between(random, 0, height);
        int xMax = random.nextInt(4) == 0 ? xMin : between(random, xMin, width);
        int yMax = random.nextInt(4) == 0 ? yMin : between(random, yMin, height);
        return new Box(xMin, yMin, xMax, yMax);
    }

    /** Returns an image of noise. */
    static RgbImage noise(Random random, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        random.nextBytes(samples);
        return RgbImage.of(width, height, samples);
    }

    /** Returns a map of scores from 0 to 1 in steps of 1/steps, so that ties are common. */
    static ScoreMap map(Random random, int rows, int columns, int steps) {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = between(random, 0, steps) / (double) steps;
        }
        return ScoreMap.of(new PatchGrid(columns, rows, 1, PatchGrid.Coverage.COVER), values);
    }
}
