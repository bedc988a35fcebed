package io.github.zeroshot4j.tool;

/** A result cannot be written, which ends the run: no image is to blame. The message names the output and the reason. */
final class OutputFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputFailure(String message) {
        super(message);
    }

    OutputFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
