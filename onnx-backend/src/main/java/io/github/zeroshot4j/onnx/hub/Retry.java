package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again what may get better, after waits that grow. */
final class Retry {
    /** A longer wait that a server asks for is an error. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(ModelHub.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What a try must bring at least beyond all before, in bytes, for the next one to count as the first. */
    private static final long WORTH_WHILE = 1 << 16;

    /** Something to try. */
    interface Attempt<T> {
        T run() throws IOException;
    }

    /**
     * How time passes; tests let it fly.
     *
     * @param random numbers in [0, 1), which keep clients that failed together from coming back together
     */
    record Time(Sleeper sleeper, DoubleSupplier random, Clock clock) {
        static final Time REAL = new Time(
                duration -> Thread.sleep(duration.toMillis()),
                () -> ThreadLocalRandom.current().nextDouble(),
                Clock.systemUTC());
    }

    /** Waits. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final int maxAttempts;
    private final Time time;

    Retry(int maxAttempts, Time time) {
        this.maxAttempts = maxAttempts;
        this.time = time;
    }

    /**
     * Runs something until it works.
     *
     * @param rule what the thing must do, for messages: "model a/b (where): config.json must arrive"
     * @param bytes how many bytes there are so far
     * @throws HubException if it fails in a way that another try would not mend, or too often without bringing anything
     */
    <T> T run(String rule, LongSupplier bytes, Attempt<T> attempt) throws IOException {
        // The most there ever was: what is thrown away and comes again is no progress.
        long most = bytes.getAsLong();
        for (int failures = 1; ; failures++) {
            try {
                return attempt.run();
            } catch (CacheException e) {
                throw e;
            } catch (HubException e) {
                throw new HubException(rule + ", " + e.getMessage(), e);
            } catch (InterruptedIOException e) {
                // The JDK's time-outs are no such exceptions.
                throw e;
            } catch (IOException e) {
                if (isDistrust(e)) {
                    throw new HubException(rule + ", found " + HubException.reason(e), e);
                }
                long now = bytes.getAsLong();
                if (now >= most + WORTH_WHILE) {
                    failures = 1;
                }
                most = Math.max(most, now);
                String found = e instanceof TransientException ? e.getMessage() : HubException.reason(e);
                if (failures >= maxAttempts) {
                    throw new HubException(rule + ", found " + found + " at the last of " + maxAttempts + " tries", e);
                }
                Duration pause = pause(rule, failures, e);
                LOG.info("{}, found {}; next try in {}", rule, found, seconds(pause));
                sleep(pause);
            }
        }
    }

    /** Tells whether it is about a certificate, which no other try mends. */
    private static boolean isDistrust(@Nullable Throwable e) {
        return e != null && (e instanceof GeneralSecurityException || isDistrust(e.getCause()));
    }

    private Duration pause(String rule, int failures, IOException e) throws HubException {
        long millis = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 16);
        double jitter = 0.5 + 0.5 * time.random().getAsDouble();
        Duration pause = Duration.ofMillis((long) (Math.min(millis, LONGEST_PAUSE.toMillis()) * jitter));
        Duration asked = e instanceof TransientException t ? t.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        if (asked.compareTo(LONGEST_WAIT) > 0) {
            throw new HubException(rule + ", found " + e.getMessage() + " and the wish to wait " + seconds(asked)
                    + ", which is longer than " + seconds(LONGEST_WAIT));
        }
        return asked.compareTo(pause) > 0 ? asked : pause;
    }

    private void sleep(Duration pause) throws IOException {
        try {
            time.sleeper().sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Reads the header Retry-After: seconds, or a date. What is neither is no wish. */
    Optional<Duration> retryAfter(Optional<String> header) {
        if (header.isEmpty()) {
            return Optional.empty();
        }
        String text = header.get().strip();
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration until = Duration.between(
                    time.clock().instant(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return until.isNegative() ? Optional.empty() : Optional.of(until);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
