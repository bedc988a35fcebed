package io.github.zeroshot4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit: ONNX Runtime's session alone, with the options that the encoder gives it, on buffers that are filled beforehand.
 * The tensors are made once; nothing is read, scaled or normalised between two runs.
 */
final class BareSession implements AutoCloseable {
    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private final List<Map<String, OnnxTensor>> outputs = new ArrayList<>();
    private final int batch;
    private final ExecutorService workers;
    private final int atOnce;

    /**
     * Opens the graph that embeds images.
     *
     * @param batch how many images share a run
     * @param threads how many threads compute one run
     * @param atOnce how many runs go on at once
     */
    BareSession(Path graph, EncoderSpec spec, int images, int batch, int threads, int atOnce) throws OrtException {
        this.batch = batch;
        this.atOnce = atOnce;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        // As the encoder's own: all optimizations, one thread between operators, no active waiting.
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(graph.toString(), options);
        }
        SplittableRandom random = new SplittableRandom(20261123);
        int side = spec.cropSide();
        for (int first = 0; first < images; first += batch) {
            int count = Math.min(batch, images - first);
            FloatBuffer pixels = Inputs.buffer(count * 3 * side * side);
            for (int i = 0; i < pixels.capacity(); i++) {
                pixels.put(i, (float) (4 * random.nextDouble() - 2));
            }
            FloatBuffer rows = Inputs.buffer(count * spec.embeddingDimension());
            inputs.add(Map.of(
                    "pixel_values", OnnxTensor.createTensor(environment, pixels, new long[] {count, 3, side, side})));
            outputs.add(Map.of(
                    "image_embeds",
                    OnnxTensor.createTensor(environment, rows, new long[] {count, spec.embeddingDimension()})));
        }
        workers = Executors.newFixedThreadPool(atOnce);
    }

    int batch() {
        return batch;
    }

    /** Embeds all images once. */
    void run() throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            running.add(workers.submit(() -> {
                for (int run = next.getAndIncrement(); run < inputs.size(); run = next.getAndIncrement()) {
                    session.run(inputs.get(run), outputs.get(run)).close();
                }
                return null;
            }));
        }
        for (Future<?> worker : running) {
            worker.get();
        }
    }

    @Override
    public void close() throws OrtException {
        workers.shutdownNow();
        inputs.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
        outputs.forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
        session.close();
    }
}
