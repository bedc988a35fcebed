package io.github.zeroshot4j.onnx.hub;

import static io.github.zeroshot4j.onnx.hub.HubServer.REPOSITORY;
import static io.github.zeroshot4j.onnx.hub.HubServer.VISION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that are interrupted while they write or wait: on a disk, whose channels an interrupt closes. */
@Timeout(60)
final class InterruptTest {
    private static final String[] FILES = {
        "config.json", "preprocessor_config.json", "tokenizer.json", VISION, "onnx/text_model.onnx"
    };

    @TempDir
    Path cache;

    private final HubServer server = HubServer.withPlainFiles();

    @AfterEach
    void stop() {
        server.close();
    }

    /** Interrupts its own thread just before something is written or forced to the disk, once. */
    private static final class Interrupting extends CacheFiles {
        private final String file;
        private final int after;
        private boolean done;

        /** Makes one; what is forced comes after all bytes. */
        Interrupting(String file, int after) {
            this.file = file;
            this.after = after;
        }

        private void at(long written) {
            if (!done && written > after) {
                done = true;
                Thread.currentThread().interrupt();
            }
        }

        @Override
        Sink open(Path path) throws IOException {
            Sink sink = super.open(path);
            if (!path.toString().endsWith(file)) {
                return sink;
            }
            return new Sink() {
                private long written;

                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    written += bytes.remaining();
                    at(written);
                    sink.write(bytes);
                }

                @Override
                public void force() throws IOException {
                    at(Long.MAX_VALUE);
                    sink.force();
                }

                @Override
                public void close() throws IOException {
                    sink.close();
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200_000, Integer.MAX_VALUE})
    void interruptedWhileWriting_keepsWhatIsThere_andGoesOnLater(int after) throws IOException {
        Interrupting files = new Interrupting("vision_model.onnx.part", after);
        ModelHub hub = new Pulls(cache).hub(server).files(files).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .isInstanceOf(InterruptedIOException.class)
                .withMessage("interrupted");
        assertThat(Thread.interrupted()).as("stays set").isTrue();
        new Pulls(cache).assertNoModel(hub);
        Path part =
                cache.resolve("models/tester--small-clip/" + HubServer.COMMIT + "/fp32.partial/" + VISION + ".part");
        long kept = Files.size(part);
        assertThat(kept).isBetween(100_000L, 300_000L);

        Pulls.assertComplete(hub.resolve(REPOSITORY), server, FILES);
        if (kept < 300_000) {
            assertThat(server.seen(server.large(VISION)).get(1).headers())
                    .containsEntry("Range", "bytes=" + kept + "-");
        } else {
            assertThat(server.seen(server.large(VISION))).as("it was all there").hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vision_model.onnx.part.note.tmp", "SHA256SUMS.tmp", "refs/main.tmp"})
    void interruptedWhileWritingASmallFile_leavesNoneOfIt(String file) throws IOException {
        ModelHub hub =
                new Pulls(cache).hub(server).files(new Interrupting(file, 0)).build();

        assertThatIOException()
                .isThrownBy(() -> hub.resolve(REPOSITORY))
                .isInstanceOf(InterruptedIOException.class)
                .withMessage("interrupted");
        assertThat(Thread.interrupted()).as("stays set").isTrue();
        assertThat(Pulls.files(cache)).noneMatch(name -> name.endsWith(".tmp"));

        Pulls.assertComplete(hub.resolve(REPOSITORY), server, FILES);
    }

    // ---- locks that this class does not know of: of another class loader of this JVM

    @Test
    void lockHeldInThisJvm_isWaitedFor() throws Exception {
        FutureTask<Path> model =
                new FutureTask<>(() -> new Pulls(cache).hub(server).build().resolve(REPOSITORY));
        try (FileChannel channel = lockFile();
                FileLock held = channel.lock()) {
            new Thread(model).start();
            assertThatThrownBy(() -> model.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(held.isValid()).isTrue();
            assertThat(server.seen).isEmpty();
        }

        Pulls.assertComplete(model.get(), server, FILES);
    }

    @Test
    void lockHeldInThisJvm_interruptEndsTheWait() throws Exception {
        FutureTask<Path> model =
                new FutureTask<>(() -> new Pulls(cache).hub(server).build().resolve(REPOSITORY));
        try (FileChannel channel = lockFile();
                FileLock held = channel.lock()) {
            Thread thread = new Thread(model);
            thread.start();
            assertThatThrownBy(() -> model.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            thread.interrupt();
            assertThatThrownBy(model::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedIOException.class);
            assertThat(held.isValid()).isTrue();
        }
    }

    @Test
    void lock_isOneForNamesThatDifferInCase() {
        // They are the same file where the file system does not tell them apart.
        ModelCache files = new ModelCache(cache, new CacheFiles());

        assertThat(files.lock(ModelName.parse("Tester/Small-CLIP"))).isEqualTo(files.lock(ModelName.parse(REPOSITORY)));
    }

    private FileChannel lockFile() throws IOException {
        Path file = cache.resolve("locks/tester--small-clip.lock");
        Files.createDirectories(file.getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
