package io.github.zeroshot4j.onnx.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Hubs for tests: no environment, time that flies, and a look into the cache. */
final class Pulls {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    /** The waits of the tests' hubs. */
    final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

    private final Path cache;

    Pulls(Path cache) {
        this.cache = cache;
    }

    /** A hub with half a second before the second try, one before the third, and so on: the jitter is at its most. */
    ModelHub.Builder hub(HubServer server) {
        return ModelHub.builder(Map.of())
                .endpoint(server.endpoint())
                .cacheDirectory(cache)
                .catalogue(List.of())
                .proxy(java.net.ProxySelector.of(null))
                .readTimeout(Duration.ofSeconds(10))
                .time(new Retry.Time(pauses::add, () -> 1.0, Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    /** Returns the files of a directory, with slashes. */
    static List<String> files(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> directory.relativize(path).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that a directory has the server's files, byte for byte, and those of the record alone. */
    static void assertComplete(Path directory, HubServer server, String... expected) throws IOException {
        List<String> names = new ArrayList<>(List.of(expected));
        names.add(ModelPull.SUMS);
        assertThat(files(directory)).containsExactlyInAnyOrderElementsOf(names);
        for (String name : expected) {
            assertThat(Files.readAllBytes(directory.resolve(name))).as(name).isEqualTo(server.files.get(name));
        }
    }

    /** Asserts that nothing is where a model is looked for. */
    void assertNoModel(ModelHub hub) {
        assertThat(hub.cached(HubServer.REPOSITORY)).isEmpty();
        assertThat(hub.entries()).allMatch(entry -> entry.cached().isEmpty());
        assertThat(files(cache).stream().filter(file -> file.startsWith("models/") && !file.contains(".partial/")))
                .isEmpty();
    }

    /** Returns the files on their way, without what is checked already. */
    List<String> unchecked() {
        return files(cache).stream()
                .filter(file -> file.contains(".part"))
                .filter(file -> file.matches(".*\\.(part|part\\.note|tmp)"))
                .toList();
    }
}
