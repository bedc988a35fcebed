package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.ProgressListener;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the run is, how fast it goes and how long it will take. On a terminal that is a bar: over the windows of an image
 * that is alone, over the images of several. Elsewhere it is a line now and then, so that short runs print none.
 */
final class Progress implements ProgressListener, AutoCloseable {
    private static final int WIDTH = 78;
    private static final int LONGEST_NAME = 22;

    /** Of an image, where the bar counts images: it moves while one is worked on. */
    private static final int PARTS = 1000;

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final boolean quiet;
    private final LongSupplier nanoTime;
    private final long started;
    private long lastLine;

    private String name = "";
    private int index;
    private int images = 1;
    private @Nullable ProgressBar bar;

    Progress(Terminal terminal, boolean quiet) {
        this(terminal, quiet, System::nanoTime);
    }

    /** For tests, with a clock of their own. */
    Progress(Terminal terminal, boolean quiet, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.quiet = quiet;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.lastLine = started;
    }

    /** Starts on something that is alone. */
    void begin(String newName) {
        begin(newName, 0, 1);
    }

    /**
     * Starts on one of several images.
     *
     * @param newIndex which, from 0
     * @param count how many there are
     */
    void begin(String newName, int newIndex, int count) {
        end();
        name = newName.length() <= LONGEST_NAME
                ? newName
                : "..." + newName.substring(newName.length() - LONGEST_NAME + 3);
        index = newIndex;
        images = count;
    }

    @Override
    public void onProgress(int done, int total) {
        if (quiet) {
            return;
        }
        long parts = images == 1 ? 1 : PARTS;
        long all = images == 1 ? total : (long) images * PARTS;
        long position = images == 1 ? done : (long) index * PARTS + (long) done * PARTS / total;
        if (!terminal.interactive()) {
            line(position, all, parts);
            return;
        }
        ProgressBar current = bar;
        if (current == null) {
            current = bar(position, all, parts);
            bar = current;
        }
        current.maxHint(all); // a second look is not planned
        current.stepTo(Math.max(current.getCurrent(), position)); // never back, though the total grows
        if (done == total) {
            end(); // what was found is printed next
        }
    }

    private ProgressBar bar(long position, long all, long parts) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(all)
                .startsFrom(position, elapsed())
                .setUnit("", parts)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed(new DecimalFormat("#.#", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .setEtaFunction(state -> left(state.getCurrent(), state.getMax()))
                .setConsumer(new Line(terminal.err()))
                .build();
    }

    /** Leaves it to {@link #end} what becomes of the line: a bar that is closed at once would not ask for either. */
    private static final class Line extends ConsoleProgressBarConsumer {
        Line(PrintStream out) {
            super(out, WIDTH);
        }

        @Override
        public void close() {
            // See above.
        }
    }

    private void line(long position, long all, long parts) {
        long now = nanoTime.getAsLong();
        if (now - lastLine < BETWEEN_LINES.toNanos() || position == all) {
            return;
        }
        lastLine = now;
        String rate = String.format(Locale.ROOT, "%.1f", 1e9 * position / parts / (now - started));
        String left = left(position, all).map(it -> ", " + text(it) + " left").orElse("");
        String unit = images == 1 ? "" : " images";
        terminal.say(name + ": " + position / parts + " of " + all / parts + unit + ", " + rate + " a second" + left);
    }

    private Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - started);
    }

    /** Returns the time that what is left takes at the rate of what is done; empty as long as nothing is. */
    private Optional<Duration> left(long position, long all) {
        return position == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) ((double) elapsed().toNanos() / position * (all - position))));
    }

    private static String text(Duration time) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }

    /** Takes the bar away, so that other lines can follow; that of the last image stays above them. */
    void end() {
        if (bar != null) {
            bar.close();
            bar = null;
            boolean last = index == images - 1;
            terminal.err().print(last ? System.lineSeparator() : "\r" + " ".repeat(WIDTH) + "\r");
            terminal.err().flush();
        }
    }

    @Override
    public void close() {
        end();
    }
}
