package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Says why something failed in the user's words: for files, where the JDK's exceptions often hold the path and no more, and for
 * values, which the library calls by the names of its API.
 */
final class Reason {
    private static final Map<String, String> OPTIONS = Map.of(
            "windowPatches", "--window",
            "squarePatches", "--window",
            "stridePatches", "--stride",
            "patchPx", "--patch",
            "maxEncoderCalls", "--max-calls",
            "presenceThreshold", "--threshold",
            "boxThreshold", "--threshold",
            "threshold", "--threshold",
            "threads", DeviceOptions.THREADS);

    private static final Pattern NAME = Pattern.compile("\\b[a-z]+[A-Za-z]*\\b");

    private Reason() {}

    /** Returns the reason with the command line's names for what it names. */
    static String of(RuntimeException e) {
        return NAME.matcher(String.valueOf(e.getMessage()))
                .replaceAll(name -> OPTIONS.getOrDefault(name.group(), name.group()));
    }

    /** Returns the reason without the file's name. */
    static String of(IOException e) {
        if (!(e instanceof FileSystemException failure)) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
        if (failure.getReason() != null) {
            return failure.getReason();
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file is there";
        }
        if (e instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (e instanceof FileSystemLoopException) {
            return "a loop of links";
        }
        return e.getClass().getSimpleName();
    }
}
