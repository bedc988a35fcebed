package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A folder that an option names, with files for every input. A run never writes a name twice, nor over a file that is kept, such
 * as an input: where two inputs have the same name, the files of the second begin with {@code STEM-2}, and so on. A stem is cut
 * where a name would be longer than file systems take. Files of earlier runs are replaced.
 */
final class OutputFolder {
    /** Of a file's name, in bytes. */
    private static final int LONGEST_NAME = 255;

    private final Path path;
    private final List<String> endings;
    private final Set<String> taken = new HashSet<>();
    /** For each stem the number that it had last. */
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * Makes the folder if it is missing.
     *
     * @param option the option's name, for errors
     * @param kept files that must stay as they are, in the folder or elsewhere
     * @param endings what the names of an input's files end in
     * @throws BadUse if it cannot be made or written to
     */
    OutputFolder(String option, Path path, List<Path> kept, List<String> endings) {
        this.path = path;
        this.endings = List.copyOf(endings);
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new BadUse(option + " " + path + ": the folder cannot be made (" + Reason.of(e) + ")", e);
        }
        if (!Files.isWritable(path)) {
            throw new BadUse(option + " " + path + ": the folder cannot be written to");
        }
        Path here = path.toAbsolutePath().normalize();
        for (Path file : kept) {
            if (here.equals(file.toAbsolutePath().normalize().getParent())) {
                taken.add(key(file.getFileName().toString()));
            }
        }
    }

    Path path() {
        return path;
    }

    /** Returns what the names of an input's files begin with, which no other input then gets. */
    String stemFor(Input input) {
        for (int number = numbers.getOrDefault(key(input.stem()), 0) + 1; ; number++) {
            String stem = cut(input.stem(), number == 1 ? "" : "-" + number);
            if (endings.stream().noneMatch(ending -> taken.contains(key(stem + ending)))) {
                endings.forEach(ending -> taken.add(key(stem + ending)));
                numbers.put(key(input.stem()), number);
                return stem;
            }
        }
    }

    private String cut(String stem, String number) {
        int tail = endings.stream()
                .mapToInt(ending -> bytes(number + ending))
                .max()
                .orElseThrow();
        int end = stem.length();
        while (end > 0 && bytes(stem.substring(0, end)) > LONGEST_NAME - tail) {
            end = stem.offsetByCodePoints(end, -1);
        }
        return stem.substring(0, end) + number;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** File systems that ignore case are common. */
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Writes a file, which is there in whole or not at all.
     *
     * @throws OutputFailure if it cannot be written
     */
    void write(String name, String text) {
        Path file = path.resolve(name);
        Path part = path.resolve("." + UUID.randomUUID() + ".part");
        try {
            try {
                Files.writeString(part, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new OutputFailure(file + ": cannot be written (" + Reason.of(e) + ")", e);
        }
    }
}
