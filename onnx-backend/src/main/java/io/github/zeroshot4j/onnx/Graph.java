package io.github.zeroshot4j.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.zeroshot4j.EncoderException;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One ONNX graph: its inputs and outputs, and runs of it. Thread-safe but for {@link #close()}, which must wait for running
 * calls.
 */
final class Graph implements AutoCloseable {
    private static final String LFS_POINTER = "version https://git-lfs.github.com/spec/";

    private final ModelFiles files;
    private final String file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, Port> inputs;
    private final Map<String, Port> outputs;

    /**
     * An input or output.
     *
     * @param type "FLOAT", "FLOAT16", "INT64", ...
     * @param shape -1 for what may vary
     */
    record Port(String name, String type, List<Long> shape) {
        @Override
        public String toString() {
            return name + " " + type + shape;
        }
    }

    /**
     * A value for an input.
     *
     * @param values a FloatBuffer or LongBuffer; read from its position to its limit, without a copy where it is direct and
     *     of the input's type
     */
    record Feed(Buffer values, List<Long> shape) {}

    private Graph(ModelFiles files, String file, OrtEnvironment environment, OrtSession session) throws OrtException {
        this.files = files;
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.inputs = ports(session.getInputInfo());
        this.outputs = ports(session.getOutputInfo());
    }

    static Graph open(ModelFiles files, String file, OrtRuntime runtime, OrtRuntime.Runs runs) {
        try (OrtSession.SessionOptions options = runtime.sessionOptions(runs)) {
            OrtSession session = session(files, file, runtime.ort(), options);
            try {
                return new Graph(files, file, runtime.ort(), session);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            String found = isPointer(files, file)
                    ? "a Git LFS pointer instead: \"git lfs pull\" fetches the file itself"
                    : e.getMessage();
            throw files.failure(file, "must be an ONNX graph that runs on " + runtime.device() + ", found " + found, e);
        }
    }

    /** A file is opened by its path, so that weights beside it are found. */
    private static OrtSession session(
            ModelFiles files, String file, OrtEnvironment environment, OrtSession.SessionOptions options)
            throws OrtException {
        if (!files.exists(file)) {
            throw files.failure(file, "must exist, found no such file");
        }
        Optional<Path> path = files.onDisk(file);
        return path.isPresent()
                ? environment.createSession(path.get().toString(), options)
                : environment.createSession(files.bytes(file), options);
    }

    /** A clone of a model's repository without Git LFS holds these: the likeliest reason for a graph that is none. */
    private static boolean isPointer(ModelFiles files, String file) {
        byte[] start = files.start(file, LFS_POINTER.length());
        return new String(start, StandardCharsets.US_ASCII).equals(LFS_POINTER);
    }

    Map<String, Port> inputs() {
        return inputs;
    }

    Map<String, Port> outputs() {
        return outputs;
    }

    /** Returns an error about the graph's file. */
    EncoderException failure(String problem) {
        return files.failure(file, problem);
    }

    /**
     * Runs the graph for one output.
     *
     * @param out receives the output as floats from its position to its limit; written in place where it is direct
     */
    void run(Map<String, Feed> feeds, Port output, List<Long> shape, FloatBuffer out) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Feed> feed : feeds.entrySet()) {
                tensors.put(feed.getKey(), tensor(feed.getKey(), feed.getValue()));
            }
            if (output.type().equals("FLOAT")) {
                runInto(tensors, output, shape, out);
            } else {
                runAndConvert(tensors, output, shape, out);
            }
        } catch (OrtException e) {
            throw files.failure(file, "failed to run: " + e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private void runInto(Map<String, OnnxTensor> tensors, Port output, List<Long> shape, FloatBuffer out)
            throws OrtException {
        try (OnnxTensor pinned = OnnxTensor.createTensor(environment, out, array(shape));
                OrtSession.Result result = session.run(tensors, Map.of(output.name(), pinned))) {
            if (result.size() != 1) {
                throw failure("must give one result for " + output + ", found " + result.size());
            }
        }
    }

    private void runAndConvert(Map<String, OnnxTensor> tensors, Port output, List<Long> shape, FloatBuffer out)
            throws OrtException {
        try (OrtSession.Result result = session.run(tensors, Set.of(output.name()))) {
            OnnxTensor tensor = (OnnxTensor) result.get(0);
            long[] found = tensor.getInfo().getShape();
            if (!Arrays.equals(found, array(shape))) {
                throw failure("must give " + output.name() + shape + ", found " + Arrays.toString(found));
            }
            out.duplicate().put(tensor.getFloatBuffer());
        }
    }

    private OnnxTensor tensor(String input, Feed feed) throws OrtException {
        long[] shape = array(feed.shape());
        Port port = Objects.requireNonNull(inputs.get(input), input);
        if (feed.values() instanceof LongBuffer longs) {
            return port.type().equals("INT32")
                    ? OnnxTensor.createTensor(environment, ints(longs), shape)
                    : OnnxTensor.createTensor(environment, longs, shape);
        }
        FloatBuffer floats = (FloatBuffer) feed.values();
        return port.type().equals("FLOAT16")
                ? OnnxTensor.createTensor(
                        environment,
                        Fp16Conversions.convertFloatBufferToFp16Buffer(floats),
                        shape,
                        OnnxJavaType.FLOAT16)
                : OnnxTensor.createTensor(environment, floats, shape);
    }

    /** Token ids fit: there are fewer of them than ints. */
    private static IntBuffer ints(LongBuffer longs) {
        IntBuffer ints = IntBuffer.allocate(longs.remaining());
        for (LongBuffer rest = longs.duplicate(); rest.hasRemaining(); ) {
            ints.put(Math.toIntExact(rest.get()));
        }
        return ints.flip();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw files.failure(file, "failed to close: " + e.getMessage(), e);
        }
    }

    private static Map<String, Port> ports(Map<String, NodeInfo> infos) {
        Map<String, Port> ports = new LinkedHashMap<>();
        infos.forEach((name, info) -> ports.put(name, port(name, info.getInfo())));
        return ports;
    }

    private static Port port(String name, ValueInfo info) {
        if (!(info instanceof TensorInfo tensor)) {
            return new Port(name, info.getClass().getSimpleName(), List.of());
        }
        List<Long> shape = new ArrayList<>();
        for (long dimension : tensor.getShape()) {
            shape.add(dimension);
        }
        return new Port(name, tensor.onnxType.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", ""), List.copyOf(shape));
    }

    private static long[] array(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
