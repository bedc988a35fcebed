package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static io.github.zeroshot4j.onnx.hub.HubServer.body;
import static io.github.zeroshot4j.onnx.hub.HubServer.cut;
import static io.github.zeroshot4j.onnx.hub.HubServer.redirect;
import static io.github.zeroshot4j.onnx.hub.HubServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the log says, and what it never says. In a process of its own, whose log tells everything. */
@Timeout(60)
final class HubLogTest {
    private static final String TOKEN = "hf_VerySecretToken";

    @TempDir
    Path temp;

    private final HubServer hub = HubServer.withPlainFiles();
    private final HubServer elsewhere = new HubServer();

    @AfterEach
    void stop() {
        hub.close();
        elsewhere.close();
    }

    @Test
    void redirectsAndRetries_areLoggedWithoutTokenAndSignature() throws Exception {
        hub.cdn = elsewhere;
        hub.fault("/tokenizer.json", status(503), redirect(302, "/moved?" + HubServer.SIGNATURE));
        hub.fault("/moved", body(hub.content("tokenizer.json")));
        elsewhere.fault(hub.large(VISION), cut(hub.content(VISION), 200_000), status(503));

        String output = pull();

        assertThat(output)
                .contains("model: ", "tokenizer.json must arrive, found 503; next try in ")
                .contains(VISION + " must arrive, found ", "tokenizer.json: the server names no hash")
                .doesNotContainIgnoringCase(TOKEN)
                .doesNotContainIgnoringCase("secret")
                .doesNotContain("Signature");
        assertThat(hub.seen("/moved").get(0).headers()).containsEntry("Authorization", "Bearer " + TOKEN);
    }

    @Test
    void failure_isShownWithoutTokenAndSignature() throws Exception {
        hub.cdn = elsewhere;
        elsewhere.always(hub.large(VISION), status(403));

        String output = pull();

        assertThat(output)
                .contains("HubException", "found 403")
                .doesNotContainIgnoringCase(TOKEN)
                .doesNotContainIgnoringCase("secret")
                .doesNotContain("Signature");
    }

    private String pull() throws IOException, InterruptedException {
        Path output = temp.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-Dorg.slf4j.simpleLogger.log.io.github.zeroshot4j=trace",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Pull.class.getName(),
                        hub.endpoint().toString(),
                        temp.resolve("cache").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }

    /** What the process runs. */
    static final class Pull {
        private Pull() {}

        public static void main(String[] args) throws IOException {
            ModelHub model = ModelHub.builder(Map.of())
                    .endpoint(URI.create(args[0]))
                    .token(TOKEN)
                    .cacheDirectory(Path.of(args[1]))
                    .catalogue(java.util.List.of())
                    .build();
            System.out.println("model: " + model.resolve(REPOSITORY));
        }
    }
}
