package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import picocli.CommandLine.Option;

/** Where a model computes, and how much of the machine a run takes. */
final class DeviceOptions {
    /** Also read by {@link Zeroshot}: what the library itself computes keeps to it, too. */
    static final String THREADS = "--threads";

    /** More would only take turns; a machine may refuse them. */
    static final int MOST_THREADS = 1024;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, cuda, or auto: CUDA where it is there. Default: cpu.")
    private OnnxEncoderOptions.Device device = OnnxEncoderOptions.DEFAULT_DEVICE;

    @Option(
            names = THREADS,
            paramLabel = "NUMBER",
            description = "Threads that compute at once. Results do not depend on it. Default: one for each core.")
    private int threads = OnnxEncoderOptions.DEFAULT_THREADS;

    /**
     * Starts an encoder's options from these.
     *
     * @throws BadUse if a value is bad
     */
    OnnxEncoderOptions.Builder toBuilder() {
        if (threads > MOST_THREADS) {
            throw new BadUse(THREADS + " (" + threads + ") must be at most " + MOST_THREADS);
        }
        try {
            return OnnxEncoderOptions.builder().device(device).threads(threads);
        } catch (IllegalArgumentException e) {
            throw new BadUse(Reason.of(e), e);
        }
    }
}
