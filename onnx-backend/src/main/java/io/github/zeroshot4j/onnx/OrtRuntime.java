package io.github.zeroshot4j.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.zeroshot4j.EncoderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX Runtime on one device, with one set of session options. Holds nothing that must be closed. */
final class OrtRuntime {
    /** Up to this many, hardware threads that share a core are counted as cores. */
    private static final int FEW = 4;

    /**
     * How a graph is run.
     *
     * @param batch how many items may share a run
     * @param threads how many threads compute one run
     */
    record Runs(int batch, int threads) {}

    private final OrtEnvironment environment;
    private final OnnxEncoderOptions.Device device;
    private final OnnxEncoderOptions options;
    private final int threads;

    private OrtRuntime(OrtEnvironment environment, OnnxEncoderOptions.Device device, OnnxEncoderOptions options) {
        this.environment = environment;
        this.device = device;
        this.options = options;
        this.threads = options.threads() > 0 ? options.threads() : defaultThreads();
    }

    static OrtRuntime cpu(OnnxEncoderOptions options) {
        return new OrtRuntime(environment(), OnnxEncoderOptions.Device.CPU, options);
    }

    /** Returns the runtime on the GPU; call only where {@link #whyNoCuda()} gives no reason. */
    static OrtRuntime cuda(OnnxEncoderOptions options) {
        return new OrtRuntime(environment(), OnnxEncoderOptions.Device.CUDA, options);
    }

    /**
     * Returns why CUDA cannot work here, as far as can be told without asking ONNX Runtime to load it: that unpacks half a
     * gigabyte and prints errors.
     */
    static Optional<String> whyNoCuda() {
        if (!NvidiaDriver.isInstalled()) {
            return Optional.of("found no NVIDIA driver");
        }
        // The list is that of the build, not of the machine.
        environment();
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return Optional.of(
                    "found ONNX Runtime's CPU build; have the artifact onnxruntime_gpu in place of onnxruntime");
        }
        return Optional.empty();
    }

    OrtEnvironment ort() {
        return environment;
    }

    OnnxEncoderOptions.Device device() {
        return device;
    }

    /** Returns the threads that all sessions of an encoder share. A GPU has its own ways of running several calls. */
    Cores cores() {
        return device == OnnxEncoderOptions.Device.CPU ? new Cores(threads) : Cores.unbounded();
    }

    /** Returns how a graph of a variant is run. */
    Runs runs(OnnxEncoderOptions.Variant variant) {
        // In the other variants an embedding would depend on what shares its run; see Variant.
        boolean shared = variant == OnnxEncoderOptions.Variant.FP32;
        // Runs of one item are too short to be worth more than one thread: several at once are faster.
        int chosen = shared || device != OnnxEncoderOptions.Device.CPU ? threads : 1;
        int each = options.intraOpThreads() > 0 ? Math.min(options.intraOpThreads(), threads) : chosen;
        return new Runs(shared ? options.batchSize() : 1, each);
    }

    /** Returns options for a session; the caller closes them. */
    OrtSession.SessionOptions sessionOptions(Runs runs) throws OrtException {
        OrtSession.SessionOptions session = new OrtSession.SessionOptions();
        try {
            session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session.setIntraOpNumThreads(runs.threads());
            session.setInterOpNumThreads(1);
            // Waiting threads sleep: the application's own threads need the cores.
            session.addConfigEntry("session.intra_op.allow_spinning", "0");
            // Failures come as exceptions; nothing is printed beside.
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (device == OnnxEncoderOptions.Device.CUDA) {
                addCuda(session);
            }
            return session;
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void addCuda(OrtSession.SessionOptions session) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(options.deviceId())) {
            // TF32 rounds to 10 bits, and differently with the size of the batch.
            cuda.add("use_tf32", "0");
            session.addCUDA(cuda);
        }
    }

    private static OrtEnvironment environment() {
        try {
            return OrtEnvironment.getEnvironment();
        } catch (LinkageError | RuntimeException e) {
            throw new EncoderException("ONNX Runtime's native library cannot be loaded: " + e, e);
        }
    }

    /**
     * One thread for each core. Two hardware threads of one core share the units that multiply; with few of them all are
     * used, since they may as well be cores that a virtual machine shows so.
     */
    static int defaultThreads() {
        return defaultThreads(Runtime.getRuntime().availableProcessors(), hyperThreading());
    }

    static int defaultThreads(int processors, boolean hyperThreading) {
        return hyperThreading ? Math.max(processors / 2, Math.min(processors, FEW)) : processors;
    }

    private static boolean hyperThreading() {
        try {
            return Files.readString(Path.of("/sys/devices/system/cpu/smt/active"))
                    .startsWith("1");
        } catch (IOException e) {
            return false; // no Linux: all processors count
        }
    }
}
