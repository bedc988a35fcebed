package io.github.zeroshot4j;

/**
 * Hears how far long work has come. Called on the thread that does the work, with {@code done} and {@code total} never falling;
 * {@code total} grows where it turns out that there is more to do. The last call of finished work, and no other, has
 * {@code done == total}: also where a {@link Budget} did not pay for all of it.
 *
 * <p>To stop the work, throw from the listener (a {@link java.util.concurrent.CancellationException}, for one): the
 * exception reaches the caller unchanged and nothing is left open.
 */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Reports progress.
     *
     * @param done how many items are done, in [0, total]
     * @param total how many items there are, at least 1
     */
    void onProgress(int done, int total);
}
