package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.DetectorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageStampTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patchPx=9",
                "windowShares=1+0.5",
                "windowPatches=2+4",
                "windowPatches=2,stridePatches=2",
                "resampling=fast",
                "coverage=drop_remainder"
            })
    void of_otherWindows_anotherStamp(String options) throws IOException {
        assertThat(stamp("default:" + options)).isNotEqualTo(stamp("default"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"looks=0", "boxMode=components", "negatives=a wall", "presenceThreshold=0.2", "averaging=article"
            })
    void of_whatIsAskedOfWindows_theSameStamp(String options) throws IOException {
        assertThat(stamp("default:" + options)).isEqualTo(stamp("default"));
    }

    private ImageStamp stamp(String preset) throws IOException {
        Path file = folder.resolve("image.png");
        if (!Files.exists(file)) {
            Files.writeString(file, "some bytes");
        }
        DetectorOptions options = EvaluatedPreset.of(preset).optionsFor(100, 100);
        return ImageStamp.of("image.png", file, options);
    }
}
