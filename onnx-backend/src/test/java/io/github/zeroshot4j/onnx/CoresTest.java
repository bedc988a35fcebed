package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class CoresTest {
    private static final int CALLERS = 16;
    private static final int RUNS = 40;

    /** Many callers, each with many runs: every run once, and never more threads at work than there are. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 2", "4, 1", "4, 3", "4, 4", "3, 9"})
    void forEach_manyCallers_everyRunOnceAndNoMoreThreadsThanAllowed(int threads, int each) throws Exception {
        AtomicInteger busy = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int used = Math.min(each, threads);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (Cores cores = new Cores(threads)) {
            List<Future<AtomicIntegerArray>> calls = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                calls.add(callers.submit(() -> {
                    AtomicIntegerArray counts = new AtomicIntegerArray(RUNS);
                    cores.forEach(RUNS, each, run -> {
                        most.accumulateAndGet(busy.addAndGet(used), Math::max);
                        counts.incrementAndGet(run);
                        Thread.onSpinWait();
                        busy.addAndGet(-used);
                    });
                    return counts;
                }));
            }
            for (Future<AtomicIntegerArray> call : calls) {
                AtomicIntegerArray counts = call.get();
                for (int run = 0; run < RUNS; run++) {
                    assertThat(counts.get(run)).as("run %d", run).isEqualTo(1);
                }
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(busy).hasValue(0);
        assertThat(most.get()).isBetween(used, threads);
    }

    /** Each run waits for the others: it ends only if all go on at once. */
    @Test
    void forEach_oneCaller_runsAreAsManyAtOnceAsThreadsAllow() {
        CyclicBarrier together = new CyclicBarrier(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (Cores cores = new Cores(7)) {
            cores.forEach(6, 2, run -> {
                threads.add(Thread.currentThread());
                await(together);
            });
        }
        assertThat(threads).hasSize(3).contains(Thread.currentThread());
    }

    @Test
    void forEach_oneThreadOrOneRun_staysOnTheCallersThread() {
        try (Cores one = new Cores(1);
                Cores all = new Cores(4);
                Cores unbounded = Cores.unbounded()) {
            one.forEach(
                    5, 1, run -> assertThat(Thread.currentThread().getName()).doesNotContain("zeroshot4j"));
            all.forEach(
                    5, 4, run -> assertThat(Thread.currentThread().getName()).doesNotContain("zeroshot4j"));
            all.forEach(
                    1, 1, run -> assertThat(Thread.currentThread().getName()).doesNotContain("zeroshot4j"));
            unbounded.forEach(
                    5, 4, run -> assertThat(Thread.currentThread().getName()).doesNotContain("zeroshot4j"));
        }
    }

    /** Both callers are inside at once, or neither would come out. */
    @Test
    void forEach_unbounded_callersDoNotWaitForEachOther() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Cores cores = Cores.unbounded()) {
            Future<?> call = other.submit(() -> cores.forEach(1, 4, run -> await(both)));
            cores.forEach(1, 4, run -> await(both));
            call.get();
        } finally {
            other.shutdownNow();
        }
    }

    /** Runs 3 and 4 both fail, the later one first: the caller hears of 3, and no run begins after it. */
    @Test
    void forEach_failures_callerHearsOfTheFirstAndTheRestDoesNotBegin() {
        CountDownLatch laterFailed = new CountDownLatch(1);
        Set<Integer> begun = ConcurrentHashMap.newKeySet();
        try (Cores cores = new Cores(2)) {
            CyclicBarrier pair = new CyclicBarrier(2);
            assertThatThrownBy(() -> cores.forEach(100, 1, run -> {
                        begun.add(run);
                        if (run == 3 || run == 4) {
                            await(pair);
                        }
                        if (run == 4) {
                            laterFailed.countDown();
                            throw new IllegalStateException("run 4");
                        }
                        if (run == 3) {
                            await(laterFailed);
                            throw new StackOverflowError("run 3");
                        }
                    }))
                    .isInstanceOf(StackOverflowError.class)
                    .hasMessage("run 3");
            // One more may have been taken between the two.
            assertThat(begun).contains(0, 1, 2, 3, 4).hasSizeLessThanOrEqualTo(6);
            AtomicInteger after = new AtomicInteger();
            cores.forEach(10, 2, run -> after.incrementAndGet());
            assertThat(after).as("no thread is lost").hasValue(10);
        }
    }

    /** The helper is at work when the caller is interrupted: the caller's buffers are in use until it is done. */
    @Test
    void forEach_interruptedCaller_waitsAndStaysInterrupted() throws Exception {
        CyclicBarrier pair = new CyclicBarrier(2);
        AtomicBoolean helperDone = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        try (Cores cores = new Cores(2)) {
            cores.forEach(2, 1, run -> {
                await(pair);
                if (Thread.currentThread() == caller) {
                    caller.interrupt();
                } else {
                    sleep(100);
                    helperDone.set(true);
                }
            });
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(helperDone).isTrue();
    }

    @Test
    void close_afterWork_helpersEnd() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CyclicBarrier pair = new CyclicBarrier(2);
        try (Cores cores = new Cores(2)) {
            cores.forEach(2, 1, run -> {
                threads.add(Thread.currentThread());
                await(pair);
            });
        }
        threads.remove(Thread.currentThread());
        for (Thread helper : threads) {
            assertThat(helper.isDaemon()).isTrue();
            helper.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(helper.isAlive()).isFalse();
        }
        assertThat(threads).hasSize(1);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
