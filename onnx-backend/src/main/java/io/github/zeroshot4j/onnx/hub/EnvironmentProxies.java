package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as curl reads them: https_proxy, http_proxy, all_proxy, no_proxy, or in capitals, but
 * not HTTP_PROXY, which is what a client of a web server sent as its header Proxy.
 */
final class EnvironmentProxies extends ProxySelector {
    private final Map<String, InetSocketAddress> byScheme;
    private final List<String> exceptions;

    private EnvironmentProxies(Map<String, InetSocketAddress> byScheme, List<String> exceptions) {
        this.byScheme = byScheme;
        this.exceptions = exceptions;
    }

    /**
     * Reads the environment.
     *
     * @return empty if it names no proxy
     * @throws IllegalArgumentException if it names one that is not understood; the message does not hold the value, which may
     *     hold a password
     */
    static Optional<ProxySelector> of(Map<String, String> environment) {
        Map<String, InetSocketAddress> byScheme = new HashMap<>();
        for (String scheme : List.of("http", "https")) {
            find(environment, scheme + "_proxy")
                    .or(() -> find(environment, "all_proxy"))
                    .ifPresent(proxy -> byScheme.put(scheme, proxy));
        }
        if (byScheme.isEmpty()) {
            return Optional.empty();
        }
        List<String> exceptions = new ArrayList<>();
        for (String exception : value(environment, "no_proxy").orElse("").split(",", -1)) {
            String host = exception.strip().toLowerCase(Locale.ROOT);
            if (!host.isEmpty()) {
                exceptions.add(host.startsWith(".") ? host.substring(1) : host);
            }
        }
        return Optional.of(new EnvironmentProxies(Map.copyOf(byScheme), List.copyOf(exceptions)));
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        String capitals = name.equals("http_proxy") ? "" : environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
        String value = environment.getOrDefault(name, capitals);
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    private static Optional<InetSocketAddress> find(Map<String, String> environment, String name) {
        return value(environment, name).map(value -> {
            Origin origin;
            try {
                origin = Origin.of(new URI(value.contains("://") ? value : "http://" + value));
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(name + " must be http://HOST:PORT, found another form");
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + " must be http://HOST:PORT; it " + e.getMessage());
            }
            if (origin.isSecure()) {
                throw new IllegalArgumentException(name + " must be http://HOST:PORT, found https");
            }
            return InetSocketAddress.createUnresolved(origin.host(), origin.port());
        });
    }

    @Override
    public List<Proxy> select(URI uri) {
        Origin origin = Origin.of(uri);
        InetSocketAddress proxy = byScheme.get(origin.scheme());
        return List.of(
                proxy == null || isException(origin)
                        ? Proxy.NO_PROXY
                        : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHostString(), proxy.getPort())));
    }

    private boolean isException(Origin origin) {
        String host = origin.host();
        return exceptions.stream()
                .anyMatch(exception -> exception.equals("*")
                        || host.equals(exception)
                        || host.endsWith("." + exception)
                        || (host + ":" + origin.port()).equals(exception));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The request fails with the same exception.
    }
}
