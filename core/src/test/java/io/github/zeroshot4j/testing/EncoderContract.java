package io.github.zeroshot4j.testing;

import static io.github.zeroshot4j.testing.ContractSupport.assertNamesModel;
import static io.github.zeroshot4j.testing.ContractSupport.assertRows;
import static io.github.zeroshot4j.testing.ContractSupport.concurrently;
import static io.github.zeroshot4j.testing.ContractSupport.embed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Encoder} must do, as tests: extend it, say how to open your encoder, and run it with JUnit 6.
 *
 * <pre>
 *   final class MyEncoderContractTest extends EncoderContract {
 *       &#64;Override
 *       protected Encoder open() {
 *           return MyEncoder.open(...);
 *       }
 *
 *       &#64;Override
 *       protected Optional&lt;Encoder&gt; openFailing() {
 *           return Optional.of(MyEncoder.open(a model that fails when it runs));
 *       }
 *   }
 * </pre>
 *
 * Cost: some 50 openings with a few images and texts each, and {@link #openings()} more with one of each.
 */
public abstract class EncoderContract extends EncoderTextClauses {
    /** How far the values and the norm of an embedding may be off: 1e-5. */
    public static final float TOLERANCE = 1e-5f;

    private static final int THREADS = 16;
    private static final int THREAD_ROUNDS = 10;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 3;
    private static final double LEAK = 0.05;

    /** Makes the tests of one encoder. */
    protected EncoderContract() {}

    // ---- the model

    @Test
    void spec_askedAgain_isTheSame() {
        try (Encoder encoder = open()) {
            EncoderSpec spec = encoder.spec();
            embed(encoder, sampleImages(spec, 1));
            assertThat(encoder.spec())
                    .as("spec() must be constant")
                    .usingRecursiveComparison()
                    .isEqualTo(spec);
        }
    }

    @Test
    void open_again_givesTheSameRows() {
        List<float[]> images;
        float[][] imageRows;
        float[][] textRows;
        try (Encoder first = open()) {
            images = sampleImages(first.spec(), 2);
            imageRows = embed(first, images);
            textRows = first.encodeTexts(sampleTexts());
        }
        try (Encoder second = open()) {
            assertRows(embed(second, images), imageRows, "images of a model opened again");
            assertRows(second.encodeTexts(sampleTexts()), textRows, "texts of a model opened again");
        }
    }

    @Test
    void failure_ofTheModel_isAnEncoderExceptionThatNamesTheModel() {
        Optional<Encoder> failing = openFailing();
        assumeTrue(failing.isPresent(), "openFailing() gives no encoder whose model fails");
        try (Encoder encoder = failing.orElseThrow()) {
            List<float[]> images = sampleImages(encoder.spec(), 1);
            List<Throwable> failures = new ArrayList<>();
            failures.add(catchThrowable(() -> embed(encoder, images)));
            failures.add(catchThrowable(() -> encoder.encodeTexts(sampleTexts())));
            failures.removeIf(failure -> failure == null);
            assertThat(failures)
                    .as("failures of openFailing() on images and texts")
                    .isNotEmpty();
            failures.forEach(failure -> assertNamesModel(encoder, failure));
        }
    }

    // ---- threads

    @Test
    void encodeImages_sixteenThreads_bitEqualToOne() throws Exception {
        try (Encoder encoder = open()) {
            List<float[]> images = sampleImages(encoder.spec(), 3);
            assertBitEqual(rotations(images), rotated -> embed(encoder, rotated));
        }
    }

    @Test
    void encodeTexts_sixteenThreads_bitEqualToOne() throws Exception {
        try (Encoder encoder = open()) {
            assertBitEqual(rotations(sampleTexts()), encoder::encodeTexts);
        }
    }

    /** Every thread asks for something else than its neighbours, all at once and again and again: what is shared shows. */
    private static <T> void assertBitEqual(List<List<T>> inputs, Function<List<T>, float[][]> encode) throws Exception {
        List<float[][]> expected = inputs.stream().map(encode).toList();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int own = thread % inputs.size();
            tasks.add(() -> {
                for (int round = 0; round < THREAD_ROUNDS; round++) {
                    start.await(1, TimeUnit.MINUTES);
                    Throwable failure = catchThrowable(() -> assertThat(encode.apply(inputs.get(own)))
                            .as("rows of one of %d threads", THREADS)
                            .isDeepEqualTo(expected.get(own)));
                    if (failure != null) { // kept: who leaves now would have the others wait
                        failures.add(failure);
                    }
                }
                return true;
            });
        }
        concurrently(tasks);
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.peek().getMessage(), failures.peek());
        }
    }

    private static <T> List<List<T>> rotations(List<T> items) {
        List<List<T>> rotations = new ArrayList<>();
        for (int by = 0; by < items.size(); by++) {
            List<T> rotated = new ArrayList<>(items);
            Collections.rotate(rotated, by);
            rotations.add(rotated);
        }
        return rotations;
    }

    // ---- closing

    @Test
    void close_again_isHarmless() {
        Encoder encoder = open();
        encoder.close();
        assertThatCode(encoder::close).as("the second close()").doesNotThrowAnyException();
    }

    @Test
    void close_ofOne_leavesAnotherOpen() {
        try (Encoder other = open()) {
            float[][] before = other.encodeTexts(sampleTexts());
            open().close();
            assertRows(other.encodeTexts(sampleTexts()), before, "an encoder after another one was closed");
        }
    }

    @Test
    void close_whileOthersEncode_waitsOrFailsCleanly() throws Exception {
        Encoder encoder = open();
        List<float[]> images = sampleImages(encoder.spec(), 2);
        CountDownLatch running = new CountDownLatch(4);
        AtomicBoolean closed = new AtomicBoolean();
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            tasks.add(() -> encodesUntilClosed(encoder, () -> embed(encoder, images), running, closed));
            tasks.add(() -> encodesUntilClosed(encoder, () -> encoder.encodeTexts(sampleTexts()), running, closed));
        }
        tasks.add(() -> {
            assertThat(running.await(1, TimeUnit.MINUTES))
                    .as("all threads encode")
                    .isTrue();
            encoder.close();
            closed.set(true);
            return true;
        });
        concurrently(tasks);
    }

    private static boolean encodesUntilClosed(
            Encoder encoder, Supplier<float[][]> call, CountDownLatch running, AtomicBoolean closed) {
        float[][] expected = call.get();
        running.countDown();
        try {
            while (true) {
                boolean late = closed.get();
                float[][] rows = call.get();
                assertThat(late).as("a call that began after close() gave rows").isFalse();
                assertThat(rows).as("rows while close() runs").isDeepEqualTo(expected);
            }
        } catch (EncoderException e) {
            assertNamesModel(encoder, e);
        } catch (IllegalStateException e) {
            // As any call after close().
        }
        return true;
    }

    @Test
    void encodeImages_afterClose_isRefused() {
        Encoder encoder = open();
        List<float[]> images = sampleImages(encoder.spec(), 1);
        encoder.close();
        assertThatIllegalStateException().isThrownBy(() -> embed(encoder, images));
    }

    @Test
    void encodeTexts_afterClose_isRefused() {
        Encoder encoder = open();
        encoder.close();
        assertThatIllegalStateException().isThrownBy(() -> encoder.encodeTexts(sampleTexts()));
    }

    @Test
    void notes_afterClose_areRefusedOrEmpty() {
        Encoder encoder = open();
        encoder.close();
        // Empty is what the interface's own method gives, which knows nothing of close().
        try {
            assertThat(encoder.notes("a cat")).as("notes after close()").isEmpty();
        } catch (IllegalStateException e) {
            // As any call after close().
        }
    }

    @Test
    void spec_afterClose_works() {
        Encoder encoder = open();
        String name = encoder.spec().modelName();
        encoder.close();
        assertThat(encoder.spec().modelName()).as("modelName() after close()").isEqualTo(name);
    }

    @Test
    void openAndClose_manyTimes_memoryDoesNotGrow() {
        assertThat(openings()).as("openings()").isGreaterThanOrEqualTo(2 * WARM_UP);
        useAndClose(WARM_UP);
        List<Double> growth = new ArrayList<>();
        // A leak shows in every round; a heap or an allocator that finds its size grows once.
        while (growth.size() < ROUNDS) {
            Footprint before = Footprint.now();
            useAndClose(openings() - WARM_UP);
            growth.add(Footprint.now().growthSince(before));
            if (growth.get(growth.size() - 1) < LEAK) {
                return;
            }
        }
        assertThat(growth)
                .as("growth of memory in each of %d rounds of openings", ROUNDS)
                .anyMatch(share -> share < LEAK);
    }

    private void useAndClose(int times) {
        List<float[]> images = List.of();
        for (int i = 1; i <= times; i++) {
            try (Encoder encoder = open()) {
                images = images.isEmpty() ? sampleImages(encoder.spec(), 1) : images;
                embed(encoder, images);
                encoder.encodeTexts(sampleTexts().subList(0, 1));
            }
            if (i % WARM_UP == 0) {
                Footprint.collect();
            }
        }
    }
}
