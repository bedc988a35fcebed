package io.github.zeroshot4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.Resampling;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The library, ONNX Runtime's bare session and the article's loop side by side on one model directory and one image, and the
 * ratios of their times. In every round each is measured once, one after the other, so that what else goes on in the machine
 * meets all of them. JMH, which measures one thing for long before the next, is for finding out why.
 */
final class Comparison implements AutoCloseable {
    /** As the encoder's default. */
    private static final int BATCH = OnnxEncoderOptions.DEFAULT_BATCH_SIZE;

    /** 5 x 4 windows of the article's 1536 pixels: what one of many callers asks. */
    private static final String SMALL_IMAGE = "2560x2304";

    private static final String ALLOCATED = "bytes per window";

    private static final DetectorOptions FAST =
            DetectorOptions.article().toBuilder().resampling(Resampling.FAST).build();

    private final ComparisonOptions asked;
    private final RgbImage image;
    private final RgbImage small = Inputs.image(SMALL_IMAGE);
    private final Map<String, Callable<?>> measures = new LinkedHashMap<>();
    private final Map<String, Integer> windows = new LinkedHashMap<>();
    private final Timings timings = new Timings();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final ExecutorService callers;

    private Comparison(ComparisonOptions asked) {
        this.asked = asked;
        this.image = Inputs.image(asked.image());
        this.callers = Executors.newFixedThreadPool(asked.callers());
        opened.add(callers::shutdownNow);
    }

    /** Measures, prints the tables and writes them with the times of all rounds below the directory of the results. */
    static void run(String... arguments) throws Exception {
        ComparisonOptions asked = ComparisonOptions.of(arguments);
        try (Comparison comparison = new Comparison(asked)) {
            String report = comparison.measure();
            System.out.println(report);
            Files.createDirectories(asked.out());
            Path file = asked.out().resolve("compare-" + Benchmarks.commit() + ".md");
            Files.writeString(file, report);
            System.out.println("Written to " + file);
        }
    }

    private String measure() throws Exception {
        String machine = Benchmarks.machine();
        @Nullable
        PythonSide python = asked.python().isPresent() ? python(asked.python().get()) : null;
        OnnxEncoder fp32 = open(Variant.FP32);
        int count = detectors("fp32", fp32, 1, 8, 64);
        bare("fp32", fp32, count, BATCH, asked.threads(), 1);
        if (Files.exists(asked.model().resolve("onnx/vision_model_quantized.onnx"))) {
            OnnxEncoder int8 = open(Variant.INT8);
            detectors("int8", int8, 1);
            bare("int8", int8, count, 1, 1, asked.threads());
            notes.add(Agreement.of(article(fp32), article(int8), List.of(image), Inputs.prompts(8))
                    .note("int8 against fp32"));
        }
        NoOpEncoder noOp = new NoOpEncoder(fp32.spec());
        ZeroShotDetector loop = article(noOp);
        measure("windows exact", count, () -> loop.embed(image));
        ZeroShotDetector fastLoop = loop.withOptions(FAST);
        measure("windows fast", count, () -> fastLoop.embed(image));
        notes.add(Agreement.of(article(fp32), article(fp32).withOptions(FAST), List.of(image), Inputs.prompts(8))
                .note("fast against exact resampling, fp32"));
        Path demo = Path.of("examples", "images");
        if (Files.isDirectory(demo)) { // from the top of the checkout
            notes.add(Agreement.fastOnDemoImages(demo).note("fast against exact resampling, tiny model, " + demo));
        }
        for (Callable<?> warmUp : measures.values()) {
            warmUp.call();
        }
        Load load = Load.now(python);
        for (int round = 0; round < asked.rounds(); round++) {
            for (Map.Entry<String, Callable<?>> measure : measures.entrySet()) {
                long start = System.nanoTime();
                measure.getValue().call();
                timings.add(measure.getKey(), (System.nanoTime() - start) / 1e6);
            }
            if (python != null) {
                measure(python, count, List.of("article", "fp32", "int8"));
            }
        }
        if (python != null) {
            measure(python, count, List.of("article float")); // once: it takes long
        }
        String others = load.othersSince();
        allocation(noOp, fp32);
        return report(machine, python, others);
    }

    private static ZeroShotDetector article(Encoder encoder) {
        return ZeroShotDetector.of(encoder, DetectorOptions.article());
    }

    private void measure(PythonSide python, int count, List<String> measurements) throws IOException {
        for (String what : measurements) {
            double ms = python.measure(what);
            if (!Double.isNaN(ms)) {
                timings.add("python " + what, ms);
                windows.put("python " + what, count);
            }
        }
    }

    private OnnxEncoder open(Variant variant) {
        OnnxEncoder encoder = OnnxEncoder.open(
                asked.model(),
                OnnxEncoderOptions.builder()
                        .variant(variant)
                        .threads(asked.threads())
                        .build());
        opened.add(encoder);
        return encoder;
    }

