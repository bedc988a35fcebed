package io.github.zeroshot4j.onnx.hub;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Models by name: model directories that are downloaded from the Hugging Face Hub once and kept in a cache.
 *
 * <p>A name is one of the catalogue ({@link #entries()}), such as {@code "openai/clip-vit-base-patch32"}, or any repository
 * of the same layout, {@code "owner/repository"} or {@code "owner/repository@revision"}. The catalogue's models are pinned to
 * a commit; of others the commit that the revision ({@code main} if none is named) is at the first download is kept and used
 * from then on.
 *
 * <p><b>What is checked.</b> The SHA-256 of every file against the catalogue's, where it has one, and against what the Hub
 * names: the SHA-256 of large files, the git hash of small ones. A model directory appears in the cache when all of it is there
 * and checked.
 *
 * <p><b>What is sent.</b> Requests for the files, and the token to the endpoint's own scheme, host and port alone. Nothing
 * else, and nothing at all but from {@link #resolve(String)}.
 *
 * <p><b>Threads.</b> All methods may be called from any number of threads and processes at once; one of them downloads a model
 * and the others wait for it. A download that was cut, or whose process was killed, goes on where it ended. Interrupting
 * the thread stops it.
 */
public final class ModelHub {
    /** The default of {@link Builder#connectTimeout}: 10 seconds. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link Builder#readTimeout}: 30 seconds. */
    public static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(30);

    /** The default of {@link Builder#maxAttempts}: 5. */
    public static final int DEFAULT_MAX_ATTEMPTS = 5;

    private final HubSettings settings;
    private final Path cacheDirectory;
    private final boolean offline;
    private final Variant variant;
    private final ModelCache cache;
    private final List<Catalogue.Known> catalogue;

    private ModelHub(Builder b, Path cacheDirectory) {
        this.settings = new HubSettings(
                b.endpoint,
                b.token,
                b.proxy,
                b.connectTimeout,
                b.readTimeout,
                new Retry(b.maxAttempts, b.time),
                b.files,
                b.listener);
        this.cacheDirectory = cacheDirectory;
        this.offline = b.offline;
        this.variant = b.variant;
        this.catalogue = b.catalogue;
        this.cache = new ModelCache(cacheDirectory, b.files);
    }

    /** Hears how a download goes, on the thread that downloads. */
    @FunctionalInterface
    public interface DownloadListener {
        /**
         * Some bytes came.
         *
         * @param file the file's path in the repository
         * @param done how many bytes of it are there, those of earlier tries included
         * @param total how many there will be, -1 if the server does not say
         */
        void onProgress(String file, long done, long total);
    }

    /**
     * A model that the catalogue or the cache has.
     *
     * @param name its name, good for {@link #resolve(String)}
     * @param repository where its files come from, with the commit: {@code "owner/repository@commit"}
     * @param cached the model directories in the cache
     */
    public record Entry(String name, String repository, Map<Variant, Path> cached) {
        /** Makes an entry. */
        public Entry {
            cached = Map.copyOf(cached);
        }
    }

    /**
     * Returns a hub as this process's environment describes it; see {@link #builder()}.
     *
     * @throws IllegalArgumentException if a variable's value is bad; a proxy's matters only when {@link #resolve} downloads
     * @throws IllegalStateException if there is no place for a cache
     */
    public static ModelHub ofSystem() {
        return builder().build();
    }

    /** Starts from this process's environment; see {@link #builder(Map)}. */
    public static Builder builder() {
        return builder(System.getenv());
    }

    /**
     * Starts from an environment: {@code HF_ENDPOINT}, {@code HF_TOKEN} (or {@code HUGGING_FACE_HUB_TOKEN}),
     * {@code HF_HUB_OFFLINE}, {@code ZEROSHOT4J_CACHE}, {@code XDG_CACHE_HOME}, {@code LOCALAPPDATA}, {@code https_proxy},
     * {@code http_proxy}, {@code all_proxy} and {@code no_proxy}. Without the last four the JDK's default proxies hold.
     *
     * @throws IllegalArgumentException if a variable's value is bad; a proxy's matters only when {@link #resolve} downloads
     */
    public static Builder builder(Map<String, String> environment) {
        return new Builder(
                HubEnvironment.of(environment, System.getProperty("os.name", ""), System.getProperty("user.home", "")));
    }

    /**
     * Returns the directory of a model, downloading it first if it is not in the cache.
     *
     * <p>With {@link Variant#AUTO}, the default, that is the first variant in the cache of fp32, fp16 and int8, and otherwise
     * fp32.
     *
     * @throws IllegalArgumentException if it is not a name, or if it must be downloaded and the environment's proxy is not
     *     understood
     * @throws IOException if the model cannot be had: the message says what was asked for where, and what was found
     */
    public Path resolve(String name) throws IOException {
        Optional<Path> cached = find(name);
        if (cached.isPresent()) {
            return cached.get();
        }
        if (offline) {
            throw new IOException("model " + name + " must be in the cache (" + cacheDirectory
                    + "), found nothing; it is not downloaded, because offline is set (HF_HUB_OFFLINE)");
        }
        Variant wanted = variant == Variant.AUTO ? Variant.FP32 : variant;
        return new ModelPull(settings, cache, target(name), wanted).run();
    }

    /**
     * Returns the directory of a model if it is in the cache; the network is never used.
     *
     * @throws IllegalArgumentException if it is not a name
     * @throws UncheckedIOException if the cache cannot be read
     */
    public Optional<Path> cached(String name) {
        try {
            return find(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the catalogue's models, and after them the others that are in the cache.
     *
     * @throws UncheckedIOException if the cache cannot be read
     */
    public List<Entry> entries() {
        Map<ModelName, Map<Variant, Path>> cached;
        try {
            cached = cache.all();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Entry> entries = new ArrayList<>();
        for (Catalogue.Known known : catalogue) {
            Map<Variant, Path> variants = cached.getOrDefault(known.source(), Map.of());
            entries.add(new Entry(known.name(), known.source().toString(), variants));
        }
        cached.forEach((name, variants) -> {
            if (catalogue.stream().noneMatch(known -> known.source().equals(name))) {
                entries.add(new Entry(name.toString(), name.toString(), variants));
            }
        });
        return List.copyOf(entries);
    }

    /** Returns where the cache is. */
    public Path cacheDirectory() {
        return cacheDirectory;
    }

    @Override
    public String toString() {
        return "ModelHub[" + settings.endpoint() + ", " + cacheDirectory + (offline ? ", offline]" : "]");
    }

    private Optional<Path> find(String name) throws IOException {
        ModelName source = target(name).source();
        for (Variant wanted : variant == Variant.AUTO ? ModelCache.VARIANTS : List.of(variant)) {
            Optional<Path> found = cache.find(source, wanted);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Catalogue.Target target(String name) {
        return Catalogue.find(catalogue, ModelName.parse(name));
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private URI endpoint;
        private Optional<Path> cacheDirectory;
        private Optional<String> token;
        private boolean offline;
        private Supplier<ProxySelector> proxy;
        private Variant variant = Variant.AUTO;
        private DownloadListener listener = (file, done, total) -> {};
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration readTimeout = DEFAULT_READ_TIMEOUT;
        private int maxAttempts = DEFAULT_MAX_ATTEMPTS;
        private Retry.Time time = Retry.Time.REAL;
        private CacheFiles files = new CacheFiles();
        private List<Catalogue.Known> catalogue = Catalogue.MODELS;

        Builder(HubEnvironment environment) {
            endpoint = environment.endpoint();
            cacheDirectory = environment.cacheDirectory();
            token = environment.token();
            offline = environment.offline();
            proxy = environment.proxy();
        }

        /**
         * Sets where the Hub is, such as a mirror; over http all, a token included, travels readable for others.
         *
         * @throws IllegalArgumentException if it is not an address of http or https, or holds more than host, port and path
         */
        public Builder endpoint(URI value) {
            endpoint = HubEnvironment.endpoint(value.toString());
            return this;
        }

        /** Sets the directory of the cache; it is made when it is needed. */
        public Builder cacheDirectory(Path value) {
            cacheDirectory = Optional.of(value);
            return this;
        }

        /**
         * Sets the token for repositories that not everybody may read.
         *
         * @throws IllegalArgumentException if it cannot be one; the message does not show it
         */
        public Builder token(String value) {
            token = Optional.of(HubEnvironment.token(value));
            return this;
        }

        /** Sets whether {@link ModelHub#resolve} must do without the network. */
        public Builder offline(boolean value) {
            offline = value;
            return this;
        }

        /** Sets the proxies; those of the environment are not read then. */
        public Builder proxy(ProxySelector value) {
            Objects.requireNonNull(value, "proxy");
            proxy = () -> value;
            return this;
        }

        /** Sets which graphs are wanted. The default is {@link Variant#AUTO}; see {@link ModelHub#resolve}. */
        public Builder variant(Variant value) {
            variant = Objects.requireNonNull(value, "variant");
            return this;
        }

        /** Sets who hears how downloads go. The default is nobody. */
        public Builder listener(DownloadListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Sets how long a connection may take. The default is 10 seconds.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = positive(value, "connectTimeout");
            return this;
        }

        /**
         * Sets how long a server may be silent. The default is 30 seconds.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder readTimeout(Duration value) {
            readTimeout = positive(value, "readTimeout");
            return this;
        }

        /**
         * Sets how often something is tried that may get better (a cut connection, the statuses 408, 429 and 5xx); a try that
         * brings more of the file than was ever there starts the count anew. The waits between grow from half a second to half a minute. The
         * default is 5.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxAttempts(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("maxAttempts (" + value + ") must be at least 1");
            }
            maxAttempts = value;
            return this;
        }

        /** Sets how time passes. */
        Builder time(Retry.Time value) {
            time = value;
            return this;
        }

        /** Sets what writes the cache. */
        Builder files(CacheFiles value) {
            files = value;
            return this;
        }

        /** Sets the models that have a name of their own. */
        Builder catalogue(List<Catalogue.Known> value) {
            catalogue = value;
            return this;
        }

        /**
         * Makes the hub. Nothing is read or written yet.
         *
         * @throws IllegalStateException if there is no place for a cache: no home directory, and none was set
         */
        public ModelHub build() {
            return new ModelHub(
                    this,
                    cacheDirectory.orElseThrow(() -> new IllegalStateException(
                            "cacheDirectory must be set (ZEROSHOT4J_CACHE): there is no home directory")));
        }

        private static Duration positive(Duration value, String name) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " (" + value + ") must be positive");
            }
            return value;
        }
    }
}
