package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How much memory a program takes that opens a model and asks an image one question: the heap at its peak, garbage included, and
 * what the system says of the process. Every image has a JVM of its own.
 */
final class Memory {
    static final String USAGE = "benchmarks/run memory MODEL [VARIANT [WIDTHxHEIGHT]]";

    /** 1, 18 and 72 megapixels. */
    private static final List<String> IMAGES = List.of("1152x896", "5184x3456", "10368x6912");

    private static final Path STATUS = Path.of("/proc/self/status");

    private Memory() {}

    /** Prints a table: of one image in this JVM, or of all images in others. */
    static void run(String... arguments) throws IOException, InterruptedException {
        switch (arguments.length) {
            case 1 -> all(arguments[0], "auto");
            case 2 -> all(arguments[0], arguments[1]);
            case 3 -> System.out.println(row(arguments[0], arguments[1], arguments[2]));
            default -> throw new IllegalArgumentException("usage: " + USAGE);
        }
    }

    private static void all(String model, String variant) throws IOException, InterruptedException {
        System.out.println(Benchmarks.machine());
        System.out.println(
                "| variant | image | windows | image, MB | heap, peak MB | resident, model open, MB | resident, peak MB |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String image : IMAGES) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String classes = System.getProperty("java.class.path");
            Process child = new ProcessBuilder(
                            java, "-cp", classes, Benchmarks.class.getName(), "memory", model, variant, image)
                    .inheritIO()
                    .start();
            if (child.waitFor() != 0) {
                throw new IOException("the JVM for " + image + " ended with " + child.exitValue());
            }
        }
    }

    private static String row(String model, String variant, String size) throws IOException {
        RgbImage image = Inputs.image(size);
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .patchPx(256)
                .windowPatches(6)
                .build();
        try (Encoder encoder = OpenModel.open(model, variant, "cpu")) {
            System.gc(); // the drawing of the image is no part of this
            heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
            long open = status("VmRSS:");
            ZeroShotDetector detector = ZeroShotDetector.of(encoder, options);
            EmbeddedImage embedded = detector.embed(image);
            detector.detect(embedded, Prompt.all("a cat"));
            long heap = heapPools().stream()
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.0f | %.0f | %.0f | %.0f |",
                    encoder.spec().variant(),
                    size,
                    embedded.windowCount(),
                    3.0 * image.width() * image.height() / 1e6,
                    heap / 1e6,
                    open / 1e6,
                    status("VmHWM:") / 1e6);
        }
    }

    private static List<MemoryPoolMXBean> heapPools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    /** Returns bytes, 0 where there is no such file. */
    private static long status(String name) throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElse(0);
    }
}
