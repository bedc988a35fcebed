package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code --json}, or another option with a file of JSON, writes to.
 *
 * @param option the option's name, for errors
 * @param file what the user calls it
 * @param path where writing ends, after all links; null for standard output
 */
record JsonPlace(String option, String file, @Nullable Path path) {
    /** Opened by name, they would be emptied or replaced where standard output is a file itself. */
    private static final Set<String> STANDARD_OUTPUT = Set.of("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    /** What is open already; its names are links, but not to files by name. */
    private static final Pattern OPEN = Pattern.compile("/dev/fd/|/proc/self/fd/|/dev/stderr$");

    private static final int MOST_LINKS = 40;

    /**
     * Finds the place.
     *
     * @throws BadUse if nothing can be written there
     */
    static JsonPlace of(String option, String file) {
        if (isStandardOutput(file)) {
            return new JsonPlace(option, file, null);
        }
        try {
            Path path = followed(Path.of(file));
            if (Files.isDirectory(path) || path.endsWith(".") || path.endsWith("..")) {
                throw new BadUse(option + " " + file + ": a folder, not a file");
            }
            return new JsonPlace(option, file, path);
        } catch (InvalidPathException e) {
            throw new BadUse(option + " " + file + ": not a file name (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new BadUse(option + " " + file + ": cannot be written (" + Reason.of(e) + ")", e);
        }
    }

    static boolean isStandardOutput(@Nullable String file) {
        return file != null && STANDARD_OUTPUT.contains(file);
    }

    /** Returns where a path leads, also through a link to a file that is not there yet. */
    private static Path followed(Path file) throws IOException {
        Path path = file.toAbsolutePath();
        if (isDevice(path) || Files.isDirectory(path)) {
            return path;
        }
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(file.toString());
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        Path parent = path.getParent();
        return parent == null ? path : real(parent).resolve(path.getFileName());
    }

    /** Returns a folder without links, also one that is still to be made. */
    private static Path real(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent == null || Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return folder.toRealPath();
        }
        return real(parent).resolve(folder.getFileName()).normalize();
    }

    /** Returns whether what is there is written to rather than replaced: a pipe, a terminal, /dev/stderr. */
    boolean isDevice() {
        return path != null && isDevice(path);
    }

    private static boolean isDevice(Path path) {
        return OPEN.matcher(path.toString()).lookingAt()
                || (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path));
    }

    /** Returns whether not both can be files: they are one place, or one would be a folder of the other. */
    boolean collidesWith(JsonPlace other) {
        if (path == null || other.path == null) {
            return path == other.path;
        }
        return isSameAs(other.path) || path.startsWith(other.path) || other.path.startsWith(path);
    }

    /** Returns whether this is the file. */
    boolean isSameAs(Path other) {
        if (path == null) {
            return false;
        }
        try {
            return path.equals(other) || (Files.exists(path) && Files.exists(other) && Files.isSameFile(path, other));
        } catch (IOException e) {
            return false; // one of them went away, and cannot be the other
        }
    }
}
