package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.ZeroShotDetector;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code detect} from image to boxes, and in the same run its limit: the same encoder on the same number of images, in the
 * same batches, and nothing else. {@code detect / encoder} is what the library costs; on one machine it can be compared over
 * models and commits where the times cannot.
 *
 * <p>The prompts' embeddings are kept from call to call, as in an application that asks many images the same; what one
 * prompt costs is {@link EncoderBenchmark#text}.
 *
 * <pre>{@code
 * benchmarks/run DetectBenchmark
 * benchmarks/run DetectBenchmark -p model=DIR -p preset=article
 * }</pre>
 *
 * With the article's own loop beside it, where ND4J has natives:
 *
 * <pre>{@code benchmarks/run DetectBenchmark ArticleLoopBenchmark.loop -p model=DIR -p preset=article -p prompts=1}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class DetectBenchmark {
    private ZeroShotDetector detector;
    private int windows;
    private int batch;
    private FloatBuffer batchPixels;
    private FloatBuffer batchRows;

    /** How many prompts one call asks. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
    public static class Prompts {
        /** How many prompts. */
        @Param({"1", "5"})
        public int prompts;

        private List<Prompt> list;

        /** Writes the prompts. */
        @Setup
        public void prepare() {
            list = Inputs.prompts(prompts);
        }
    }

    /** Makes the detector and counts the image's windows. */
    @Setup
    public void prepare(OpenModel model, Photo photo, Preset preset) {
        DetectorOptions options = preset.options();
        detector = ZeroShotDetector.of(model.encoder(), options);
        windows = ZeroShotDetector.of(new NoOpEncoder(model.encoder().spec()), options)
                .embed(photo.pixels())
                .windowCount();
        batch = model.encoder().spec().preferredBatch();
        batchPixels = model.pixels(batch);
        batchRows = model.rows(batch);
    }

    /** Detects. */
    @Benchmark
    public List<Detection> detect(Photo photo, Prompts prompts, PerItem counter) {
        counter.perImage += windows;
        return detector.detect(photo.pixels(), prompts.list);
    }

    /** Embeds as many images as there are windows. */
    @Benchmark
    public FloatBuffer encoder(OpenModel model, PerItem counter) {
        for (int done = 0; done < windows; done += batch) {
            model.encoder().encodeImages(batchPixels, Math.min(batch, windows - done), batchRows);
        }
        counter.perImage += windows;
        return batchRows;
    }
}
