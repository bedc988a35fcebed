package io.github.zeroshot4j.tool;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is written beside its target and moved onto it by {@link #commit()}, so that the target is there in whole or, after
 * a failure or where the user interrupts, as it was before.
 */
final class PartFile implements Closeable {
    private final Path target;
    private final Path part;
    private final OutputStream out;

    /** Opens the file, in a folder that is made if it is missing. */
    PartFile(Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) { // createDirectories takes no link to a folder
            Files.createDirectories(folder);
        }
        this.target = target;
        this.part = target.resolveSibling("." + UUID.randomUUID() + ".part");
        this.out = new BufferedOutputStream(
                Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        part.toFile().deleteOnExit(); // when the user interrupts
    }

    /** Returns where the bytes go, buffered; closing it completes nothing. */
    OutputStream stream() {
        return out;
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts the file where it belongs. */
    void commit() throws IOException {
        out.close();
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            // What commit() had not written is not wanted any more.
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // The JVM tries again when it ends.
        }
    }
}
