package io.github.zeroshot4j.onnx;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** How an {@link OnnxEncoder} runs its model. Immutable; {@link #toBuilder()} makes a changed copy. */
public final class OnnxEncoderOptions {
    /** The default of {@link #variant()}: {@link Variant#AUTO}. */
    public static final Variant DEFAULT_VARIANT = Variant.AUTO;

    /** The default of {@link #device()}: {@link Device#CPU}. */
    public static final Device DEFAULT_DEVICE = Device.CPU;

    /** The default of {@link #deviceId()}: 0, the first GPU. */
    public static final int DEFAULT_DEVICE_ID = 0;

    /** The default of {@link #threads()}: 0, as many as suit the machine. */
    public static final int DEFAULT_THREADS = 0;

    /** The default of {@link #intraOpThreads()}: 0, as many as suit the variant. */
    public static final int DEFAULT_INTRA_OP_THREADS = 0;

    /** The default of {@link #batchSize()}: 16. */
    public static final int DEFAULT_BATCH_SIZE = 16;

    /** Which of a model's graphs are used. */
    public enum Variant {
        /** The first that is there of {@link #FP32}, {@link #FP16} and {@link #INT8}. */
        AUTO(""),
        /** 32-bit floating point: {@code onnx/vision_model.onnx}, {@code onnx/text_model.onnx}. */
        FP32(""),
        /**
         * 16-bit floating point, {@code *_fp16.onnx}: half the size, and slower on CPUs. The runtime rounds to 16 bits at other
         * places when the size of a run is another (by up to 1e-4 of an embedding), so images and texts have a run each.
         */
        FP16("_fp16"),
        /**
         * 8-bit weights, {@code vision_model_quantized.onnx}: a quarter of the size and faster on CPUs. Its activations are
         * quantized with one scale per run, so every image has a run of its own, or its embedding would depend on its batch.
         * Texts, of which there are few, are embedded with {@code text_model.onnx}, or where that is not there with
         * {@code text_model_fp16.onnx}, and with {@code text_model_quantized.onnx} only where neither is.
         */
        INT8("_quantized");

        private final String suffix;

        Variant(String suffix) {
            this.suffix = suffix;
        }

        /** Returns the graph of a tower ("vision"). */
        String file(String tower) {
            return "onnx/" + tower + "_model" + suffix + ".onnx";
        }

        /** Returns the name in a spec and in zeroshot4j.json: "fp32". */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Variant> named(String label) {
            for (Variant variant : values()) {
                if (variant != AUTO && variant.label().equals(label)) {
                    return Optional.of(variant);
                }
            }
            return Optional.empty();
        }
    }

    /** What computes. */
    public enum Device {
        /** The processor. */
        CPU,
        /** An NVIDIA GPU; opening fails where there is none, or where ONNX Runtime's CUDA build is not on the class path. */
        CUDA,
        /** {@link #CUDA} where it works and otherwise {@link #CPU}, with one line in the log. */
        AUTO
    }

    private final Variant variant;
    private final Device device;
    private final int deviceId;
    private final int threads;
    private final int intraOpThreads;
    private final int batchSize;

    private OnnxEncoderOptions(Builder b) {
        variant = b.variant;
        device = b.device;
        deviceId = b.deviceId;
        threads = b.threads;
        intraOpThreads = b.intraOpThreads;
        batchSize = b.batchSize;
    }

    /** Returns the defaults. */
    public static OnnxEncoderOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these options. */
    public Builder toBuilder() {
        return new Builder()
                .variant(variant)
                .device(device)
                .deviceId(deviceId)
                .threads(threads)
                .intraOpThreads(intraOpThreads)
                .batchSize(batchSize);
    }

    /** Returns which of the model's graphs are used. The default is {@link Variant#AUTO}. */
    public Variant variant() {
        return variant;
    }

    /** Returns what computes. The default is {@link Device#CPU}. */
    public Device device() {
        return device;
    }

    /** Returns the number of the GPU; without meaning on a CPU. The default is 0. */
    public int deviceId() {
        return deviceId;
    }

    /**
     * Returns how many threads of the CPU compute at once, for all callers of the encoder together: a call that finds them all
     * at work waits for its turn, so that many callers are as fast as one. The default is 0: one for each core that the JVM
     * may use. Without meaning on a GPU.
     */
    public int threads() {
        return threads;
    }

    /**
     * Returns how many of the {@link #threads()} compute one run on the CPU; as many runs as then fit go on at once. The default
     * is 0: all of them where images share a run ({@link Variant#FP32}) and for texts, and 1 where every image has its own.
     */
    public int intraOpThreads() {
        return intraOpThreads;
    }

    /**
     * Returns how many images or texts go into one run at most; more cost memory and gain speed. Results do not depend on it
     * (to 1e-5), for which images of the variants {@link Variant#FP16} and {@link Variant#INT8} have a run each. The default
     * is 16.
     */
    public int batchSize() {
        return batchSize;
    }

    @Override
    public String toString() {
        return "OnnxEncoderOptions[variant=" + variant + ", device=" + device + ", deviceId=" + deviceId + ", threads="
                + threads + ", intraOpThreads=" + intraOpThreads + ", batchSize=" + batchSize + "]";
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Variant variant = DEFAULT_VARIANT;
        private Device device = DEFAULT_DEVICE;
        private int deviceId = DEFAULT_DEVICE_ID;
        private int threads = DEFAULT_THREADS;
        private int intraOpThreads = DEFAULT_INTRA_OP_THREADS;
        private int batchSize = DEFAULT_BATCH_SIZE;

        private Builder() {}

        /** Sets {@link OnnxEncoderOptions#variant()}. */
        public Builder variant(Variant value) {
            variant = Objects.requireNonNull(value, "variant");
            return this;
        }

        /** Sets {@link OnnxEncoderOptions#device()}. */
        public Builder device(Device value) {
            device = Objects.requireNonNull(value, "device");
            return this;
        }

        /**
         * Sets {@link OnnxEncoderOptions#deviceId()}.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder deviceId(int value) {
            deviceId = atLeast(0, value, "deviceId");
            return this;
        }

        /**
         * Sets {@link OnnxEncoderOptions#threads()}.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder threads(int value) {
            threads = atLeast(0, value, "threads");
            return this;
        }

        /**
         * Sets {@link OnnxEncoderOptions#intraOpThreads()}.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder intraOpThreads(int value) {
            intraOpThreads = atLeast(0, value, "intraOpThreads");
            return this;
        }

        /**
         * Sets {@link OnnxEncoderOptions#batchSize()}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder batchSize(int value) {
            batchSize = atLeast(1, value, "batchSize");
            return this;
        }

        /** Makes the options. */
        public OnnxEncoderOptions build() {
            return new OnnxEncoderOptions(this);
        }

        private static int atLeast(int minimum, int value, String name) {
            if (value < minimum) {
                throw new IllegalArgumentException(name + " (" + value + ") must be at least " + minimum);
            }
            return value;
        }
    }
}
