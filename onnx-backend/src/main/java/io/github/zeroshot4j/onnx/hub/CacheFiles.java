package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** Everything that is written to the cache goes through here; every failure is a {@link CacheException}. */
class CacheFiles {

    /** A file that grows. */
    interface Sink extends AutoCloseable {
        void write(ByteBuffer bytes) throws IOException;

        /** Makes sure that all of it is on the disk. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    final void createDirectories(Path directory) throws CacheException {
        guarded(directory, "be a directory that can be made", () -> Files.createDirectories(directory));
    }

    /** Makes the directory that a file is to be in, and returns it. */
    final Path createParent(Path file) throws CacheException {
        Path parent = Objects.requireNonNull(file.toAbsolutePath().getParent());
        createDirectories(parent);
        return parent;
    }

    /** Opens a file to be written on at its end; it is made if it is not there. An interrupt ends writing, and nothing else. */
    final Sink append(Path file) throws CacheException {
        Sink sink = guarded(file, "be writable", () -> open(file));
        return new Sink() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                interruptibly(file, () -> {
                    sink.write(bytes);
                    return file;
                });
            }

            @Override
            public void force() throws IOException {
                interruptibly(file, () -> {
                    sink.force();
                    return file;
                });
            }

            @Override
            public void close() throws CacheException {
                guarded(file, "be writable", () -> {
                    sink.close();
                    return file;
                });
            }
        };
    }

    /** Opens a file as the file system does; tests put faults here. */
    Sink open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new Sink() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(true);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** Returns how long a file may grow whose length nobody announced, in bytes; tests have less. */
    long mostUnannounced() {
        return 1L << 34;
    }

    /** Moves as the file system does; tests put faults here. */
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Moves a file or directory in one step: it is at the one place or at the other, and whole. */
    final void move(Path from, Path to) throws CacheException {
        guarded(to, "be where " + from + " can be moved to", () -> {
            rename(from, to);
            return to;
        });
    }

    /** Writes a small file so that it is there whole or not at all, but for a power failure. */
    final void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        delete(temporary);
        try {
            try (Sink sink = append(temporary)) {
                sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            boolean clear = e instanceof CacheException || e instanceof InterruptedIOException;
            IOException failure = clear ? e : new CacheException(file, "be writable", e);
            deleteAfter(failure, temporary);
            throw failure;
        }
    }

    final Optional<String> read(Path file) throws CacheException {
        return guarded(file, "be readable", () -> {
            try {
                return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    final InputStream stream(Path file) throws CacheException {
        return guarded(file, "be readable", () -> Files.newInputStream(file));
    }

    /** Returns a file's length, 0 if it is not there. */
    final long length(Path file) throws CacheException {
        return guarded(file, "be readable", () -> {
            try {
                return Files.size(file);
            } catch (NoSuchFileException e) {
                return 0L;
            }
        });
    }

    final void delete(Path file) throws CacheException {
        guarded(file, "be removable", () -> Files.deleteIfExists(file));
    }

    /** Deletes on the way out of a failure, to which a second one is added. */
    final void deleteAfter(Throwable failure, Path file) {
        try {
            delete(file);
        } catch (CacheException e) {
            failure.addSuppressed(e);
        }
    }

    /** The JDK closes a channel whose thread is interrupted: no fault of the cache. */
    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    private static void interruptibly(Path file, Action<?> action) throws IOException {
        try {
            action.run();
        } catch (ClosedByInterruptException e) {
            throw interrupted();
        } catch (IOException e) {
            throw new CacheException(file, "be writable", e);
        }
    }

    private static <T> T guarded(Path file, String rule, Action<T> action) throws CacheException {
        try {
            return action.run();
        } catch (CacheException e) {
            throw e;
        } catch (IOException e) {
            throw new CacheException(file, rule, e);
        }
    }
}
