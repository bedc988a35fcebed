package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads every file of a folder, in a process of its own, and prints a line for each: milliseconds of CPU, name, outcome. */
final class HostileReader {
    private HostileReader() {}

    public static void main(String[] arguments) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            String outcome = outcome(file);
            long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            System.out.println(time / 1_000_000 + "\t" + file.getFileName() + "\t" + outcome);
        }
    }

    /** Returns the size of the image, or the error without the name of the file, with which it must begin. */
    private static String outcome(Path file) {
        try {
            RgbImage image = ImageFiles.read(file);
            return "read " + image.width() + " x " + image.height();
        } catch (IOException e) {
            String start = file + ": ";
            String message = String.valueOf(e.getMessage());
            return message.startsWith(start) ? message.substring(start.length()) : "file not named: " + message;
        } catch (RuntimeException | Error e) {
            return "failed with " + e;
        }
    }
}
