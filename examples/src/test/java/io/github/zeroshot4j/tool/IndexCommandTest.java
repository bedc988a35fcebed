package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.zeroshot4j.EmbeddedImage;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code zeroshot index}: what is embedded, again and not, and what becomes of the rest. */
final class IndexCommandTest {
    @TempDir
    private Path folder;

    private Path photos = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        photos = folder.resolve("photos");
        square("a.png", 0xFF0000);
        square("sub/b.png", 0x0000FF);
        square("sub/deep/ü.png", 0xFF0000);
        square(".hidden/d.png", 0xFF0000);
        Files.writeString(photos.resolve("notes.txt"), "not an image");
    }

    private Path square(String name, int rgb) throws IOException {
        Path file = photos.resolve(name);
        Files.createDirectories(file.getParent());
        Pictures.write(RgbImage.filled(140, 140, 0x808080).fill(ToolRun.SQUARE, rgb), file);
        return file;
    }

    private ToolRun index(String... options) {
        return ToolRun.of(Stream.concat(Stream.of("index", photos.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private List<String> found(String prompt) {
        JsonNode hits =
                ToolRun.of("search", photos.toString(), prompt, "--json", "-").json();
        List<String> names = new ArrayList<>();
        hits.forEach(hit -> names.add(hit.get("image").textValue()));
        return names;
    }

    private Path inside() {
        return photos.resolve(".zeroshot");
    }

    private String summary(String counts) {
        return inside() + ": " + counts + "\n";
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.walk(inside())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    // ---- the first time

    @Test
    void index_folder_everyImageBelowItByItsPath() throws IOException {
        ToolRun run = index().hasCode(0);

        assertThat(run.out()).isEqualTo(summary("3 embedded, 0 unchanged, 0 failed"));
        assertThat(run.err()).isEqualTo("zeroshot: " + ToolRun.NOTE + "\n");
        assertThat(entries())
                .hasSize(3)
                .allMatch(file -> file.toString().matches(".*/[0-9a-f]{2}/[0-9a-f]{30}\\.zs4j"));
        assertThat(found("red")).containsExactly("a.png", "sub/deep/ü.png");
        assertThat(found("blue")).containsExactly("sub/b.png");
    }

    @Test
    void index_folderNamedInOtherWays_sameEntries() throws IOException {
        index().hasCode(0);
        ToolRun.of("index", photos + "/../photos/.").hasCode(0);
        assertThat(entries()).hasSize(3);
        assertThat(index().out()).isEqualTo(summary("0 embedded, 3 unchanged, 0 failed"));
    }

    @Test
    void index_out_nothingInTheFolderOfImages() throws IOException {
        Path out = folder.resolve("my/index");
        assertThat(index("--out", out.toString()).hasCode(0).out()).startsWith(out + ": 3 embedded");
        assertThat(inside()).doesNotExist();
        assertThat(ToolRun.of("search", out.toString(), "blue").hasCode(0).out())
                .contains("sub/b.png");
    }

    @Test
    void index_badImageInTheMiddle_othersAreInAndCode3() throws IOException {
        Files.writeString(photos.resolve("aa.jpg"), "not an image");

        ToolRun run = index().hasCode(Zeroshot.SOME_FAILED);

        assertThat(run.err()).contains("zeroshot: " + photos.resolve("aa.jpg") + ": ");
        assertThat(run.out()).isEqualTo(summary("3 embedded, 0 unchanged, 1 failed"));
        assertThat(found("red")).containsExactly("a.png", "sub/deep/ü.png");
    }

    @Test
    void index_quiet_onlyErrors() throws IOException {
        assertThat(index("-q").hasCode(0).out() + index("-q").err()).isEmpty();
        Files.writeString(photos.resolve("aa.jpg"), "not an image");
        assertThat(index("-q").hasCode(3).err().lines()).hasSize(1);
    }

    @Test
    void index_onTerminal_progressOverTheImages() {
        ToolRun run = ToolRun.onTerminal("index", photos.toString());
        assertThat(run.err()).contains("images", "3/3");
        assertThat(ToolRun.onTerminal("search", photos.toString(), "red").err()).contains("3/3");
    }

    // ---- again

    @Test
    void again_nothingChanged_nothingEmbeddedAndNoFileTouched() throws IOException {
        index();
        FileTime before = Files.getLastModifiedTime(entries().get(0));
        FileTime old = FileTime.fromMillis(before.toMillis() - 100_000);
        Files.setLastModifiedTime(entries().get(0), old);

        assertThat(index().hasCode(0).out()).isEqualTo(summary("0 embedded, 3 unchanged, 0 failed"));

        assertThat(Files.getLastModifiedTime(entries().get(0))).isEqualTo(old);
    }

    @Test
    void again_imageChanged_embeddedAnew() throws IOException {
        index();
        Path changed = square("a.png", 0x0000FF);
        Files.setLastModifiedTime(changed, FileTime.fromMillis(1_000_000_000_000L));

        assertThat(index().hasCode(0).out()).isEqualTo(summary("1 embedded, 2 unchanged, 0 failed"));

        assertThat(found("blue")).containsExactly("a.png", "sub/b.png");
        assertThat(found("red")).containsExactly("sub/deep/ü.png");
    }

    @Test
    void again_sameTimeOtherSize_embeddedAnew() throws IOException {
        index();
        Path file = photos.resolve("a.png");
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        Files.setLastModifiedTime(file, time);

        assertThat(index().hasCode(0).out()).isEqualTo(summary("1 embedded, 2 unchanged, 0 failed"));
    }

    @Test
    void again_newImage_onlyThatOne() throws IOException {
        index();
        square("new/n.png", 0xFF0000);
        assertThat(index().hasCode(0).out()).isEqualTo(summary("1 embedded, 3 unchanged, 0 failed"));
        assertThat(found("red")).containsExactly("a.png", "new/n.png", "sub/deep/ü.png");
    }

    @Test
    void again_damagedEntry_madeAgain() throws IOException {
        index();
        Path entry = entries().get(1);
        byte[] bytes = Files.readAllBytes(entry);
        byte[] damaged = bytes.clone();
        damaged[500] ^= 1;
        Files.write(entry, damaged);

        ToolRun search = ToolRun.of("search", photos.toString(), "red", "blue").hasCode(Zeroshot.SOME_FAILED);
        assertThat(search.err()).contains("zeroshot: " + entry + ": checksum (").contains("damaged");

        assertThat(index().hasCode(0).out()).isEqualTo(summary("1 embedded, 2 unchanged, 0 failed"));
        assertThat(Files.readAllBytes(entry)).isEqualTo(bytes);
    }

    @Test
    void again_entryOfAnotherImage_notTakenForThisOnes() throws IOException {
        index();
        ImageIndex index = ImageIndex.at(inside());
        Files.copy(index.file("sub/b.png"), index.file("a.png"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(index().out()).isEqualTo(summary("1 embedded, 2 unchanged, 0 failed"));
    }

    // ---- images that are gone

    @Test
    void missing_byDefault_staysAndIsTold() throws IOException {
        index();
        Files.delete(photos.resolve("sub/b.png"));

        assertThat(index().hasCode(0).out())
                .isEqualTo(summary(
                        "0 embedded, 2 unchanged, 0 failed, 1 no longer there (--remove-missing removes them)"));

        assertThat(found("blue")).containsExactly("sub/b.png");
    }

    @Test
    void missing_removeMissing_removedAndNothingElse() throws IOException {
        index();
        Path other = Files.writeString(inside().resolve("mine.zs4j"), "of the user");
        Files.delete(photos.resolve("sub/b.png"));

        assertThat(index("--remove-missing").hasCode(0).out())
                .isEqualTo(summary("0 embedded, 2 unchanged, 0 failed, 1 removed"));

        assertThat(found("blue")).isEmpty();
        assertThat(entries()).hasSize(3).contains(other);
    }

    @Test
    void missing_folderEmpty_nothingRemoved() throws IOException {
        index("--out", folder.resolve("index").toString());
        Path empty = Files.createDirectory(folder.resolve("empty"));

        ToolRun run = ToolRun.of(
                "index", empty.toString(), "--out", folder.resolve("index").toString(), "--remove-missing");

        assertThat(run.hasCode(Zeroshot.SOME_FAILED).err()).contains(empty + ": no image below the folder");
        assertThat(ToolRun.of("search", folder.resolve("index").toString(), "red")
                        .hasCode(0)
                        .out())
                .contains("a.png");
        ToolRun.of("index", empty.toString()).hasCode(Zeroshot.SOME_FAILED);
        assertThat(empty).isEmptyDirectory();
    }

    // ---- what cannot be

    @Test
    void badUse_folderThatIsNone_code2() {
        Path file = photos.resolve("a.png");
        assertThat(ToolRun.of("index", file.toString())
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .contains(file + ": must be a folder with images", "see zeroshot index --help");
        assertThat(index("--out", file.toString()).hasCode(Zeroshot.BAD_USE).err())
                .contains(file + ": the index cannot be made (a file is there)");
        assertThat(index("--model", "nowhere").hasCode(Zeroshot.BAD_USE).err())
                .contains("modelDirectory (nowhere) must be a directory with a model");
        assertThat(inside()).doesNotExist();
    }

    @Test
    void indexThatCannotBeWritten_endsTheRunWithCode4() throws IOException {
        Path entry = ImageIndex.at(inside()).file("a.png");
        Files.createDirectories(entry.resolve("a folder in its place"));

        ToolRun run = index().hasCode(Zeroshot.FAILED);

        assertThat(run.err()).contains(entry + ": cannot be written (");
        assertThat(run.out()).isEmpty();
        try (Stream<Path> left = Files.list(entry.getParent())) {
            assertThat(left).containsExactly(entry);
        }
    }

    @Test
    void entries_openInTheLibrary() throws IOException {
        index();
        EmbeddedImage embedded = EmbeddedImage.load(ImageIndex.at(inside()).file("sub/deep/ü.png"));
        assertThat(embedded.grid().imageWidth()).isEqualTo(140);
        assertThat(embedded.note()).startsWith("{\"image\":\"sub/deep/ü.png\",\"bytes\":");
    }
}
