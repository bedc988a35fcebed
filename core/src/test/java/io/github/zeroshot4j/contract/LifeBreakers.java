package io.github.zeroshot4j.contract;

import static io.github.zeroshot4j.contract.BrokenEncoder.imageRows;
import static io.github.zeroshot4j.contract.BrokenEncoder.textRows;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be wrong with an encoder as a whole: opening, threads, closing, memory. */
final class LifeBreakers {
    private static final int LEAK_BYTES = 4 << 20;

    private LifeBreakers() {}

    static List<Breaker> model() {
        return List.of(
                Breaker.of("spec_askedAgain_isTheSame", "the name changes with the first image", ChangingSpec::new),
                Breaker.of("open_again_givesTheSameRows", "images depend on the number of openings", byOpening(true)),
                Breaker.of("open_again_givesTheSameRows", "texts depend on the number of openings", byOpening(false)),
                new Breaker(
                        "failure_ofTheModel_isAnEncoderExceptionThatNamesTheModel",
                        "another type",
                        UnaryOperator.identity(),
                        good -> new Failing(
                                good, () -> new ArrayStoreException(good.spec().modelName()))),
                new Breaker(
                        "failure_ofTheModel_isAnEncoderExceptionThatNamesTheModel",
                        "no name",
                        UnaryOperator.identity(),
                        good -> new Failing(good, () -> new EncoderException("the model failed"))),
                new Breaker(
                        "failure_ofTheModel_isAnEncoderExceptionThatNamesTheModel",
                        "no failure at all",
                        UnaryOperator.identity(),
                        good -> new BrokenEncoder(new io.github.zeroshot4j.testing.FakeEncoder())));
    }

    static List<Breaker> threads() {
        return List.of(
                Breaker.of("encodeImages_sixteenThreads_bitEqualToOne", "another rounding on other threads", good -> {
                    Thread opener = Thread.currentThread();
                    return imageRows((row, rows) -> nudgeOnOthers(opener, row)).apply(good);
                }),
                Breaker.of("encodeTexts_sixteenThreads_bitEqualToOne", "another rounding on other threads", good -> {
                    Thread opener = Thread.currentThread();
                    return textRows((row, rows) -> nudgeOnOthers(opener, row)).apply(good);
                }),
                Breaker.of(
                        "encodeImages_sixteenThreads_bitEqualToOne",
                        "a scratch array for all",
                        good -> new SharedScratch(good, true)),
                Breaker.of(
                        "encodeTexts_sixteenThreads_bitEqualToOne",
                        "a scratch array for all",
                        good -> new SharedScratch(good, false)));
    }

