package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code models}, from a server to a classified image, and {@code --model NAME}. The model is a random one of the backend's tests. */
final class ModelsCommandTest {
    private static final Path MODEL = Path.of("../onnx-backend/src/test/resources/models/random-a");
    private static final String NAME = "tester/random-a";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path folder;

    /** Whether the server wants the next request to come again. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private HttpServer server;
    private String image = "";
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void serve() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.createContext("/", exchange -> {
            if (busy.getAndSet(false)) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
            } else {
                answer(exchange);
            }
        });
        server.start();
        environment = Map.of(
                "HF_ENDPOINT",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "ZEROSHOT4J_CACHE",
                folder.resolve("cache").toString(),
                "no_proxy",
                "*");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** The model's files as the Hub serves them. */
    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body;
            String start = "/" + NAME + "/resolve/";
            if (path.equals("/api/models/" + NAME + "/revision/" + COMMIT)) {
                body = list().getBytes(StandardCharsets.UTF_8);
            } else if (path.startsWith(start)) {
                body = Files.readAllBytes(MODEL.resolve(path.substring(path.indexOf('/', start.length()) + 1)));
                exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
                exchange.getResponseHeaders().set("X-Linked-ETag", "\"" + sha256(body) + "\"");
            } else {
                exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static String list() throws IOException {
        try (Stream<Path> files = Files.walk(MODEL)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> "{\"rfilename\": \""
                            + MODEL.relativize(file).toString().replace('\\', '/') + "\"}")
                    .collect(Collectors.joining(",", "{\"sha\": \"" + COMMIT + "\", \"siblings\": [", "]}"));
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, String> offline() {
        return offline(environment);
    }

    private static Map<String, String> offline(Map<String, String> environment) {
        Map<String, String> offline = new HashMap<>(environment);
        offline.put("HF_HUB_OFFLINE", "1");
        return offline;
    }

    private Path directory(String variant) {
        return folder.resolve("cache/models/tester--random-a").resolve(COMMIT).resolve(variant);
    }

    @Test
    void pull_thenClassifyAndDetectByName_withoutTheServer() {
        ToolRun pulled = ToolRun.in(environment, "models", "pull", NAME).hasCode(0);
        assertThat(pulled.out()).isEqualTo(directory("fp32") + System.lineSeparator());
        assertThat(pulled.err().lines())
                .contains("zeroshot: downloading config.json", "zeroshot: downloading onnx/vision_model.onnx");
        server.stop(0);

        ToolRun classified = ToolRun.in(offline(), "classify", image, "a cat", "a dog", "--model", NAME, "--json", "-");
        JsonNode classes = classified.hasCode(0).json().get(0).get("classes");
        assertThat(classes).hasSize(2);
        assertThat(classes.get(0).get("probability").doubleValue()
                        + classes.get(1).get("probability").doubleValue())
                .isBetween(0.999, 1.001);
        // What the directory itself gives: the name leads to the same model.
        assertThat(ToolRun.in(Map.of(), "classify", image, "a cat", "a dog", "--model", MODEL.toString(), "--json", "-")
                        .json())
                .isEqualTo(classified.json());

        ToolRun detected = ToolRun.in(
                offline(), "detect", image, "a cat", "--model", NAME, "--preset", "article", "--patch", "20");
        assertThat(detected.hasCode(0).out()).contains("a cat");
    }

    @Test
    void pull_again_printsTheSameAndAsksNobody() {
        ToolRun.in(environment, "models", "pull", NAME, "--precision", "int8").hasCode(0);
        server.stop(0);

        ToolRun again = ToolRun.in(offline(), "models", "pull", NAME, "--precision", "int8")
                .hasCode(0);

        assertThat(again.out()).isEqualTo(directory("int8") + System.lineSeparator());
        assertThat(again.err()).isEmpty();
    }

    @Test
    void path_ofWhatIsThere_andOfWhatIsNot() {
        ToolRun.in(environment, "models", "pull", NAME, "--precision", "fp16").hasCode(0);

        assertThat(ToolRun.in(environment, "models", "path", NAME).hasCode(0).out())
                .isEqualTo(directory("fp16") + System.lineSeparator());
        ToolRun missing = ToolRun.in(environment, "models", "path", NAME, "--precision", "int8");
        assertThat(missing.hasCode(Zeroshot.NOTHING_FOUND).out()).isEmpty();
        assertThat(missing.err())
                .isEqualTo("zeroshot: model (" + NAME + ") was not pulled as int8; to pull it: zeroshot models pull "
                        + NAME + " --precision int8" + System.lineSeparator());
    }

    @Test
    void precision_ofWhatWasPulled_isUsedAndOfWhatWasNotIsRefused() {
        ToolRun.in(environment, "models", "pull", NAME).hasCode(0);
        ToolRun.in(environment, "models", "pull", NAME, "--precision", "int8").hasCode(0);
        String[] classify = {"classify", image, "a cat", "a dog", "--json", "-", "--model", NAME, "--precision", "int8"
        };

        JsonNode small = ToolRun.in(environment, classify).hasCode(0).json();

        classify[7] = directory("int8").toString();
        assertThat(ToolRun.in(environment, classify).hasCode(0).json()).isEqualTo(small);
        classify[7] = NAME;
        classify[9] = "fp32";
        assertThat(ToolRun.in(environment, classify).hasCode(0).json()).isNotEqualTo(small);
        classify[9] = "fp16";
        assertThat(ToolRun.in(environment, classify).hasCode(Zeroshot.BAD_USE).err())
                .contains("model (" + NAME + ") must be a directory or a model that was pulled in fp16, found neither;"
                        + " to pull it: zeroshot models pull " + NAME + " --precision fp16");
    }

    @Test
    void list_catalogueAndWhatWasPulled() {
        ToolRun.in(environment, "models", "pull", NAME).hasCode(0);

        String list = ToolRun.in(offline(), "models", "list").hasCode(0).out();

        assertThat(list.lines().toList().get(0)).matches("NAME +PULLED +FROM");
        assertThat(list)
                .containsPattern("openai/clip-vit-base-patch32 +- +Xenova/clip-vit-base-patch32@[0-9a-f]{40}")
                .containsPattern("openai/clip-vit-base-patch16 +- ")
                .containsPattern("openai/clip-vit-large-patch14 +- ")
                .containsPattern(NAME + "@" + COMMIT + " +fp32 ");
    }

    @Test
    void model_thatWasNotPulled_saysHowAndDownloadsNothing() {
        ToolRun run = ToolRun.in(environment, "detect", image, "a cat", "--model", NAME);

        assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                .contains("model (" + NAME + ") must be a directory or a model that was pulled, found neither; to pull"
                        + " it: zeroshot models pull " + NAME);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void model_thatIsNoName_saysSo() {
        assertThat(ToolRun.in(environment, "detect", image, "a cat", "--model", "../nowhere")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains(
                        "model (../nowhere) must be a directory or a model that was pulled: name (../nowhere) must be");
    }

    @Test
    void proxyThatIsNotUnderstood_mattersToPullAlone() {
        ToolRun.in(environment, "models", "pull", NAME).hasCode(0);
        Map<String, String> proxied = new HashMap<>(environment);
        proxied.put("ALL_PROXY", "socks5://127.0.0.1:1");

        for (Map<String, String> each : List.of(proxied, offline(proxied))) {
            assertThat(ToolRun.in(each, "models", "list").hasCode(0).out()).contains(NAME);
            assertThat(ToolRun.in(each, "models", "path", NAME).hasCode(0).out())
                    .isEqualTo(directory("fp32") + System.lineSeparator());
            assertThat(ToolRun.in(each, "models", "pull", NAME).hasCode(0).out())
                    .isEqualTo(directory("fp32") + System.lineSeparator());
            ToolRun.in(each, "classify", image, "a cat", "--model", NAME).hasCode(0);
        }
        assertThat(ToolRun.in(proxied, "models", "pull", NAME, "--precision", "int8")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("all_proxy must be http://HOST:PORT");
    }

    @Test
    void pull_waits_andSaysSo() {
        busy.set(true);
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            ToolRun.in(environment, "models", "pull", NAME).hasCode(0);
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8)).contains(" must be there, found 503; next try in ");
    }

    @Test
    void pull_failures_codeAndMessage() {
        assertThat(ToolRun.in(environment, "models", "pull", "nobody/nothing")
                        .hasCode(Zeroshot.SOME_FAILED)
                        .err())
                .startsWith("zeroshot: model nobody/nothing@main (")
                .contains("found 404 RepoNotFound");
        assertThat(ToolRun.in(offline(), "models", "pull", NAME)
                        .hasCode(Zeroshot.SOME_FAILED)
                        .err())
                .contains("because offline is set (HF_HUB_OFFLINE)");
        assertThat(ToolRun.in(environment, "models", "pull", "nothing")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("name (nothing) must be owner/repository");
        assertThat(ToolRun.in(Map.of("HF_ENDPOINT", "nonsense"), "models", "list")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("endpoint (HF_ENDPOINT) must be http or https");
        assertThat(ToolRun.in(environment, "models").hasCode(Zeroshot.BAD_USE).err())
                .contains("models needs a command: list, pull NAME or path NAME");
    }
}
