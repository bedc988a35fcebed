package io.github.zeroshot4j.onnx.hub;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** What a hub's helpers work with. It has no text form, which would show the token. */
record HubSettings(
        URI endpoint,
        Optional<String> token,
        Supplier<ProxySelector> proxy,
        Duration connectTimeout,
        Duration readTimeout,
        Retry retry,
        CacheFiles files,
        ModelHub.DownloadListener listener) {

    @Override
    public String toString() {
        return "HubSettings[" + endpoint + "]";
    }
}
