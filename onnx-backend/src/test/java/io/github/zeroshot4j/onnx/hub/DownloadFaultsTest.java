package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static io.github.zeroshot4j.onnx.hub.HubServer.body;
import static io.github.zeroshot4j.onnx.hub.HubServer.cut;
import static io.github.zeroshot4j.onnx.hub.HubServer.etag;
import static io.github.zeroshot4j.onnx.hub.HubServer.gitBlob;
import static io.github.zeroshot4j.onnx.hub.HubServer.send;
import static io.github.zeroshot4j.onnx.hub.HubServer.status;
import static io.github.zeroshot4j.onnx.hub.HubServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.zeroshot4j.onnx.hub.HubServer.Seen;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a server or a line fails: what is said, and that no bad file is used or left. */
final class DownloadFaultsTest {
    private static final String[] FILES = {
        "config.json", "preprocessor_config.json", "tokenizer.json", VISION, "onnx/text_model.onnx"
    };
    private static final String AT = REPOSITORY + "@" + HubServer.COMMIT;

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

    private String where(String file) {
        return "model " + AT + " (" + server.endpoint() + "): " + file + " must arrive, ";
    }

    private byte[] vision() {
        return server.content(VISION);
    }

    /** Expects a failure and that nothing but checked files of an unfinished model is left. */
    private void assertFails(ModelHub.Builder builder, String message) {
        ModelHub hub = builder.build();
        assertThatIOException().isThrownBy(() -> hub.resolve(REPOSITORY)).withMessageContaining(message);
        pulls().assertNoModel(hub);
        assertThat(pulls().unchecked()).isEmpty();
    }

    // ---- lines that are cut

    @Test
    void cutConnection_goesOnWhereItEnded() throws IOException {
        String cdnEtag = etag("cdn-" + HubServer.hash("SHA-1", vision()));
        server.fault(server.large(VISION), cut(vision(), 200_000, "ETag: " + cdnEtag));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        List<Seen> asked = server.seen(server.large(VISION));
        assertThat(asked).hasSize(2);
        assertThat(asked.get(0).headers()).doesNotContainKey("Range");
        assertThat(asked.get(1).headers()).containsEntry("If-Range", cdnEtag);
        assertThat(asked.get(1).headers().get("Range")).matches("bytes=[1-9]\\d*-");
        assertThat(pulls().unchecked()).isEmpty();
    }

    @Test
    void cutConnection_serverWithoutEtagsButHubNamesTheHash_goesOnWithoutCondition() throws IOException {
        server.fault(server.large(VISION), cut(vision(), 200_000));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        Seen second = server.seen(server.large(VISION)).get(1);
        assertThat(second.headers()).containsKey("Range").doesNotContainKey("If-Range");
    }

    @Test
    void cutConnection_etagOfTheBytesChanges_startsAnew() throws IOException {
        server.fault(server.large(VISION), cut(HubServer.bytes(300_000, 9), 200_000, "ETag: \"another\""));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        // The server answered If-Range "another" with all of the file.
        assertThat(server.seen(server.large(VISION)).get(1).headers()).containsEntry("If-Range", "\"another\"");
    }

