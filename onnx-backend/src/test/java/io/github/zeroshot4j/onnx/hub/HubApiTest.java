package io.github.zeroshot4j.onnx.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public types, and what reads the environment and uses the network. */
final class HubApiTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/zeroshot4j");

    @Test
    void publicTypes_areTheHubAndThoseNestedInIt() throws Exception {
        List<String> names = new ArrayList<>();
        for (Path file : sources("onnx/hub")) {
            String name = file.getFileName().toString().replace(".java", "");
            if (!name.equals("package-info")
                    && Modifier.isPublic(Class.forName("io.github.zeroshot4j.onnx.hub." + name)
                            .getModifiers())) {
                names.add(name);
            }
        }
        assertThat(names).containsExactly("ModelHub");
        assertThat(ModelHub.class.getClasses())
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder("Builder", "DownloadListener", "Entry");
    }

    @Test
    void publicSignatures_nameOnlyTheJdkAndZeroshot4j() {
        List<Class<?>> types = new ArrayList<>(List.of(ModelHub.class.getClasses()));
        types.add(ModelHub.class);
        for (Class<?> type : types) {
            for (Method method : type.getMethods()) {
                assertThat(method.toGenericString()).doesNotContain("jackson", "slf4j");
            }
        }
    }

    @Test
    void environmentNetworkAndFiles_haveTheirPlaces() throws IOException {
        assertThat(naming("System.getenv()")).containsExactly("ModelHub.java");
        assertThat(naming("java.net.http")).containsExactly("HubClient.java");
        assertThat(naming("com.fasterxml.jackson")).containsExactly("HubRepository.java", "JsonValue.java");
        assertThat(naming("Redirect.NEVER")).containsExactly("HubClient.java");
    }

    private static List<String> naming(String text) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : sources("")) {
            if (Files.readString(file).contains(text)) {
                names.add(file.getFileName().toString());
            }
        }
        return names.stream().sorted().toList();
    }

    private static List<Path> sources(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
