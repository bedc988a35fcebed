package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.awt.Pictures;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.testing.FakeEncoder;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real requests to a real server, on a port that is free. */
final class DetectionServerTest {
    private static final Path ROOT = Path.of("..");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Limits that a test can exceed; a picture of 140 x 140 pixels is within. */
    private static final DetectionService.Limits SMALL = new DetectionService.Limits(1, 0, 10_000, 20_000, MINUTE);

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private byte[] square = new byte[0];

    @BeforeEach
    void drawSquare() throws IOException {
        square = png(RgbImage.filled(140, 140, 0x808080).fill(new Box(30, 40, 80, 90), 0xFF0000));
    }

    @Test
    void detect_embeddedModel_theToolsObjectToTheBit() throws Exception {
        Path picture = ROOT.resolve("examples/images/cat-and-butterfly.jpg");
        RgbImage image = ImageFiles.read(picture);
        OnnxEncoder encoder = TinyClip.open();
        List<Detection> found = ZeroShotDetector.of(encoder).detect(image, "a cat", "an airplane");
        assertThat(found).extracting(Detection::label).containsExactly("a cat");
        Box box = found.get(0).box();
        JsonNode expected = JSON.readTree("{\"image\": \"-\", \"width\": %d, \"height\": %d, \"detections\": ["
                        .formatted(image.width(), image.height())
                + "{\"label\": \"a cat\", \"score\": %s, \"box\": {\"xmin\": %d, \"ymin\": %d, \"xmax\": %d, \"ymax\": %d}}]}"
                        .formatted(found.get(0).score(), box.xMin(), box.yMin(), box.xMax(), box.yMax()));

        try (DetectionServer server = start(encoder, DetectionService.Limits.DEFAULT)) {
            HttpResponse<String> response =
                    post(server, "/detect?prompt=a+cat&prompt=an%20airplane", BodyPublishers.ofFile(picture));

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(JSON.readTree(response.body())).isEqualTo(expected);
        }
    }

