package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every malformed or hostile file comes to the end that hostile.csv names, soon, in a process with a heap of 64 MB. */
final class HostileFilesTest {
    private static final int MOST_MILLISECONDS = 1000;

    @TempDir
    private Path folder;

    @Test
    void read_everyFile_outcomeOfTheTable() throws Exception {
        Map<String, String> table = table();
        Map<String, byte[]> files = Hostile.files();
        assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(files.keySet());
        assertThat(files).hasSizeGreaterThanOrEqualTo(150);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }

        List<String> lines = readInSmallProcess();

        List<String> problems = new ArrayList<>();
        for (String line : lines) {
            String[] cells = line.split("\t", 3);
            if (Integer.parseInt(cells[0]) > MOST_MILLISECONDS) {
                problems.add(cells[1] + ": took " + cells[0] + " ms");
            }
            String expected = table.getOrDefault(cells[1], "not in the table");
            if (List.of(expected.split(" or ")).stream().noneMatch(cells[2]::startsWith)) {
                problems.add(cells[1] + ": " + cells[2]);
            }
        }
        assertThat(problems).isEmpty();
        assertThat(lines).hasSameSizeAs(files.keySet());
    }

    private List<String> readInSmallProcess() throws Exception {
        ProcessBuilder reader = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Djava.awt.headless=true",
                "-cp",
                "target" + File.separator + "classes" + File.pathSeparator + "target" + File.separator + "test-classes",
                HostileReader.class.getName(),
                folder.toString());
        Process process = reader.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
            return text.lines().toList();
        }
    }

    /** Returns the outcomes by file: the real ones start with the text in the table, which may give two. */
    private static Map<String, String> table() throws IOException {
        Map<String, String> outcomes = new LinkedHashMap<>();
        try (InputStream in = HostileFilesTest.class.getResourceAsStream("hostile.csv")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.equals("file,outcome"))
                    .map(line -> line.split(",", 2))
                    .forEach(cells -> outcomes.put(cells[0], cells[1]));
        }
        return outcomes;
    }
}
