package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
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
 * The window loop alone: every window of an image cut out, resized to the encoder's input, normalised and put into batches,
 * for an encoder of CLIP's shape that does nothing. What {@link EncoderBenchmark} measures per image comes on top.
 *
 * <p>On the article's photo (18 megapixels) {@code preset=article} has 120 windows and {@code preset=default} 458.
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
    /** Width and height in pixels. */
    @Param("3456x5184")
    public String image;

    /** The options of the detector. */
    @Param({"article", "default"})
    public String preset;

    private RgbImage pixels;
    private ZeroShotDetector detector;

    /** Draws the image. */
    @Setup
    public void prepare() {
        pixels = Inputs.image(image);
        detector = ZeroShotDetector.of(new NoOpEncoder(), Inputs.preset(preset));
    }

    /** Embeds all windows. */
    @Benchmark
    public EmbeddedImage windows(PerItem counter) {
        EmbeddedImage embedded = detector.embed(pixels);
        counter.perImage += embedded.windowCount();
        return embedded;
    }
}
