package io.github.zeroshot4j.tool;

import static io.github.zeroshot4j.tool.DetectCommandTest.filesIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where results go, and what happens when they cannot get there. */
final class OutputsTest {
    @TempDir
    private Path folder;

    private String image = "";

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
    }

    // ---- places

    @Test
    void json_oneFileByTwoNames_refused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), Path.of("found.json"));
        Files.createDirectory(folder.resolve("sub"));
        for (String other : new String[] {link.toString(), folder + "/sub/../found.json"}) {
            ToolRun run = ToolRun.of("detect", image, "red", "--json", folder + "/found.json", "--jsonl", other);

            assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                    .startsWith("zeroshot: --json and --jsonl (" + other + ") must go to different files");
        }
        assertThat(folder.resolve("found.json")).doesNotExist();
    }

    @Test
    void json_ontoAnImage_refused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("square.png"));
        byte[] before = Files.readAllBytes(Path.of(image));
        for (String option : new String[] {"--json", "--jsonl"}) {
            ToolRun run = ToolRun.of("detect", image, "red", option, link.toString());

            assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                    .startsWith("zeroshot: " + option + " " + link + ": also one of the images (" + image + ")");
        }
        assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
    }

    @Test
    void json_ontoALink_replacesTheFileThatItNames() throws IOException {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        Path there = Files.writeString(sub.resolve("there.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("a.json"), Path.of("sub/there.json"));
        Path dangling = Files.createSymbolicLink(folder.resolve("b.json"), Path.of("sub/new.jsonl"));

        ToolRun.of("detect", image, "red", "--json", link.toString(), "--jsonl", dangling.toString())
                .hasCode(0);

        assertThat(link).isSymbolicLink();
        assertThat(dangling).isSymbolicLink();
        assertThat(Files.readString(there)).startsWith("[\n");
        assertThat(Files.readString(sub.resolve("new.jsonl"))).startsWith("{");
        assertThat(filesIn(sub)).containsExactly("new.jsonl", "there.json");
    }

    @Test
    void files_inFoldersThatAreMissing_madeWithThem() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("sub")));
        ToolRun.of(
                        "detect",
                        image,
                        "red",
                        "--json",
                        folder + "/a/b/found.json",
                        "--coco",
                        folder + "/c/found.json",
                        "--report",
                        folder + "/d/page.html",
                        "--jsonl",
                        link + "/e/found.jsonl")
                .hasCode(0);

        assertThat(folder.resolve("a/b/found.json")).isNotEmptyFile();
        assertThat(folder.resolve("c/found.json")).isNotEmptyFile();
        assertThat(folder.resolve("d/page.html")).isNotEmptyFile();
        assertThat(folder.resolve("sub/e/found.jsonl")).isNotEmptyFile();
    }

    @Test
    void json_whereAnotherOutputWantsAFolder_refused() throws IOException {
        String out = folder + "/out";

        assertThat(ToolRun.of("detect", image, "red", "--json", out, "--coco", out + "/b/x.json")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .startsWith("zeroshot: --json and --coco (" + out + "/b/x.json) must go to different files");
        assertThat(filesIn(folder)).containsExactly("square.png");
        // the folder of the first is there by now
        assertThat(ToolRun.of("detect", image, "red", "--json", out + "/b/x.json", "--coco", out)
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .startsWith("zeroshot: --coco " + out + ": a folder, not a file");
    }

    @Test
    void json_aFolderThatIsMissing_refused() throws IOException {
        for (String name : new String[] {"/new/.", "/new/.."}) {
            ToolRun run = ToolRun.of("detect", image, "red", "--json", folder + name);

            assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                    .contains("--json " + folder + name + ": a folder, not a file");
        }
        assertThat(filesIn(folder)).containsExactly("square.png");
    }

    @Test
    void json_inAFile_refused() {
        ToolRun run = ToolRun.of("detect", image, "red", "--json", image + "/found.json");

        assertThat(run.hasCode(Zeroshot.BAD_USE).err())
                .contains("--json " + image + "/found.json: cannot be written (");
    }

    @Test
    void json_linkToItself_refused() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

        assertThat(ToolRun.of("detect", image, "red", "--json", loop.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains("--json " + loop + ": cannot be written (a loop of links)");
    }

    @Test
    void json_standardOutputByItsFileName_sameAsHyphen() {
        String expected = ToolRun.of("detect", image, "red", "--json", "-").out();

        assertThat(ToolRun.of("detect", image, "red", "--json", "/dev/stdout").out())
                .isEqualTo(expected);
    }

    // ---- failures

    @Test
    void json_folderGoneMeanwhile_oneLineThatNamesIt() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Path json = gone.resolve("found.json");

        ToolRun run = ToolRun.of(
                imageAfter(gone),
                new ByteArrayOutputStream(),
                false,
                "detect",
                "-",
                "red",
                "-q",
                "--json",
                json.toString());

        assertThat(run.hasCode(Zeroshot.FAILED).err())
                .isEqualTo(line("--json " + json + ": cannot be written (no such file or folder)"));
    }

    @Test
    void json_diskFull_oneLineThatNamesIt() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        for (String option : new String[] {"--json", "--jsonl"}) {
            ToolRun run = ToolRun.of("detect", image, "red", "-q", option, "/dev/full");

            assertThat(run.hasCode(Zeroshot.FAILED).err())
                    .startsWith("zeroshot: " + option + " /dev/full: cannot be written (")
                    .hasLineCount(1);
        }
    }

    @Test
    void out_folderGoneMeanwhile_resultFirstThenOneLine() throws IOException {
        Path gone = folder.resolve("gone");
        for (String command : new String[] {"detect", "occlude"}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            ToolRun run = ToolRun.of(
                    imageAfter(gone), out, false, command, "-", "red", "--image", image, "--out", gone.toString());

            assertThat(run.hasCode(Zeroshot.FAILED).out().lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith("-  ");
            assertThat(run.err())
                    .isEqualTo(line(ToolRun.NOTE)
                            + line(gone.resolve("stdin.boxes.png") + ": cannot be written (no such file)"));
        }
    }

    @Test
    void standardOutput_broken_endsTheRun() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        for (String[] arguments : new String[][] {
            {"detect", image, "red", "-q", "--json", "-"}, {"localize", image, "red"}, {"classify", image, "red"}
        }) {
            ToolRun run = ToolRun.of(InputStream.nullInputStream(), broken, false, arguments);

            assertThat(run.hasCode(Zeroshot.FAILED).err()).endsWith(line("standard output: cannot be written"));
        }
    }

    @Test
    void out_longestNames_cutAndToldApart() throws IOException {
        // 251 and 84 letters of one and three bytes.
        for (String stem : new String[] {"n".repeat(251), "\u20ac".repeat(83)}) {
            String a = ToolRun.redSquare(folder.resolve(stem.substring(1) + "a.png"))
                    .toString();
            String b = ToolRun.redSquare(folder.resolve(stem.substring(1) + "b.png"))
                    .toString();
            Path out = folder.resolve("out" + stem.length());

            ToolRun run = ToolRun.of("detect", a, "red", "ä".repeat(50), "--image", b, "--out", out.toString(), "-q");

            assertThat(run.hasCode(0).err()).isEmpty();
            assertThat(filesIn(out))
                    .hasSize(6)
                    .allSatisfy(name -> assertThat(name.getBytes(StandardCharsets.UTF_8).length)
                            .isLessThanOrEqualTo(255));
        }
    }

    private static String line(String message) {
        return "zeroshot: " + message + System.lineSeparator();
    }

    /** Returns an image for standard input; when it is read, a folder with what is in it goes away. */
    private InputStream imageAfter(Path gone) throws IOException {
        return new ByteArrayInputStream(Files.readAllBytes(Path.of(image))) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                try {
                    if (Files.exists(gone)) {
                        for (String name : filesIn(gone)) {
                            Files.delete(gone.resolve(name));
                        }
                        Files.delete(gone);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return super.read(bytes, offset, length);
            }
        };
    }
}
