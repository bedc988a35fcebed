package modular;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ModuleDescriptorTest {
    private final ModuleDescriptor core = Encoder.class.getModule().getDescriptor();

    @Test
    void core_exports_twoPackages() {
        assertThat(core.isAutomatic()).isFalse();
        assertThat(core.isOpen()).isFalse();
        Set<String> exports =
                core.exports().stream().map(ModuleDescriptor.Exports::toString).collect(Collectors.toSet());
        assertThat(exports).containsExactlyInAnyOrder("io.github.zeroshot4j", "io.github.zeroshot4j.awt");
        assertThat(core.opens()).isEmpty();
    }

    @Test
    void core_requires_nothingButTheJdk() {
        assertThat(core.requires())
                .extracting(Requires::name)
                .containsExactlyInAnyOrder("java.base", "java.desktop", "org.jspecify");
        assertThat(modifiers("java.desktop")).containsExactlyInAnyOrder(Modifier.STATIC, Modifier.TRANSITIVE);
        assertThat(modifiers("org.jspecify")).containsExactly(Modifier.STATIC);
    }

    @Test
    void testJar_name_isItsOwnAutomaticModule() {
        ModuleDescriptor testing = FakeEncoder.class.getModule().getDescriptor();
        assertThat(testing.name()).isEqualTo("io.github.zeroshot4j.testing");
        assertThat(testing.packages())
                .as("no package of core, or the two cannot be used together")
                .containsExactly("io.github.zeroshot4j.testing");
    }

    private Set<Modifier> modifiers(String required) {
        return core.requires().stream()
                .filter(requires -> requires.name().equals(required))
                .findFirst()
                .orElseThrow()
                .modifiers();
    }
}
