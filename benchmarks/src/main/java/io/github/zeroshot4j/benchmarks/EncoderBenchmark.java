package io.github.zeroshot4j.benchmarks;

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
 * The encoder alone, on pixels that are there already: no detector can be faster per window than {@code images:perImage}.
 * The backend runs at most {@code batchSize} images at once, so that a larger batch is several runs; of the fp16 and int8
 * graphs every image has its own, whatever {@code batchSize} says.
 *
 * <pre>{@code
 * benchmarks/run EncoderBenchmark
 * benchmarks/run EncoderBenchmark -p model=DIR -p batch=1,4,16
 * benchmarks/run EncoderBenchmark.images -p model=DIR -p variant=fp32 -p threads=1,2 -p batchSize=1,8,16,32 -p batch=32
 * benchmarks/run EncoderBenchmark.images -p model=DIR -p variant=int8 -p threads=1,2 -p batch=1,8,16,32
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class EncoderBenchmark {
    /** The images of one call. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
    public static class Batch {
        /** How many images one call embeds. */
        @Param({"1", "4", "16"})
        public int batch;

        private FloatBuffer pixels;
        private FloatBuffer rows;

        /** Fills the pixels. */
        @Setup
        public void prepare(OpenModel model) {
            pixels = model.pixels(batch);
            rows = model.rows(batch);
        }
    }

    /** Embeds a batch of images. */
    @Benchmark
    public FloatBuffer images(OpenModel model, Batch batch, PerItem counter) {
        model.encoder().encodeImages(batch.pixels, batch.batch, batch.rows);
        counter.perImage += batch.batch;
        return batch.rows;
    }

    /** Embeds a prompt, tokenizing included. */
    @Benchmark
    public float[][] text(OpenModel model) {
        return model.encoder().encodeTexts(List.of("a photo of a butterfly"));
    }
}
