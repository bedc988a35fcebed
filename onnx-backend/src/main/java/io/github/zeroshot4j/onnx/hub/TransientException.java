package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A failure that another try may mend. */
final class TransientException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> retryAfter;

    TransientException(String message) {
        this(message, Optional.empty());
    }

    /**
     * Makes one.
     *
     * @param retryAfter how long the server asks to wait
     */
    TransientException(String message, Optional<Duration> retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
