package io.github.zeroshot4j.onnx;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One of the two graphs of a model, its inputs and its output checked: the one that embeds images, or the one that embeds
 * texts. As thread-safe as its {@link Graph}.
 */
final class Tower implements AutoCloseable {
    private static final String PIXELS = "pixel_values";
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final Set<String> FLOATS = Set.of("FLOAT", "FLOAT16");
    private static final Set<String> INTEGERS = Set.of("INT32", "INT64");
    private static final long ANY = -1;

    private final Graph graph;
    private final Graph.Port input;
    private final Graph.Port output;
    private final int dimension;
    private final OrtRuntime.Runs runs;

    private Tower(Graph graph, OrtRuntime.Runs runs, Graph.Port input, String output, OptionalInt dimension) {
        this.graph = graph;
        this.runs = runs;
        this.input = input;
        this.output = port(graph, graph.outputs(), output, FLOATS, List.of(ANY, ANY));
        this.dimension = dimension(this.output, dimension);
    }

    /**
     * Opens the tower that embeds images.
     *
     * @param side side of the square of pixels that it must take
     * @param dimension length of an embedding, if config.json says so
     */
    static Tower vision(ModelFiles files, Variant variant, OrtRuntime runtime, int side, OptionalInt dimension) {
        OrtRuntime.Runs runs = runtime.runs(variant);
        return open(files, variant.file("vision"), runtime, runs, graph -> {
            requireInputs(graph, Set.of(PIXELS), Set.of());
            Graph.Port pixels = port(graph, graph.inputs(), PIXELS, FLOATS, List.of(ANY, 3L, (long) side, (long) side));
            return new Tower(graph, runs, pixels, "image_embeds", dimension);
        });
    }

    /**
     * Opens the tower that embeds texts.
     *
     * @param contextLength how many tokens it must take
     * @param dimension length of an embedding, if config.json says so
     */
    static Tower text(ModelFiles files, Variant variant, OrtRuntime runtime, int contextLength, OptionalInt dimension) {
        OrtRuntime.Runs runs = runtime.runs(variant);
        return open(files, variant.file("text"), runtime, runs, graph -> {
            requireInputs(graph, Set.of(IDS), Set.of(MASK));
            List<Long> shape = List.of(ANY, (long) contextLength);
            Graph.Port ids = port(graph, graph.inputs(), IDS, INTEGERS, shape);
            if (graph.inputs().containsKey(MASK)) {
                port(graph, graph.inputs(), MASK, INTEGERS, shape);
            }
            return new Tower(graph, runs, ids, "text_embeds", dimension);
        });
    }

    int dimension() {
        return dimension;
    }

    /** Returns how many items may share a run. */
    int batch() {
        return input.shape().get(0) == 1 ? 1 : runs.batch();
    }

    /** Returns how many threads compute one run. */
    int threads() {
        return runs.threads();
    }

    /** Returns the length that all texts must have, if the graph does not take any. */
    OptionalInt fixedLength() {
        long length = input.shape().get(1);
        return length == ANY ? OptionalInt.empty() : OptionalInt.of((int) length);
    }

    /**
     * Embeds images, not normalised.
     *
     * @param pixels direct; {@code count * 3 * side * side} floats from position to limit
     * @param out direct; receives {@code count * dimension} floats from position to limit
     */
    void embedImages(FloatBuffer pixels, int count, int side, FloatBuffer out) {
        List<Long> shape = List.of((long) count, 3L, (long) side, (long) side);
        run(Map.of(PIXELS, new Graph.Feed(pixels, shape)), count, out);
    }

    /**
     * Embeds texts of one length, not normalised.
     *
     * @param ids {@code count * length} ids from position to limit
     * @param mask as long, 1 for tokens and 0 for padding
     * @param out direct; receives {@code count * dimension} floats from position to limit
     */
    void embedTexts(LongBuffer ids, LongBuffer mask, int count, int length, FloatBuffer out) {
        List<Long> shape = List.of((long) count, (long) length);
        Graph.Feed feed = new Graph.Feed(ids, shape);
        run(
                graph.inputs().containsKey(MASK)
                        ? Map.of(IDS, feed, MASK, new Graph.Feed(mask, shape))
                        : Map.of(IDS, feed),
                count,
                out);
    }

    EncoderException failure(String problem) {
        return graph.failure(problem);
    }

    @Override
    public void close() {
        graph.close();
    }

    private void run(Map<String, Graph.Feed> feeds, int count, FloatBuffer out) {
        graph.run(feeds, output, List.of((long) count, (long) dimension), out);
    }

    private interface Checks {
        Tower check(Graph graph);
    }

    private static Tower open(ModelFiles files, String file, OrtRuntime runtime, OrtRuntime.Runs runs, Checks checks) {
        Graph graph = Graph.open(files, file, runtime, runs);
        try {
            return checks.check(graph);
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    private static void requireInputs(Graph graph, Set<String> required, Set<String> optional) {
        Set<String> found = graph.inputs().keySet();
        Set<String> unknown = new TreeSet<>(found);
        unknown.removeAll(required);
        unknown.removeAll(optional);
        if (!found.containsAll(required) || !unknown.isEmpty()) {
            String and = optional.isEmpty() ? "" : " and perhaps " + optional;
            throw graph.failure("must have the inputs " + required + and + ", found "
                    + graph.inputs().values());
        }
    }

    /** Returns an input or output after a look at its type and shape; ANY stands for any size. */
    private static Graph.Port port(
            Graph graph, Map<String, Graph.Port> ports, String name, Set<String> types, List<Long> shape) {
        Graph.Port port = ports.get(name);
        if (port == null) {
            throw graph.failure("must have the output " + name + ", found " + ports.values());
        }
        boolean fits = types.contains(port.type()) && port.shape().size() == shape.size();
        for (int i = 0; fits && i < shape.size(); i++) {
            long found = port.shape().get(i);
            // The first is the batch: any, or 1.
            fits = i == 0 ? found == ANY || found == 1 : found == ANY || shape.get(i) == ANY || found == shape.get(i);
        }
        if (!fits) {
            throw graph.failure("must have " + name + " " + String.join(" or ", new TreeSet<>(types)) + shape
                    + " (-1: any), found " + port);
        }
        return port;
    }

    private int dimension(Graph.Port port, OptionalInt configured) {
        long found = port.shape().get(1);
        if (found == ANY && configured.isEmpty()) {
            throw graph.failure("must have a known dimension of " + port + " where config.json has no projection_dim");
        }
        if (found != ANY && configured.isPresent() && configured.getAsInt() != found) {
            throw graph.failure("must give embeddings of projection_dim (" + configured.getAsInt()
                    + ") in config.json, found " + port);
        }
        return found == ANY ? configured.getAsInt() : (int) found;
    }
}
