package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --threads}: the model's, and those of the pool that the library computes in. */
final class ThreadsTest {
    @TempDir
    private Path folder;

    private String image = "";
    private final List<OnnxEncoderOptions> opened = new ArrayList<>();
    private final Set<Integer> pools = new HashSet<>();

    @BeforeEach
    void draw() throws IOException {
        image = ToolRun.redSquare(folder.resolve("square.png")).toString();
    }

    /** Runs the tool with a model that writes down how it is opened, and in pools of how many threads it is called. */
    private ToolRun run(String... arguments) {
        Models models = (model, options) -> {
            opened.add(options);
            return new Models.Model(
                    new ForwardingEncoder(new FakeEncoder()) {
                        @Override
                        public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
                            ForkJoinPool pool = ForkJoinTask.getPool();
                            pools.add(pool == null ? 0 : pool.getParallelism());
                            super.encodeImages(pixels, count, out);
                        }
                    },
                    "");
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Zeroshot.run(arguments, terminal, models, Map.of());
        return new ToolRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void threads_given_modelAndLibraryKeepToThem() {
        String all = run("detect", image, "red", "--json", "-").hasCode(0).out();
        assertThat(opened.get(0).threads()).isZero();
        assertThat(pools).containsExactly(0);
        pools.clear();

        assertThat(run("detect", image, "red", "--json", "-", "--threads", "3")
                        .hasCode(0)
                        .out())
                .isEqualTo(all);

        assertThat(opened.get(1).threads()).isEqualTo(3);
        assertThat(pools).containsExactly(3);
    }

    @Test
    void threads_andSomethingFails_sameMessages() {
        assertThat(run("detect", image, "red", "--patch", "-1", "--threads", "2")
                        .hasCode(Zeroshot.BAD_USE)
                        .err())
                .startsWith("zeroshot: --patch (-1) must be positive");
        assertThat(run("detect", folder + "/none.png", "red", "--threads", "2")
                        .hasCode(Zeroshot.SOME_FAILED)
                        .err())
                .contains("none.png: no such file");
    }
}
