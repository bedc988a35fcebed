package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** From preprocessor_config.json and a whole picture to the encoder's numbers, against transformers' processor. */
final class PreprocessingGoldenTest {
    @TempDir
    private Path temp = Path.of("");

    static Stream<Arguments> cases() {
        JsonNode golden = TestModels.golden("preprocessing.json");
        assertThat(golden.path("header").path("script").asText())
                .isEqualTo("python -m zeroshot4j_export goldens --only preprocessing");
        assertThat(golden.path("cases").size()).isGreaterThanOrEqualTo(28);
        return StreamSupport.stream(golden.path("cases").spliterator(), false)
                .map(row -> Arguments.of(
                        row.path("config").asText() + " " + row.path("picture"),
                        golden.path("configs").path(row.path("config").asText()),
                        row));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void classify_wholePicture_pixelsOfTransformers(String name, JsonNode config, JsonNode row)
            throws IOException, GeneralSecurityException {
        Files.writeString(temp.resolve("preprocessor_config.json"), config.toString());
        Preprocessing preprocessing = Preprocessing.read(new ModelFiles(new DirectorySource(temp)));
        // The form in which transformers 5 saves a processor.
        Path newer = Files.createDirectory(temp.resolve("newer"));
        Files.writeString(newer.resolve("processor_config.json"), "{\"image_processor\": " + config + "}");
        assertThat(Preprocessing.read(new ModelFiles(new DirectorySource(newer))))
                .isEqualTo(preprocessing);
        EncoderSpec.Builder builder = EncoderSpec.builder("pixels", preprocessing.cropSide(), 1);
        preprocessing.applyTo(builder);
        EncoderSpec spec = builder.build();
        assertThat(spec.cropSide()).isEqualTo(row.path("side").intValue());
        RgbImage image = TestModels.picture(row.path("picture"));

        float[] found = TestModels.wholePicture(spec, image);

        for (JsonNode value : row.path("values")) {
            // Seven digits are printed, of values up to 2.7.
            assertThat((double) found[value.get(0).intValue()])
                    .as("value %s", value.get(0))
                    .isCloseTo(value.get(1).doubleValue(), within(1e-6));
        }
        byte[] bytes = new byte[found.length];
        for (int i = 0; i < found.length; i++) {
            int channel = i / (found.length / 3);
            bytes[i] = (byte) Math.round((found[i] * spec.std(channel) + spec.mean(channel)) * 255);
        }
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(row.path("bytes").asText());
    }
}
