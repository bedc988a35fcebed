package io.github.zeroshot4j.examples.spark;

import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.tiny.TinyClip;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.LongAccumulator;

/**
 * The model of an executor: opened by the first of its tasks, shared by all of them, whatever the job, and closed when the executor
 * ends. A model is neither serializable nor cheap: it never travels, and no task has one of its own.
 */
final class ExecutorModel {
    private static final Map<String, ZeroShotDetector> DETECTORS = new ConcurrentHashMap<>();

    private ExecutorModel() {}

    /**
     * Returns the detector of the executor that this task runs in.
     *
     * @param directory a model directory that every machine has, or shares; empty for the embedded model
     * @param opened counts one if the model must be opened for that
     */
    static ZeroShotDetector detector(String directory, LongAccumulator opened) {
        return DETECTORS.computeIfAbsent(directory, key -> {
            // An executor may have a part of its machine only; 0, as in local mode, stands for all of it.
            OnnxEncoderOptions options = OnnxEncoderOptions.builder()
                    .threads(SparkEnv.get().conf().getInt("spark.executor.cores", 0))
                    .build();
            OnnxEncoder encoder =
                    directory.isEmpty() ? TinyClip.open(options) : OnnxEncoder.open(Path.of(directory), options);
            Runtime.getRuntime().addShutdownHook(new Thread(encoder::close));
            opened.add(1);
            return ZeroShotDetector.of(encoder);
        });
    }
}
