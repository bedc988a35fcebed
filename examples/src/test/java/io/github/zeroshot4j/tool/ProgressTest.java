package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final AtomicLong seconds = new AtomicLong(1000);

    private Progress progress(boolean interactive, boolean quiet) {
        PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(InputStream.nullInputStream(), err, err, interactive);
        return new Progress(terminal, quiet, () -> seconds.get() * 1_000_000_000);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Works on images of 4 windows, each of which takes a second. */
    private void work(Progress progress, int images) {
        for (int i = 0; i < images; i++) {
            progress.begin("image-" + i + ".png", i, images);
            for (int window = 1; window <= 4; window++) {
                seconds.incrementAndGet();
                progress.onProgress(window, 4);
            }
        }
    }

    @Test
    void piped_severalImages_aLineEveryTenSeconds() {
        try (Progress progress = progress(false, false)) {
            work(progress, 6);
        }

        // After 10 of 24 seconds 2.5 images are done, after 20 of them 5.
        assertThat(printed().lines())
                .containsExactly(
                        "zeroshot: image-2.png: 2 of 6 images, 0.3 a second, 0:00:14 left",
                        "zeroshot: image-4.png: 5 of 6 images, 0.3 a second, 0:00:04 left");
    }

    @Test
    void piped_oneImage_linesOverItsWindows() {
        try (Progress progress = progress(false, false)) {
            progress.begin("large.png", 0, 1);
            for (int window = 0; window <= 3600; window += 16) {
                seconds.addAndGet(4);
                progress.onProgress(window, 3600);
            }
        }

        assertThat(printed().lines().toList())
                .hasSize(75)
                .startsWith("zeroshot: large.png: 32 of 3600, 2.7 a second, 0:22:18 left")
                .allMatch(line ->
                        line.matches("zeroshot: large.png: \\d+ of 3600, [234]\\.\\d a second, 0:\\d\\d:\\d\\d left"));
    }

    @Test
    void piped_shortRunOrQuiet_nothing() {
        try (Progress progress = progress(false, false)) {
            work(progress, 2);
        }
        try (Progress progress = progress(false, true)) {
            work(progress, 60);
        }
        try (Progress progress = progress(true, true)) {
            work(progress, 60);
        }

        assertThat(printed()).isEmpty();
    }

    @Test
    void terminal_severalImages_oneBarOverThemWithRateAndTimeLeft() {
        try (Progress progress = progress(true, false)) {
            work(progress, 3);
        }

        // The bars of the first two are wiped away by spaces, so that what was found stands in their place.
        String[] lines = printed().split(System.lineSeparator(), -1);
        assertThat(lines).hasSize(2);
        assertThat(lines[1]).isEmpty();
        assertThat(lines[0])
                .containsSubsequence("image-0.png  33% [", "1/3 (", " / 0:00:08)")
                .containsSubsequence("image-1.png  66% [", "2/3 (", " / 0:00:04)")
                .containsSubsequence("image-2.png 100% [", "3/3 (", " / 0:00:00)", "/s")
                .contains("\r" + " ".repeat(78) + "\r");
        assertThat(lines[0].split("\r", -1)).allMatch(frame -> frame.length() <= 78, "fits a line");
    }

    @Test
    void terminal_longName_itsEnd() {
        try (Progress progress = progress(true, false)) {
            progress.begin("a/long/way/to/an/image-of-a-cat.png");
            progress.onProgress(1, 1);
        }

        assertThat(printed()).contains("\r.../image-of-a-cat.png 100% [").doesNotContain("way");
    }

    /** 90 of 100 windows of the first of two images are 45 %; 9 more come up for a second look. */
    @Test
    void terminal_totalGrows_barNeverStepsBack() {
        try (Progress progress = progress(true, false)) {
            progress.begin("image.png", 0, 2);
            progress.onProgress(90, 100);
            progress.onProgress(90, 109);
            progress.end();
        }

        assertThat(printed()).contains(" 45% [").doesNotContain(" 41% [");
    }

    @Test
    void terminal_totalOfOneImageGrows_theBarToo() {
        try (Progress progress = progress(true, false)) {
            progress.begin("image.png");
            progress.onProgress(99, 100);
            progress.onProgress(108, 109);
            progress.onProgress(109, 109);
        }

        assertThat(printed()).contains("109/109 (");
    }
}
