package io.github.zeroshot4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The whole loop of the article against the detector with the article's options, from pixels to the box. */
final class ArticleLoopTest {
    private static final int PATCH = 16;
    private static final int WINDOW = 3;
    private static final DetectorOptions OPTIONS = DetectorOptions.article().toBuilder()
            .patchPx(PATCH)
            .windowPatches(WINDOW)
            .build();

    @Test
    void window_ofEveryPlace_hasThePixelsThatTheDetectorEncodes() {
        EncoderSpec spec = new NoOpEncoder().spec();
        List<float[]> encoded = new ArrayList<>();
        RgbImage image = Inputs.image("101x70"); // 4 rows and 6 columns of patches, and some pixels more
        ZeroShotDetector.of(recorder(spec, encoded), OPTIONS).embed(image);

        ArticleLoop loop = new ArticleLoop(new NoOpEncoder(), PATCH, WINDOW, 1);
        int window = 0;
        try (INDArray patches = loop.patches(image)) {
            for (int y = 0; y <= 4 - WINDOW; y++) {
                for (int x = 0; x <= 6 - WINDOW; x++) {
                    FloatBuffer pixels = loop.readWindow(patches, y, x);
                    for (int i = 0; i < pixels.capacity(); i++) {
                        int channel = i / (pixels.capacity() / 3);
                        double levels = Math.abs(pixels.get(i) - encoded.get(window)[i]) * spec.std(channel) * 255;
                        // Pillow's weights are rounded, the loop's are not: the nearest level may be the next one.
                        assertThat(levels).as("window %d, sample %d", window, i).isLessThan(1.01);
                    }
                    window++;
                }
            }
        }
        assertThat(encoded).hasSize(window);
    }

    @Test
    void detect_ofARedSquare_givesTheBoxOfTheDetector() {
        RgbImage image = RgbImage.filled(10 * PATCH, 12 * PATCH, 0x808080)
                .fill(new Box(2 * PATCH, 5 * PATCH, 5 * PATCH, 9 * PATCH), 0xff0000);
        try (FakeEncoder encoder = new FakeEncoder()) {
            List<Detection> found = ZeroShotDetector.of(encoder, OPTIONS).detect(image, "red");

            assertThat(new ArticleLoop(encoder, PATCH, WINDOW, 1).detect(image, "red"))
                    .contains(found.get(0).box());
        }
    }

    /** The waste that makes it the baseline. */
    @Test
    void detect_ofOnePrompt_embedsItWithEveryWindow() {
        try (FakeEncoder encoder = new FakeEncoder()) {
            new ArticleLoop(encoder, PATCH, WINDOW, 1).detect(Inputs.image("96x80"), "red");

            assertThat(encoder.imageCalls()).isEqualTo(3 * 4);
            assertThat(encoder.textCalls()).isEqualTo(3 * 4);
        }
    }

    private static Encoder recorder(EncoderSpec spec, List<float[]> encoded) {
        NoOpEncoder noOp = new NoOpEncoder(spec);
        return new Encoder() {
            @Override
            public EncoderSpec spec() {
                return spec;
            }

            @Override
            public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                int samples = 3 * spec.cropSide() * spec.cropSide();
                for (int i = 0; i < count; i++) {
                    float[] image = new float[samples];
                    pixels.get(i * samples, image);
                    encoded.add(image);
                }
                noOp.encodeImages(pixels, count, out);
            }

            @Override
            public float[][] encodeTexts(List<String> texts) {
                return noOp.encodeTexts(texts);
            }

            @Override
            public void close() {}
        };
    }
}
