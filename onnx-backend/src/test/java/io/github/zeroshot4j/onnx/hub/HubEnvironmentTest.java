package io.github.zeroshot4j.onnx.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What environment variables mean, on each system. */
final class HubEnvironmentTest {

    private static HubEnvironment of(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return HubEnvironment.of(environment, "Linux", "/home/u");
    }

    @Test
    void empty_isTheHubItself() {
        HubEnvironment none = of();

        assertThat(none.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(none.token()).isEmpty();
        assertThat(none.offline()).isFalse();
        assertThat(none.cacheDirectory()).contains(Path.of("/home/u/.cache/zeroshot4j"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // system | variables | directory
                "Linux      |                                             | /home/u/.cache/zeroshot4j",
                "Linux      | XDG_CACHE_HOME=/x                           | /x/zeroshot4j",
                "Linux      | XDG_CACHE_HOME=relative                     | /home/u/.cache/zeroshot4j",
                "Linux      | XDG_CACHE_HOME=/x ZEROSHOT4J_CACHE=/z       | /z",
                "Linux      | LOCALAPPDATA=/l                             | /home/u/.cache/zeroshot4j",
                "FreeBSD    |                                             | /home/u/.cache/zeroshot4j",
                "Mac OS X   |                                             | /home/u/Library/Caches/zeroshot4j",
                "Mac OS X   | XDG_CACHE_HOME=/x                           | /x/zeroshot4j",
                "Windows 11 | LOCALAPPDATA=/l                             | /l/zeroshot4j/cache",
                "Windows 11 |                                             | /home/u/AppData/Local/zeroshot4j/cache",
                "Windows 11 | LOCALAPPDATA=/l ZEROSHOT4J_CACHE=/z         | /z",
            })
    void cache_perSystem(String system, String variables, Path expected) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables == null ? new String[0] : variables.split(" ", -1)) {
            environment.put(variable.split("=", -1)[0], variable.split("=", -1)[1]);
        }

        assertThat(HubEnvironment.of(environment, system, "/home/u").cacheDirectory())
                .contains(expected);
    }

