package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedded images in files: what comes back, what is written, and who shares it. {@link EmbeddedImageDamageTest} has the rest. */
final class EmbeddedImageFileTest {
    private static final RgbImage IMAGE = Grids.drawn(
            140,
            160,
            List.of(new Shape(Colour.RED, new Box(10, 20, 60, 70)), new Shape(Colour.BLUE, new Box(80, 90, 130, 150))));
    private static final List<Prompt> PROMPTS = Prompt.all("red", "blue", "a cat", "green");

    @TempDir
    private Path folder;

    private final ZeroShotDetector detector = ZeroShotDetector.of(new FakeEncoder());

    // ---- round trip

    @Test
    void load_saved_answersToTheBit() throws IOException {
        EmbeddedImage saved = detector.embed(IMAGE).withNote("photos/größer.jpg");
        Path file = folder.resolve("image.zs4j");
        saved.save(file);
        EmbeddedImage loaded = EmbeddedImage.load(file);

        assertThat(loaded.grid()).isEqualTo(saved.grid());
        assertThat(loaded.windowCount()).isEqualTo(saved.windowCount());
        assertThat(loaded.modelName()).isEqualTo("fake");
        assertThat(loaded.variant()).isEqualTo("fp32");
        assertThat(loaded.note()).isEqualTo("photos/größer.jpg");
        assertThat(loaded).hasToString(saved.toString());
        List<Localization> found = detector.localize(loaded, PROMPTS);
        List<Localization> expected = detector.localize(saved, PROMPTS);
        assertThat(expected.get(0).detections()).isNotEmpty();
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void load_anyScansAndWindows_sameBoxesAndBits() {
        Path file = folder.resolve("any");
        Fuzz.check(150, EmbeddedImageFileTest::any, saved -> {
            saved.save(file);
            EmbeddedImage loaded = EmbeddedImage.load(file);
            assertSame(loaded, saved);
            assertThat(Files.size(file)).isEqualTo(expectedLength(saved));
            byte[] bytes = Files.readAllBytes(file);
            loaded.save(file); // onto the very file that it is mapped from
            assertThat(Files.readAllBytes(file)).as("same image, same bytes").isEqualTo(bytes);
            assertSame(loaded, saved);
        });
    }

    /** The public documentation's table, in numbers. */
    private static long expectedLength(EmbeddedImage image) {
        EmbeddingModel model = image.model();
        long texts = Stream.of(model.name(), model.variant(), model.fingerprint(), image.note())
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        long header = 60 + 4L * image.scans().size() + texts;
        return (header + 3) / 4 * 4 + image.windowCount() * (16L + 4L * model.dimension()) + 4;
    }

    private static void assertSame(EmbeddedImage found, EmbeddedImage expected) {
        assertThat(found.grid()).isEqualTo(expected.grid());
        assertThat(found.model()).isEqualTo(expected.model());
        assertThat(found.note()).isEqualTo(expected.note());
        assertThat(found.scans()).hasSameSizeAs(expected.scans());
        for (int s = 0; s < found.scans().size(); s++) {
            EmbeddedImage.Scan scan = found.scans().get(s);
            assertThat(scan.windows()).isEqualTo(expected.scans().get(s).windows());
            assertThat(bits(scan.embeddings()))
                    .containsExactly(bits(expected.scans().get(s).embeddings()));
        }
    }

    private static int[] bits(FloatBuffer rows) {
        int[] bits = new int[rows.limit()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(rows.get(i));
        }
        return bits;
    }

    /** Windows of any shape and order, as many scans as there may be, texts of any length and script. */
    private static EmbeddedImage any(Random random) {
        int width = Fuzz.between(random, 1, 5000);
        int height = Fuzz.between(random, 1, 5000);
        int dimension = Fuzz.between(random, 1, 40);
        PatchGrid.Coverage coverage =
                random.nextBoolean() ? PatchGrid.Coverage.COVER : PatchGrid.Coverage.DROP_REMAINDER;
        PatchGrid grid = new PatchGrid(width, height, Fuzz.between(random, 1, Math.min(width, height)), coverage);
        List<EmbeddedImage.Scan> scans = new ArrayList<>();
        for (int s = Fuzz.between(random, 1, 5); s > 0; s--) {
            List<Box> windows = new ArrayList<>();
            for (int w = Fuzz.between(random, 1, 300); w > 0; w--) {
                int x = random.nextInt(width);
                int y = random.nextInt(height);
                windows.add(new Box(x, y, Fuzz.between(random, x + 1, width), Fuzz.between(random, y + 1, height)));
            }
            float[] rows = new float[windows.size() * dimension];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Float.intBitsToFloat(random.nextInt() & 0xBF7FFFFF); // finite, of either sign, also subnormal
            }
            scans.add(new EmbeddedImage.Scan(windows, rows));
        }
        EmbeddingModel model = new EmbeddingModel("m" + text(random), text(random), text(random), dimension);
        return new EmbeddedImage(grid, scans, model).withNote(text(random));
    }

