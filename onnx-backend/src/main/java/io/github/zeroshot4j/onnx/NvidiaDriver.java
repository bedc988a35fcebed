package io.github.zeroshot4j.onnx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Looks for NVIDIA's driver by its files, which costs nothing and loads nothing. */
final class NvidiaDriver {
    private NvidiaDriver() {}

    static boolean isInstalled() {
        return traces(System.getProperty("os.name"), System.getenv("SystemRoot")).stream()
                .anyMatch(Files::exists);
    }

    static boolean isInstalled(List<Path> traces, Predicate<Path> exists) {
        return traces.stream().anyMatch(exists);
    }

    /** Returns the files of which one is there where the driver is: none on macOS, which has no CUDA. */
    static List<Path> traces(String osName, @org.jspecify.annotations.Nullable String systemRoot) {
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.contains("linux")) {
            // The last is the Windows Subsystem for Linux.
            return List.of(
                    Path.of("/proc/driver/nvidia/version"),
                    Path.of("/dev/nvidiactl"),
                    Path.of("/usr/lib/wsl/lib/libcuda.so.1"));
        }
        if (os.startsWith("windows") && systemRoot != null) {
            return List.of(Path.of(systemRoot, "System32", "nvcuda.dll"));
        }
        return List.of();
    }
}
