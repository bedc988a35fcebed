package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.ImageReadOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One image to read.
 *
 * @param name what results and errors call it: the path as it was given, or {@code -}
 * @param path the file; empty for standard input
 * @param standardInput where standard input is read from; null for a file
 */
record Input(String name, Path path, @Nullable InputStream standardInput) {
    /** What stands for standard input. */
    static final String STANDARD_INPUT = "-";

    static Input ofStandardInput(InputStream in) {
        return new Input(STANDARD_INPUT, Path.of(""), in);
    }

    /** Returns a file, which has a name of its own even where it is called {@code -}. */
    static Input ofFile(Path file) {
        String name = file.toString();
        return new Input(name.equals(STANDARD_INPUT) ? Path.of(".", name).toString() : name, file, null);
    }

    RgbImage read() throws IOException {
        return standardInput != null
                ? ImageFiles.read(standardInput, ImageReadOptions.defaults())
                : ImageFiles.read(path);
    }

    /** Returns the file's name without its ending. */
    String stem() {
        if (standardInput != null) {
            return "stdin";
        }
        String file = String.valueOf(path.getFileName());
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }
}
