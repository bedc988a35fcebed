package io.github.zeroshot4j;

import java.time.Duration;

/** What is left of a {@link Budget}, from its making on. For one call and its thread. */
final class BudgetMeter {
    /** Before a rate is known: enough to learn it, and to see the image as a whole. */
    private static final int FIRST = 16;

    private final long calls;
    private final long nanos;
    private final long start = System.nanoTime();
    private long spent;

    BudgetMeter(Budget budget) {
        this.calls = budget.maxEncoderCalls() == 0 ? Integer.MAX_VALUE : budget.maxEncoderCalls();
        this.nanos = budget.maxTime().isZero() ? Long.MAX_VALUE : nanos(budget.maxTime());
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

    /** As many as the time that is left holds at the rate so far. */
    private long inTime() {
        if (nanos == Long.MAX_VALUE) {
            return Integer.MAX_VALUE;
        }
        double elapsed = System.nanoTime() - start;
        return spent < FIRST ? FIRST - spent : (long) ((nanos - elapsed) / elapsed * spent);
    }
}