    @Test
    void cutConnection_fileChangesOnTheHub_startsAnew() throws IOException {
        byte[] old = text("x".repeat(200_000));
        server.files.put("tokenizer.json", text("y".repeat(200_000)));
        server.fault("tokenizer.json", cut(old, 100_000, "ETag: " + etag(gitBlob(old))), exchange -> {
            // A server that knows Range and not If-Range: only the ETag tells that this is another file.
            byte[] content = server.content("tokenizer.json");
            exchange.getResponseHeaders().set("ETag", etag(gitBlob(content)));
            exchange.getResponseHeaders().set("Content-Range", "bytes 100000-199999/200000");
            send(exchange, 206, Arrays.copyOfRange(content, 100_000, 200_000));
            return true;
        });

        List<Long> whole = new ArrayList<>();
        Path model = pulls().hub(server)
                .listener((file, done, total) -> {
                    if (file.equals("tokenizer.json") && done == total) {
                        whole.add(done);
                    }
                })
                .build()
                .resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen("tokenizer.json")).hasSize(3);
        assertThat(whole).as("the part of the other file was not taken").hasSize(1);
    }

    @Test
    void cutConnection_noEtagAnywhere_startsAnew() throws IOException {
        byte[] content = text("z".repeat(200_000));
        server.files.put("tokenizer.json", content);
        server.fault("tokenizer.json", cut(content, 100_000), body(content));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen("tokenizer.json").get(1).headers()).doesNotContainKey("Range");
    }

    @Test
    void cutConnection_partThatDoesNotFit_fetchedAnewOnce() throws IOException {
        // The Hub names the right hash at once, but the first bytes are wrong.
        server.fault(server.large(VISION), cut(HubServer.bytes(300_000, 9), 200_000));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(server.large(VISION))).hasSize(3);
    }

    @Test
    void cutConnection_partIsLongerThanTheFile_startsAnew() throws IOException {
        server.fault(server.large(VISION), cut(vision(), 200_000), status(416));

        Path model = pulls().hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(server.large(VISION)).get(2).headers()).doesNotContainKey("Range");
    }

    @Test
    void cutConnection_manyTimesWithProgress_isNotGivenUp() throws IOException {
        server.always(server.large(VISION), exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            int to = Math.min(vision().length, from + 70_000);
            if (range != null) {
                exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-299999/300000");
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, vision().length - from);
            exchange.getResponseBody().write(vision(), from, to - from);
            return true;
        });

        Path model = pulls().hub(server).maxAttempts(2).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(server.large(VISION))).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void cutConnection_alwaysAtTheStart_failsAfterTheTries() {
        server.always("tokenizer.json", cut(text("{\"version\": \"1.0\"}"), 0));

        ModelHub hub = pulls().hub(server).maxAttempts(3).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageStartingWith(where("tokenizer.json") + "found IOException: ")
                .withMessageEndingWith(" at the last of 3 tries");
        pulls().assertNoModel(hub);
        assertThat(server.seen("tokenizer.json")).hasSize(3);
    }

    @Test
    void silentServer_timesOutAndGoesOn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.fault(server.large(VISION), exchange -> {
            exchange.sendResponseHeaders(200, vision().length);
            exchange.getResponseBody().write(vision(), 0, 100_000);
            exchange.getResponseBody().flush();
            await(never);
            return true;
        });

        Path model =
                pulls().hub(server).readTimeout(Duration.ofMillis(300)).build().resolve(REPOSITORY);

        never.countDown();
        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(server.large(VISION)).get(1).headers()).containsKey("Range");
    }

    @Test
    void serverThatNeverAnswers_timesOut() {
        CountDownLatch never = new CountDownLatch(1);
        server.always("tokenizer.json", exchange -> {
            await(never);
            return true;
        });
        ModelHub hub = pulls().hub(server)
                .connectTimeout(Duration.ofMillis(200))
                .readTimeout(Duration.ofMillis(200))
                .maxAttempts(2)
                .build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage(where("tokenizer.json") + "found IOException: no answer came at the last of 2 tries");
        never.countDown();
        pulls().assertNoModel(hub);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nobodyListens_failsAfterTheTries() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Pulls pulls = pulls();
        ModelHub hub = pulls.hub(server)
                .endpoint(URI.create("http://127.0.0.1:" + free))
                .build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageContaining("model " + REPOSITORY + "@main (http://127.0.0.1:" + free
                        + ") must be there, found ConnectException")
                .withMessageEndingWith("at the last of 5 tries");
        assertThat(pulls.pauses).hasSize(4);
    }

    // ---- statuses

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void passingStatus_triedAgain(int status) throws IOException {
        Pulls pulls = pulls();
        server.fault("tokenizer.json", status(status), status(status));

        Path model = pulls.hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(pulls.pauses).containsExactly(Duration.ofMillis(500), Duration.ofMillis(1000));
    }

    @Test
    void retryAfter_isWaited() throws IOException {
        Pulls pulls = pulls();
        server.fault(
                "tokenizer.json",
                status(429, "Retry-After: 7"),
                status(503, "Retry-After: Tue, 24 Nov 2026 12:00:09 GMT"));

        pulls.hub(server).build().resolve(REPOSITORY);

        assertThat(pulls.pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(9));
    }

    @Test
    void retryAfter_tooLong_failsAtOnce() {
        Pulls pulls = pulls();
        server.fault("tokenizer.json", status(429, "Retry-After: 3600"));

        assertFails(
                pulls.hub(server),
                where("tokenizer.json") + "found 429 and the wish to wait 3600.0 s, which is longer than 120.0 s");
        assertThat(pulls.pauses).isEmpty();
    }

    @Test
    void serverErrorForever_failsAfterTheTries() {
        Pulls pulls = pulls();
        server.always(VISION, status(503));

        assertFails(pulls.hub(server), where(VISION) + "found 503 at the last of 5 tries");
        assertThat(server.seen(VISION)).hasSize(5);
        assertThat(pulls.pauses)
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofMillis(1000),
                        Duration.ofMillis(2000),
                        Duration.ofMillis(4000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | RepoNotFound     | found 401 RepoNotFound: there is no such repository, or it is private or gated and no token is set (HF_TOKEN)",
                "401 |                  | found 401: there is no such repository, or it is private or gated and no token is set (HF_TOKEN)",
                "401 | GatedRepo        | found 401 GatedRepo: the repository is gated and no token is set (HF_TOKEN); accept its terms at http://",
                "403 | GatedRepo        | found 403 GatedRepo: the repository is gated and no token is set (HF_TOKEN); accept its terms at http://",
                "403 |                  | found 403: there is no such repository, or it is private or gated",
                "404 | EntryNotFound    | found 404 EntryNotFound: the repository has no such file",
                "404 | RevisionNotFound | found 404 RevisionNotFound: the repository has no such revision",
                "404 | RepoNotFound     | found 404 RepoNotFound: there is no such repository, revision or file",
                "404 |                  | found 404: there is no such repository, revision or file",
                "404 | <b>bad</b>       | found 404: there is no such repository, revision or file",
                "400 |                  | found 400",
                "204 |                  | found 204",
            })
    void finalStatus_saysWhatItMeans_andIsNotTriedAgain(int status, String code, String message) {
        server.fault("tokenizer.json", status(status, code == null ? "X-None: -" : "X-Error-Code: " + code));

        assertFails(pulls().hub(server), where("tokenizer.json") + message);
        assertThat(server.seen("tokenizer.json")).hasSize(1);
    }

    @Test
    void unauthorized_withToken_saysSoWithoutIt() {
        server.fault("tokenizer.json", status(403, "X-Error-Code: GatedRepo"));

        ModelHub hub = pulls().hub(server).token("hf_secret").build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageContaining("the repository is gated and the token that is set may not read it")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hf_secret"));
    }

    @Test
    void noSuchRepository_saysSo() {
        ModelHub hub = pulls().hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve("nobody/nothing"))
                .withMessage("model nobody/nothing@main (" + server.endpoint()
                        + ") must be there, found 404 RepoNotFound: there is no such repository, revision or file");
    }

    // ---- what is wrong with what comes

    @Test
    void wrongLargeFile_isDeletedAndNamed() {
        byte[] wrong = HubServer.bytes(300_000, 9);
        server.always(server.large(VISION), body(wrong));

        assertFails(
                pulls().hub(server),
                where(VISION) + "and must have the SHA-256 that the Hub names ("
                        + HubServer.hash("SHA-256", vision()) + "), found " + HubServer.hash("SHA-256", wrong)
                        + "; it was deleted");
        assertThat(server.seen(server.large(VISION))).hasSize(1);
    }

    @Test
    void wrongSmallFile_isDeletedAndNamed() {
        byte[] right = text("{\"a\": 1}");
        byte[] wrong = text("{\"a\": 2}");
        server.always("tokenizer.json", body(wrong, "ETag: W/" + etag(gitBlob(right))));

        assertFails(
                pulls().hub(server),
                where("tokenizer.json") + "and must be the git blob that the Hub names (" + gitBlob(right) + "), found "
                        + gitBlob(wrong));
    }

    @Test
    void pinnedFile_otherHash_isRefusedBeforeItIsDownloaded() {
        String pin = HubServer.hash("SHA-256", text("the true file"));

        assertFails(
                pulls().hub(server).catalogue(pinning(VISION, pin)),
                where(VISION) + "found that the Hub has another file (SHA-256 " + HubServer.hash("SHA-256", vision())
                        + ") than the catalogue pins (" + pin + ")");
        assertThat(server.seen(server.large(VISION))).hasSize(1);
    }

    @Test
    void pinnedFile_withoutEtag_isCheckedByThePin() {
        byte[] wrong = text("{}");
        String pin = HubServer.hash("SHA-256", text("the true file"));
        server.always("tokenizer.json", body(wrong));

        assertFails(
                pulls().hub(server).catalogue(pinning("tokenizer.json", pin)),
                where("tokenizer.json") + "and must have the SHA-256 that the catalogue pins (" + pin + "), found "
                        + HubServer.hash("SHA-256", wrong));
    }

    @Test
    void pinnedFile_rightHash_arrives() throws IOException {
        Path model = pulls().hub(server)
                .catalogue(pinning(VISION, HubServer.hash("SHA-256", vision())))
                .build()
                .resolve("openai/any");

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen).noneMatch(seen -> seen.method().equals("HEAD"));
    }

    private static List<Catalogue.Known> pinning(String file, String sha256) {
        return List.of(new Catalogue.Known("openai/any", ModelName.parse(AT), Map.of(file, sha256)));
    }

    @Test
    void wrongLength_ofALargeFile_isRefused() {
        server.always(server.large(VISION), body(Arrays.copyOf(vision(), 299_999)));

        assertFails(pulls().hub(server), where(VISION) + "found 299999 bytes instead of the 300000 that the Hub names");
    }

    @Test
    void wrongLength_withoutAnnouncement_tooLong_isRefused() {
        server.always(server.large(VISION), exchange -> {
            exchange.sendResponseHeaders(200, 0); // chunked
            exchange.getResponseBody().write(Arrays.copyOf(vision(), 300_001));
            exchange.getResponseBody().close();
            return true;
        });

        assertFails(pulls().hub(server), where(VISION) + "found more than the 300000 bytes that were announced");
    }

    @Test
    void wrongLength_withoutAnnouncement_tooShort_isTriedAgainAndFails() {
        server.always(server.large(VISION), exchange -> {
            exchange.sendResponseHeaders(200, 0); // chunked
            exchange.getResponseBody().write(Arrays.copyOf(vision(), 1000));
            exchange.getResponseBody().close();
            return true;
        });
        ModelHub hub = pulls().hub(server).maxAttempts(2).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage(where(VISION) + "found only 1000 of 300000 bytes at the last of 2 tries");
        pulls().assertNoModel(hub);
    }

    @Test
    void noEtag_lengthAlone_isTaken() throws IOException {
        byte[] content = text("{\"no\": \"etag\"}");
        server.files.put("tokenizer.json", content);
        server.always("tokenizer.json", body(content));

        Pulls.assertComplete(pulls().hub(server).build().resolve(REPOSITORY), server, FILES);
    }

    @Test
    void noEtagAndNoLength_isRefused() {
        server.always("tokenizer.json", exchange -> {
            exchange.sendResponseHeaders(200, 0); // chunked
            exchange.getResponseBody().write(text("{}"));
            exchange.getResponseBody().close();
            return true;
        });

        assertFails(
                pulls().hub(server),
                where("tokenizer.json")
                        + "found neither its hash nor its length in the answer, so it cannot be checked");
    }

    @Test
    void webPage_insteadOfAFile_isRefused() {
        server.always("tokenizer.json", body(text("<html>Log in!</html>"), "Content-Type: text/html; charset=utf-8"));

        assertFails(pulls().hub(server), where("tokenizer.json") + "found a web page instead (of a proxy or a login?)");
        assertThat(server.seen("tokenizer.json")).hasSize(1);
    }

    @Test
    void otherCommit_isRefused() {
        String other = "f".repeat(40);
        server.always("tokenizer.json", body(text("{}"), "X-Repo-Commit: " + other));

        assertFails(pulls().hub(server), where("tokenizer.json") + "found it at commit " + other + " instead");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html>         | found what is no JSON",
                "[]             | found no list of the files at " + HubServer.COMMIT,
                "{\"sha\": \"ff\", \"siblings\": []} | found no list of the files at " + HubServer.COMMIT,
                "{\"siblings\": 3} | found no list of the files at " + HubServer.COMMIT,
            })
    void badList_isRefused(String list, String message) {
        server.always("/revision/" + HubServer.COMMIT, body(text(list)));

        assertFails(
                pulls().hub(server),
                "model " + AT + " (" + server.endpoint() + ") must have a list of files, " + message);
    }

    @Test
    void noCommit_isRefused() {
        server.always("/resolve/main/config.json", body(text("{}")));

        assertFails(
                pulls().hub(server),
                "model " + REPOSITORY + "@main (" + server.endpoint()
                        + ") must be there, found no commit in X-Repo-Commit");
    }

    @Test
    void interrupted_stops() {
        Thread.currentThread().interrupt();

        ModelHub hub = pulls().hub(server).build();

        assertThatIOException().isThrownBy(() -> hub.resolve(REPOSITORY)).withMessage("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        pulls().assertNoModel(hub);
    }
}
