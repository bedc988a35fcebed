package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.examples.DetectionServer;
import io.github.zeroshot4j.examples.DetectionService;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of a server answers with the tool's object. */
final class SameJsonTest {
    @TempDir
    private Path folder;

    @Test
    void server_sameImageAndPrompts_answersAsTheTool() throws Exception {
        byte[] image = Files.readAllBytes(ToolRun.redSquare(folder.resolve("image.png")));
        JsonNode expected = ToolRun.of(image, false, "detect", "-", "red", "blue", "--json", "-")
                .hasCode(Zeroshot.FOUND)
                .json()
                .get(0);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        try (DetectionServer server =
                new DetectionServer(anyPort, new FakeEncoder(), DetectionService.Limits.DEFAULT)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + server.port() + "/detect?prompt=red&prompt=blue"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                    .build();
            String answer = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();

            assertThat(new ObjectMapper().readTree(answer)).isEqualTo(expected);
        }
    }
}
