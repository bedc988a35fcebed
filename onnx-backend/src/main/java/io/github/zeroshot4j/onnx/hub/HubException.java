package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;

/** A failure that another try would not mend; its message is for the user. */
class HubException extends IOException {
    private static final long serialVersionUID = 1L;

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns what an exception says; those of the JDK's HTTP client may have no message, or a server's text in it. */
    static String reason(Throwable e) {
        String message = e.getMessage();
        String type = e.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + ModelName.printable(message);
    }
}
