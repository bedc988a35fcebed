package io.github.zeroshot4j.onnx.hub;

import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What environment variables say. This is the only place that reads them.
 *
 * @param endpoint HF_ENDPOINT, or the Hub itself
 * @param cacheDirectory ZEROSHOT4J_CACHE, or the custom of the system; empty if there is no home directory
 * @param token HF_TOKEN or HUGGING_FACE_HUB_TOKEN
 * @param offline HF_HUB_OFFLINE
 * @param proxy https_proxy and its kin, or the JDK's own choice; throws an {@link IllegalArgumentException} if they are not
 *     understood, which matters only to those who download
 */
record HubEnvironment(
        URI endpoint,
        Optional<Path> cacheDirectory,
        Optional<String> token,
        boolean offline,
        Supplier<ProxySelector> proxy) {
    private static final String HUB = "https://huggingface.co";
    private static final String NAME = "zeroshot4j";
    private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

    /**
     * Reads an environment.
     *
     * @param os as the system property os.name has it
     * @param home as the system property user.home has it; "?" where a container has no such user
     * @throws IllegalArgumentException if a variable's value is bad, but for the proxies'
     */
    static HubEnvironment of(Map<String, String> environment, String os, String home) {
        Map<String, String> copy = Map.copyOf(environment);
        return new HubEnvironment(
                endpoint(text(environment, "HF_ENDPOINT").orElse(HUB)),
                cache(environment, os, home),
                text(environment, "HF_TOKEN")
                        .or(() -> text(environment, "HUGGING_FACE_HUB_TOKEN"))
                        .map(HubEnvironment::token),
                TRUE.contains(text(environment, "HF_HUB_OFFLINE").orElse("").toLowerCase(Locale.ROOT)),
                () -> EnvironmentProxies.of(copy).orElseGet(HubEnvironment::systemProxies));
    }

    /** Does not show the token. */
    @Override
    public String toString() {
        return "HubEnvironment[" + endpoint + ", "
                + cacheDirectory.map(Path::toString).orElse("no cache") + "]";
    }

    /** Checks an endpoint and returns it without a slash at its end. */
    static URI endpoint(String text) {
        URI uri;
        try {
            uri = new URI(text.replaceFirst("/+$", ""));
            Origin.of(uri);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("endpoint (HF_ENDPOINT) must be an address such as " + HUB);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("endpoint (HF_ENDPOINT) " + e.getMessage());
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("endpoint (HF_ENDPOINT) must not hold a query or fragment");
        }
        return uri;
    }

    /** Checks a token; the message does not hold it. */
    static String token(String text) {
        if (!text.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException(
                    "token (HF_TOKEN, not shown) must be of visible ASCII characters without spaces");
        }
        return text;
    }

    private static Optional<Path> cache(Map<String, String> environment, String os, String home) {
        Optional<Path> asked = path(environment, "ZEROSHOT4J_CACHE");
        if (asked.isPresent()) {
            return asked;
        }
        Optional<Path> user = home.isBlank() || home.equals("?") ? Optional.empty() : Optional.of(Path.of(home));
        String system = os.toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return path(environment, "LOCALAPPDATA")
                    .or(() -> user.map(u -> u.resolve("AppData").resolve("Local")))
                    .map(local -> local.resolve(NAME).resolve("cache"));
        }
        // The specification of XDG wants a relative path to be ignored.
        return path(environment, "XDG_CACHE_HOME")
                .filter(Path::isAbsolute)
                .or(() -> user.map(
                        u -> system.startsWith("mac") ? u.resolve("Library").resolve("Caches") : u.resolve(".cache")))
                .map(caches -> caches.resolve(NAME));
    }

    private static Optional<Path> path(Map<String, String> environment, String name) {
        return text(environment, name).map(value -> {
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(name + " (" + ModelName.shown(value) + ") must be a path", e);
            }
        });
    }

    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static ProxySelector systemProxies() {
        ProxySelector system = ProxySelector.getDefault();
        return system == null ? ProxySelector.of(null) : system;
    }
}
