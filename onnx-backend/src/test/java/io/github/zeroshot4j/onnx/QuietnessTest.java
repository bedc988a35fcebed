package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a first use prints, writes and asks of the network, seen in a JVM of its own with an empty home and an empty directory
 * for temporary files.
 */
final class QuietnessTest {
    @TempDir
    Path temp;

    @Test
    void firstUse_inAFreshHome_printsNothingWritesOnlyItsCachesAndStaysOffline() throws Exception {
        Path home = Files.createDirectory(temp.resolve("home"));
        Path tmp = Files.createDirectory(temp.resolve("tmp"));
        Path output = temp.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + tmp,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Dorg.slf4j.simpleLogger.log.io.github.zeroshot4j=error",
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 22) {
            command.add(1, "--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                FirstUse.class.getName(), TestModels.directory("random-a").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("DJL_CACHE_DIR");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        int status = builder.start().waitFor();

        assertThat(output).content().isEmpty();
        assertThat(status).isZero();
        assertThat(files(home))
                .isNotEmpty()
                .allMatch(file ->
                        file.startsWith(Path.of(".djl.ai/tokenizers")) || file.startsWith(Path.of(".cache/JNA")));
        assertThat(files(tmp)).isEmpty();
        assertThat(files(temp)).allMatch(file -> file.startsWith("home") || file.startsWith("output.txt"));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(directory::relativize).toList();
        }
    }

    /** Opens a model, embeds an image and a text, and fails if anything asked for a connection. */
    static final class FirstUse {
        private FirstUse() {}

        public static void main(String[] args) {
            List<URI> asked = new ArrayList<>();
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI uri) {
                    asked.add(uri);
                    return List.of(Proxy.NO_PROXY);
                }

                @Override
                public void connectFailed(URI uri, SocketAddress address, IOException e) {
                    asked.add(uri);
                }
            });
            OnnxEncoderOptions options = OnnxEncoderOptions.builder()
                    .device(OnnxEncoderOptions.Device.AUTO)
                    .build();
            try (OnnxEncoder encoder = OnnxEncoder.open(Path.of(args[0]), options)) {
                TestModels.encode(encoder, 1);
                encoder.encodeTexts(List.of("a cat"));
            }
            if (!asked.isEmpty()) {
                throw new UncheckedIOException(new IOException("connections: " + asked));
            }
        }
    }
}