    private static String text(Random random) {
        return "aä€😀\n\0".repeat(4).substring(0, random.nextInt(3)) + "x".repeat(random.nextInt(70));
    }

    @Test
    void load_windowsOfTheArticle_sameDetections() throws IOException {
        ZeroShotDetector article = detector.withOptions(
                DetectorOptions.article().toBuilder().patchPx(10).build());
        EmbeddedImage saved = article.embed(IMAGE);
        saved.save(folder.resolve("article"));
        assertThat(article.detect(EmbeddedImage.load(folder.resolve("article")), PROMPTS))
                .isNotEmpty()
                .isEqualTo(article.detect(IMAGE, PROMPTS));
    }

    // ---- another model

    @Test
    void localize_fileOfAnotherModel_namesFileAndBoth() throws IOException {
        EncoderSpec spec = EncoderSpec.builder("other", 32, 16)
                .variant("int8")
                .fingerprint("f00d")
                .build();
        ZeroShotDetector.of(new FakeEncoder(spec)).embed(IMAGE).save(folder.resolve("other.zs4j"));
        EmbeddedImage loaded = EmbeddedImage.load(folder.resolve("other.zs4j"));

        assertThat(loaded.isOf(spec)).isTrue();
        EncoderSpec own = EncoderSpec.builder("fake", 32, 16).build();
        assertThat(loaded.isOf(own)).isFalse();
        assertThat(loaded.modelName() + " " + loaded.variant()).isEqualTo("other int8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(loaded, PROMPTS))
                .withMessage("image (" + folder.resolve("other.zs4j")
                        + ", embedded with model other (int8, 16 dimensions, fingerprint f00d)) must be embedded with this"
                        + " detector's model fake (fp32, 16 dimensions, fingerprint " + own.fingerprint() + ")");
    }

    @Test
    void localize_sameFingerprintOfAnotherDimension_refused() {
        EncoderSpec.Builder wide = EncoderSpec.builder("fake", 32, 20).fingerprint("same");
        EncoderSpec narrow =
                EncoderSpec.builder("fake", 32, 16).fingerprint("same").build();
        EmbeddedImage embedded =
                ZeroShotDetector.of(new FakeEncoder(wide.build())).embed(IMAGE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZeroShotDetector.of(new FakeEncoder(narrow)).localize(embedded, PROMPTS))
                .withMessageContaining("20 dimensions")
                .withMessageContaining("16 dimensions");
    }

    // ---- writing

    @Test
    void save_bytes_asDocumented() throws IOException {
        PatchGrid grid = new PatchGrid(7, 5, 2, PatchGrid.Coverage.COVER);
        EmbeddedImage.Scan first = new EmbeddedImage.Scan(List.of(new Box(0, 0, 4, 4)), new float[] {1, -2});
        EmbeddedImage.Scan second = new EmbeddedImage.Scan(List.of(new Box(1, 2, 3, 5)), new float[] {0.5f, 0});
        new EmbeddedImage(grid, List.of(first, second), new EmbeddingModel("ab", "c", "de", 2))
                .withNote("f")
                .save(folder.resolve("small"));

        byte[] bytes = new byte[128];
        ByteBuffer expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        expected.put("zs4j-emb".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(2);
        expected.putLong(128);
        expected.putInt(7).putInt(5).putInt(2).putInt(1);
        expected.putInt(2).putInt(2).putInt(1).putInt(2).putInt(1);
        expected.putInt(1).putInt(1);
        expected.put("abcdef".getBytes(StandardCharsets.US_ASCII)).put(new byte[2]);
        expected.putInt(0).putInt(0).putInt(4).putInt(4);
        expected.putInt(1).putInt(2).putInt(3).putInt(5);
        expected.putFloat(1).putFloat(-2).putFloat(0.5f).putFloat(0);
        expected.putInt(checksum(bytes, 124));
        assertThat(expected.remaining()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("small"))).isEqualTo(bytes);
    }

    /** CRC-32C bit by bit: the polynomial 0x1EDC6F41, reflected, as RFC 3720 has it. */
    static int checksum(byte[] bytes, int length) {
        int crc = ~0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i] & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return ~crc;
    }

