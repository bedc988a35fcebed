package io.github.zeroshot4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the clauses of {@link EncoderContract} are written with. */
final class ContractSupport {
    private static final int TIMEOUT_SECONDS = 120;

    private ContractSupport() {}

    static FloatBuffer direct(int floats) {
        return direct(floats, ByteOrder.nativeOrder());
    }

    static FloatBuffer foreign(int floats) {
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return direct(floats, little ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatBuffer direct(int floats, ByteOrder order) {
        return ByteBuffer.allocateDirect(4 * floats).order(order).asFloatBuffer();
    }

    static FloatBuffer pixels(List<float[]> images) {
        FloatBuffer pixels = direct(images.size() * images.get(0).length);
        images.forEach(pixels::put);
        return pixels.clear();
    }

    /** The rows of the images, in one call with new buffers. */
    static float[][] embed(Encoder encoder, List<float[]> images) {
        FloatBuffer out = direct(images.size() * encoder.spec().embeddingDimension());
        encoder.encodeImages(pixels(images), images.size(), out);
        return rows(encoder, out, images.size());
    }

    static float[][] rows(Encoder encoder, FloatBuffer out, int count) {
        float[][] rows = new float[count][encoder.spec().embeddingDimension()];
        FloatBuffer from = out.duplicate().clear();
        for (float[] row : rows) {
            from.get(row);
        }
        return rows;
    }

    /** Images of 4 x 4 coloured blocks and some noise, seeded. */
    static List<float[]> blocks(EncoderSpec spec, int count) {
        List<float[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(blocks(spec, new Random(i)));
        }
        return images;
    }

    private static float[] blocks(EncoderSpec spec, Random random) {
        List<Colour> palette = List.of(Colour.values());
        List<Colour> colours =
                random.ints(16, 0, palette.size()).mapToObj(palette::get).toList();
        int side = spec.cropSide();
        float[] image = new float[3 * side * side];
        for (int i = 0; i < image.length; i++) {
            int channel = i / (side * side);
            int block = i / side % side * 4 / side * 4 + i % side * 4 / side;
            int level = colours.get(block).rgb() >> (16 - 8 * channel) & 0xff;
            int noisy = Math.min(255, Math.max(0, level + random.nextInt(-8, 9)));
            image[i] = (noisy / 255f - spec.mean(channel)) / spec.std(channel);
        }
        return image;
    }

    /** All that a spec says, for comparison. */
    static List<Object> facts(EncoderSpec spec) {
        List<Object> facts = new ArrayList<>(List.of(
                spec.modelName(),
                spec.variant(),
                spec.fingerprint(),
                spec.resizeSide(),
                spec.cropSide(),
                spec.resampleFilter(),
                spec.embeddingDimension(),
                spec.contextLength(),
                spec.logitScale(),
                spec.presenceCalibration(),
                spec.preferredBatch()));
        for (int channel = 0; channel < 3; channel++) {
            facts.add(spec.mean(channel));
            facts.add(spec.std(channel));
        }
        return facts;
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** The number of the row that is most like another. */
    static int closest(float[][] rows, float[] wanted) {
        int best = 0;
        for (int i = 1; i < rows.length; i++) {
            if (dot(rows[i], wanted) > dot(rows[best], wanted)) {
                best = i;
            }
        }
        return best;
    }

    static void assertDistinct(float[][] rows, String what) {
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(1 - dot(rows[i], rows[j]))
                        .as("one minus the cosine of sample %s %d and %d, which must differ for this test", what, j, i)
                        .isGreaterThan(1e-5);
            }
        }
    }

    static void assertUnitNorm(Encoder encoder, float[][] rows) {
        for (int i = 0; i < rows.length; i++) {
            assertThat(rows[i]).as("row %d", i).hasSize(encoder.spec().embeddingDimension());
            assertThat(Math.sqrt(dot(rows[i], rows[i])))
                    .as("L2 norm of row %d", i)
                    .isCloseTo(1, within((double) EncoderContract.TOLERANCE));
        }
    }

    static void assertRows(float[][] rows, float[][] expected, String what) {
        assertThat(rows.length).as("rows of %s", what).isEqualTo(expected.length);
        for (int i = 0; i < rows.length; i++) {
            assertThat(rows[i])
                    .as("row %d of %s", i, what)
                    .containsExactly(expected[i], within(EncoderContract.TOLERANCE));
        }
    }

    static void assertNamesModel(Encoder encoder, Throwable failure) {
        assertThat(failure)
                .as("a failure of the model")
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining(encoder.spec().modelName());
    }

    /** Returns null, where that is what is tested. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T missing() {
        return null;
    }

    /** What the tasks return, run at the same time, each on a thread of its own. An assertion that fails there fails here. */
    static <T> List<T> concurrently(List<Callable<T>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size(), ContractSupport::daemon);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : tasks.stream().map(threads::submit).toList()) {
                results.add(future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a thread must end within " + TIMEOUT_SECONDS + " s", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "encoder-contract");
        thread.setDaemon(true);
        return thread;
    }
}