    /** Adds detect with so many prompts, and one caller beside many; returns the number of the image's windows. */
    private int detectors(String variant, OnnxEncoder encoder, int... prompts) {
        ZeroShotDetector detector = ZeroShotDetector.of(encoder, DetectorOptions.article());
        int count = ZeroShotDetector.of(new NoOpEncoder(encoder.spec()), DetectorOptions.article())
                .embed(image)
                .windowCount();
        for (int n : prompts) {
            List<Prompt> list = Inputs.prompts(n);
            measure("detect " + variant + " " + n, count, () -> detector.detect(image, list));
        }
        List<Prompt> one = Inputs.prompts(1);
        int calls = asked.callers();
        int smallCount = 20 * calls;
        measure("one caller " + variant, smallCount, () -> {
            for (int i = 0; i < calls; i++) {
                detector.detect(small, one);
            }
            return null;
        });
        measure("many callers " + variant, smallCount, () -> {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(callers.submit(() -> detector.detect(small, one)));
            }
            for (Future<?> call : running) {
                call.get();
            }
            return null;
        });
        return count;
    }

    private void bare(String variant, OnnxEncoder encoder, int count, int batch, int threads, int atOnce)
            throws Exception {
        String suffix = variant.equals("fp32") ? "" : "_quantized";
        Path graph = asked.model().resolve("onnx/vision_model" + suffix + ".onnx");
        BareSession session = new BareSession(graph, encoder.spec(), count, batch, threads, atOnce);
        opened.add(session);
        measure("bare " + variant, count, () -> {
            session.run();
            return null;
        });
    }

    private void measure(String what, int count, Callable<?> work) {
        measures.put(what, work);
        windows.put(what, count);
    }

    private PythonSide python(String executable) throws IOException {
        Path pixels = Files.createTempFile("zeroshot4j-compare", ".rgb");
        opened.add(() -> Files.deleteIfExists(pixels));
        Files.write(pixels, samples(image));
        PythonSide side = new PythonSide(
                executable,
                Path.of("benchmarks", "compare.py"),
                asked.model(),
                pixels,
                image.width(),
                image.height(),
                asked.threads(),
                BATCH);
        opened.add(side);
        return side;
    }

    private void allocation(NoOpEncoder noOp, OnnxEncoder encoder) {
        AllocationProbe loop = new AllocationProbe(noOp);
        ZeroShotDetector detector = ZeroShotDetector.of(loop, DetectorOptions.article());
        for (int warmUp = 0; warmUp < 3; warmUp++) {
            loop.reset();
            detector.embed(image);
        }
        AllocationProbe onnx = new AllocationProbe(encoder);
        ZeroShotDetector.of(onnx, DetectorOptions.article()).embed(image);
        timings.add(
                ALLOCATED, loop.loopBytesPerBatch() / (double) encoder.spec().preferredBatch());
        notes.add("allocation in a batch of the ONNX encoder, fp32, median: " + onnx.encoderBytesPerBatch() + " B");
    }

    private String report(String machine, @Nullable PythonSide python, String others) {
        List<String> lines = new ArrayList<>();
        lines.add(machine);
        lines.add("# JVM: " + System.getProperty("java.vendor") + " " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.runtime.version"));
        lines.add("# ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + "; "
                + (python == null ? "Python: not run" : python.versions()));
        lines.add(String.format(
                "# %s, %s, article's windows; %d threads, fp32 in batches of %d; %d rounds; %s",
                asked.model().getFileName(), asked.image(), asked.threads(), BATCH, asked.rounds(), others));
        lines.add("");
        lines.add("| ratio | target | median | least to largest | met |");
        lines.add("|---|---|---|---|---|");
        row(lines, "detect fp32 / bare encoder", "<= 1.05", "detect fp32 1", 1, "bare fp32");
        row(lines, "detect int8 / bare encoder int8", "<= 1.05", "detect int8 1", 1, "bare int8");
        row(lines, "article's loop / detect fp32, 1 prompt", ">= 10.5", "python article", 1, "detect fp32 1");
        row(lines, "article's loop (8 times) / detect fp32, 8 prompts", ">= 80", "python article", 8, "detect fp32 8");
        row(lines, "article's loop / detect int8, 1 prompt", ">= 26", "python article", 1, "detect int8 1");
        row(
                lines,
                "the same, float pixels / detect fp32, 1 prompt",
                ">= 10.5",
                "python article float",
                1,
                "detect fp32 1");
        row(lines, "the same (8 times) / detect fp32, 8 prompts", ">= 80", "python article float", 8, "detect fp32 8");
        row(lines, "the same / detect int8, 1 prompt", ">= 26", "python article float", 1, "detect int8 1");
        row(lines, "64 prompts / 1 prompt", "<= 1.03", "detect fp32 64", 1, "detect fp32 1");
        row(lines, "exact resampling / int8 inference", "<= 0.10", "windows exact", 1, "bare int8");
        row(lines, "fast resampling / int8 inference", "<= 0.03", "windows fast", 1, "bare int8");
        lines.add(Timings.row("bytes allocated per window in the loop, no-op encoder", "<= 0", timings.of(ALLOCATED)));
        String many = asked.callers() + " callers / 1 caller, throughput, ";
        row(lines, many + "fp32", ">= 0.9", "one caller fp32", 1, "many callers fp32");
        row(lines, many + "int8", ">= 0.9", "one caller int8", 1, "many callers int8");
        lines.add("");
        lines.add(timings.table(windows));
        notes.forEach(note -> lines.add("- " + note));
        lines.add("");
        lines.add("```json\n" + timings.json() + "\n```\n");
        return String.join("\n", lines);
    }

    private void row(List<String> lines, String what, String target, String above, double factor, String below) {
        lines.add(Timings.row(what, target, timings.ratios(above, factor, below)));
    }

    private static byte[] samples(RgbImage image) {
        int[] pixels = image.toPacked();
        byte[] samples = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            samples[3 * i] = (byte) (pixels[i] >> 16);
            samples[3 * i + 1] = (byte) (pixels[i] >> 8);
            samples[3 * i + 2] = (byte) pixels[i];
        }
        return samples;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("Not closed: " + e);
            }
        }
    }
}
