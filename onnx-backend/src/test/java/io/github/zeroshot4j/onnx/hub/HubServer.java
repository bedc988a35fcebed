package io.github.zeroshot4j.onnx.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One repository as the Hub serves it, on this machine: small files as they are with their git hash as ETag, graphs behind a
 * redirect with their SHA-256 in the first answer. Faults can be put before it, by path.
 */
final class HubServer implements AutoCloseable {
    static final String REPOSITORY = "tester/small-clip";
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    static final String VISION = "onnx/vision_model.onnx";

    /** The query of the addresses that large files are redirected to. */
    static final String SIGNATURE = "X-Signature=very-secret";

    final Map<String, byte[]> files = new TreeMap<>();
    final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** Where large files are, this server or another one. */
    volatile HubServer cdn = this;

    /** What came. */
    record Seen(String method, String path, Map<String, String> headers) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Answers instead of the server, or returns false to let it answer after all. */
    interface Fault {
        boolean answers(HttpExchange exchange) throws IOException;
    }

    static {
        // Or each answer waits for an acknowledgement that is sent 40 ms late.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    HubServer() {
        try {
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A repository whose files only look like a model's: what is downloaded is not read. */
    static HubServer withPlainFiles() {
        HubServer server = new HubServer();
        server.files.put("config.json", text("{\"model_type\": \"clip\"}"));
        server.files.put("preprocessor_config.json", text("{\"size\": 224}"));
        server.files.put("tokenizer.json", text("{\"version\": \"1.0\"}"));
        server.files.put("README.md", text("not downloaded"));
        server.files.put(VISION, bytes(300_000, 1));
        server.files.put("onnx/text_model.onnx", bytes(70_000, 2));
        return server;
    }

    static HubServer withModel(Path directory) throws IOException {
        HubServer server = new HubServer();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                server.files.put(directory.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return server;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Puts faults before the next requests of paths that end so. */
    HubServer fault(String pathEnd, Fault... inTurn) {
        faults.computeIfAbsent(pathEnd, p -> new ArrayDeque<>()).addAll(Arrays.asList(inTurn));
        return this;
    }

    /** Puts a fault before all requests of paths that end so. */
    HubServer always(String pathEnd, Fault fault) {
        return fault(pathEnd, Collections.nCopies(100, fault).toArray(new Fault[0]));
    }

    List<Seen> seen(String pathEnd) {
        synchronized (seen) {
            return seen.stream().filter(s -> s.path().endsWith(pathEnd)).toList();
        }
    }

    /** Returns the end of the path of a large file's bytes. */
    String large(String file) {
        return "/cdn/" + hash("SHA-256", content(file));
    }

    byte[] content(String file) {
        return Objects.requireNonNull(files.get(file), file);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            seen.add(new Seen(exchange.getRequestMethod(), path, headers));
            for (Map.Entry<String, Deque<Fault>> entry : faults.entrySet()) {
                Fault fault = path.endsWith(entry.getKey()) ? entry.getValue().poll() : null;
                if (fault != null && fault.answers(exchange)) {
                    return;
                }
            }
            answer(exchange, path);
        }
    }

    private void answer(HttpExchange exchange, String path) throws IOException {
        if (path.equals("/api/models/" + REPOSITORY + "/revision/" + COMMIT)) {
            String names = files.keySet().stream()
                    .map(name -> "{\"rfilename\": \"" + name.replace("\\", "\\\\") + "\"}")
                    .collect(Collectors.joining(", "));
            send(exchange, 200, text("{\"sha\": \"" + COMMIT + "\", \"siblings\": [" + names + "]}"));
            return;
        }
        if (path.startsWith("/cdn/")) {
            for (byte[] content : files.values()) {
                if (path.equals("/cdn/" + hash("SHA-256", content))) {
                    exchange.getResponseHeaders().set("ETag", etag("cdn-" + hash("SHA-1", content)));
                    sendRange(exchange, content);
                    return;
                }
            }
        }
        for (String revision : List.of("main", "refs/pr/1", COMMIT)) {
            String start = "/" + REPOSITORY + "/resolve/" + revision + "/";
            byte[] content = path.startsWith(start) ? files.get(path.substring(start.length())) : null;
            if (content != null) {
                exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
                if (path.endsWith(".onnx") || path.contains(".onnx_data")) {
                    redirectToLarge(exchange, content);
                } else {
                    exchange.getResponseHeaders().set("ETag", etag(gitBlob(content)));
                    sendRange(exchange, content);
                }
                return;
            }
        }
        exchange.getResponseHeaders().set("X-Error-Code", path.contains(REPOSITORY) ? "EntryNotFound" : "RepoNotFound");
        send(exchange, 404, text("no such thing"));
    }

    private void redirectToLarge(HttpExchange exchange, byte[] content) throws IOException {
        String sha256 = hash("SHA-256", content);
        cdn.files.putIfAbsent("cdn " + sha256, content);
        exchange.getResponseHeaders().set("X-Linked-ETag", etag(sha256));
        exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
        exchange.getResponseHeaders().set("Location", cdn.endpoint() + "/cdn/" + sha256 + "?" + SIGNATURE);
        send(exchange, 302, text("Found. Redirecting"));
    }

    /** Sends all, or the rest from where the request says if its If-Range agrees. */
    static void sendRange(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        String etag = exchange.getResponseHeaders().getFirst("ETag");
        if (range == null || (condition != null && !condition.equals(etag))) {
            send(exchange, 200, content);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    static String etag(String text) {
        return "\"" + text + "\"";
    }

    static String gitBlob(byte[] content) {
        byte[] head = text("blob " + content.length + "\0");
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return hash("SHA-1", all);
    }

    static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    // ---- faults

    /** Answers with a status and headers: "Retry-After: 3". */
    static Fault status(int status, String... headers) {
        return exchange -> {
            for (String header : headers) {
                exchange.getResponseHeaders()
                        .set(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 2));
            }
            send(exchange, status, text("no"));
            return true;
        };
    }

    /** Adds or replaces a header and lets the server answer: it sets its own afterwards, so this is for others. */
    static Fault header(String name, String value) {
        return exchange -> {
            exchange.getResponseHeaders().set(name, value);
            return false;
        };
    }

    /** Announces all of a content, sends a part of it and cuts the connection. */
    static Fault cut(byte[] content, int after, String... headers) {
        return exchange -> {
            for (String header : headers) {
                exchange.getResponseHeaders()
                        .set(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 2));
            }
            exchange.sendResponseHeaders(200, content.length);
            OutputStream out = exchange.getResponseBody();
            out.write(content, 0, after);
            out.flush();
            return true;
        };
    }

    /** Answers with another content. */
    static Fault body(byte[] content, String... headers) {
        return exchange -> {
            for (String header : headers) {
                exchange.getResponseHeaders()
                        .set(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 2));
            }
            send(exchange, 200, content);
            return true;
        };
    }

    static Fault redirect(int status, String location) {
        return status(status, "Location: " + location);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
