package io.github.zeroshot4j;

/**
 * Tells a listener of the windows of one call: those of the scan and, as they come up, those of second looks. What is planned last
 * may not be the last: that all is done is told in the end. For one call and its thread.
 */
final class WindowProgress {
    private final ProgressListener listener;
    private int done;
    private int total;

    WindowProgress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Counts on so many windows. */
    void plan(int windows) {
        total = windows;
    }

    /** So many windows come up now, planned or not: a listener that has enough can stop the work before they are embedded. */
    void comingUp(int windows) {
        total = Math.max(total, done + windows);
        report();
    }

    /** Returns the listener for windows that come next. */
    ProgressListener next() {
        int before = done;
        return (count, size) -> {
            done = before + count;
            report();
        };
    }

    private void report() {
        if (done < total) {
            listener.onProgress(done, total);
        }
    }

    /** All is done, of a budget as much as it paid for; silent where there was nothing to do. */
    void finish() {
        if (total > 0) {
            listener.onProgress(total, total);
        }
    }
}
