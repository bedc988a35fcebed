package io.github.zeroshot4j.onnx;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * The threads that one encoder computes with. All calls share them, so that many callers do not ask for more than there are:
 * who finds none free waits for its turn. Thread-safe; {@link #close()} must wait for running calls.
 */
final class Cores implements AutoCloseable {
    private static final int IDLE_SECONDS = 10;

    private final int threads;

    /** Fair: who waits for many is not overtaken for ever by those who want one. */
    private final Semaphore free;

    /** Threads beside the caller's own, for calls of several runs. They start when needed and end when idle. */
    private final ThreadPoolExecutor helpers;

    Cores(int threads) {
        this(threads, threads);
    }

    private Cores(int threads, int permits) {
        this.threads = threads;
        this.free = new Semaphore(permits, true);
        // A pool must have room for one; without need of helpers none ever starts.
        int most = Math.max(1, threads - 1);
        this.helpers = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Cores::daemon);
        helpers.allowCoreThreadTimeOut(true);
    }

    /** Returns cores that leave every call to its own thread, at once: for a device that is not the processor. */
    static Cores unbounded() {
        return new Cores(1, Integer.MAX_VALUE);
    }

    /**
     * Calls {@code run} with 0 to {@code runs - 1}, as many at once as the threads allow, on the caller's thread and on others,
     * and returns when all are done. After a failure no further run starts.
     *
     * @param threadsEach how many threads one run computes with
     * @throws RuntimeException what the first of the runs that failed has thrown; which one that is does not depend on time
     */
    void forEach(int runs, int threadsEach, IntConsumer run) {
        int each = Math.min(threadsEach, threads);
        Job job = new Job(runs, each, run);
        for (int helper = Math.min(runs, threads / each) - 1; helper > 0; helper--) {
            helpers.execute(job);
        }
        job.run();
        job.await();
    }

    @Override
    public void close() {
        helpers.shutdown();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "zeroshot4j-onnx");
        thread.setDaemon(true);
        thread.setContextClassLoader(null); // or it would keep the application that called first
        return thread;
    }

    /** The runs of one call. A helper that comes late finds nothing left to do. */
    private final class Job implements Runnable {
        private final int threadsEach;
        private final IntConsumer run;

        // guarded by this
        private int end;
        private int next;
        private int running;
        private final SortedMap<Integer, Throwable> failures = new TreeMap<>();

        Job(int runs, int threadsEach, IntConsumer run) {
            this.end = runs;
            this.threadsEach = threadsEach;
            this.run = run;
        }

        @Override
        public void run() {
            for (int i = begin(); i >= 0; i = begin()) {
                free.acquireUninterruptibly(threadsEach);
                try {
                    run.accept(i);
                } catch (RuntimeException | Error e) {
                    fail(i, e);
                } finally {
                    free.release(threadsEach);
                    end();
                }
            }
        }

        /** Returns the next run, or -1. They begin in order: when one fails, all before it have begun and will end. */
        private synchronized int begin() {
            if (next >= end) {
                return -1;
            }
            running++;
            return next++;
        }

        private synchronized void fail(int i, Throwable thrown) {
            failures.put(i, thrown);
            end = 0;
        }

        private synchronized void end() {
            running--;
            notifyAll();
        }

        /** Waits for what others have begun, even when interrupted: they write into the caller's buffers. */
        synchronized void await() {
            boolean interrupted = false;
            while (running > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (!failures.isEmpty()) {
                Throwable first = failures.get(failures.firstKey());
                if (first instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) first;
            }
        }
    }
}
