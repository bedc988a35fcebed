package io.github.zeroshot4j.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * {@link DetectionService} by HTTP, with the JDK's own server:
 *
 * <pre>
 *   POST /detect?prompt=a+cat&amp;prompt=a+dog    the body is an image file; answers with the object of the tool's --json
 *   GET /health
 * </pre>
 *
 * <p>Whatever goes wrong is answered with {@code {"error": "..."}}: 400 for prompts or an image that cannot be used, 404, 405, 413
 * for a body or 414 for a query that is too long, 415 for a body that is no image, 429 when others are first, 503 when it took too
 * long or the server is closing, and 500 for what only the log tells.
 */
public final class DetectionServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DetectionServer.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_QUERY = 4_000;
    private static final int MAX_PROMPTS = 20;

    private record Reply(int status, Object body) {}

    // The shapes of what is answered, field by field as in JSON.
    private record Found(String image, int width, int height, List<Thing> detections) {}

    private record Thing(String label, double score, Corners box) {}

    private record Corners(int xmin, int ymin, int xmax, int ymax) {}

    private record Health(String status) {}

    private record Problem(String error) {}

    /** An error of the client's, with its status. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        private Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private final DetectionService.Limits limits;
    private final DetectionService service;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The server itself is one party, every request that is being answered another. */
    private final Phaser requests = new Phaser(1);

    private volatile boolean closing;

    /** Starts a server with an open model, which {@link #close()} closes. */
    public DetectionServer(InetSocketAddress address, Encoder encoder, DetectionService.Limits limits)
            throws IOException {
        this.limits = limits;
        service = new DetectionService(encoder, limits);
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Serves on a port, 8080 unless another is given, until it is told to end (SIGTERM, Ctrl-C). */
    public static void main(String[] args) throws IOException {
        // Seconds that a client may take to send a request, and connections at once: the JDK's server has no other way
        // to set them.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("jdk.httpserver.maxConnections", "200");
        int port = args.length == 0 ? 8080 : Integer.parseInt(args[0]);
        // To this machine alone: what faces others, with TLS and a password, is a proxy in front.
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        DetectionServer started = new DetectionServer(address, TinyClip.open(), DetectionService.Limits.DEFAULT);
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        System.out.println("http://localhost:" + started.port() + "/detect");
    }

    /** Returns the port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.register();
        try {
            send(exchange, reply(exchange));
        } finally {
            requests.arriveAndDeregister();
        }
    }

    private Reply reply(HttpExchange exchange) {
        try {
            return answer(exchange);
        } catch (Refusal e) {
            return error(e.status, e);
        } catch (IOException | IllegalArgumentException e) { // an image or a prompt that cannot be used
            return error(400, e);
        } catch (RejectedExecutionException e) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            return error(429, e);
        } catch (CancellationException e) {
            return error(503, e);
        } catch (InterruptedException e) { // by close(), after its time
            return new Reply(503, new Problem("shutting down"));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "request failed", e);
            return new Reply(500, new Problem("internal error"));
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException, InterruptedException {
        if (closing) {
            throw new Refusal(503, "shutting down");
        }
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/detect" -> {
                requireMethod(exchange, "POST");
                return new Reply(200, detect(exchange));
            }
            case "/health" -> {
                requireMethod(exchange, "GET");
                return new Reply(200, new Health("ok"));
            }
            default -> throw new Refusal(404, path + ": nothing is here, but /detect and /health are");
        }
    }

    private static void requireMethod(HttpExchange exchange, String method) throws Refusal {
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            throw new Refusal(405, "method (" + exchange.getRequestMethod() + ") must be " + method);
        }
    }

    private Found detect(HttpExchange exchange) throws IOException, InterruptedException {
        List<String> prompts = prompts(exchange.getRequestURI());
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        requireSize(length == null ? 0 : Long.parseLong(length));
        DetectionService.Answer answer = service.find(() -> body(exchange), prompts);
        List<Thing> things =
                answer.detections().stream().map(DetectionServer::thing).toList();
        return new Found("-", answer.width(), answer.height(), things);
    }

    private static Thing thing(Detection found) {
        Box box = found.box();
        return new Thing(found.label(), found.score(), new Corners(box.xMin(), box.yMin(), box.xMax(), box.yMax()));
    }

    private static List<String> prompts(URI uri) throws Refusal {
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        if (query.length() > MAX_QUERY) {
            throw new Refusal(414, "query must have at most " + MAX_QUERY + " characters");
        }
        List<String> prompts = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("prompt=")) {
                prompts.add(URLDecoder.decode(parameter.substring("prompt=".length()), StandardCharsets.UTF_8));
            } else if (!parameter.isEmpty()) {
                throw new Refusal(400, "parameter (" + parameter + ") must be prompt=...");
            }
        }
        if (prompts.isEmpty() || prompts.size() > MAX_PROMPTS) {
            throw new Refusal(400, "prompts must be 1 to " + MAX_PROMPTS + ", as in /detect?prompt=a+cat&prompt=a+dog");
        }
        return prompts;
    }

    private byte[] body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(limits.maxBytes() + 1);
        requireSize(body.length);
        MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(body));
        if (body.length > 0 && !ImageIO.getImageReaders(in).hasNext()) {
            throw new Refusal(415, "body must be an image file of a format that is read here, such as JPEG or PNG");
        }
        return body;
    }

    private void requireSize(long bytes) throws Refusal {
        if (bytes > limits.maxBytes()) {
            throw new Refusal(413, "body must have at most " + limits.maxBytes() + " bytes");
        }
    }

    private static Reply error(int status, Exception e) {
        return new Reply(status, new Problem(String.valueOf(e.getMessage())));
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        byte[] body = JSON.writeValueAsBytes(reply.body());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (reply.status() >= 400) {
            // What is left of the body is not read; who goes on sending may see no more than that the connection is
            // closed.
            exchange.getResponseHeaders().set("Connection", "close");
        }
        exchange.sendResponseHeaders(reply.status(), head ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body, 0, head ? 0 : body.length);
        }
    }

    /** Ends the server: new requests are refused, and those that are being answered get their time to finish. */
    @Override
    public void close() {
        closing = true;
        try {
            requests.awaitAdvanceInterruptibly(
                    requests.arrive(), limits.maxTime().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.log(System.Logger.Level.WARNING, "closing with requests unanswered");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow();
        service.close();
    }
}
