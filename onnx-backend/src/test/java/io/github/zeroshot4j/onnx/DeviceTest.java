package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Device;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices on a machine without a GPU, with ONNX Runtime's CPU build and (profile gpu) with its CUDA build. */
final class DeviceTest {

    @Test
    void open_cudaWithoutDriver_isOneErrorThatSaysWhy() {
        assumeFalse(NvidiaDriver.isInstalled(), "this machine has an NVIDIA driver");
        assertThatThrownBy(() -> open(Device.CUDA))
                .isInstanceOf(EncoderException.class)
                .hasMessageStartingWith("model random-a (")
                .hasMessageEndingWith("): device (CUDA) must be available, found no NVIDIA driver");
    }

    @Test
    void open_autoWithoutDriver_isTheCpuAndOneLineInTheLog() {
        assumeFalse(NvidiaDriver.isInstalled(), "this machine has an NVIDIA driver");
        PrintStream err = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (OnnxEncoder encoder = open(Device.AUTO)) {
            assertThat(encoder.device()).isEqualTo(Device.CPU);
            assertThat(TestModels.encode(encoder, 1)).hasNumberOfRows(1);
        } finally {
            System.setErr(err);
        }
        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .endsWith("INFO io.github.zeroshot4j.onnx.OnnxEncoder - "
                        + "device (AUTO) is the CPU for model random-a: found no NVIDIA driver");
    }

    @Test
    void traces_ofDriver_onLinuxWindowsAndMac() {
        assertThat(NvidiaDriver.traces("Linux", null)).contains(Path.of("/proc/driver/nvidia/version"));
        assertThat(NvidiaDriver.traces("Windows 11", "windows"))
                .containsExactly(Path.of("windows", "System32", "nvcuda.dll"));
        assertThat(NvidiaDriver.traces("Windows 11", null)).isEmpty();
        assertThat(NvidiaDriver.traces("Mac OS X", null)).isEmpty();
    }

    @Test
    void isInstalled_anyTrace_isEnough() {
        List<Path> traces = List.of(Path.of("a"), Path.of("b"));
        assertThat(NvidiaDriver.isInstalled(traces, Path.of("b")::equals)).isTrue();
        assertThat(NvidiaDriver.isInstalled(traces, Path.of("c")::equals)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, 1",
        "8, false, 8",
        "1, true, 1",
        "2, true, 2", // perhaps two cores of a virtual machine
        "6, true, 4",
        "8, true, 4",
        "32, true, 16",
    })
    void defaultThreads_processors_oneForEachCore(int processors, boolean hyperThreading, int expected) {
        assertThat(OrtRuntime.defaultThreads(processors, hyperThreading)).isEqualTo(expected);
    }

    private static OnnxEncoder open(Device device) {
        return OnnxEncoder.open(
                TestModels.directory("random-a"),
                OnnxEncoderOptions.builder().device(device).build());
    }
}
