package io.github.zeroshot4j.tool;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * The streams of the process.
 *
 * @param in where the image {@code -} comes from
 * @param out for results
 * @param err for everything else
 * @param interactive whether somebody watches err, so that a progress bar makes sense
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

    /** Returns the streams of this process. The launcher tells by a system property whether they end at a terminal. */
    static Terminal ofSystem() {
        return new Terminal(System.in, System.out, System.err, Boolean.getBoolean("zeroshot.terminal"));
    }

    /** Returns a writer to a stream, for help texts. */
    PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    /** Prints a line for the user's eyes. */
    void say(String message) {
        err.println("zeroshot: " + message);
    }
}
