package io.github.zeroshot4j.onnx.hub;

import java.net.URI;
import java.util.Locale;

/**
 * Scheme, host and port: what a token may be sent to.
 *
 * @param port never -1
 */
record Origin(String scheme, String host, int port) {

    /**
     * Returns the origin of an address.
     *
     * @throws IllegalArgumentException if it has no such thing; the message does not hold the address, which may hold secrets
     */
    static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("must be http or https");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("must name a host");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must not hold a user name or password");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    boolean isSecure() {
        return scheme.equals("https");
    }

    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
