package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.zeroshot4j.EncoderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the contract does not see: openings that fail half-way, and the encoder's own words after closing. */
final class LifecycleTest {
    private static final int OPENINGS = 60;

    @TempDir
    Path temp;

    /**
     * The tokenizer and a vision graph with 8 MB of weights are open when the text graph is found to be cut: 60 such openings
     * would hold 480 MB and more.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void open_failsHalfway_leaksNothing() throws IOException {
        HandMade.write(temp, heavyVision(), HandMade.text());
        OnnxEncoder.open(temp).close();
        byte[] text = Files.readAllBytes(temp.resolve("onnx/text_model.onnx"));
        Files.write(temp.resolve("onnx/text_model.onnx"), Arrays.copyOf(text, text.length / 2));
        failToOpen(OPENINGS / 2);
        long before = resident();
        failToOpen(OPENINGS);
        assertThat(resident() - before).as("growth of resident memory in bytes").isLessThan(100_000_000L);
    }

    private void failToOpen(int times) {
        for (int i = 0; i < times; i++) {
            assertThatExceptionOfType(EncoderException.class)
                    .isThrownBy(() -> OnnxEncoder.open(temp))
                    .withMessageContaining("onnx/text_model.onnx");
        }
    }

    @Test
    void close_thenAsk_constantsRemainAndTheRestSaysWhich() {
        OnnxEncoder encoder = OnnxEncoder.open(TestModels.directory("random-a"));
        encoder.close();
        encoder.close();
        assertThat(encoder.spec().modelName()).isEqualTo("random-a");
        assertThat(encoder.card()).isPresent();
        assertThat(encoder.device()).isEqualTo(OnnxEncoderOptions.Device.CPU);
        assertThat(encoder).hasToString("OnnxEncoder[random-a (fp32, 32 px, 20 dimensions), CPU]");
        String message = "encoder (random-a) must be open, it was closed";
        assertThatIllegalStateException()
                .isThrownBy(() -> encoder.encodeTexts(List.of("a cat")))
                .withMessage(message);
        assertThatIllegalStateException()
                .isThrownBy(() -> TestModels.encode(encoder, 1))
                .withMessage(message);
        assertThatIllegalStateException()
                .isThrownBy(() -> encoder.notes("a cat"))
                .withMessage(message);
    }

    /** The sums of the channels again, and 8 MB of weights that add zeros. */
    private static byte[] heavyVision() {
        int hidden = 2_000_000 / HandMade.DIMENSION;
        return HandMade.visionNodes(
                new OnnxGraph()
                        .input("pixel_values", OnnxGraph.FLOAT, "n", 3, HandMade.SIDE, HandMade.SIDE)
                        .output("image_embeds", OnnxGraph.FLOAT, "n", HandMade.DIMENSION)
                        .floats("heavy", new float[hidden * HandMade.DIMENSION], hidden, HandMade.DIMENSION)
                        .longs("first", 0)
                        .node("Gather", "unused", "heavy", "first"),
                OnnxGraph.FLOAT,
                HandMade.channelSums());
    }

    private static long resident() throws IOException {
        System.gc();
        String status = Files.readString(Path.of("/proc/self/status"));
        return 1024 * Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1"));
    }
}
