package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a loaded image are not on the heap: a JVM whose heap holds ten of the images at most keeps sixty of them. */
final class EmbeddedImageHeapTest {
    private static final int IMAGES = 60;
    /** One image's rows: 1,741 windows x 512 dimensions x 4 bytes = 3.6 MB; sixty are 214 MB. */
    private static final EncoderSpec SPEC = EncoderSpec.builder("fake", 4, 512).build();

    private static final DetectorOptions OPTIONS = DetectorOptions.defaults().toBuilder()
            .patchPx(1)
            .windowPatches(2, 3)
            .build();

    @TempDir
    private Path folder;

    @Test
    void load_sixtyImages_inAHeapOfTen() throws Exception {
        Path file = folder.resolve("image");
        ZeroShotDetector.of(new FakeEncoder(SPEC), OPTIONS)
                .embed(RgbImage.filled(31, 31, Colour.RED.rgb()))
                .save(file);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output.strip()).endsWith("60 images, 60 detections");
    }

    /** What the small JVM runs. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            ZeroShotDetector detector = ZeroShotDetector.of(new FakeEncoder(SPEC), OPTIONS);
            List<EmbeddedImage> kept = new ArrayList<>();
            int detections = 0;
            for (int i = 0; i < IMAGES; i++) {
                kept.add(EmbeddedImage.load(Path.of(args[0])));
            }
            for (EmbeddedImage image : kept) {
                detections += detector.detect(image, Prompt.all("red", "blue")).size();
            }
            System.out.println(kept.size() + " images, " + detections + " detections");
        }
    }
}
