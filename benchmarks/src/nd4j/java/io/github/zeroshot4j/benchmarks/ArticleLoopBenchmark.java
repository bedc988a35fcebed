package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Box;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The baseline: the article's loop as {@link ArticleLoop} ports it to ND4J, with the article's setting (patches of 256
 * pixels, a window of 6, stride 1) and one prompt. {@code loop} is to be compared with {@link DetectBenchmark#detect} at
 * {@code preset=article}, {@code prompts=1} and the same model, in one run:
 *
 * <pre>{@code benchmarks/run DetectBenchmark ArticleLoopBenchmark.loop -p model=DIR -p preset=article -p prompts=1}</pre>
 *
 * {@code window} is one window's share without the encoder: put together (which alone is {@code assembly}), resized,
 * normalised. Against {@link WindowLoopBenchmark}'s time per image:
 *
 * <pre>{@code benchmarks/run WindowLoopBenchmark ArticleLoopBenchmark.window -p model=no-op -p preset=article}</pre>
 *
 * The resizing is in Java, the article's in Pillow's C: a share of {@code window} says as much of Java as of the article.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class ArticleLoopBenchmark {
    private ArticleLoop loop;
    private INDArray patches;
    private int windows;

    /** Cuts the image into patches. */
    @Setup
    public void prepare(OpenModel model, Photo photo) {
        loop = new ArticleLoop(model.encoder(), 256, 6, 1);
        patches = loop.patches(photo.pixels());
        windows = (int) ((patches.size(0) - 5) * (patches.size(1) - 5));
    }

    /** Frees the patches. */
    @TearDown
    public void free() {
        patches.close();
    }

    /** Finds the box of one prompt. */
    @Benchmark
    public Optional<Box> loop(Photo photo, PerItem counter) {
        counter.perImage += windows;
        return loop.detect(photo.pixels(), "a butterfly");
    }

    /** Puts one window together, and no more. */
    @Benchmark
    public long assembly() {
        try (INDArray window = loop.window(patches, 0, 0)) {
            return window.length();
        }
    }

    /** Makes the encoder's input of one window. */
    @Benchmark
    public FloatBuffer window(PerItem counter) {
        counter.perImage++;
        return loop.readWindow(patches, 0, 0);
    }
}
