package io.github.zeroshot4j.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model directory on disk.
 *
 * @param disk how its files are opened; the tests have one that refuses
 */
record DirectorySource(Path directory, Disk disk) implements ModelSource {

    /** Opens a file that is there. */
    @FunctionalInterface
    interface Disk {
        InputStream open(Path file) throws IOException;
    }

    DirectorySource(Path directory) {
        this(directory, Files::newInputStream);
    }

    @Override
    public String description() {
        return directory.toString();
    }

    @Override
    public Optional<InputStream> open(String relativePath) throws IOException {
        Path file = directory.resolve(relativePath);
        // By hand: what is in a file is an error to JDK 17 and not there to JDK 25.
        Path folder = file.getParent();
        if (folder != null && Files.isRegularFile(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        try {
            // Not Files.isRegularFile, which takes a folder that may not be entered for one that is not there.
            if (Files.readAttributes(file, BasicFileAttributes.class).isDirectory()) {
                throw new IOException(file + " is a directory");
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.of(disk.open(file));
    }

    /** Returns the file, and after it those that hold a graph's external data by the exporters' customs, in order of name. */
    List<Path> withExternalData(String relativePath) throws IOException {
        Path file = directory.resolve(relativePath);
        String name = file.getFileName().toString();
        try (Stream<Path> siblings = Files.list(file.toAbsolutePath().getParent())) {
            return siblings.filter(path -> isPartOf(name, path.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    /** "model.onnx" itself, "model.onnx_data", "model.onnx_data_1", "model.onnx.data"; but not "model.onnx.bak". */
    private static boolean isPartOf(String graph, String name) {
        return name.equals(graph) || name.startsWith(graph + "_data") || name.startsWith(graph + ".data");
    }
}
