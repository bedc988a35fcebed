package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What reaches the encoder for a whole image, against transformers' own CLIP image processor. */
final class ProcessorGoldenTest {
    static List<Goldens.Row> transformers() {
        return Goldens.table("resize/processor.csv");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transformers")
    void classify_goldens_pixelsOfTransformers(Goldens.Row row) {
        RgbImage image = Goldens.picture(
                row.text("kind"), row.integer("seed"), row.integer("sourceWidth"), row.integer("sourceHeight"));
        assertThat(Goldens.sha256(image.samples())).as("source").isEqualTo(row.text("sourceSha256"));
        EncoderSpec spec = EncoderSpec.builder("clip", row.integer("cropSide"), 1)
                .resizeSide(row.integer("resizeSide"))
                .resampleFilter(ResampleFilter.valueOf(row.text("filter")))
                .mean((float) 0.48145466, (float) 0.4578275, (float) 0.40821073)
                .std((float) 0.26862954, (float) 0.26130258, (float) 0.27577711)
                .build();
        RgbImage square = Resampler.centreSquare(image, spec);
        for (String sample : row.text("samples").split(" ", -1)) {
            String[] parts = sample.split(":", -1);
            int found = square.rgb(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            assertThat(String.format("%06x", found)).as("sample %s", sample).isEqualTo(parts[2]);
        }
        assertThat(Goldens.sha256(square.samples())).isEqualTo(row.text("sha256"));

        RecordingEncoder recorder = new RecordingEncoder(spec);
        ZeroShotDetector.of(recorder).classify(image, Prompt.all("a cat"));
        int side = spec.cropSide();
        for (String sample : row.text("pixelValues").split(" ", -1)) {
            String[] parts = sample.split(":", -1);
            int pixel = Integer.parseInt(parts[1]) * side + Integer.parseInt(parts[0]);
            for (int channel = 0; channel < 3; channel++) {
                // Seven digits are printed, of values up to 2.7.
                assertThat((double) recorder.calls().get(0)[channel * side * side + pixel])
                        .as("channel %d of %s", channel, sample)
                        .isCloseTo(Double.parseDouble(parts[2 + channel]), within(1e-6));
            }
        }
    }
}
