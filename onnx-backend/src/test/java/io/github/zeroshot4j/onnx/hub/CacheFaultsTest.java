package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache that cannot be written: what is said, and that nothing bad is used or left. Works for root too. */
final class CacheFaultsTest {
    private static final String FP32 = "models/tester--small-clip/" + HubServer.COMMIT + "/fp32";

    @TempDir
    Path temp;

    private final HubServer server = HubServer.withPlainFiles();

    @AfterEach
    void stop() {
        server.close();
    }

    /** Fails on one file, or lets it be. */
    private static final class Faulty extends CacheFiles {
        private final String file;
        private final int after;
        private final IOException fault;
        boolean mended;

        Faulty(String file, int after, IOException fault) {
            this.file = file;
            this.after = after;
            this.fault = fault;
        }

        @Override
        Sink open(Path path) throws IOException {
            boolean faulty = !mended && path.toString().endsWith(file);
            if (faulty && after < 0) {
                throw fault;
            }
            Sink sink = super.open(path);
            return new Sink() {
                private int written;

                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    written += bytes.remaining();
                    if (faulty && written > after) {
                        throw fault;
                    }
                    sink.write(bytes);
                }

                @Override
                public void force() throws IOException {
                    sink.force();
                }

                @Override
                public void close() throws IOException {
                    sink.close();
                }
            };
        }

        @Override
        void rename(Path from, Path to) throws IOException {
            if (!mended && to.toString().endsWith(file)) {
                throw fault;
            }
            super.rename(from, to);
        }
    }

    @Test
    void fullDisk_inMemory_partIsDeleted_andItWorksWithMoreRoom() throws IOException {
        Configuration small = Configuration.unix().toBuilder()
                .setMaxSize(256 * 1024)
                .setBlockSize(4096)
                .build();
        try (FileSystem disk = Jimfs.newFileSystem(small)) {
            Path cache = disk.getPath("/cache");
            ModelHub hub = new Pulls(cache).hub(server).build();

            assertThatIOException()
                    .isThrownBy(() -> hub.resolve(REPOSITORY))
                    .withMessage("cache file (/cache/" + FP32 + ".partial/" + VISION
                            + ".part) must be writable, found IOException: out of disk space");

            new Pulls(cache).assertNoModel(hub);
            assertThat(Pulls.files(cache))
                    .as("only what is checked")
                    .containsExactly(
                            "locks/tester--small-clip.lock",
                            FP32 + ".partial/config.json",
                            FP32 + ".partial/preprocessor_config.json",
                            FP32 + ".partial/tokenizer.json");
            assertThat(server.seen(server.large(VISION))).as("not tried again").hasSize(1);
            // The disk is not kept full.
            Files.write(disk.getPath("/other"), new byte[200 * 1024]);
        }
    }

    @Test
    void fullDisk_byAFailingChannel_thenRoom_goesOnWithTheNextFile() throws IOException {
        Faulty files = new Faulty("vision_model.onnx.part", 100_000, new IOException("No space left on device"));
        Path cache = temp.resolve("cache");
        ModelHub hub = new Pulls(cache).hub(server).files(files).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage("cache file (" + cache.resolve(FP32 + ".partial").resolve(VISION)
                        + ".part) must be writable, found IOException: No space left on device");
        new Pulls(cache).assertNoModel(hub);
        assertThat(new Pulls(cache).unchecked()).isEmpty();

        files.mended = true;
        Path model = hub.resolve(REPOSITORY);
        assertThat(Files.readAllBytes(model.resolve(VISION))).isEqualTo(server.content(VISION));
        assertThat(server.seen("/resolve/" + HubServer.COMMIT + "/config.json"))
                .as("what was checked is not fetched again")
                .hasSize(1);
    }

    @Test
    void noPermission_onAFile() {
        Path cache = temp.resolve("cache");
        String part = cache.resolve(FP32 + ".partial/tokenizer.json.part").toString();
        Faulty files = new Faulty("tokenizer.json.part", -1, new AccessDeniedException(part));
        ModelHub hub = new Pulls(cache).hub(server).files(files).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage("cache file (" + part + ") must be writable, found AccessDeniedException: " + part);
        new Pulls(cache).assertNoModel(hub);
        assertThat(new Pulls(cache).unchecked()).isEmpty();
    }

    @Test
    void noPermission_toMoveTheWholeModel_nothingIsVisible_thenWorks() throws IOException {
        Path cache = temp.resolve("cache");
        Faulty files = new Faulty("fp32", -1, new AccessDeniedException("fp32"));
        ModelHub hub = new Pulls(cache).hub(server).files(files).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessage("cache file (" + cache.resolve(FP32) + ") must be where " + cache.resolve(FP32)
                        + ".partial can be moved to, found AccessDeniedException: fp32");
        new Pulls(cache).assertNoModel(hub);

        files.mended = true;
        int before = server.seen.size();
        assertThat(hub.resolve(REPOSITORY)).isEqualTo(cache.resolve(FP32));
        assertThat(server.seen.subList(before, server.seen.size()))
                .as("only commit and list are asked for again")
                .hasSize(2);
    }

    @Test
    void noPermission_toMoveACheckedFile() {
        Path cache = temp.resolve("cache");
        ModelHub hub = new Pulls(cache)
                .hub(server)
                .files(new Faulty("tokenizer.json", -1, new AccessDeniedException("x")))
                .build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageContaining("tokenizer.json.part can be moved to, found AccessDeniedException: x");
        new Pulls(cache).assertNoModel(hub);
    }

    @Test
    void cacheIsAFile_saysSo() throws IOException {
        Path cache = Files.writeString(temp.resolve("cache"), "a file");
        ModelHub hub = new Pulls(cache).hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageStartingWith("cache file (" + cache)
                .withMessageContaining(") must be readable, found FileSystemException: ");
        assertThat(server.seen).isEmpty();
    }

    @Test
    void lockIsADirectory_saysSo() throws IOException {
        Files.createDirectories(temp.resolve("locks/tester--small-clip.lock"));
        ModelHub hub = new Pulls(temp).hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageStartingWith("cache file (" + temp.toRealPath().resolve("locks/tester--small-clip.lock")
                        + ") must be writable, found ");
        assertThat(server.seen).isEmpty();
    }

    @Test
    void keptCommitIsADirectory_saysSo() throws IOException {
        Path ref = Files.createDirectories(temp.resolve("models/tester--small-clip/refs/main"));
        ModelHub hub = new Pulls(temp).hub(server).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .withMessageStartingWith("cache file (" + ref + ") must be readable, found IOException: ");
        assertThatThrownBy(() -> hub.cached(REPOSITORY))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cache file (" + ref + ") must be readable");
    }

    @Test
    void keptCommitIsDamaged_isAskedForAgain() throws IOException {
        Path ref = Files.createDirectories(temp.resolve("models/tester--small-clip/refs"))
                .resolve("main");
        Files.writeString(ref, "../../evil");

        new Pulls(temp).hub(server).build().resolve(REPOSITORY);

        assertThat(ref).hasContent(HubServer.COMMIT + "\n");
    }

    @Test
    void damagedNote_startsAnew() throws IOException {
        Path part = temp.resolve(FP32 + ".partial").resolve(VISION + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, HubServer.bytes(1000, 77));
        Files.writeString(part.resolveSibling("vision_model.onnx.part.note"), "damaged", StandardCharsets.UTF_8);

        Path model = new Pulls(temp).hub(server).build().resolve(REPOSITORY);

        assertThat(Files.readAllBytes(model.resolve(VISION))).isEqualTo(server.content(VISION));
    }
}
