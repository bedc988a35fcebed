package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.onnx.hub.ModelHub;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar per file of a download, on a terminal; a line per file elsewhere. */
final class PullProgress implements ModelHub.DownloadListener, AutoCloseable {
    private static final int WIDTH = 78;
    private static final long MEGABYTE = 1_000_000;

    private final Terminal terminal;
    private String file = "";
    private @Nullable ProgressBar bar;

    PullProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void onProgress(String name, long done, long total) {
        if (!name.equals(file)) {
            end();
            file = name;
            if (!terminal.interactive()) {
                terminal.say("downloading " + name + (total < MEGABYTE ? "" : ", " + total / MEGABYTE + " MB"));
            }
        }
        if (terminal.interactive()) {
            ProgressBar current = bar;
            if (current == null) {
                current = new ProgressBarBuilder()
                        .setTaskName(name)
                        .setInitialMax(total)
                        .setUnit(" MB", MEGABYTE)
                        .setStyle(ProgressBarStyle.ASCII)
                        .showSpeed(new DecimalFormat("#.#", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                        .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), WIDTH))
                        .build();
                bar = current;
            }
            current.stepTo(done);
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
