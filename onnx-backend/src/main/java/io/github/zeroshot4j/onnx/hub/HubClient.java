package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests to the Hub. Redirects are followed here and not by the JDK's client, which would send the token on to other hosts
 * (JDK 17 does), and which would hide the first answer, where the Hub says what the file is.
 */
final class HubClient {
    /** How many redirects one request may meet. */
    static final int MOST_REDIRECTS = 5;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HubSettings settings;
    private final Origin hub;
    private final HttpClient client;

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException if the environment's proxy is needed and not understood
     */
    HubClient(HubSettings settings) {
        this.settings = settings;
        this.hub = Origin.of(settings.endpoint());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .proxy(settings.proxy().get())
                .build();
    }

    /**
     * An answer, whatever its status.
     *
     * @param fromHub the headers of the answers that came from the Hub's own origin, first answer first
     * @param last the headers of the answer that the body belongs to
     * @param host where the body comes from
     * @param atHub whether that is the Hub's own origin
     */
    record Answer(int status, List<HttpHeaders> fromHub, HttpHeaders last, Origin host, boolean atHub, HubBody body)
            implements AutoCloseable {

        /** Returns what the Hub itself says: a header of its first answer that has it, never one of another host. */
        Optional<String> hubHeader(String name) {
            return fromHub.stream()
                    .flatMap(headers -> headers.firstValue(name).stream())
                    .findFirst();
        }

        OptionalLong length() {
            return number(last.firstValue("Content-Length"));
        }

        static OptionalLong number(Optional<String> text) {
            return text.isPresent() && text.get().matches("\\d{1,18}")
                    ? OptionalLong.of(Long.parseLong(text.get()))
                    : OptionalLong.empty();
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** Asks for what is at an address of the Hub, wherever that sends us. */
    Answer get(URI address, Map<String, String> headers) throws IOException {
        return send("GET", address, headers);
    }

    /** Asks what the Hub says of an address; it is not left for another host. */
    Answer head(URI address) throws IOException {
        return send("HEAD", address, Map.of());
    }

    private Answer send(String method, URI address, Map<String, String> headers) throws IOException {
        List<HttpHeaders> fromHub = new ArrayList<>();
        URI at = address;
        for (int hop = 0; ; hop++) {
            Origin host = Origin.of(at);
            boolean atHub = hub.equals(host);
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = exchange(method, at, headers, atHub);
            HubBody body = new HubBody(response.body(), settings.readTimeout());
            try {
                if (atHub) {
                    fromHub.add(response.headers());
                }
                if (REDIRECTS.contains(response.statusCode())) {
                    if (hop == MOST_REDIRECTS) {
                        throw new HubException(
                                "found more than " + MOST_REDIRECTS + " redirects, the last at " + shown(at));
                    }
                    URI next = target(at, response.headers());
                    if (method.equals("GET") || hub.equals(Origin.of(next))) {
                        at = next;
                        body.close();
                        continue;
                    }
                }
                return new Answer(response.statusCode(), List.copyOf(fromHub), response.headers(), host, atHub, body);
            } catch (IOException | RuntimeException e) {
                body.close();
                throw e;
            }
        }
    }

    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> exchange(
            String method, URI at, Map<String, String> headers, boolean atHub) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .setHeader("User-Agent", "zeroshot4j")
                // A compressed file has another length, and its pieces are no pieces of the file.
                .setHeader("Accept-Encoding", "identity");
        headers.forEach(request::setHeader);
        if (atHub && settings.token().isPresent()) {
            request.setHeader("Authorization", "Bearer " + settings.token().get());
        }
        // The request's own time-out is of no use: from JDK 26 on it holds for the body as well, however long that is.
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> response =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofPublisher());
        try {
            return response.get(
                    settings.connectTimeout().plus(settings.readTimeout()).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new IOException("no answer came");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Returns where a redirect leads, if it may be followed. */
    static URI target(URI from, HttpHeaders headers) throws HubException {
        String location = headers.firstValue("Location").orElse("");
        if (location.isBlank()) {
            throw new HubException("found a redirect without a Location at " + shown(from));
        }
        URI to;
        Origin origin;
        try {
            to = from.resolve(new URI(location));
            origin = Origin.of(to);
        } catch (URISyntaxException e) {
            throw new HubException("found a redirect to what is no address at " + shown(from));
        } catch (IllegalArgumentException e) {
            throw new HubException("found a redirect at " + shown(from) + " whose target " + e.getMessage());
        }
        if (Origin.of(from).isSecure() && !origin.isSecure()) {
            throw new HubException("found a redirect from https to http at " + shown(from) + ", which is not followed");
        }
        return to;
    }

    /** Returns an address for a message: without its query, which may be signed. */
    static String shown(URI uri) {
        return Origin.of(uri) + ModelName.shown(uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
