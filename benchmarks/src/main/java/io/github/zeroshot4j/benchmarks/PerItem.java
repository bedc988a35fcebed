package io.github.zeroshot4j.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counts the images that went through the encoder: JMH reports the time per image beside the time per call, as
 * {@code :perImage}. It is what benchmarks with different numbers of windows are compared by.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class PerItem {
    /** How many images this thread has encoded in the iteration. */
    public long perImage;
}
