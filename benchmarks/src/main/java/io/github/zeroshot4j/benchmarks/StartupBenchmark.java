package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.ZeroShotDetector;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a program waits for at its start: every measurement is the first in a JVM of its own, native libraries unpacked and
 * loaded included. The start of the JVM itself is not in it; the model's files are in the system's cache after the first.
 *
 * <pre>{@code
 * benchmarks/run StartupBenchmark
 * benchmarks/run StartupBenchmark -p model=DIR -p variant=fp32,int8
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class StartupBenchmark {
    /** As in {@link OpenModel#model}. */
    @Param("tiny")
    public String model;

    /** As in {@link OpenModel#variant}. */
    @Param("auto")
    public String variant;

    private Encoder encoder;

    /** Closes what was opened. */
    @TearDown
    public void close() {
        encoder.close();
    }

    /** Opens the model. */
    @Benchmark
    public Encoder open() {
        encoder = OpenModel.open(model, variant, "cpu");
        return encoder;
    }

    /** Opens the model and asks an image of 640 x 480 pixels, which is there already, one question. */
    @Benchmark
    public List<Detection> openAndDetect(Snapshot snapshot) {
        encoder = OpenModel.open(model, variant, "cpu");
        return ZeroShotDetector.of(encoder).detect(snapshot.photo.pixels(), "a cat");
    }

    /** A small image. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else
    public static class Snapshot {
        private Photo photo;

        /** Draws it. */
        @Setup
        public void draw() {
            photo = new Photo();
            photo.image = "640x480";
            photo.draw();
        }
    }
}
