package io.github.zeroshot4j;

/**
 * The one failure that an {@link Encoder} may throw for reasons of its own: a model that cannot be loaded, a run that
 * failed, a result that makes no sense. Its message names the model.
 */
public class EncoderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes an exception. The message names the model, what was expected and what was found. */
    public EncoderException(String message) {
        super(message);
    }

    /** Makes an exception with the backend's own failure as the cause. */
    public EncoderException(String message, Throwable cause) {
        super(message, cause);
    }
}
