package io.github.zeroshot4j;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does one piece of work after another, item by item, on the calling thread and on idle threads of the common pool, or of the
 * pool that the caller runs in. It allocates nothing for that: its tasks are made once and forked again and again.
 *
 * <p>Whoever is free claims the next item. The caller waits for items that are being done, never for a thread to begin: a
 * helper that comes late finds nothing left to claim, or helps with what is being done by then. Not thread-safe itself.
 */
final class Crew {
    /** Does one item. Every member of the crew has a number, and does one item at a time. */
    @FunctionalInterface
    interface Work {
        void run(int member, int item);
    }

    @SuppressWarnings("serial") // never serialized
    private final class Helper extends RecursiveAction {
        private final int member;

        private Helper(int member) {
            this.member = member;
            quietlyComplete(); // idle
        }

        @Override
        protected void compute() {
            help(member);
        }
    }

    private static final int MOST = 16;

    private final Helper[] helpers;
    /** The number of the piece of work in the upper half, how many of its items nobody has claimed in the lower. */
    private final AtomicLong unclaimed = new AtomicLong();

    private final AtomicInteger unfinished = new AtomicInteger();
    private Thread caller = Thread.currentThread();
    private Work work = (member, item) -> {};
    private volatile @Nullable Throwable failure;

    private Crew(int size) {
        helpers = new Helper[size - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
    }

    /** Returns a crew of the calling thread alone. */
    static Crew ofOne() {
        return new Crew(1);
    }

    /** Returns a crew of as many threads as may come, the calling one among them. */
    static Crew ofPool() {
        ForkJoinPool own = ForkJoinTask.getPool();
        return new Crew(
                Math.min(MOST, own == null ? ForkJoinPool.getCommonPoolParallelism() + 1 : own.getParallelism()));
    }

    /** Returns the number of members; they are numbered from 0. */
    int size() {
        return helpers.length + 1;
    }

    /** Does items 0 to {@code count - 1} and returns when all are done. */
    void each(int count, Work newWork) {
        caller = Thread.currentThread();
        work = newWork;
        unfinished.set(count);
        unclaimed.set(((unclaimed.get() >>> 32) + 1) << 32 | count);
        int asked = Math.min(helpers.length, count - 1);
        for (int i = 0; i < asked; i++) {
            if (helpers[i].isDone()) { // or else it is on its way already
                helpers[i].reinitialize();
                helpers[i].fork();
            }
        }
        help(0);
        for (int i = asked - 1; i >= 0; i--) {
            if (!helpers[i].isDone() && helpers[i].tryUnfork()) {
                helpers[i].quietlyComplete();
            }
        }
        await();
    }

    /** Does items until all are claimed. Nothing of a piece of work changes while an item of it is not finished. */
    private void help(int member) {
        for (long now = unclaimed.get(); (int) now > 0; now = unclaimed.get()) {
            if (unclaimed.compareAndSet(now, now - 1)) {
                Thread waiting = caller;
                try {
                    work.run(member, (int) now - 1);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
                if (unfinished.decrementAndGet() == 0 && member != 0) {
                    LockSupport.unpark(waiting);
                }
            }
        }
    }

    private void await() {
        boolean interrupted = false;
        while (unfinished.get() > 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        } else if (thrown instanceof Error error) {
            throw error;
        }
    }
}