    static List<Breaker> closing() {
        return List.of(
                Breaker.of("close_again_isHarmless", "the second close() throws", ClosingOnce::new),
                Breaker.of("close_ofOne_leavesAnotherOpen", "all share what is closed", sharingOneModel()),
                Breaker.of(
                        "close_whileOthersEncode_waitsOrFailsCleanly",
                        "a NullPointerException on other threads",
                        good -> new ClosedFor(good, false, NullPointerException::new)),
                Breaker.of(
                        "close_whileOthersEncode_waitsOrFailsCleanly",
                        "an EncoderException without a name on other threads",
                        good -> new ClosedFor(good, false, () -> new EncoderException("gone"))),
                Breaker.of(
                        "close_whileOthersEncode_waitsOrFailsCleanly",
                        "rows of nothing on other threads",
                        good -> new ClosedFor(good, false, null)),
                Breaker.of(
                        "encodeImages_afterClose_isRefused",
                        "another type",
                        good -> new ClosedFor(good, true, NullPointerException::new) {
                            @Override
                            public float[][] encodeTexts(List<String> texts) {
                                return good.encodeTexts(texts);
                            }
                        }),
                Breaker.of(
                        "encodeTexts_afterClose_isRefused",
                        "another type",
                        good -> new ClosedFor(good, true, NullPointerException::new) {
                            @Override
                            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                                good.encodeImages(pixels, count, out);
                            }
                        }),
                Breaker.of("notes_afterClose_areRefusedOrEmpty", "notes are given", good -> new BrokenEncoder(good) {
                    @Override
                    public List<String> notes(String prompt) {
                        return List.of("never seen: " + prompt);
                    }
                }),
                Breaker.of("spec_afterClose_works", "an IllegalStateException", NoSpecAfterClose::new));
    }

    /** Two ways to leak; whoever runs them empties the list. */
    static List<Breaker> leaks(List<Object> leaked) {
        return List.of(
                Breaker.of("openAndClose_manyTimes_memoryDoesNotGrow", "4 MiB of the heap per opening", good -> {
                    leaked.add(new byte[LEAK_BYTES]);
                    return good;
                }),
                Breaker.of("openAndClose_manyTimes_memoryDoesNotGrow", "4 MiB of native memory per opening", good -> {
                    leaked.add(ByteBuffer.allocateDirect(LEAK_BYTES));
                    return good;
                }));
    }

    private static UnaryOperator<Encoder> byOpening(boolean images) {
        AtomicInteger openings = new AtomicInteger();
        return good -> {
            int by = openings.getAndIncrement();
            BrokenEncoder.RowChange shift = (row, rows) -> {
                List<Float> values = new ArrayList<>();
                for (float value : row) {
                    values.add(value);
                }
                Collections.rotate(values, by);
                for (int i = 0; i < row.length; i++) {
                    row[i] = values.get(i);
                }
            };
            return (images ? imageRows(shift) : textRows(shift)).apply(good);
        };
    }

    private static void nudgeOnOthers(Thread opener, float[] row) {
        if (Thread.currentThread() != opener) {
            row[0] = Math.nextUp(row[0]);
        }
    }

    private static UnaryOperator<Encoder> sharingOneModel() {
        List<Encoder> all = new CopyOnWriteArrayList<>();
        return good -> {
            all.add(good);
            return new BrokenEncoder(good) {
                @Override
                public void close() {
                    all.forEach(Encoder::close);
                    all.clear();
                }
            };
        };
    }

    private static final class ChangingSpec extends BrokenEncoder {
        private volatile boolean used;

        ChangingSpec(Encoder good) {
            super(good);
        }

        @Override
        public EncoderSpec spec() {
            EncoderSpec spec = good.spec();
            return used
                    ? EncoderSpec.builder("changed", spec.cropSide(), spec.embeddingDimension())
                            .preferredBatch(spec.preferredBatch())
                            .build()
                    : spec;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            good.encodeImages(pixels, count, out);
            used = true;
        }
    }

    /** First rows pass through one field that nothing guards. */
    private static final class SharedScratch extends BrokenEncoder {
        private final boolean images;
        private volatile float[] scratch = {};

        SharedScratch(Encoder good, boolean images) {
            super(good);
            this.images = images;
        }

        private float[] pass(float[] row) {
            scratch = row;
            LockSupport.parkNanos(1_000_000); // long enough for another thread to write
            return scratch;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            good.encodeImages(pixels, count, out);
            if (images) {
                float[] row = new float[good.spec().embeddingDimension()];
                out.duplicate().clear().get(0, row);
                out.duplicate().clear().put(0, pass(row));
            }
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            float[][] rows = good.encodeTexts(texts);
            if (!images && rows.length > 0) {
                rows[0] = pass(rows[0]);
            }
            return rows;
        }
    }

    private static final class Failing extends BrokenEncoder {
        private final Supplier<RuntimeException> failure;

        Failing(Encoder good, Supplier<RuntimeException> failure) {
            super(good);
            this.failure = failure;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            throw failure.get();
        }
    }

    private static final class ClosingOnce extends BrokenEncoder {
        private boolean closed;

        ClosingOnce(Encoder good) {
            super(good);
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("closed already");
            }
            closed = true;
            good.close();
        }
    }

    private static final class NoSpecAfterClose extends BrokenEncoder {
        private volatile boolean closed;

        NoSpecAfterClose(Encoder good) {
            super(good);
        }

        @Override
        public EncoderSpec spec() {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            return good.spec();
        }

        @Override
        public void close() {
            good.close();
            closed = true;
        }
    }

    /** After close() its calls fail in a way of their own, or give rows of zeros: on the closing thread, or on all others. */
    private static class ClosedFor extends BrokenEncoder {
        private final boolean closer;
        private final @Nullable Supplier<RuntimeException> failure;
        private volatile @Nullable Thread closedBy;

        ClosedFor(Encoder good, boolean closer, @Nullable Supplier<RuntimeException> failure) {
            super(good);
            this.closer = closer;
            this.failure = failure;
        }

        private boolean gives() {
            Thread by = closedBy;
            if (by == null || closer != (by == Thread.currentThread())) {
                return false;
            }
            if (failure != null) {
                throw failure.get();
            }
            return true;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            if (!gives()) {
                good.encodeImages(pixels, count, out);
            }
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            return gives() ? new float[texts.size()][good.spec().embeddingDimension()] : good.encodeTexts(texts);
        }

        @Override
        public void close() {
            closedBy = Thread.currentThread();
            good.close();
        }
    }
}
