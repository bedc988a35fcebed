package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.io.Closeable;
import java.util.List;

/** What was found, written as a data set that other tools read. Every failure to write is an {@link OutputFailure}. */
interface Dataset extends Closeable {
    /** Adds an image with its boxes; there may be none. */
    void add(Input input, RgbImage image, List<Detection> detections);

    /** Writes what is still to be written. */
    void commit();

    /** Removes what was not committed. */
    @Override
    default void close() {}
}
