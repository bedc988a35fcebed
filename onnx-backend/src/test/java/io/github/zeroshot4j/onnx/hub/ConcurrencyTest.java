package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads and processes that want the same model, and one that is killed on the way. */
@Timeout(60)
final class ConcurrencyTest {
    private static final String[] FILES = {
        "config.json", "preprocessor_config.json", "tokenizer.json", VISION, "onnx/text_model.onnx"
    };

    @TempDir
    Path cache;

    private final HubServer server = HubServer.withPlainFiles();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        server.close();
    }

    @Test
    void threads_ofOneHubAndOfTwo_downloadOnce() throws Exception {
        int threads = 6;
        ModelHub one = new Pulls(cache).hub(server).build();
        ModelHub other = new Pulls(cache).hub(server).build();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Path>> models = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ModelHub hub = i % 2 == 0 ? one : other;
                models.add(pool.submit(() -> {
                    start.await();
                    return hub.resolve(REPOSITORY);
                }));
            }
            start.countDown();
            for (Future<Path> model : models) {
                Pulls.assertComplete(model.get(), server, FILES);
            }
        } finally {
            pool.shutdownNow();
        }
        assertDownloadedOnce();
    }

    @Test
    void processes_downloadOnce_theSecondWaits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        server.fault(VISION, exchange -> {
            begun.countDown();
            await(goOn);
            return false;
        });
        Process first = pull("first");
        assertThat(begun.await(30, TimeUnit.SECONDS))
                .as("first is downloading: %s", output("first"))
                .isTrue();
        Process second = pull("second");
        awaitOutput("second", "waiting for another process that holds ");
        goOn.countDown();

        assertThat(first.waitFor()).as(output("first")).isZero();
        assertThat(second.waitFor()).as(output("second")).isZero();
        Path model = cache.resolve("models/tester--small-clip/" + HubServer.COMMIT + "/fp32");
        Pulls.assertComplete(model, server, FILES);
        assertThat(output("first")).contains("model: " + model);
        assertThat(output("second")).contains("model: " + model);
        assertDownloadedOnce();
    }

    @Test
    void process_killedOnTheWay_nextOneGoesOn() throws Exception {
        byte[] content = server.content(VISION);
        CountDownLatch never = new CountDownLatch(1);
        server.fault(server.large(VISION), exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 200_000);
            exchange.getResponseBody().flush();
            await(never);
            return true;
        });
        Process killed = pull("killed");
        Path part =
                cache.resolve("models/tester--small-clip/" + HubServer.COMMIT + "/fp32.partial/" + VISION + ".part");
        while (!Files.exists(part) || Files.size(part) < 200_000) {
            assertThat(killed.isAlive()).as(output("killed")).isTrue();
            Thread.sleep(10);
        }
        killed.destroyForcibly().waitFor();
        ModelHub hub = new Pulls(cache).hub(server).build();
        new Pulls(cache).assertNoModel(hub);

        Path model = hub.resolve(REPOSITORY);

        never.countDown();
        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(server.large(VISION)).get(1).headers()).containsEntry("Range", "bytes=200000-");
    }

    @Test
    void partThatIsWholeButUnchecked_isCheckedWithoutFetching() throws Exception {
        byte[] content = server.content(VISION);
        Path part =
                cache.resolve("models/tester--small-clip/" + HubServer.COMMIT + "/fp32.partial/" + VISION + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, content);
        Files.writeString(
                part.resolveSibling("vision_model.onnx.part.note"),
                HubServer.hash("SHA-256", content) + "\n\n" + content.length + "\n",
                StandardCharsets.UTF_8);

        Path model = new Pulls(cache).hub(server).build().resolve(REPOSITORY);

        Pulls.assertComplete(model, server, FILES);
        assertThat(server.seen(VISION)).isEmpty();
    }

    private void assertDownloadedOnce() {
        for (String file : FILES) {
            assertThat(server.seen("/resolve/" + HubServer.COMMIT + "/" + file))
                    .as(file)
                    .hasSize(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- processes

    private Process pull(String name) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Pull.class.getName(),
                        server.endpoint().toString(),
                        cache.toString())
                .redirectErrorStream(true)
                .redirectOutput(cache.resolve(name + ".txt").toFile())
                .start();
        processes.add(process);
        return process;
    }

    private String output(String name) throws IOException {
        return Files.readString(cache.resolve(name + ".txt"));
    }

    private void awaitOutput(String name, String text) throws Exception {
        while (!output(name).contains(text)) {
            Thread.sleep(10);
        }
    }

    /** What the processes run. */
    static final class Pull {
        private Pull() {}

        public static void main(String[] args) throws IOException {
            ModelHub hub = ModelHub.builder(Map.of())
                    .endpoint(URI.create(args[0]))
                    .cacheDirectory(Path.of(args[1]))
                    .catalogue(List.of())
                    .build();
            System.out.println("model: " + hub.resolve(REPOSITORY));
        }
    }
}
