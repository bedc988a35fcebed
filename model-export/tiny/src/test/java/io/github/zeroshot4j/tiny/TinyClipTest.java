package io.github.zeroshot4j.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TinyClipTest {
    /** In bytes: whoever only wants to try the library downloads all of it. */
    private static final long LARGEST = 15_000_000;

    @Test
    void open_byDefault_isTheTinyModelWithUnquantizedActivations() {
        try (OnnxEncoder encoder = TinyClip.open()) {
            assertThat(encoder.spec().modelName()).contains("tiny");
            assertThat(encoder.spec().variant()).isIn("fp32", "fp16");
            assertThat(encoder.spec().contextLength()).isPositive();
            assertThat(encoder.card()).get().asString().contains("not", "CLIP", "photographs");
        }
    }

    @Test
    void open_options_areUsed() {
        OnnxEncoderOptions options = OnnxEncoderOptions.builder().batchSize(5).build();
        try (OnnxEncoder encoder = TinyClip.open(options)) {
            assertThat(encoder.spec().preferredBatch()).isEqualTo(5);
        }
    }

    @Test
    void encodeTexts_sameThingInOtherWords_isNearerThanAnotherThing() {
        try (OnnxEncoder encoder = TinyClip.open()) {
            float[][] rows = encoder.encodeTexts(List.of("a cat", "a picture of a cat", "a butterfly"));
            assertThat(cosine(rows[0], rows[0])).isCloseTo(1, within(1e-5));
            assertThat(cosine(rows[0], rows[1])).isGreaterThan(cosine(rows[0], rows[2]));
        }
    }

    @Test
    void notes_wordItNeverSaw_namesIt() {
        try (OnnxEncoder encoder = TinyClip.open()) {
            assertThat(encoder.notes("a cat")).isEmpty();
            assertThat(encoder.notes("a cat with a qwertzuiop"))
                    .singleElement()
                    .asString()
                    .contains("\"qwertzuiop\"");
        }
    }

    @Test
    void artifact_inAll_isAtMostFifteenMegabytesAndCarriesItsNotice() throws IOException {
        URL classes = TinyClip.class.getProtectionDomain().getCodeSource().getLocation();
        Path directory = Path.of(URI.create(classes.toString()));
        assertThat(directory).as("what becomes the jar").isDirectory();
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isBetween(LARGEST / 100, LARGEST);
        try (InputStream notice = TinyClip.class.getResourceAsStream("model/NOTICE")) {
            assertThat(notice).as("attribution beside the weights").isNotNull();
        }
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
