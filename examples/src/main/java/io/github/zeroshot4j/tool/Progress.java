package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.ProgressListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar per image, on a terminal only. */
final class Progress implements ProgressListener, AutoCloseable {
    private static final int WIDTH = 78;
    private static final int LONGEST_NAME = 30;

    private final Terminal terminal;
    private final boolean shown;
    private String name = "";
    private @Nullable ProgressBar bar;

    Progress(Terminal terminal, boolean quiet) {
        this.terminal = terminal;
        this.shown = terminal.interactive() && !quiet;
    }

    /** Starts on an image. */
    void begin(String imageName) {
        end();
        name = imageName.length() <= LONGEST_NAME
                ? imageName
                : "..." + imageName.substring(imageName.length() - LONGEST_NAME + 3);
    }

    @Override
    public void onProgress(int done, int total) {
        if (!shown) {
            return;
        }
        ProgressBar current = bar;
        if (current == null) {
            current = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), WIDTH))
                    .build();
            bar = current;
        }
        current.stepTo(done);
        if (done == total) {
            end();
        }
    }

    /** Takes the bar away, so that other lines can follow. */
    void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        end();
    }
}
