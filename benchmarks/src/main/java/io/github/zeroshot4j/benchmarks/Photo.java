package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.RgbImage;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The image of a benchmark, drawn before it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class Photo {
    /** Width and height in pixels. */
    @Param("3456x5184")
    public String image;

    private RgbImage pixels;

    /** Draws the image. */
    @Setup
    public void draw() {
        pixels = Inputs.image(image);
    }

    RgbImage pixels() {
        return pixels;
    }
}
