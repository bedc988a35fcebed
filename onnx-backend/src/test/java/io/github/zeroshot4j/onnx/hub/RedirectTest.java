package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static io.github.zeroshot4j.onnx.hub.HubServer.redirect;
import static io.github.zeroshot4j.onnx.hub.HubServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.zeroshot4j.onnx.hub.HubServer.Fault;
import io.github.zeroshot4j.onnx.hub.HubServer.Seen;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where redirects may lead, and that the token does not go there. */
final class RedirectTest {
    private static final String TOKEN = "hf_VerySecretToken";
    private static final String TOKENIZER = "/resolve/" + HubServer.COMMIT + "/tokenizer.json";

    /** In memory: a disk would take most of the time. */
    private final FileSystem memory = Jimfs.newFileSystem(Configuration.unix());

    private final Path cache = memory.getPath("/cache");

    private final HubServer hub = HubServer.withPlainFiles();
    private final HubServer elsewhere = new HubServer();

    @AfterEach
    void stop() throws IOException {
        memory.close();
        hub.close();
        elsewhere.close();
    }

    private ModelHub.Builder builder() {
        return new Pulls(cache).hub(hub).token(TOKEN);
    }

    private void assertFails(String message) {
        ModelHub model = builder().build();
        assertThatIOException()
                .isThrownBy(() -> model.resolve(REPOSITORY))
                .withMessageContaining("tokenizer.json must arrive, " + message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(TOKEN, "secret"));
        new Pulls(cache).assertNoModel(model);
    }

    @Test
    void token_goesToTheEndpointAlone() throws IOException {
        hub.cdn = elsewhere;

        builder().build().resolve(REPOSITORY);

        assertThat(hub.seen)
                .hasSizeGreaterThan(5)
                .allSatisfy(seen -> assertThat(seen.headers()).containsEntry("Authorization", "Bearer " + TOKEN));
        assertThat(elsewhere.seen).hasSize(2).allSatisfy(seen -> {
            assertThat(seen.headers()).doesNotContainKeys("Authorization", "Cookie");
            assertThat(seen.headers().toString()).doesNotContain(TOKEN);
        });
    }

    @Test
    void token_notToTheSameHostUnderAnotherName() throws IOException {
        // localhost is 127.0.0.1, but nobody knows that of names in general.
        URI named = URI.create("http://localhost:" + hub.port() + "/cdn");
        hub.fault(VISION, exchange -> {
            exchange.getResponseHeaders()
                    .set("X-Linked-ETag", "\"" + hub.large(VISION).substring(5) + "\"");
            return redirect(302, named + hub.large(VISION).substring(4)).answers(exchange);
        });

        builder().build().resolve(REPOSITORY);

        assertThat(hub.seen(hub.large(VISION)).get(0).headers()).doesNotContainKey("Authorization");
    }

    @Test
    void token_detourOverAnotherHost_comesBackWithToken() throws IOException {
        elsewhere.fault("/detour", redirect(302, hub.endpoint() + "/" + REPOSITORY + TOKENIZER));
        hub.fault(TOKENIZER, redirect(302, elsewhere.endpoint() + "/detour"));

        builder().build().resolve(REPOSITORY);

        assertThat(elsewhere.seen("/detour").get(0).headers()).doesNotContainKey("Authorization");
        assertThat(hub.seen(TOKENIZER))
                .hasSize(2)
                .allMatch(seen -> seen.headers().containsKey("Authorization"));
    }

