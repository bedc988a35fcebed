package io.github.zeroshot4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the process holds in memory: what of the Java heap is in use, and on Linux also what is resident. The first alone
 * misses native memory; the second alone misses objects in parts of the heap that were resident anyway.
 */
final class Footprint {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final long used;
    private final long resident;

    private Footprint(long used, long resident) {
        this.used = used;
        this.resident = resident;
    }

    /** Collects garbage, waits for the cleaners of direct buffers, and measures. */
    static Footprint now() {
        collect();
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return new Footprint(used, Files.exists(STATUS) ? settledResident() : runtime.totalMemory());
    }

    static void collect() {
        for (int i = 0; i < 2; i++) {
            System.gc();
            pause(5);
        }
    }

    /** Returns what came on top since an earlier time, as a share of all that was resident then. */
    double growthSince(Footprint earlier) {
        return Math.max(used - earlier.used, resident - earlier.resident) / (double) earlier.resident;
    }

    /** A collector gives memory back some time after the collection: waits until no more comes. */
    private static long settledResident() {
        long before = resident();
        for (int i = 0; i < 20; i++) {
            pause(150);
            long now = resident();
            if (now > 0.995 * before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private static long resident() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D+", ""));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STATUS, e);
        }
        throw new IllegalStateException(STATUS + " must have a line VmRSS");
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