    @Test
    void detect_sixteenAtOnce_allTheSame() throws Exception {
        DetectionService.Limits limits = new DetectionService.Limits(2, 14, 10_000, 20_000, MINUTE);
        try (DetectionServer server = start(new FakeEncoder(), limits)) {
            String alone = detect(server, square).body();
            assertThat(alone).contains("\"label\":\"red\"").doesNotContain("blue");
            List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                responses.add(detectAsync(server, square));
            }

            assertThat(responses).allSatisfy(response -> {
                assertThat(response.join().statusCode()).isEqualTo(200);
                assertThat(response.join().body()).isEqualTo(alone);
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            POST | /detect                             | 400 | prompts must be 1 to 20, as in /detect?prompt=a+cat&prompt=a+dog
            POST | /detect?                            | 400 | prompts must be 1 to 20, as in /detect?prompt=a+cat&prompt=a+dog
            POST | /detect?prompt=+                    | 400 | text ( ) must not be blank
            POST | /detect?prompt=                     | 400 | text () must not be blank
            POST | /detect?prompt=red&threshold=0.5    | 400 | parameter (threshold=0.5) must be prompt=...
            POST | /detect?Prompt=red                  | 400 | parameter (Prompt=red) must be prompt=...
            POST | /                                   | 404 | /: nothing is here, but /detect and /health are
            POST | /detect/more?prompt=red             | 404 | /detect/more: nothing is here, but /detect and /health are
            POST | /detects?prompt=red                 | 404 | /detects: nothing is here, but /detect and /health are
            GET  | /detect?prompt=red                  | 405 | method (GET) must be POST
            PUT  | /detect?prompt=red                  | 405 | method (PUT) must be POST
            POST | /health                             | 405 | method (POST) must be GET
            """)
    void request_thatCannotBeAnswered_refused(String method, String target, int status, String message)
            throws Exception {
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            BodyPublisher body = method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(square);
            HttpResponse<String> response = send(request(server, target).method(method, body));

            assertError(response, status, message);
            assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
        }
    }

    @Test
    void request_moreThanItsQueryMayHold_refused() throws Exception {
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            String twenty = "/detect?" + "prompt=red&".repeat(20);
            assertThat(post(server, twenty, BodyPublishers.ofByteArray(square)).statusCode())
                    .isEqualTo(200);
            assertError(
                    post(server, twenty + "prompt=blue", BodyPublishers.ofByteArray(square)),
                    400,
                    "prompts must be 1 to 20, as in /detect?prompt=a+cat&prompt=a+dog");
            assertError(
                    post(server, "/detect?prompt=" + "a".repeat(4_000), BodyPublishers.ofByteArray(square)),
                    414,
                    "query must have at most 4000 characters");
        }
    }

    @Test
    void request_head_answeredWithoutABody() throws Exception {
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            HttpResponse<String> response = send(request(server, "/health").method("HEAD", BodyPublishers.noBody()));

            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.body()).isEmpty();
            assertThat(health(server).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void body_thatIsNoImageOrBroken_refused() throws Exception {
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            String noImage = "body must be an image file of a format that is read here, such as JPEG or PNG";
            assertError(detect(server, "<html>".getBytes(StandardCharsets.UTF_8)), 415, noImage);
            assertError(detect(server, "\0\0\0\034ftypavif".getBytes(StandardCharsets.ISO_8859_1)), 415, noImage);
            assertError(detect(server, new byte[0]), 400, "image stream: empty, not an image");
            assertError(
                    detect(server, Arrays.copyOf(square, square.length / 2)),
                    400,
                    "image stream: truncated, its end is missing");
            // A header alone is enough to be refused, whatever it would take to decode the rest.
            assertError(
                    detect(server, png(RgbImage.filled(200, 101, 0x808080))),
                    400,
                    "image stream: 200 x 101 pixels, more than the limit of 20000 (ImageReadOptions.maxPixels)");
        }
    }

    @Test
    void body_aboveTheLimit_refused() throws Exception {
        String message = "body must have at most 10000 bytes";
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            byte[] most = Arrays.copyOf(square, 10_000); // what follows an image's end is not looked at
            assertThat(detect(server, most).statusCode()).isEqualTo(200);

            byte[] more = Arrays.copyOf(square, 10_001);
            assertError(detect(server, more), 413, message);
            assertError(detect(server, chunked(more)), 413, message);
            assertThat(detect(server, chunked(most)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void body_aboveTheLimit_notReadToItsEnd() throws Exception {
        try (DetectionServer server = start(new FakeEncoder(), SMALL)) {
            // Neither of the two is ever sent to its end.
            assertThat(statusOf(server, "Content-Length: 1000000000000\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
            assertThat(statusOf(server, "Transfer-Encoding: chunked\r\n\r\nffff\r\n" + "a".repeat(10_001)))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void request_whileOthersRunAndWait_refusedUntilTheyAreDone() throws Exception {
        GatedEncoder encoder = new GatedEncoder();
        DetectionService.Limits two = new DetectionService.Limits(1, 1, 10_000, 20_000, MINUTE);
        try (DetectionServer server = start(encoder, two)) {
            List<CompletableFuture<HttpResponse<String>>> three = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                three.add(detectAsync(server, square));
            }

            // One is with the encoder and one waits for it; the third, whichever it is, need not wait for either.
            HttpResponse<String> refused = three.get(0)
                    .applyToEither(three.get(1), Function.identity())
                    .applyToEither(three.get(2), Function.identity())
                    .get(1, TimeUnit.MINUTES);
            assertError(refused, 429, "busy with other requests, try again later");
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(health(server).statusCode()).isEqualTo(200);

            encoder.open();
            assertThat(three)
                    .extracting(response -> response.join().statusCode())
                    .containsExactlyInAnyOrder(200, 200, 429);
            assertThat(detect(server, square).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void request_longerThanItsTime_unavailable() throws Exception {
        GatedEncoder encoder = new GatedEncoder();
        DetectionService.Limits quick = new DetectionService.Limits(1, 1, 10_000, 20_000, Duration.ofMillis(100));
        try (DetectionServer server = start(encoder, quick)) {
            CompletableFuture<HttpResponse<String>> running = detectAsync(server, square);
            encoder.awaitCalls(1);

            assertError(detect(server, square), 503, "took longer than 100 ms"); // waiting, as long as that
            encoder.open();
            assertError(running.join(), 503, "took longer than 100 ms");
        }
    }

    @Test
    void encoder_fails_theLogTellsWhyAndTheAnswerDoesNot() throws Exception {
        List<Throwable> logged = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(DetectionServer.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logRecord) {
                logged.add(logRecord.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
        try (DetectionServer server = start(new FakeEncoder().failAfter(0), SMALL)) {
            assertError(detect(server, square), 500, "internal error");
            assertThat(logged).singleElement().isInstanceOf(EncoderException.class);
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void close_whileARequestRuns_letsItFinish() throws Exception {
        GatedEncoder encoder = new GatedEncoder();
        DetectionServer server = start(encoder, SMALL);
        CompletableFuture<HttpResponse<String>> running = detectAsync(server, square);
        encoder.awaitCalls(1);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

        // It takes no new requests, and says so.
        HttpResponse<String> health = health(server);
        while (health.statusCode() == 200) {
            Thread.sleep(10);
            health = health(server);
        }
        assertError(health, 503, "shutting down");
        assertError(detect(server, square), 503, "shutting down");
        assertThat(closed).isNotDone();
        encoder.encoder().assertOpen();

        encoder.open();
        assertThat(running.get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
        closed.get(1, TimeUnit.MINUTES);
        encoder.encoder().assertClosed();
        assertThatThrownBy(() -> health(server)).isInstanceOf(ConnectException.class);
    }

    @Test
    void close_nothingRunning_isQuick() throws Exception {
        DetectionServer server = start(new FakeEncoder(), SMALL);
        assertThat(health(server).body()).isEqualTo("{\"status\":\"ok\"}");
        long start = System.nanoTime();

        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MINUTE.dividedBy(2));
    }

    @Test
    void main_readmesRequest_findsCatAndButterfly() throws Exception {
        Matcher curl = Pattern.compile("(?m)^\\$ curl --data-binary @(\\S+) 'http://localhost:8080(\\S+)'$")
                .matcher(Files.readString(ROOT.resolve("README.md")));
        assertThat(curl.find()).as("README.md has the request").isTrue();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DetectionServer.class.getName(),
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String address = out.readLine();
            assertThat(address).matches("http://localhost:\\d+/detect");
            HttpRequest request = HttpRequest.newBuilder(URI.create(address.replace("/detect", curl.group(2))))
                    .POST(BodyPublishers.ofFile(ROOT.resolve(curl.group(1))))
                    .build();

            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(JSON.readTree(response.body()).get("detections").findValuesAsText("label"))
                    .contains("a cat", "a butterfly");
        } finally {
            process.destroy(); // SIGTERM
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ended").isTrue();
    }

    private static DetectionServer start(Encoder encoder, DetectionService.Limits limits) throws IOException {
        return new DetectionServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), encoder, limits);
    }

    private static HttpRequest.Builder request(DetectionServer server, String target) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + target));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(DetectionServer server, String target, BodyPublisher body)
            throws IOException, InterruptedException {
        return send(request(server, target).POST(body));
    }

    private HttpResponse<String> health(DetectionServer server) throws IOException, InterruptedException {
        return send(request(server, "/health"));
    }

    private HttpResponse<String> detect(DetectionServer server, byte[] body) throws IOException, InterruptedException {
        return detect(server, BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<String> detect(DetectionServer server, BodyPublisher body)
            throws IOException, InterruptedException {
        return post(server, "/detect?prompt=red&prompt=blue", body);
    }

    private CompletableFuture<HttpResponse<String>> detectAsync(DetectionServer server, byte[] body) {
        HttpRequest.Builder request = request(server, "/detect?prompt=red&prompt=blue");
        return client.sendAsync(request.POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
    }

    /** A body without a Content-Length. */
    private static BodyPublisher chunked(byte[] body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    }

    private static String statusOf(DetectionServer server, String rest) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) MINUTE.toMillis());
            String request = "POST /detect?prompt=red HTTP/1.1\r\nHost: localhost\r\n" + rest;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static void assertError(HttpResponse<String> response, int status, String message) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(JSON.readTree(response.body()))
                .isEqualTo(JSON.createObjectNode().put("error", message));
    }

    private byte[] png(RgbImage image) throws IOException {
        Path file = folder.resolve("image.png");
        Pictures.write(image, file);
        return Files.readAllBytes(file);
    }
}
