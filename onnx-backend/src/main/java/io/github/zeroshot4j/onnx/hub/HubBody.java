package io.github.zeroshot4j.onnx.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, piece by piece. Unlike the stream that the JDK's client gives, it does not wait forever for a server
 * that has gone silent. For one thread.
 */
final class HubBody implements AutoCloseable {
    private static final Object END = new Object();

    /** At most one piece is asked for ahead, so little is held in memory. */
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    private final Pieces pieces = new Pieces();
    private final Duration patience;
    private boolean ended;

    HubBody(Flow.Publisher<List<ByteBuffer>> publisher, Duration patience) {
        this.patience = patience;
        publisher.subscribe(pieces);
    }

    /**
     * Returns the next piece, null at the end.
     *
     * @throws IOException if the connection is cut or silent for too long
     */
    @Nullable
    List<ByteBuffer> next() throws IOException {
        if (ended) {
            return null;
        }
        Object event;
        try {
            event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (event == null) {
            throw new IOException("nothing came for " + Retry.seconds(patience));
        }
        if (event == END) {
            ended = true;
            return null;
        }
        if (event instanceof Throwable failure) {
            ended = true;
            throw new IOException(failure.getMessage(), failure);
        }
        pieces.askForOne();
        @SuppressWarnings("unchecked")
        List<ByteBuffer> piece = (List<ByteBuffer>) event;
        return piece;
    }

    /** Returns all of it, or fails where it is longer than the limit. */
    byte[] all(int limit) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (List<ByteBuffer> piece = next(); piece != null; piece = next()) {
            for (ByteBuffer buffer : piece) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                out.writeBytes(bytes);
            }
            if (out.size() > limit) {
                throw new IOException("more than " + limit + " bytes came");
            }
        }
        return out.toByteArray();
    }

    /** Gives the rest up. */
    @Override
    public void close() {
        ended = true;
        pieces.cancel();
    }

    /** Puts what the client's threads deliver into the queue. */
    private final class Pieces implements Flow.Subscriber<List<ByteBuffer>> {
        private Flow.@Nullable Subscription subscription;
        private boolean cancelled;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            synchronized (this) {
                subscription = given;
                if (cancelled) {
                    given.cancel();
                    return;
                }
            }
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            events.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            events.add(failure);
        }

        @Override
        public void onComplete() {
            events.add(END);
        }

        /** A piece came, so there is a subscription. */
        synchronized void askForOne() {
            if (subscription != null) {
                subscription.request(1);
            }
        }

        synchronized void cancel() {
            cancelled = true;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