    @Test
    void token_newNameBeforeOldOne_blankIsNone() {
        assertThat(of("HF_TOKEN", " hf_a\n", "HUGGING_FACE_HUB_TOKEN", "hf_b").token())
                .contains("hf_a");
        assertThat(of("HUGGING_FACE_HUB_TOKEN", "hf_b").token()).contains("hf_b");
        assertThat(of("HF_TOKEN", " ", "HUGGING_FACE_HUB_TOKEN", "hf_b").token())
                .contains("hf_b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret word", "secret\nX-Header: 1", "secr\u00e9t"})
    void token_thatCannotBeOne_isRefusedAndNotShown(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("HF_TOKEN", token))
                .withMessage("token (HF_TOKEN, not shown) must be of visible ASCII characters without spaces");
    }

    @ParameterizedTest
    @CsvSource({"1,true", "ON,true", "yes,true", "True,true", "0,false", "false,false", "no,false", "2,false"})
    void offline_asTheHubsOwnClient(String value, boolean expected) {
        assertThat(of("HF_HUB_OFFLINE", value).offline()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080,    http://127.0.0.1:8080",
        "https://hub.example/,     https://hub.example",
        "https://hub.example/a/b//, https://hub.example/a/b",
    })
    void endpoint_good(String value, URI expected) {
        assertThat(of("HF_ENDPOINT", value).endpoint()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hub.example               | must be http or https",
                "ftp://hub.example         | must be http or https",
                "http://                   | must be an address such as https://huggingface.co",
                "http:///path              | must name a host",
                "http://u:secret@h.example | must not hold a user name or password",
                "http://h.example?secret=1 | must not hold a query or fragment",
                "http://h.example#secret   | must not hold a query or fragment",
                "http://h secret           | must be an address such as https://huggingface.co",
            })
    void endpoint_bad_isRefusedAndNotShown(String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("HF_ENDPOINT", value))
                .withMessage("endpoint (HF_ENDPOINT) " + message);
    }

    // ---- proxies

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // variables | address | proxy, or nothing for none
                "https_proxy=http://p:3128                             | https://hub.example | p:3128",
                "https_proxy=http://p:3128                             | http://hub.example  | ",
                "https_proxy=p:3128                                    | https://hub.example | p:3128",
                "https_proxy=http://p/                                 | https://hub.example | p:80",
                "HTTPS_PROXY=http://p:3128                             | https://hub.example | p:3128",
                "HTTPS_PROXY=http://q:1 https_proxy=http://p:3128      | https://hub.example | p:3128",
                "http_proxy=http://p:3128                              | http://hub.example  | p:3128",
                "all_proxy=http://p:3128                               | https://hub.example | p:3128",
                "https_proxy=http://p:3128 no_proxy=hub.example        | https://hub.example | ",
                "https_proxy=http://p:3128 no_proxy=a,example          | https://hub.example | ",
                "https_proxy=http://p:3128 no_proxy=.example           | https://hub.example | ",
                "https_proxy=http://p:3128 NO_PROXY=*                  | https://hub.example | ",
                "https_proxy=http://p:3128 no_proxy=hub.example:443    | https://hub.example | ",
                "https_proxy=http://p:3128 no_proxy=hub.example:444    | https://hub.example | p:3128",
                "https_proxy=http://p:3128 no_proxy=ub.example         | https://hub.example | p:3128",
                "https_proxy=http://p:3128 no_proxy=hub.example.org,,  | https://hub.example | p:3128",
            })
    void proxy_asCurlReadsThem(String variables, URI address, String expected) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ", -1)) {
            environment.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
        }

        Proxy proxy =
                EnvironmentProxies.of(environment).orElseThrow().select(address).get(0);

        if (expected == null) {
            assertThat(proxy).isEqualTo(Proxy.NO_PROXY);
        } else {
            InetSocketAddress found = (InetSocketAddress) proxy.address();
            assertThat(found.getHostString() + ":" + found.getPort()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "socks5://p:1          | https_proxy must be http://HOST:PORT; it must be http or https",
                "https://p:1           | https_proxy must be http://HOST:PORT, found https",
                "http://u:secret@p:1   | https_proxy must be http://HOST:PORT; it must not hold a user name or password",
                "http://secret word    | https_proxy must be http://HOST:PORT, found another form",
            })
    void proxy_thatIsNotUnderstood_isRefusedAndNotShown(String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("https_proxy", value).proxy().get())
                .withMessage(message);
    }

    @Test
    void proxy_capitalsOfHttp_areNotRead() {
        // A web server's environment has what a client sends in a header named Proxy there.
        assertThat(EnvironmentProxies.of(Map.of("HTTP_PROXY", "http://p:3128"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ALL_PROXY,socks5://p:1", "all_proxy,socks5h://p:1", "https_proxy,http://u:secret@p:1"})
    void proxy_thatIsNotUnderstood_mattersOnlyWhereItIsNeeded(String name, String value, @TempDir Path cache)
            throws IOException {
        try (HubServer server = HubServer.withPlainFiles()) {
            Path there = new Pulls(cache).hub(server).build().resolve(HubServer.REPOSITORY);
            Map<String, String> environment =
                    Map.of(name, value, "HF_ENDPOINT", server.endpoint().toString());
            ModelHub hub = ModelHub.builder(environment).cacheDirectory(cache).build();

            assertThat(hub.entries()).hasSize(Catalogue.MODELS.size() + 1);
            assertThat(hub.cached(HubServer.REPOSITORY)).contains(there);
            assertThat(hub.resolve(HubServer.REPOSITORY)).isEqualTo(there);
            int before = server.seen.size();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> hub.resolve("tester/other"))
                    .withMessageStartingWith(name.toLowerCase(Locale.ROOT) + " must be http://HOST:PORT")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
            assertThat(server.seen).hasSize(before);

            Path elsewhere = cache.resolve("elsewhere");
            assertThat(ModelHub.builder(environment)
                            .cacheDirectory(elsewhere)
                            .proxy(ProxySelector.of(null))
                            .build()
                            .resolve(HubServer.REPOSITORY))
                    .startsWith(elsewhere);
        }
    }

    @Test
    void proxy_noneNamed_isTheJdksChoice() {
        assertThat(EnvironmentProxies.of(Map.of("no_proxy", "x"))).isEmpty();
        assertThat(of().proxy().get()).isNotInstanceOf(EnvironmentProxies.class);
    }
}
