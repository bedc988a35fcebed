package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked for beside plain phrases: templates and pictures. */
final class PromptOptionsTest {
    @TempDir
    private Path folder;

    private String image = "";
    private String mug = "";

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
        Path file = folder.resolve("my mug.png");
        Pictures.write(RgbImage.filled(40, 30, 0xFF0000), file);
        mug = file.toString();
    }

    @Test
    void template_repeated_meanOfTheSentences() {
        ToolRun plain = ToolRun.of("localize", image, "blue", "--json", "-");
        ToolRun filled = ToolRun.of(
                "localize", image, "blue", "--template", "a red {}", "--template", "the red and red {}", "--json", "-");

        assertThat(plain.hasCode(Zeroshot.NOTHING_FOUND).json().get(0).get("detections"))
                .isEmpty();
        JsonNode detections = filled.hasCode(Zeroshot.FOUND).json().get(0).get("detections");
        assertThat(detections.get(0).get("label").textValue()).isEqualTo("blue");
    }

    @Test
    void template_withoutPlace_badUse() {
        assertThat(ToolRun.of("detect", image, "red", "--template", "a photo")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("template (a photo) must contain {}");
    }

    @Test
    void exemplar_withoutPrompts_foundUnderItsFilesName() {
        JsonNode detections = ToolRun.of("detect", image, "--exemplar", mug, "--json", "-")
                .hasCode(Zeroshot.FOUND)
                .json()
                .get(0)
                .get("detections");

        assertThat(detections).hasSize(1);
        assertThat(detections.get(0).get("label").textValue()).isEqualTo("my mug");
        assertThat(ToolRun.box(detections.get(0)).intersectionOverSmaller(ToolRun.SQUARE))
                .isEqualTo(1);
    }

    @Test
    void exemplar_labelledBesidePrompts_rowsInOrderAndPictures() throws IOException {
        Path out = folder.resolve("out");
        ToolRun run = ToolRun.of("detect", image, "blue", "--exemplar", mug + "=this mug", "--out", out.toString());

        assertThat(run.hasCode(Zeroshot.FOUND).out()).containsSubsequence("blue", "not found", "this mug");
        assertThat(out.resolve("square.map.this-mug.png")).exists();
    }

    @Test
    void exemplar_fileWithAnEqualsSign_isTheFile() throws IOException {
        Path odd = Files.copy(Path.of(mug), folder.resolve("a=b.png"));
        assertThat(ToolRun.of("detect", image, "--exemplar", odd.toString())
                        .hasCode(Zeroshot.FOUND)
                        .out())
                .contains("a=b");
    }

    @Test
    void exemplar_badFileLabelOrTwice_badUse() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "text");
        assertThat(ToolRun.of("detect", image, "--exemplar", folder.resolve("no.png") + "=x")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--exemplar " + folder.resolve("no.png") + "=x: ");
        assertThat(ToolRun.of("detect", image, "--exemplar", text.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--exemplar " + text + ": ");
        assertThat(ToolRun.of("detect", image, "--exemplar", mug + "=")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("label () must not be blank");
        assertThat(ToolRun.of("detect", image, "my mug", "--exemplar", mug)
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("prompt \"my mug\" is given twice");
    }
}
