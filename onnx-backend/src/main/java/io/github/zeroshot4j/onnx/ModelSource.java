package io.github.zeroshot4j.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Where the files of a model come from when it is not a directory: a jar's resources, say. Nothing is unpacked to disk; the
 * graphs are read into memory whole, so their weights must lie within them.
 *
 * <p>In a modular application the resources of a module can be read by its own classes alone, which is why this is an
 * interface to implement there and not a factory here.
 */
public interface ModelSource {

    /** Returns what errors call the source, such as "the tiny model". */
    String description();

    /**
     * Opens a file, from its beginning on every call. The caller closes the stream.
     *
     * @param relativePath the file's path within the model directory, with slashes: {@code "onnx/text_model.onnx"}
     * @return the file's bytes, or empty if there is no such file
     * @throws IOException if the file is there but cannot be read
     */
    Optional<InputStream> open(String relativePath) throws IOException;
}
