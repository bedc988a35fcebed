package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public types, and how far ONNX Runtime and the other libraries reach. */
final class ApiTest {
    private static final Path SOURCES = Path.of("src/main/java/io/github/zeroshot4j/onnx");

    @Test
    void publicTypes_areThreeAndThoseNestedInThem() throws Exception {
        List<String> names = new ArrayList<>();
        for (Class<?> type : classes()) {
            if (Modifier.isPublic(type.getModifiers())) {
                names.add(type.getSimpleName());
            }
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "ModelSource", "OnnxEncoder", "OnnxEncoderOptions", "Builder", "Device", "Variant");
    }

    @Test
    void publicSignatures_nameOnlyTheJdkAndZeroshot4j() throws Exception {
        List<Type> types = new ArrayList<>();
        for (Class<?> type : classes()) {
            if (Modifier.isPublic(type.getModifiers())) {
                for (Method method : type.getMethods()) {
                    types.add(method.getGenericReturnType());
                    types.addAll(Arrays.asList(method.getGenericParameterTypes()));
                    types.addAll(Arrays.asList(method.getGenericExceptionTypes()));
                }
                for (Constructor<?> constructor : type.getConstructors()) {
                    types.addAll(Arrays.asList(constructor.getGenericParameterTypes()));
                }
            }
        }
        assertThat(types)
                .hasSizeGreaterThan(50)
                .allSatisfy(type ->
                        assertThat(type.getTypeName()).doesNotContain("ai.onnxruntime", "ai.djl", "jackson", "slf4j"));
    }

    @Test
    void onnxRuntime_isImportedByTwoFiles() throws IOException {
        assertThat(importing("import ai.onnxruntime.")).containsExactlyInAnyOrder("Graph.java", "OrtRuntime.java");
        assertThat(importing("import ai.djl.")).containsExactly("ClipTokenizer.java");
        assertThat(importing("import com.fasterxml.jackson.")).containsExactly("JsonValue.java");
    }

    private static List<String> importing(String start) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(start)) {
                    names.add(file.getFileName().toString());
                }
            }
        }
        return names;
    }

    private static List<Class<?>> classes() throws Exception {
        List<Class<?>> classes = new ArrayList<>();
        Path compiled = Path.of(OnnxEncoder.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/github/zeroshot4j/onnx");
        try (Stream<Path> files = Files.list(compiled)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    classes.add(Class.forName("io.github.zeroshot4j.onnx." + name.replace(".class", "")));
                }
            }
        }
        return classes;
    }
}
