package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's ten lines, run as printed: in the repository's root. */
final class QuickstartTest {
    @TempDir
    private Path folder;

    @Test
    void main_inTheRepositorysRoot_findsCatAndButterflyAndNoAirplane() throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(), "-cp", System.getProperty("java.class.path"), Quickstart.class.getName())
                .directory(Path.of("..").toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended").isTrue();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed.lines())
                .allMatch(line -> line.matches("(a cat|a butterfly) [01]\\.\\d+(E-\\d+)? Box\\[.*]"))
                .anyMatch(line -> line.startsWith("a cat "))
                .anyMatch(line -> line.startsWith("a butterfly "));
    }
}
