package io.github.zeroshot4j.tool;

/** The command line asks for what cannot be; the message says what and, where there is one, the way out. */
final class BadUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadUse(String message) {
        super(message);
    }

    BadUse(String message, Throwable cause) {
        super(message, cause);
    }
}
