package io.github.zeroshot4j.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A model made by hand, in which every number is known: an image's embedding is (R, G, B), the sums of its channels; a text's
 * is (ids + ids of tokens that count, tokens that count, length).
 */
final class HandMade {
    static final int SIDE = 4;
    static final int DIMENSION = 3;
    static final int CONTEXT = 77;

    /** Instead of the type of a mask. */
    static final int NO_MASK = 0;

    private HandMade() {}

    /** Writes the model; random-a lends its tokenizer. */
    static Path write(Path directory, byte[] vision, byte[] text) {
        TestModels.copy("random-a", directory);
        TestModels.set(directory, "config.json", "projection_dim", String.valueOf(DIMENSION));
        TestModels.set(directory, "preprocessor_config.json", "size", "{\"shortest_edge\": 4}");
        TestModels.set(directory, "preprocessor_config.json", "crop_size", "{\"height\": 4, \"width\": 4}");
        TestModels.set(directory, "zeroshot4j.json", "modelName", "\"hand-made\"");
        try {
            Files.write(directory.resolve("onnx/vision_model.onnx"), vision);
            Files.write(directory.resolve("onnx/text_model.onnx"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    static byte[] vision() {
        return vision(OnnxGraph.FLOAT, OnnxGraph.FLOAT, "n");
    }

    /** The sums of the channels: [n, 3, s, s] is flattened and multiplied by ones where a channel's pixels are. */
    static byte[] vision(int inputType, int outputType, Object batch) {
        return visionNodes(
                new OnnxGraph()
                        .input("pixel_values", inputType, batch, 3, SIDE, SIDE)
                        .output("image_embeds", outputType, batch, DIMENSION),
                outputType,
                channelSums());
    }

    static byte[] visionNodes(OnnxGraph graph, int outputType, float[] weights) {
        return visionNodes(graph.floats("weights", weights, 3 * SIDE * SIDE, DIMENSION), outputType);
    }

    private static byte[] visionNodes(OnnxGraph graph, int outputType) {
        return graph.node("Cast", "to", OnnxGraph.FLOAT, "pixels", "pixel_values")
                .node("Flatten", "flat", "pixels")
                .node("MatMul", "sums", "flat", "weights")
                .node("Cast", "to", outputType, "image_embeds", "sums")
                .bytes();
    }

    /** The vision graph with its weights in a file of their own. */
    static byte[] visionWithExternalData(String file) {
        return visionNodes(
                new OnnxGraph()
                        .input("pixel_values", OnnxGraph.FLOAT, "n", 3, SIDE, SIDE)
                        .output("image_embeds", OnnxGraph.FLOAT, "n", DIMENSION)
                        .external("weights", file, 3 * SIDE * SIDE, DIMENSION),
                OnnxGraph.FLOAT);
    }

    static float[] channelSums() {
        float[] weights = new float[3 * SIDE * SIDE * DIMENSION];
        IntStream.range(0, 3 * SIDE * SIDE).forEach(i -> weights[i * DIMENSION + i / (SIDE * SIDE)] = 1);
        return weights;
    }

    static float[] same(float value) {
        float[] weights = new float[3 * SIDE * SIDE * DIMENSION];
        Arrays.fill(weights, value);
        return weights;
    }

    static byte[] text() {
        return text(false, "n", "t", OnnxGraph.FLOAT);
    }

    /** Without a mask all tokens count. */
    static byte[] text(boolean mask, Object batch, Object length, int outputType) {
        return text(OnnxGraph.INT64, mask ? OnnxGraph.INT64 : NO_MASK, batch, length, outputType);
    }

    /** The same with types of ids and mask. */
    static byte[] text(int idType, int maskType, Object batch, Object length, int outputType) {
        OnnxGraph graph = new OnnxGraph().input("input_ids", idType, batch, length);
        graph.node("Cast", "to", OnnxGraph.INT64, "ids", "input_ids");
        boolean mask = maskType != NO_MASK;
        if (mask) {
            graph.input("attention_mask", maskType, batch, length);
            graph.node("Cast", "to", OnnxGraph.INT64, "mask", "attention_mask");
        }
        graph.output("text_embeds", outputType, batch, DIMENSION)
                .longs("axis", 1)
                .node("Sub", "zeros", "ids", "ids")
                .longs("one", 1)
                .node("Add", "ones", "zeros", "one");
        String counts = mask ? "mask" : "ones";
        return graph.node("Mul", "counted", "ids", counts)
                .node("Add", "both", "ids", "counted")
                .node("ReduceSum", "sum", "both", "axis")
                .node("ReduceSum", "tokens", counts, "axis")
                .node("ReduceSum", "length", "ones", "axis")
                .node("Concat", "axis", 1, "all", "sum", "tokens", "length")
                .node("Cast", "to", outputType, "text_embeds", "all")
                .bytes();
    }

    /** Writes a model that opens and whose graphs fail when they run. */
    static Path writeFailing(Path directory) {
        return write(
                directory,
                failing("pixel_values", OnnxGraph.FLOAT, "image_embeds", "n", 3, SIDE, SIDE),
                failing("input_ids", OnnxGraph.INT64, "text_embeds", "n", "t"));
    }

    /** 48 pixels an image, or a text's tokens, cannot be brought into rows of 1009. */
    private static byte[] failing(String input, int type, String output, Object... shape) {
        return new OnnxGraph()
                .input(input, type, shape)
                .output(output, OnnxGraph.FLOAT, "n", DIMENSION)
                .longs("rows", -1, 1009)
                .node("Reshape", "reshaped", input, "rows")
                .node("Cast", "to", OnnxGraph.FLOAT, "floats", "reshaped")
                .floats("weights", new float[1009 * DIMENSION], 1009, DIMENSION)
                .node("MatMul", output, "floats", "weights")
                .bytes();
    }
}
