package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class CrewTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 40})
    void each_manyPiecesOfWork_everyItemOnceAndDoneAtReturn(int parallelism) throws Exception {
        ForkJoinPool pool = new ForkJoinPool(parallelism);
        try {
            pool.submit(() -> everyItemOnce(Crew.ofPool())).get();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void each_callerOutsideOfAnyPool_everyItemOnceAndDoneAtReturn() {
        everyItemOnce(Crew.ofPool());
        everyItemOnce(Crew.ofOne());
    }

    private static void everyItemOnce(Crew crew) {
        for (int round = 0; round < 3_000; round++) {
            int count = round % 37;
            AtomicIntegerArray done = new AtomicIntegerArray(count);
            crew.each(count, (member, item) -> {
                assertThat(member).isBetween(0, crew.size() - 1);
                done.incrementAndGet(item);
            });
            for (int item = 0; item < count; item++) {
                assertThat(done.get(item))
                        .as("item %d of round %d", item, round)
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void each_itemsThatWaitForEachOther_doneByAsManyThreads() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(3);
        try {
            CountDownLatch together = new CountDownLatch(3);
            Set<Integer> members = ConcurrentHashMap.newKeySet();
            pool.submit(() -> Crew.ofPool().each(3, (member, item) -> {
                        members.add(member);
                        together.countDown();
                        awaitAll(together);
                    }))
                    .get();
            assertThat(members).containsExactlyInAnyOrder(0, 1, 2);
        } finally {
            pool.shutdownNow();
        }
    }

    /** All threads of the pool are busy with something else: the caller does everything itself, and waits for nobody. */
    @Test
    void each_poolThatIsBusy_doneByTheCaller() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(2);
        CountDownLatch release = new CountDownLatch(1);
        try {
            pool.execute(() -> awaitAll(release));
            pool.submit(() -> {
                        Crew crew = Crew.ofPool();
                        assertThat(crew.size()).isEqualTo(2);
                        for (int round = 0; round < 100; round++) {
                            crew.each(5, (member, item) -> assertThat(member).isZero());
                        }
                    })
                    .get();
            assertThat(pool.getQueuedTaskCount()).as("nothing is left behind").isZero();
        } finally {
            release.countDown();
            pool.shutdown();
        }
    }

    @Test
    void each_itemThatFails_failureAtTheCallerAfterAllItemsAndTheCrewIsStillGood() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(3);
        try {
            pool.submit(() -> {
                        Crew crew = Crew.ofPool();
                        IllegalStateException failure = new IllegalStateException("item 7");
                        AtomicIntegerArray done = new AtomicIntegerArray(20);
                        assertThatThrownBy(() -> crew.each(20, (member, item) -> {
                                    done.incrementAndGet(item);
                                    if (item == 7) {
                                        throw failure;
                                    }
                                }))
                                .isSameAs(failure);
                        for (int item = 0; item < 20; item++) {
                            assertThat(done.get(item)).isEqualTo(1);
                        }
                        everyItemOnce(crew);
                    })
                    .get();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void each_interruptedCaller_finishesAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        everyItemOnce(Crew.ofPool());
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).as("all came").isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
