package io.github.zeroshot4j.onnx.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The waits between tries. */
final class RetryTest {
    private final List<Duration> pauses = new ArrayList<>();

    private Retry retry(int attempts, double random) {
        return new Retry(attempts, new Retry.Time(pauses::add, () -> random, Clock.fixed(Pulls.NOW, ZoneOffset.UTC)));
    }

    private static Object fail(IOException e) throws IOException {
        throw e;
    }

    @Test
    void pauses_doubleUpToHalfAMinute_jitterTakesUpToHalf() {
        assertThatIOException()
                .isThrownBy(() -> retry(10, 1).run("x must work", () -> 0, () -> fail(new IOException("no"))))
                .withMessage("x must work, found IOException: no at the last of 10 tries");
        assertThat(pauses.stream().map(Duration::toMillis))
                .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L);

        pauses.clear();
        assertThatIOException()
                .isThrownBy(() -> retry(3, 0).run("x must work", () -> 0, () -> fail(new IOException("no"))));
        assertThat(pauses.stream().map(Duration::toMillis)).containsExactly(250L, 500L);
    }

    @Test
    void progress_isMeasuredAgainstTheMostThereWas() {
        // Each second try throws away what the one before brought.
        int[] tries = {0};
        assertThatIOException()
                .isThrownBy(() -> retry(5, 1).run("x must work", () -> tries[0] % 2 == 0 ? 0 : 200_000, () -> {
                    assertThat(++tries[0]).isLessThan(50);
                    throw new IOException("no");
                }))
                .withMessage("x must work, found IOException: no at the last of 5 tries");
        assertThat(tries[0]).isEqualTo(5);
    }

    @Test
    void certificate_isNotTriedAgain() {
        IOException e = new SSLHandshakeException("bad");
        e.initCause(new CertificateException("no such authority"));

        assertThatIOException()
                .isThrownBy(() -> retry(3, 0).run("x must work", () -> 0, () -> fail(e)))
                .withMessage("x must work, found SSLHandshakeException: bad");
        assertThat(pauses).isEmpty();
    }

    @Test
    void interruptWhileWaiting_stopsAndStaysSet() {
        Retry retry = new Retry(
                3,
                new Retry.Time(
                        pause -> {
                            throw new InterruptedException();
                        },
                        () -> 0,
                        Clock.systemUTC()));

        assertThatIOException()
                .isThrownBy(() -> retry.run("x must work", () -> 0, () -> fail(new IOException("no"))))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                             | PT0S",
                " 17                           | PT17S",
                "Tue, 24 Nov 2026 12:01:00 GMT | PT1M",
                "Tue, 24 Nov 2026 11:59:00 GMT | ",
                "-1                            | ",
                "soon                          | ",
                "99999999999999                | ",
                "                              | ",
            })
    void retryAfter_secondsOrDate(String header, Duration expected) {
        assertThat(retry(1, 0).retryAfter(Optional.ofNullable(header))).isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"abc\"   | abc",
                "W/\"abc\" | abc",
                "abc       | abc",
                "\"\"      | ",
                "\"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709\" | da39a3ee5e6b4b0d3255bfef95601890afd80709",
            })
    void plainEtag_withoutQuotesAndWeakness(String header, String expected) {
        assertThat(FileHash.plainEtag(Optional.of(header))).isEqualTo(Optional.ofNullable(expected));
    }
}
