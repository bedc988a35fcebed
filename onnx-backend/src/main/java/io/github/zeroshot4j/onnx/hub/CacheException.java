package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.nio.file.Path;

/** The cache cannot be read or written: a full disk, no permission. */
final class CacheException extends HubException {
    private static final long serialVersionUID = 1L;

    CacheException(Path file, String rule, IOException cause) {
        super("cache file (" + file + ") must " + rule + ", found " + reason(cause), cause);
    }
}
