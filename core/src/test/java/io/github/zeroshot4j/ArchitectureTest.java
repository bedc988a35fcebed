package io.github.zeroshot4j;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of core that no single class can keep: what it may depend on, and what it may not do. */
final class ArchitectureTest {
    private static final String ROOT = "io.github.zeroshot4j";
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void rootPackage_dependsOnJavaBaseAlone() {
        Set<String> modules = new TreeSet<>();
        for (JavaClass type : rootPackage()) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().equals("org.jspecify.annotations")
                        || target.getPackageName().equals(ROOT)) {
                    continue; // annotations are gone at run time
                }
                assertThat(target.getPackageName())
                        .as("%s", dependency.getDescription())
                        .doesNotStartWith(ROOT);
                modules.add(String.valueOf(target.reflect().getModule().getName()));
            }
        }
        assertThat(modules).containsExactly("java.base");
    }

    @Test
    void core_readsNoEnvironmentAndLoadsNothingByName() {
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "it reads the environment or looks for classes", call -> readsEnvironment(call.getTarget())))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.ServiceLoader")
                .check(CORE);
    }

    private static boolean readsEnvironment(MethodCallTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return switch (owner) {
            case "java.lang.System" ->
                Set.of("getProperty", "getProperties", "setProperty", "getenv", "exit")
                        .contains(name);
            case "java.lang.Integer", "java.lang.Long", "java.lang.Boolean" ->
                Set.of("getInteger", "getLong", "getBoolean").contains(name);
            case "java.lang.Class" -> name.equals("forName");
            case "java.lang.ClassLoader" -> name.equals("loadClass");
            default -> false;
        };
    }

    @Test
    void rootPackage_noFilesButThoseOfEmbeddedImages() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .haveSimpleNameNotStartingWith("EmbeddedImage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.io..")
                .check(CORE);
    }

    @Test
    void rootPackage_noNetworkNoThreads() {
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..")
                .check(CORE);
        // These two fork tasks in a pool that is there; no thread is started.
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .haveNameNotMatching(".*\\.(Crew|ImageEmbedder)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.(Thread|Process|Runtime)(\\..*)?|java\\.util\\.concurrent\\.(Executor|Fork).*")
                .check(CORE);
    }

    @Test
    void staticFields_ofEveryClass_constant() throws Exception {
        int checked = 0;
        for (JavaClass type : CORE) {
            for (Field field : type.reflect().getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic() && !type.isEnum()) {
                    assertThat(Modifier.isFinal(field.getModifiers()))
                            .as("%s is final", field)
                            .isTrue();
                    assertConstant(field);
                    checked++;
                }
            }
        }
        assertThat(checked).as("static fields found").isGreaterThan(15);
    }

    private static void assertConstant(Field field) throws IllegalAccessException {
        Class<?> type = field.getType();
        if (Collection.class.isAssignableFrom(type)) {
            field.setAccessible(true);
            Collection<?> value = (Collection<?>) field.get(null);
            assertThatThrownBy(() -> value.add(null))
                    .as("%s is immutable", field)
                    .isInstanceOf(RuntimeException.class);
        } else {
            // A private table cannot be told from a private cache here; that it is never written to is for the reader.
            boolean constant = type.isPrimitive()
                    || (type.isArray() && Modifier.isPrivate(field.getModifiers()))
                    || type == String.class
                    || type.isRecord()
                    || type.isEnum()
                    || type == DetectorOptions.class
                    || type == java.util.regex.Pattern.class
                    || type == java.lang.invoke.VarHandle.class
                    || type == java.awt.Color.class
                    || type.getName().startsWith(ROOT + ".awt.");
            assertThat(constant).as("%s is of an immutable type", field).isTrue();
        }
    }

    @Test
    void iou_computedInOnePlace() {
        List<String> methods = new ArrayList<>();
        for (JavaClass type : CORE) {
            for (JavaMethod method : type.getMethods()) {
                boolean option = method.getName().matches("maxIou|crossLabelMaxIou");
                if (method.getName().matches("(?i).*(iou|jaccard|intersection|overlap).*") && !option) {
                    methods.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        assertThat(methods).containsExactlyInAnyOrder("Box.iou", "Box.intersectionOverSmaller", "Box.intersectionArea");
    }

    @Test
    void records_holdNoArrays() {
        List<JavaClass> records = CORE.stream().filter(JavaClass::isRecord).toList();
        assertThat(records).hasSizeGreaterThan(5).allSatisfy(type -> {
            for (java.lang.reflect.RecordComponent component : type.reflect().getRecordComponents()) {
                assertThat(component.getType().isArray())
                        .as("%s of %s", component, type)
                        .isFalse();
            }
        });
    }

    @Test
    void constructors_public_takeAtMostFourParameters() {
        for (JavaClass type : CORE) {
            type.getConstructors().stream()
                    .filter(constructor ->
                            Modifier.isPublic(constructor.reflect().getModifiers()))
                    .forEach(constructor -> assertThat(constructor.getRawParameterTypes())
                            .as(constructor.getFullName())
                            .hasSizeLessThanOrEqualTo(4));
        }
    }

    @Test
    void packages_all_nullMarked() {
        Set<Package> packages =
                CORE.stream().map(type -> type.reflect().getPackage()).collect(Collectors.toSet());
        assertThat(packages).extracting(Package::getName).containsExactlyInAnyOrder(ROOT, ROOT + ".awt");
        assertThat(packages).allMatch(one -> one.isAnnotationPresent(NullMarked.class));
    }

    @Test
    void module_exportsTwoPackagesAndRequiresNothingAtRunTime() throws IOException, URISyntaxException {
        Path classes = Path.of(RgbImage.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            assertThat(module.name()).isEqualTo(ROOT);
            assertThat(module.exports().stream().map(ModuleDescriptor.Exports::toString))
                    .containsExactlyInAnyOrder(ROOT, ROOT + ".awt");
            assertThat(module.requires().stream().map(ArchitectureTest::requires))
                    .containsExactlyInAnyOrder(
                            "[MANDATED] java.base", "[STATIC, TRANSITIVE] java.desktop", "[STATIC] org.jspecify");
            assertThat(module.isOpen()).isFalse();
            assertThat(module.opens()).isEmpty();
            assertThat(module.uses()).isEmpty();
            assertThat(module.provides()).isEmpty();
        }
    }

    private static String requires(ModuleDescriptor.Requires requires) {
        return new TreeSet<>(requires.modifiers().stream().map(Enum::name).toList()) + " " + requires.name();
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java"})
    void sourceFiles_atMost400Lines(String folder) throws IOException {
        try (Stream<Path> paths = Files.walk(Path.of(folder))) {
            List<Path> files =
                    paths.filter(path -> path.toString().endsWith(".java")).toList();
            assertThat(files).hasSizeGreaterThan(20);
            for (Path file : files) {
                assertThat(Files.readAllLines(file)).as("lines of %s", file).hasSizeLessThanOrEqualTo(400);
            }
        }
    }

    private static List<JavaClass> rootPackage() {
        List<JavaClass> types =
                CORE.stream().filter(type -> type.getPackageName().equals(ROOT)).toList();
        assertThat(types).hasSizeGreaterThan(30);
        return types;
    }
}
