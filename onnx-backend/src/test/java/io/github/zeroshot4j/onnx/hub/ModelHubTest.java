package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hub does when nothing goes wrong, and with bad values. */
final class ModelHubTest {
    private static final String NAME = REPOSITORY;
    private static final Path RANDOM_A = Path.of("src/test/resources/models/random-a");
    private static final String[] FILES = {
        "config.json", "preprocessor_config.json", "tokenizer.json", VISION, "onnx/text_model.onnx"
    };

    @TempDir
    Path cache;

    private HubServer server = HubServer.withPlainFiles();

    @AfterEach
    void stop() {
        server.close();
    }

    private ModelHub.Builder hub() {
        return new Pulls(cache).hub(server);
    }

    // ---- resolve and cached

    @Test
    void resolve_firstTime_downloadsWhatAModelNeeds() throws IOException {
        Path model = hub().build().resolve(NAME);

        Pulls.assertComplete(model, server, FILES);
        assertThat(model).isEqualTo(cache.resolve("models/tester--small-clip/" + HubServer.COMMIT + "/fp32"));
        assertThat(cache.resolve("models/tester--small-clip/refs/main")).hasContent(HubServer.COMMIT + "\n");
        assertThat(server.seen("README.md")).isEmpty();
        assertThat(server.seen)
                .extracting(HubServer.Seen::toString)
                .startsWith(
                        "HEAD /" + NAME + "/resolve/main/config.json",
                        "GET /api/models/" + NAME + "/revision/" + HubServer.COMMIT,
                        "GET /" + NAME + "/resolve/" + HubServer.COMMIT + "/config.json");
    }

    @Test
    void resolve_record_isReadBySha256sum() throws IOException {
        Path model = hub().build().resolve(NAME);

        List<String> lines = Files.readAllLines(model.resolve("SHA256SUMS"));
        assertThat(lines).hasSize(5);
        for (String line : lines) {
            String[] parts = line.split("  ", -1);
            assertThat(HubServer.hash("SHA-256", Files.readAllBytes(model.resolve(parts[1]))))
                    .isEqualTo(parts[0]);
        }
    }

    /** transformers 5 saves a processor as this one file. */
    @Test
    void resolve_newerFileOfPreprocessing_comesInsteadOfTheOlder() throws IOException {
        server.files.put("processor_config.json", server.files.get("preprocessor_config.json"));
        assertThat(hub().build().resolve(NAME).resolve("processor_config.json")).doesNotExist();

        server.files.remove("preprocessor_config.json");
        Path model = hub().cacheDirectory(cache.resolve("other")).build().resolve(NAME);
        Pulls.assertComplete(
                model,
                server,
                "config.json",
                "processor_config.json",
                "tokenizer.json",
                VISION,
                "onnx/text_model.onnx");

        server.files.remove("processor_config.json");
        assertThatIOException()
                .isThrownBy(() ->
                        hub().cacheDirectory(cache.resolve("third")).build().resolve(NAME))
                .withMessageContaining("preprocessor_config.json must exist, found no such file");
    }

    @Test
    void resolve_secondTime_asksNobody() throws IOException {
        ModelHub hub = hub().build();
        Path first = hub.resolve(NAME);
        server.close();

        assertThat(hub.resolve(NAME)).isEqualTo(first);
        assertThat(hub().offline(true).build().resolve(NAME)).isEqualTo(first);
        assertThat(hub.cached(NAME)).contains(first);
    }

    @Test
    void resolve_branchMovesOn_keptCommitStays() throws IOException {
        Path first = hub().build().resolve(NAME);
        server.always("/resolve/main/config.json", exchange -> moved(exchange));

        assertThat(hub().build().resolve(NAME)).isEqualTo(first);
        assertThat(hub().build().cached(NAME + "@" + HubServer.COMMIT)).contains(first);
        server.files.put("onnx/vision_model_fp16.onnx", HubServer.bytes(1000, 3));
        server.files.put("onnx/text_model_fp16.onnx", HubServer.bytes(1000, 4));
        assertThat(hub().variant(Variant.FP16).build().resolve(NAME))
                .as("another variant is of the same commit")
                .isEqualTo(first.resolveSibling("fp16"));
    }

    private static boolean moved(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("X-Repo-Commit", "f".repeat(40));
        HubServer.send(exchange, 200, HubServer.text("{}"));
        return true;
    }

    @Test
    void resolve_revisionWithSlashes_isKeptUnderItsName() throws IOException {
        server.fault("/resolve/refs/pr/1/config.json", exchange -> {
            assertThat(exchange.getRequestURI().getRawPath()).contains("/resolve/refs%2Fpr%2F1/config.json");
            return false;
        });

        Path model = hub().build().resolve(NAME + "@refs/pr/1");

        Pulls.assertComplete(model, server, FILES);
        assertThat(cache.resolve("models/tester--small-clip/refs/refs%2Fpr%2F1"))
                .hasContent(HubServer.COMMIT + "\n");
        assertThat(hub().build().cached(NAME)).isEmpty();
    }

