package io.github.zeroshot4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what is compiled and run here: every block of Java is a region of a recipe, to the letter. */
final class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern REGION = Pattern.compile("(?ms)^ *// region (\\S+)\\n(.*?)\\n *// endregion$");

    @Test
    void readme_everyBlockOfJava_isARegionOfARecipe() throws IOException {
        Map<String, String> regions = regions();
        List<String> blocks = blocks(Files.readString(ROOT.resolve("README.md")));

        assertThat(blocks).as("blocks of Java in README.md").isNotEmpty();
        assertThat(blocks).allSatisfy(block -> assertThat(regions).containsValue(block));
    }

    @Test
    void regions_ofTheRecipes_foundByName() throws IOException {
        assertThat(regions()).containsKeys("quickstart", "questions", "service");
        assertThat(regions().get("quickstart"))
                .startsWith("try (OnnxEncoder encoder")
                .endsWith("\n}\n");
    }

    @Test
    void blocks_ofAText_withoutTheirFences() {
        assertThat(blocks("a\n```java\nint a;\n  b();\n```\n```\nno\n```\n```java\nint c;\n```\n"))
                .containsExactly("int a;\n  b();\n", "int c;\n");
    }

    private static List<String> blocks(String markdown) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(markdown);
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new HashMap<>();
        Path recipes = ROOT.resolve("examples/src/main/java/io/github/zeroshot4j/examples");
        try (Stream<Path> files = Files.list(recipes)) {
            for (Path file : files.toList()) {
                Matcher matcher = REGION.matcher(Files.readString(file));
                while (matcher.find()) {
                    assertThat(regions.put(matcher.group(1), matcher.group(2).stripIndent() + "\n"))
                            .as("a second region %s", matcher.group(1))
                            .isNull();
                }
            }
        }
        return regions;
    }
}
