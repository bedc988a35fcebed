package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The window loop alone: every window of an image cut out, resized to the encoder's input, normalised and put into batches,
 * for an encoder of CLIP's shape that does nothing. What {@link EncoderBenchmark} measures per image comes on top.
 *
 * <p>On the article's photo (18 megapixels) {@code preset=article} has 120 windows and {@code preset=default} 204.
 *
 * <pre>{@code benchmarks/run WindowLoopBenchmark}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class WindowLoopBenchmark {
    private ZeroShotDetector detector;

    /** Makes the detector. */
    @Setup
    public void prepare(Preset preset) {
        detector = ZeroShotDetector.of(new NoOpEncoder(), preset.options());
    }

    /** Embeds all windows. */
    @Benchmark
    public EmbeddedImage windows(Photo photo, PerItem counter) {
        EmbeddedImage embedded = detector.embed(photo.pixels());
        counter.perImage += embedded.windowCount();
        return embedded;
    }
}
