package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.DetectorOptions;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The options of a benchmark's detector. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls @Setup before anything else
public class Preset {
    /** {@code article} or {@code default}. */
    @Param({"article", "default"})
    public String preset;

    DetectorOptions options() {
        return Inputs.preset(preset);
    }
}