    @Test
    void resolve_externalDataAndFacts_areDownloadedIfListed() throws IOException {
        server.files.put("zeroshot4j.json", HubServer.text("{\"formatVersion\": 1}"));
        server.files.put("tokenizer_config.json", HubServer.text("{\"pad_token\": \"!\"}"));
        server.files.put(VISION + "_data", HubServer.bytes(2000, 5));
        server.files.put(VISION + "_data_1", HubServer.bytes(2000, 6));
        server.files.put("onnx/vision_model_fp16.onnx_data", HubServer.bytes(2000, 7));

        Path model = hub().build().resolve(NAME);

        assertThat(Pulls.files(model))
                .contains("zeroshot4j.json", "tokenizer_config.json", VISION + "_data", VISION + "_data_1")
                .doesNotContain("onnx/vision_model_fp16.onnx_data");
    }

    @Test
    void resolve_badNameInTheList_isRefused() {
        server.files.put(VISION + "_data/../../../../evil", HubServer.bytes(10, 1));
        ModelHub hub = hub().build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(NAME))
                .withMessageContaining(VISION + "_data/../../../../evil must be a relative path without '..' or '\\'");
        new Pulls(cache).assertNoModel(hub);
    }

    @Test
    void resolve_variantThatIsNotThere_saysWhichAre() {
        server.files.put("onnx/vision_model_quantized.onnx", HubServer.bytes(10, 1));
        server.files.put("onnx/text_model_quantized.onnx", HubServer.bytes(10, 1));
        ModelHub hub = hub().variant(Variant.FP16).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(NAME))
                .withMessageEndingWith("onnx/vision_model_fp16.onnx must exist, found no such file; its variants are"
                        + " [fp32, int8]");
        new Pulls(cache).assertNoModel(hub);
    }

    @Test
    void resolve_offlineAndNotCached_saysSo() {
        ModelHub hub = hub().offline(true).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(NAME))
                .withMessage("model " + NAME + " must be in the cache (" + cache
                        + "), found nothing; it is not downloaded, because offline is set (HF_HUB_OFFLINE)");
        assertThat(server.seen).isEmpty();
        assertThat(Pulls.files(cache)).isEmpty();
    }

    @Test
    void cached_auto_isTheFirstOfFp32Fp16Int8() throws IOException {
        for (String suffix : List.of("_fp16", "_quantized")) {
            server.files.put("onnx/vision_model" + suffix + ".onnx", HubServer.bytes(1000, 3));
            server.files.put("onnx/text_model" + suffix + ".onnx", HubServer.bytes(1000, 4));
        }
        Path int8 = hub().variant(Variant.INT8).build().resolve(NAME);
        assertThat(hub().build().cached(NAME)).contains(int8);
        assertThat(hub().build().resolve(NAME)).isEqualTo(int8);
        assertThat(hub().variant(Variant.FP32).build().cached(NAME)).isEmpty();

        Path fp16 = hub().variant(Variant.FP16).build().resolve(NAME);
        assertThat(hub().build().cached(NAME)).contains(fp16);
    }

    @Test
    void resolve_int8_textGraphOfFp32ThenFp16ThenItsOwn() throws IOException {
        server.files.put("onnx/vision_model_quantized.onnx", HubServer.bytes(1000, 3));
        server.files.put("onnx/text_model_quantized.onnx", HubServer.bytes(1000, 4));
        server.files.put("onnx/text_model_fp16.onnx", HubServer.bytes(1000, 5));
        for (String text :
                List.of("onnx/text_model.onnx", "onnx/text_model_fp16.onnx", "onnx/text_model_quantized.onnx")) {
            ModelHub hub = hub().cacheDirectory(cache.resolve(text))
                    .variant(Variant.INT8)
                    .build();
            Pulls.assertComplete(
                    hub.resolve(NAME),
                    server,
                    "config.json",
                    "preprocessor_config.json",
                    "tokenizer.json",
                    "onnx/vision_model_quantized.onnx",
                    text);
            server.files.remove(text);
        }
    }

    @Test
    void progress_growsToTheLengthOfEachFile() throws IOException {
        List<String> last = new ArrayList<>();
        Map<String, Long> done = new java.util.HashMap<>();

        hub().listener((file, bytes, total) -> {
                    assertThat(bytes).isGreaterThanOrEqualTo(done.getOrDefault(file, 0L));
                    done.put(file, bytes);
                    if (bytes == total) {
                        last.add(file);
                    }
                })
                .build()
                .resolve(NAME);

        assertThat(last).contains(FILES);
        assertThat(done).containsEntry(VISION, 300_000L);
    }

    @Test
    void partialsOfOtherCommits_areLeftToThoseWhoWantThem() throws IOException {
        Path old = cache.resolve("models/tester--small-clip/" + "e".repeat(40) + "/fp32.partial/onnx");
        Files.createDirectories(old);
        Files.writeString(old.resolve("vision_model.onnx.part"), "old");

        hub().build().resolve(NAME);

        assertThat(old.resolve("vision_model.onnx.part")).hasContent("old");
    }

    @ParameterizedTest
    @EnumSource(value = Variant.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void resolve_realModel_opensInTheEncoder(Variant variant) throws IOException {
        server.close();
        server = HubServer.withModel(RANDOM_A);

        Path model = hub().variant(variant).build().resolve(NAME);

        try (OnnxEncoder encoder = OnnxEncoder.open(model)) {
            assertThat(encoder.spec().toString()).contains(variant.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(encoder.encodeTexts(List.of("a cat")))
                    .hasDimensions(1, encoder.spec().embeddingDimension());
        }
    }

    // ---- entries

    @Test
    void entries_catalogueFirst_thenWhatElseIsCached() throws IOException {
        hub().build().resolve(NAME);
        List<ModelHub.Entry> entries = hub().catalogue(Catalogue.MODELS).build().entries();

        assertThat(entries)
                .extracting(ModelHub.Entry::name)
                .containsExactly(
                        "openai/clip-vit-base-patch32",
                        "openai/clip-vit-base-patch16",
                        "openai/clip-vit-large-patch14",
                        NAME + "@" + HubServer.COMMIT);
        assertThat(entries.get(0).cached()).isEmpty();
        assertThat(entries.get(3).cached()).containsOnlyKeys(Variant.FP32);
        assertThat(hub().build().cached(entries.get(3).name())).isPresent();
    }

    @Test
    void entries_strangeFilesInTheCache_areNoModels() throws IOException {
        Files.createDirectories(cache.resolve("models/.DS_Store"));
        Files.createDirectories(cache.resolve("models/a--b--c/x/fp32"));
        Files.createFile(cache.resolve("models/file"));
        Files.createDirectories(cache.resolve("models/a--b/refs"));

        assertThat(hub().build().entries()).isEmpty();
    }

    // ---- proxies

    @Test
    void proxy_ofTheEnvironment_isUsed() throws IOException {
        // The proxy answers itself; the host of the endpoint does not exist.
        Path model = ModelHub.builder(Map.of(
                        "HF_ENDPOINT",
                        "http://hub.invalid",
                        "http_proxy",
                        "http://127.0.0.1:" + server.port(),
                        "no_proxy",
                        "127.0.0.1",
                        "ZEROSHOT4J_CACHE",
                        cache.toString()))
                .build()
                .resolve(NAME);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen.get(0).headers()).containsEntry("Host", "hub.invalid");
    }

    // ---- values

    @Test
    void builder_defaults_arePinned() {
        assertThat(ModelHub.DEFAULT_CONNECT_TIMEOUT).isEqualTo(Duration.ofSeconds(10));
        assertThat(ModelHub.DEFAULT_READ_TIMEOUT).isEqualTo(Duration.ofSeconds(30));
        assertThat(ModelHub.DEFAULT_MAX_ATTEMPTS).isEqualTo(5);
        ModelHub hub =
                ModelHub.builder(Map.of("ZEROSHOT4J_CACHE", cache.toString())).build();
        assertThat(hub.cacheDirectory()).isEqualTo(cache);
        assertThat(hub).hasToString("ModelHub[https://huggingface.co, " + cache + "]");
        assertThat(ModelHub.ofSystem().cacheDirectory()).isAbsolute();
    }

    @Test
    void builder_badValues_areRefused() {
        ModelHub.Builder builder = ModelHub.builder(Map.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxAttempts(0))
                .withMessage("maxAttempts (0) must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.readTimeout(Duration.ZERO))
                .withMessage("readTimeout (PT0S) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.connectTimeout(Duration.ofSeconds(-1)))
                .withMessage("connectTimeout (PT-1S) must be positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.endpoint(URI.create("ftp://hub.example")))
                .withMessage("endpoint (HF_ENDPOINT) must be http or https");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.token("two words"))
                .withMessage("token (HF_TOKEN, not shown) must be of visible ASCII characters without spaces");
        assertThat(builder.proxy(ProxySelector.of(null)).build().toString()).isNotBlank();
    }

    @Test
    void token_isInNoText() {
        assertThat(hub().token("hf_secret").build().toString()).doesNotContain("hf_secret");
        HubEnvironment environment = HubEnvironment.of(Map.of("HF_TOKEN", "hf_secret"), "Linux", "/home/u");
        assertThat(environment.token()).contains("hf_secret");
        assertThat(environment.toString()).contains("huggingface.co").doesNotContain("hf_secret");
    }

    @Test
    void builder_noHome_wantsACache() {
        HubEnvironment nowhere = HubEnvironment.of(Map.of(), "Linux", "?");

        assertThat(nowhere.cacheDirectory()).isEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> new ModelHub.Builder(nowhere).build())
                .withMessage("cacheDirectory must be set (ZEROSHOT4J_CACHE): there is no home directory");
    }
}
