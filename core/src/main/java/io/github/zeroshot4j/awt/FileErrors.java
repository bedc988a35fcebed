package io.github.zeroshot4j.awt;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Gives the JDK's errors of the file system, many of which hold a path and no more, their reason. */
final class FileErrors {
    private FileErrors() {}

    /** Returns an error of the same kind whose message says what is wrong. */
    static FileSystemException explained(FileSystemException e) {
        if (e.getReason() != null) {
            return e;
        }
        FileSystemException explained;
        if (e instanceof AccessDeniedException) {
            explained = new AccessDeniedException(e.getFile(), e.getOtherFile(), "permission denied");
        } else if (e instanceof NoSuchFileException) {
            explained = new NoSuchFileException(e.getFile(), e.getOtherFile(), "no such file");
        } else {
            explained = new FileSystemException(
                    e.getFile(), e.getOtherFile(), e.getClass().getSimpleName());
        }
        explained.initCause(e);
        return explained;
    }

    /** Returns what is wrong, without the file's name where the error keeps it apart. */
    static String reason(IOException e) {
        return e instanceof FileSystemException failure
                ? explained(failure).getReason()
                : String.valueOf(e.getMessage());
    }
}
