package io.github.zeroshot4j;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What is left of a {@link Budget}; its time runs from the first question on. For one call and its thread. */
final class BudgetMeter {
    /** So many there are at any rate: enough to learn it, and to see the image as a whole. */
    private static final int FIRST = 16;

    private final long calls;
    private final long nanos;
    private final LongSupplier clock;
    private long start;
    private long spent;

    /**
     * Makes a meter.
     *
     * @param clock the time in nanoseconds from any moment on
     */
    BudgetMeter(Budget budget, LongSupplier clock) {
        this.calls = budget.maxEncoderCalls() == 0 ? Integer.MAX_VALUE : budget.maxEncoderCalls();
        this.nanos = budget.maxTime().isZero() ? Long.MAX_VALUE : nanos(budget.maxTime());
        this.clock = clock;
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }

    void spend(int images) {
        spent += images;
    }

    /** Returns how many more images there may be. */
    int remaining() {
        return (int) Math.max(0, Math.min(calls - spent, inTime()));
    }

    /** Returns how many images there may be in all: of a time, as far as it can be told by now. */
    int whole() {
        return (int) Math.min(Integer.MAX_VALUE, spent + remaining());
    }

    /** As many as the time that is left holds at the rate so far. */
    private long inTime() {
        if (nanos == Long.MAX_VALUE) {
            return Integer.MAX_VALUE;
        }
        long now = clock.getAsLong();
        if (spent == 0) {
            start = now;
            return FIRST;
        }
        double elapsed = now - start;
        return Math.max(FIRST - spent, (long) ((nanos - elapsed) / elapsed * spent));
    }
}
