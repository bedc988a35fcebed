package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static io.github.zeroshot4j.onnx.hub.HubServer.body;
import static io.github.zeroshot4j.onnx.hub.HubServer.cut;
import static io.github.zeroshot4j.onnx.hub.HubServer.etag;
import static io.github.zeroshot4j.onnx.hub.HubServer.redirect;
import static io.github.zeroshot4j.onnx.hub.HubServer.status;
import static io.github.zeroshot4j.onnx.hub.HubServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.zeroshot4j.onnx.hub.HubServer.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file is checked by where an answer says little of it, and what is not even begun. */
@Timeout(60)
final class DownloadChecksTest {
    private static final String[] FILES = {
        "config.json", "preprocessor_config.json", "tokenizer.json", VISION, "onnx/text_model.onnx"
    };
    private static final String AT = REPOSITORY + "@" + HubServer.COMMIT;
    private static final String PARTIAL = "models/tester--small-clip/" + HubServer.COMMIT + "/fp32.partial";

    /** In memory: a disk would take most of the time. */
    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());

    private final Path cache = memory.getPath("/cache");
    private final HubServer server = HubServer.withPlainFiles();

    @AfterEach
    void stop() throws IOException {
        memory.close();
        server.close();
    }

    private Pulls pulls() {
        return new Pulls(cache);
    }

    private static List<Catalogue.Known> pinning(String file, byte[] content) {
        return List.of(new Catalogue.Known(
                "openai/any", ModelName.parse(AT), Map.of(file, HubServer.hash("SHA-256", content))));
    }

    /** Expects a failure and that nothing but checked files of an unfinished model is left. */
    private void assertFails(ModelHub.Builder builder, String file, String message) {
        ModelHub hub = builder.build();
        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage("model " + AT + " (" + server.endpoint() + "): " + file + " must arrive, " + message);
        pulls().assertNoModel(hub);
        assertThat(pulls().unchecked()).isEmpty();
    }

    /** Answers without a length; what is sent may be cut without a trace, as where the end of a connection is the end. */
    private static Fault unannounced(byte[] content, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content);
            exchange.getResponseBody().close();
            return true;
        };
    }

    // ---- neither hash nor length

    @ParameterizedTest
    @ValueSource(strings = {"\"abc\"", "\"d41d8cd98f00b204e9800998ecf8427e\"", "W/\"64f-12\""})
    void etagThatIsNoHash_withoutLength_isRefused(String etag) {
        byte[] whole = server.content("tokenizer.json");
        server.always("tokenizer.json", unannounced(Arrays.copyOf(whole, 5), "ETag", etag));

        assertFails(
                pulls().hub(server),
                "tokenizer.json",
                "found neither its hash nor its length in the answer, so it cannot be checked");
    }

    @Test
    void etagThatIsNoHash_withLength_isTaken() throws IOException {
        server.always("tokenizer.json", body(server.content("tokenizer.json"), "ETag: \"abc\""));

        Pulls.assertComplete(pulls().hub(server).build().resolve(REPOSITORY), server, FILES);
    }

    @Test
    void pinnedFile_withoutEtagAndLength_isCheckedByThePin() throws IOException {
        byte[] whole = server.content("tokenizer.json");
        server.always("tokenizer.json", unannounced(whole));

        Path model = pulls().hub(server)
                .catalogue(pinning("tokenizer.json", whole))
                .build()
                .resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
    }

    @Test
    void neitherHashNorLength_isRefusedBeforeAByteIsWritten() {
        server.always("tokenizer.json", unannounced(HubServer.bytes(100_000, 4)));
        CacheFiles files = new CacheFiles() {
            @Override
            Sink open(Path file) throws IOException {
                assertThat(file.toString()).doesNotEndWith("tokenizer.json.part");
                return super.open(file);
            }
        };

        assertFails(
                pulls().hub(server).files(files),
                "tokenizer.json",
                "found neither its hash nor its length in the answer, so it cannot be checked");
    }

    @Test
    void hashWithoutLength_isBounded() {
        byte[] endless = HubServer.bytes(300_000, 4);
        server.always("tokenizer.json", unannounced(endless, "ETag", etag(HubServer.gitBlob(endless))));
        CacheFiles files = new CacheFiles() {
            @Override
            long mostUnannounced() {
                return 100_000;
            }
        };
        assertThat(new CacheFiles().mostUnannounced()).isEqualTo(16L * 1024 * 1024 * 1024);

        assertFails(
                pulls().hub(server).files(files),
                "tokenizer.json",
                "found more than 100000 bytes, and no length was announced");
        assertThat(server.seen("tokenizer.json")).hasSize(1);
    }

    // ---- encodings

    @Test
    void compressedFile_isRefused() {
        server.always("tokenizer.json", body(text("no matter"), "Content-Encoding: gzip"));

        assertFails(
                pulls().hub(server),
                "tokenizer.json",
                "found it in the encoding gzip, which was not asked for (of a proxy?)");
        assertThat(server.seen("tokenizer.json")).hasSize(1);
    }

    @Test
    void compressedList_isRefused() {
        server.always("/revision/" + HubServer.COMMIT, body(text("no matter"), "Content-Encoding: br"));
        ModelHub hub = pulls().hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageEndingWith(
                        "must have a list of files, found it in the encoding br, which was not asked for (of a proxy?)");
    }

    @Test
    void identityEncoding_isTaken() throws IOException {
        server.always("tokenizer.json", HubServer.header("Content-Encoding", "Identity"));

        Pulls.assertComplete(pulls().hub(server).build().resolve(REPOSITORY), server, FILES);
    }

    // ---- tries

    @Test
    void sameBytesAgainAndAgain_areNoProgress() {
        byte[] vision = server.content(VISION);
        Fault cut = cut(vision, 200_000);
        for (int i = 0; i < 10; i++) {
            server.fault(server.large(VISION), cut, status(416));
        }
        ModelHub hub = pulls().hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageContaining(VISION + " must arrive, found ")
                .withMessageEndingWith(" at the last of 5 tries");
        // The first brings something and begins the count.
        assertThat(server.seen(server.large(VISION))).hasSize(5);
    }

    // ---- what earlier runs left

    @Test
    void fileOfAnEarlierRun_againstThePin_isFetchedAnew() throws IOException {
        Path left = cache.resolve(PARTIAL).resolve("tokenizer.json");
        Files.createDirectories(left.getParent());
        Files.writeString(left, "damaged", StandardCharsets.UTF_8);

        Path model = pulls().hub(server)
                .catalogue(pinning("tokenizer.json", server.content("tokenizer.json")))
                .build()
                .resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
    }

    @Test
    void fileOfAnEarlierRun_asPinned_isNotFetched() throws IOException {
        byte[] content = server.content("tokenizer.json");
        Path left = cache.resolve(PARTIAL).resolve("tokenizer.json");
        Files.createDirectories(left.getParent());
        Files.write(left, content);

        Path model = pulls().hub(server)
                .catalogue(pinning("tokenizer.json", content))
                .build()
                .resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen("tokenizer.json")).isEmpty();
    }

    // ---- whose answer it is

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404})
    void finalStatus_ofAnotherHost_isNotTakenForTheHubs(int status) {
        try (HubServer elsewhere = new HubServer()) {
            server.cdn = elsewhere;
            elsewhere.always(server.large(VISION), status(status));

            assertFails(
                    pulls().hub(server),
                    VISION,
                    "found " + status + " at another host than the Hub (" + elsewhere.endpoint() + ")");
        }
    }

    // ---- text of the server

    /** The JDK's client repeats what it cannot read. */
    @Test
    void controlCharactersOfAServer_areNotShown() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Thread answers = new Thread(() -> answerBadly(socket));
            answers.start();
            server.always("tokenizer.json", redirect(302, "http://127.0.0.1:" + socket.getLocalPort() + "/"));
            ModelHub hub = pulls().hub(server).maxAttempts(1).build();

            assertThatIOException()
                    .isThrownBy(() -> hub.resolve(REPOSITORY))
                    .withMessageContaining("tokenizer.json must arrive, found ")
                    .withMessageContaining("red?[31m")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b"));
            answers.join();
        }
    }

    private static void answerBadly(ServerSocket socket) {
        try (Socket connection = socket.accept()) {
            connection.getInputStream().read(new byte[1 << 12]);
            connection.getOutputStream().write(text("HTTP/1.1 red\u001b[31m status\r\n\r\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void controlCharacters_ofBothSetsAndSeparators_areNotShown() {
        assertThat(HubException.reason(new IOException("a\u001b[31m\u009b31m\u0085\u2028\u202eb\n")))
                .isEqualTo("IOException: a?[31m?31m???b?");
        assertThat(ModelName.shown("a\u009bb")).isEqualTo("a?b");
    }
}
