package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * One image to read.
 *
 * @param name what results and errors call it: the path as it was given, or {@code -}
 * @param path the file; {@code -} for standard input
 * @param standardInput where {@code -} is read from
 */
record Input(String name, Path path, InputStream standardInput) {
    /** What stands for standard input. */
    static final String STANDARD_INPUT = "-";

    RgbImage read() throws IOException {
        return name.equals(STANDARD_INPUT)
                ? ImageFiles.read(standardInput, ImageReadOptions.defaults())
                : ImageFiles.read(path);
    }

    /** Returns the file's name without its ending. */
    String stem() {
        if (name.equals(STANDARD_INPUT)) {
            return "stdin";
        }
        String file = String.valueOf(path.getFileName());
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }
}
