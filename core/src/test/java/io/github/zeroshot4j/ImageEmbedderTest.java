package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While a batch is with an encoder that computes elsewhere, and only then, the next is prepared. */
@Timeout(60)
final class ImageEmbedderTest {
    private static final int BATCH = 4;
    private static final int COUNT = 3 * BATCH + 1;

    private final AtomicInteger prepared = new AtomicInteger();
    private final Semaphore lastOfABatch = new Semaphore(0);
    private volatile boolean preparing;
    private volatile boolean encoding;

    @Test
    void squares_encoderThatOffloads_nextBatchPreparedWhileOneIsEncoded() {
        Watched encoder = new Watched(true);
        float[] ahead = embedder(encoder).squares(COUNT, this::image, (done, total) -> {});
        assertThat(encoder.waited)
                .as("for the second, the third and the last batch")
                .isEqualTo(3);
        assertThat(ahead).isEqualTo(embedder(new Watched(false)).squares(COUNT, this::image, (done, total) -> {}));
    }

    @Test
    void squares_encoderThatNeedsTheProcessor_nothingPreparedMeanwhile() {
        embedder(new Watched(false))
                .squares(
                        COUNT,
                        index -> {
                            assertThat(encoding)
                                    .as("encoding, while image %d is prepared", index)
                                    .isFalse();
                            return image(index);
                        },
                        (done, total) -> {});
        assertThat(prepared).hasValue(COUNT);
    }

    @Test
    void windows_encoderThatOffloads_bitEqual() {
        RgbImage image = Goldens.picture("noise", 3, 90, 70);
        ZeroShotDetector plain = ZeroShotDetector.of(new FakeEncoder());
        ZeroShotDetector ahead = ZeroShotDetector.of(new Watched(true, new FakeEncoder()));
        for (int round = 0; round < 3; round++) {
            assertThat(ahead.localize(image, Prompt.all("red", "blue")).toString())
                    .isEqualTo(plain.localize(image, Prompt.all("red", "blue")).toString());
            for (int prompt = 0; prompt < 2; prompt++) {
                assertThat(ahead.localize(image, Prompt.all("red", "blue"))
                                .get(prompt)
                                .map())
                        .isEqualTo(plain.localize(image, Prompt.all("red", "blue"))
                                .get(prompt)
                                .map());
            }
        }
    }

    @Test
    void squares_encoderFails_itsFailureAndNothingLeftRunning() {
        FakeEncoder fake = new FakeEncoder(spec());
        fake.failAfter(1);
        ImageEmbedder embedder = embedder(new Watched(true, fake));
        assertThatThrownBy(() -> embedder.squares(COUNT, this::slowImage, (done, total) -> {}))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("model fake failed");
        assertNothingRuns(3 * BATCH);
        fake.failAfter(1_000);
        assertThat(embedder.squares(COUNT, this::image, (done, total) -> {})).hasSize(16 * COUNT);
    }

    @Test
    void squares_listenerStops_itsExceptionAndNothingLeftRunning() {
        CancellationException stop = new CancellationException("enough");
        assertThatThrownBy(() -> embedder(new Watched(true)).squares(COUNT, this::slowImage, (done, total) -> {
                    throw stop;
                }))
                .isSameAs(stop);
        assertNothingRuns(2 * BATCH);
    }

    @Test
    void squares_preparationFails_itsFailureAfterTheEncoderIsDone() {
        Watched encoder = new Watched(true, new FakeEncoder(spec()));
        assertThatThrownBy(() -> embedder(encoder)
                        .squares(
                                COUNT,
                                index -> {
                                    if (index == BATCH + 1) {
                                        throw new IllegalStateException("image 5");
                                    }
                                    return image(index);
                                },
                                (done, total) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("image 5");
        assertThat(encoding).isFalse();
        assertNothingRuns(BATCH + 1);
    }

    private void assertNothingRuns(int images) {
        assertThat(preparing).as("preparing at return").isFalse();
        assertThat(prepared).as("whole batches").hasValue(images);
    }

    private static ImageEmbedder embedder(Encoder encoder) {
        return new ImageEmbedder(new GuardedEncoder(encoder));
    }

    private static EncoderSpec spec() {
        return EncoderSpec.builder("fake", 8, 16).preferredBatch(BATCH).build();
    }

    private RgbImage image(int index) {
        prepared.incrementAndGet();
        if (index % BATCH == BATCH - 1 || index == COUNT - 1) {
            lastOfABatch.release();
        }
        return RgbImage.filled(8, 8, index % 2 == 0 ? 0xFF0000 : 0x0000FF);
    }

    private RgbImage slowImage(int index) {
        preparing = true;
        try {
            Thread.sleep(5);
            return image(index);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            preparing = false;
        }
    }

    /** Waits in each call but the last until the batch after it is prepared, if it says that it offloads. */
    private final class Watched implements Encoder {
        private final boolean offloads;
        private final FakeEncoder fake;
        private final boolean waits;
        private int images;
        private int waited;

        Watched(boolean offloads) {
            this(offloads, new FakeEncoder(ImageEmbedderTest.spec()), offloads);
        }

        Watched(boolean offloads, FakeEncoder fake) {
            this(offloads, fake, false);
        }

        private Watched(boolean offloads, FakeEncoder fake, boolean waits) {
            this.offloads = offloads;
            this.fake = fake;
            this.waits = waits;
        }

        @Override
        public boolean offloads() {
            return offloads;
        }

        @Override
        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
            encoding = true;
            images += count;
            if (waits) {
                await(images == count ? 2 : images < COUNT ? 1 : 0);
                waited += images < COUNT ? 1 : 0;
            }
            fake.encodeImages(pixels, count, out);
            encoding = false;
        }

        private void await(int batches) {
            try {
                assertThat(lastOfABatch.tryAcquire(batches, 30, TimeUnit.SECONDS))
                        .as("the next batch is prepared while this one is here")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public EncoderSpec spec() {
            return fake.spec();
        }

        @Override
        public float[][] encodeTexts(List<String> texts) {
            return fake.encodeTexts(texts);
        }

        @Override
        public void close() {
            fake.close();
        }
    }
}
