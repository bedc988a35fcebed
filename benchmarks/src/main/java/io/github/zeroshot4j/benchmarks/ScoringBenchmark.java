package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * All that follows the encoder: cosines of every prompt with every window of an embedded image (512 dimensions), maps,
 * presence, boxes. The prompts are embedded before. The cosines are {@code prompts * windows * 512} multiplications; the rest is
 * a map and a handful of boxes per prompt.
 *
 * <p>On the article's photo (18 megapixels) {@code preset=article} has 120 windows and {@code preset=default} 204.
 *
 * <pre>{@code benchmarks/run ScoringBenchmark -p prompts=1,1000}</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class ScoringBenchmark {
    /** How many prompts are asked. */
    @Param({"1", "1000"})
    public int prompts;

    private ZeroShotDetector detector;
    private EmbeddedImage embedded;
    private List<Prompt> asked;

    /** Embeds the image and the prompts. */
    @Setup
    public void prepare(Preset preset, Photo photo) {
        detector = ZeroShotDetector.of(new ScatterEncoder(), preset.options());
        embedded = detector.embed(photo.pixels());
        asked = Inputs.prompts(prompts);
        detector.localize(embedded, asked); // from here on the prompts are in the cache
    }

    /** Scores all windows for all prompts. */
    @Benchmark
    public List<Localization> localize() {
        return detector.localize(embedded, asked);
    }
}
