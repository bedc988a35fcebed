package io.github.zeroshot4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How busy other processes kept the machine meanwhile, where /proc tells: a figure without it says little. */
final class Load {
    private static final Path STAT = Path.of("/proc/stat");
    private static final double TICKS = 100; // a second, on every Linux that Java runs on

    private final @Nullable PythonSide python;
    private final double busy;
    private final double own;
    private final long start = System.nanoTime();

    private Load(@Nullable PythonSide python) {
        this.python = python;
        this.busy = busySeconds();
        this.own = ownSeconds();
    }

    /** Starts to look; the JVM and the Python beside it are not others. */
    static Load now(@Nullable PythonSide python) {
        return new Load(python);
    }

    /** Returns "other processes kept 0.2 of 2 processors busy". */
    String othersSince() {
        if (Double.isNaN(busy)) {
            return "load of other processes unknown";
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double others = (busySeconds() - busy - (ownSeconds() - own)) / seconds;
        return String.format(
                Locale.ROOT,
                "other processes kept %.2f of %d processors busy",
                Math.max(0, others),
                Runtime.getRuntime().availableProcessors());
    }

    private double ownSeconds() {
        double seconds = cpu(ProcessHandle.current());
        return python == null ? seconds : seconds + cpu(python.handle());
    }

    private static double cpu(ProcessHandle process) {
        Optional<Duration> cpu = process.info().totalCpuDuration();
        return cpu.map(duration -> duration.toMillis() / 1e3).orElse(0.0);
    }

    /** User, nice, system, irq, softirq and steal of all processors; idle and iowait are not busy. */
    private static double busySeconds() {
        try {
            String[] fields = Files.readAllLines(STAT).get(0).split("\\s+");
            double[] ticks =
                    Arrays.stream(fields, 1, 9).mapToDouble(Double::parseDouble).toArray();
            return (Arrays.stream(ticks).sum() - ticks[3] - ticks[4]) / TICKS;
        } catch (IOException noLinux) {
            return Double.NaN;
        }
    }
}