    @Test
    void token_withoutOne_noHeader() throws IOException {
        new Pulls(cache).hub(hub).build().resolve(REPOSITORY);

        assertThat(hub.seen).extracting(Seen::headers).noneMatch(headers -> headers.containsKey("Authorization"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void otherPath_absoluteOrRelative_isFollowed(int status) throws IOException {
        Fault there = exchange -> {
            HubServer.send(exchange, 200, hub.content("tokenizer.json"));
            return true;
        };
        hub.fault(TOKENIZER, redirect(status, "/moved/a"));
        hub.fault("/moved/a", redirect(status, "b?c=d"));
        hub.fault("/moved/b", redirect(status, hub.endpoint() + "/moved/c"));
        hub.fault("/moved/c", there);

        Path model = builder().build().resolve(REPOSITORY);

        assertThat(Files.readAllBytes(model.resolve("tokenizer.json"))).isEqualTo(hub.content("tokenizer.json"));
    }

    @Test
    void renamedRepository_commitAndHashAreReadBehindTheRedirect() throws IOException {
        for (String file : List.of("config.json", "preprocessor_config.json", "tokenizer.json")) {
            hub.fault("/old/name/resolve/main/" + file, redirect(307, "/" + REPOSITORY + "/resolve/main/" + file));
            hub.fault(
                    "/old/name/resolve/" + HubServer.COMMIT + "/" + file,
                    redirect(307, "/" + REPOSITORY + "/resolve/" + HubServer.COMMIT + "/" + file));
        }
        for (String file : List.of(VISION, "onnx/text_model.onnx")) {
            hub.fault(
                    "/old/name/resolve/" + HubServer.COMMIT + "/" + file,
                    redirect(307, "/" + REPOSITORY + "/resolve/" + HubServer.COMMIT + "/" + file));
        }
        hub.fault(
                "/api/models/old/name/revision/" + HubServer.COMMIT,
                redirect(307, "/api/models/" + REPOSITORY + "/revision/" + HubServer.COMMIT));

        Path model = builder().build().resolve("old/name");

        assertThat(model).endsWith(memory.getPath("old--name", HubServer.COMMIT, "fp32"));
    }

    @Test
    void fiveRedirects_areFollowed_sixAreNot() throws IOException {
        hub.fault(TOKENIZER, redirect(302, "/hop/1"));
        for (int hop = 1; hop <= 4; hop++) {
            hub.fault("/hop/" + hop, redirect(302, "/hop/" + (hop + 1)));
        }
        hub.fault("/hop/5", HubServer.body(hub.content("tokenizer.json")));
        builder().build().resolve(REPOSITORY);
        assertThat(hub.seen("/hop/5")).hasSize(1);
    }

    @Test
    void sixRedirects_fail() {
        hub.fault(TOKENIZER, redirect(302, "/hop/1"));
        for (int hop = 1; hop <= 5; hop++) {
            hub.fault("/hop/" + hop, redirect(302, "/hop/" + (hop + 1)));
        }

        assertFails("found more than 5 redirects, the last at " + hub.endpoint() + "/hop/5");
        assertThat(hub.seen("/hop/6")).isEmpty();
    }

    @Test
    void loop_fails() {
        hub.always(TOKENIZER, redirect(302, "/" + REPOSITORY + TOKENIZER + "?secret=1"));

        assertFails("found more than 5 redirects");
        assertThat(hub.seen(TOKENIZER)).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://127.0.0.1/secret      | whose target must be http or https",
                "file:///etc/secret          | whose target must be http or https",
                "http:///secret              | whose target must name a host",
                "http://secret:x@127.0.0.1/  | whose target must not hold a user name or password",
                "http://[secret              | found a redirect to what is no address at",
            })
    void badTarget_isRefused(String location, String message) {
        hub.fault(TOKENIZER, redirect(302, location));

        assertFails(
                message.startsWith("found")
                        ? message
                        : "found a redirect at " + hub.endpoint() + "/" + REPOSITORY + TOKENIZER + " " + message);
    }

    @Test
    void noLocation_isRefused() {
        hub.fault(TOKENIZER, status(302));

        assertFails("found a redirect without a Location at " + hub.endpoint() + "/" + REPOSITORY + TOKENIZER);
    }

    @Test
    void signedAddress_isNotShown() {
        hub.cdn = elsewhere;
        elsewhere.always(hub.large(VISION), status(403));
        ModelHub model = builder().build();

        assertThatIOException()
                .isThrownBy(() -> model.resolve(REPOSITORY))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", TOKEN, "Signature"));
    }

    /** The rule alone: a server for https would need a certificate that this JVM trusts. */
    @ParameterizedTest
    @CsvSource({
        "https://hub.example/a, http://hub.example/b,   no",
        "https://hub.example/a, http://127.0.0.1/b,     no",
        "https://hub.example/a, https://cdn.example/b,  https://cdn.example/b",
        "https://hub.example/a, //cdn.example/b,        https://cdn.example/b",
        "https://hub.example/a, /b,                     https://hub.example/b",
        "https://hub.example/a, HTTPS://hub.example/b,  HTTPS://hub.example/b",
        "http://hub.example/a,  https://cdn.example/b,  https://cdn.example/b",
    })
    void httpsToHttp_isNotFollowed(URI from, String location, String expected) throws IOException {
        HttpHeaders headers = HttpHeaders.of(Map.of("Location", List.of(location)), (name, value) -> true);

        if (expected.equals("no")) {
            assertThatIOException()
                    .isThrownBy(() -> HubClient.target(from, headers))
                    .withMessage(
                            "found a redirect from https to http at https://hub.example:443/a, which is not followed");
        } else {
            assertThat(HubClient.target(from, headers)).isEqualTo(URI.create(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://hub.example,       http://hub.example:80/x,   true",
        "https://hub.example/base, https://HUB.example:443/y, true",
        "https://hub.example,      http://hub.example,        false",
        "https://hub.example,      https://hub.example:8443,  false",
        "https://hub.example,      https://a.hub.example,     false",
        "https://hub.example,      https://hub.example.org,   false",
    })
    void origin_isSchemeHostAndPort(URI one, URI other, boolean same) {
        assertThat(Origin.of(one).equals(Origin.of(other))).isEqualTo(same);
    }
}