    @Test
    void save_overAFile_replacesItAndLeavesNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "something else");
        detector.embed(IMAGE).save(file);
        EmbeddedImage old = EmbeddedImage.load(file);
        List<Detection> before = detector.detect(old, PROMPTS);

        detector.embed(RgbImage.filled(30, 30, Colour.GREEN.rgb())).save(file);

        assertThat(names()).containsExactly("image");
        assertThat(detector.detect(old, PROMPTS))
                .as("still the file that it opened")
                .isEqualTo(before);
        assertThat(EmbeddedImage.load(file).grid().imageWidth()).isEqualTo(30);
    }

    @Test
    void save_whereItCannot_namesFileAndReasonAndLeavesNothing() throws IOException {
        EmbeddedImage embedded = detector.embed(IMAGE);
        Path nowhere = folder.resolve("no/where");
        assertThatIOException()
                .isThrownBy(() -> embedded.save(nowhere))
                .withMessage(nowhere + ": cannot be written (no such file or folder)");
        Path taken = folder.resolve("taken");
        Files.createDirectories(taken.resolve("full"));
        assertThatIOException()
                .isThrownBy(() -> embedded.save(taken))
                .withMessageStartingWith(taken + ": cannot be written (");
        assertThat(names()).containsExactly("taken");
    }

    @Test
    void save_moreThanAFileHolds_refusedBeforeAnythingIsWritten() throws IOException {
        // 2^21 windows of 256 floats are 2^31 bytes; the rows need not be there for that.
        List<Box> windows = Collections.nCopies(1 << 21, new Box(0, 0, 1, 1));
        EmbeddedImage huge = new EmbeddedImage(
                new PatchGrid(1, 1, 1, PatchGrid.Coverage.COVER),
                List.of(new EmbeddedImage.Scan(windows, new float[0])),
                new EmbeddingModel("m", "v", "f", 256));
        assertThatIllegalStateException()
                .isThrownBy(() -> huge.save(folder.resolve("huge")))
                .withMessage(
                        "windowCount (2097152) must give a file of less than 2^31 bytes to be saved, with 256 dimensions"
                                + " it gives 2181038152");
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    // ---- sharing

    @Test
    void localize_oneMappedFile_16Threads_bitEqual() throws Exception {
        EmbeddedImage saved = detector.embed(IMAGE);
        List<Localization> expected = detector.localize(saved, PROMPTS);
        saved.save(folder.resolve("shared"));
        EmbeddedImage loaded = EmbeddedImage.load(folder.resolve("shared"));
        int threads = 16;
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Void> work = () -> {
            start.await();
            for (int round = 0; round < 20; round++) {
                assertThat(detector.localize(loaded, PROMPTS))
                        .usingRecursiveComparison()
                        .isEqualTo(expected);
            }
            return null;
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> done : pool.invokeAll(Collections.nCopies(threads, work))) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
