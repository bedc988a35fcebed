package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InputsTest {
    private static final InputStream NO_INPUT = new ByteArrayInputStream(new byte[0]);

    @TempDir
    private Path folder;

    @BeforeEach
    void draw() throws IOException {
        for (String name : new String[] {
            "b.png", "a.JPG", "c.txt", ".hidden.png", "sub/d.png", "sub/deep/e.png", ".git/f.png", "sub/.g.png"
        }) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            if (name.endsWith("txt")) {
                Files.writeString(file, "not an image");
            } else {
                ToolRun.redSquare(file);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''           | a.JPG b.png",
                "*            | a.JPG b.png c.txt",
                "*.png        | b.png",
                "[.a]*        | a.JPG",
                ".*           | .hidden.png",
                "{b,.h}*.png  | .hidden.png b.png",
                ".g*/*        | .git/f.png",
                "*/.*         | sub/.g.png",
                "**/.*.png    | .hidden.png sub/.g.png",
                "**.png       | b.png sub/d.png sub/deep/e.png",
                "s**/{d,e}.png | sub/d.png sub/deep/e.png",
                "{sub/d,b}.png | b.png sub/d.png",
                "?.{png,JPG}  | a.JPG b.png",
                "[ab].*       | a.JPG b.png",
                "*/*.png      | sub/d.png",
                "s*/d.png     | sub/d.png",
                "**/[a-z].png | b.png sub/d.png sub/deep/e.png",
                "**/*.png     | b.png sub/d.png sub/deep/e.png",
                "sub/**       | sub/d.png sub/deep/e.png",
                "sub          | sub/d.png",
                "b.png        | b.png",
                "missing.png  | missing.png"
            })
    void of_argument_theseImagesInThisOrder(String argument, String expected) {
        Inputs inputs = Inputs.of(List.of(folder + "/" + argument), NO_INPUT);

        assertThat(inputs.images())
                .extracting(input -> folder.relativize(input.path()).toString())
                .containsExactly(expected.split(" ", -1));
        assertThat(inputs.errors()).isEmpty();
    }

    @Test
    void of_globInTheWorkingFolder_namesWithoutFolder() {
        assertThat(Inputs.of(List.of("pom.{xml,XML}"), NO_INPUT).images())
                .extracting(Input::name)
                .containsExactly("pom.xml");
    }

    @Test
    void of_fileNameWithWildcards_theFileItself() throws IOException {
        Path odd = ToolRun.redSquare(folder.resolve("odd[1].png"));

        assertThat(Inputs.of(List.of(odd.toString()), NO_INPUT).images())
                .extracting(Input::path)
                .containsExactly(odd);
    }

    @Test
    void of_linkLoopBelow_saidAndTheOthersStay() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("sub/loop"), folder);

        Inputs inputs = Inputs.of(List.of(folder + "/**/[a-z].png"), NO_INPUT);

        assertThat(inputs.images())
                .extracting(input -> folder.relativize(input.path()).toString())
                .containsExactly("b.png", "sub/d.png", "sub/deep/e.png");
        assertThat(inputs.errors()).containsExactly(loop + ": cannot be read (a loop of links)");
    }

    @Test
    void glob_folderThatCannotBeRead_saidWhereItMatters() {
        // Given to it rather than met: whoever runs the tests as root may read everything.
        Glob deep = new Glob(folder, "**/*.png");
        assertThat(deep.visitFileFailed(folder.resolve("x"), new AccessDeniedException("x")))
                .isEqualTo(FileVisitResult.CONTINUE);
        deep.visitFileFailed(folder.resolve(".x"), new AccessDeniedException(".x"));
        assertThat(deep.failures()).containsExactly(folder.resolve("x") + ": cannot be read (permission denied)");

        Glob one = new Glob(folder, "y*/*.png");
        one.visitFileFailed(folder.resolve("x"), new AccessDeniedException("x"));
        assertThat(one.failures()).isEmpty();
        one.visitFileFailed(folder.resolve("y1"), new AccessDeniedException("y1"));
        assertThat(one.failures()).hasSize(1);
    }

    @Test
    void ofFile_calledHyphen_isAFileNotStandardInput() throws IOException {
        Input hyphen = Input.ofFile(Path.of("-"));

        assertThat(hyphen.name()).isEqualTo("./-");
        assertThat(hyphen.stem()).isEqualTo("-");
        assertThatThrownBy(hyphen::read).isInstanceOf(NoSuchFileException.class).hasMessage("-: no such file");
        Files.move(folder.resolve("b.png"), folder.resolve("-"));
        assertThat(Inputs.of(List.of(folder + "/-*"), NO_INPUT)
                        .images()
                        .get(0)
                        .read()
                        .width())
                .isEqualTo(140);
    }

    @Test
    void reason_errorsOfTheFileSystem_inWords() {
        assertThat(Reason.of(new AccessDeniedException("x"))).isEqualTo("permission denied");
        assertThat(Reason.of(new NoSuchFileException("x"))).isEqualTo("no such file or folder");
        assertThat(Reason.of(new FileAlreadyExistsException("x"))).isEqualTo("a file is there");
        assertThat(Reason.of(new NotDirectoryException("x"))).isEqualTo("not a folder");
        assertThat(Reason.of(new DirectoryNotEmptyException("x"))).isEqualTo("DirectoryNotEmptyException");
        assertThat(Reason.of(new FileSystemException("x", null, "Input/output error")))
                .isEqualTo("Input/output error");
        assertThat(Reason.of(new EOFException())).isEqualTo("java.io.EOFException");
        assertThat(Reason.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "empty     | empty: the folder holds no image",
                "*.gif     | *.gif: no file matches",
                "no/*.png  | no/*.png: no file matches",
                "[.png     | [.png: not a file name or pattern"
            })
    void of_nothingThere_errorThatNamesTheArgument(String argument, String error) throws IOException {
        Files.createDirectory(folder.resolve("empty"));

        Inputs inputs = Inputs.of(List.of(folder + "/" + argument), NO_INPUT);

        assertThat(inputs.images()).isEmpty();
        assertThat(inputs.errors()).hasSize(1);
        assertThat(inputs.errors().get(0)).contains(error);
    }

    @Test
    void of_standardInputTwice_refused() {
        assertThatThrownBy(() -> Inputs.of(List.of("-", "x", "-"), NO_INPUT))
                .isInstanceOf(BadUse.class)
                .hasMessage("- (standard input) can be given only once");
    }

    @Test
    void stem_names_withoutEnding() {
        assertThat(Inputs.of(List.of("a/b.c.png", "d", ".e", "-"), NO_INPUT).images())
                .extracting(Input::stem)
                .containsExactly("b.c", "d", ".e", "stdin");
    }

    // ---- through the tool

    @Test
    void run_standardInput_readAsAnImage() throws IOException {
        byte[] image = Files.readAllBytes(folder.resolve("b.png"));

        ToolRun run = ToolRun.of(image, false, "detect", "-", "red", "--json", "-");

        assertThat(run.hasCode(0).json().get(0).get("image").textValue()).isEqualTo("-");
        assertThat(ToolRun.of(new byte[0], false, "detect", "-", "red")
                        .hasCode(Zeroshot.SOME_FAILED)
                        .err())
                .contains("-: image stream: empty, not an image");
    }

    @Test
    void run_badOnesAmongGood_othersProcessedAndCode3() throws IOException {
        Path webp = Files.write(
                folder.resolve("w.webp"), "RIFF0000WEBPVP8L".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Path text = folder.resolve("c.txt");
        Path missing = folder.resolve("missing.png");

        ToolRun run = ToolRun.of(
                "detect",
                missing.toString(),
                "red",
                "--image",
                folder.toString(),
                "--image",
                text.toString(),
                "--image",
                folder + "/*.gif",
                "--json",
                "-");

        run.hasCode(Zeroshot.SOME_FAILED);
        assertThat(images(run)).containsExactly(folder + "/a.JPG", folder + "/b.png");
        assertThat(run.err().lines())
                .anyMatch(line -> line.equals("zeroshot: " + missing + ": no such file"))
                .anyMatch(line -> line.startsWith("zeroshot: " + webp + ": a broken or truncated WEBP file"))
                .anyMatch(line -> line.startsWith("zeroshot: " + text + ": not an image of a known format"))
                .anyMatch(line -> line.equals("zeroshot: " + folder + "/*.gif: no file matches"));
    }

    @Test
    void run_promptIsAnotherFile_hintToQuoteOrRepeat() {
        String a = folder.resolve("a.JPG").toString();
        String b = folder.resolve("b.png").toString();

        ToolRun run = ToolRun.of("detect", a, b, "red").hasCode(Zeroshot.BAD_USE);

        assertThat(run.err())
                .contains("prompt \"" + b + "\" is the name of a file")
                .contains("Repeat --image for more, or quote a glob");
    }

    private static List<String> images(ToolRun run) {
        return StreamSupport.stream(run.json().spliterator(), false)
                .map((JsonNode result) -> result.get("image").textValue())
                .toList();
    }
}
