package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.zeroshot4j.EncoderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that the user really may not read. Root may read everything, so that for root there is nothing to test here: the gate
 * then runs {@link #main} as another user. {@link BrokenModelTest} has the same with a disk that refuses, for everybody.
 */
@DisabledOnOs(OS.WINDOWS)
final class NoPermissionTest {
    @TempDir
    private Path temp = Path.of("");

    /** Runs the checks in an empty folder of the user's. */
    public static void main(String[] args) throws IOException {
        check(Path.of(args[0]));
        System.out.println("no permission: checked as " + System.getProperty("user.name"));
    }

    @Test
    void open_withoutPermission_saysSo() throws IOException {
        Path file = Files.writeString(temp.resolve("denied"), "");
        deny(file);
        assumeFalse(Files.isReadable(file), "root may read everything: see .ci/run");
        check(temp.resolve("model"));
    }

    private static void check(Path model) throws IOException {
        TestModels.copy("random-a", model);
        try (OnnxEncoder encoder = OnnxEncoder.open(model)) {
            assertThat(encoder.spec().modelName()).isEqualTo("random-a");
        }
        List<String> files = List.of(
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "zeroshot4j.json",
                "onnx/vision_model.onnx",
                "onnx/text_model.onnx");
        for (String file : files) {
            assertDenied(model, file, model.resolve(file), model.resolve(file));
        }
        assertDenied(model, "onnx/vision_model.onnx", model.resolve("onnx"), model.resolve("onnx/vision_model.onnx"));
        assertDenied(model, "zeroshot4j.json", model, model.resolve("zeroshot4j.json"));
    }

    private static void assertDenied(Path model, String file, Path denied, Path found) throws IOException {
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(denied);
        deny(denied);
        try {
            assertThatThrownBy(() -> OnnxEncoder.open(model).close())
                    .isInstanceOf(EncoderException.class)
                    .hasMessageStartingWith("model ")
                    .hasMessageEndingWith("%s must be readable: java.nio.file.AccessDeniedException: %s", file, found);
        } finally {
            Files.setPosixFilePermissions(denied, before);
        }
    }

    private static void deny(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    }
}
