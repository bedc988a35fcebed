package io.github.zeroshot4j;

import java.util.Locale;

/** The one style of argument checks: "name (value) must rule". */
final class Checks {
    private Checks() {}

    static void argument(boolean condition, String format, Object... args) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, format, args));
        }
    }

    static int positive(int value, String name) {
        argument(value > 0, "%s (%d) must be positive", name, value);
        return value;
    }

    static double unitInterval(double value, String name) {
        argument(value >= 0 && value <= 1, "%s (%s) must be in [0, 1]", name, value);
        return value;
    }
}
