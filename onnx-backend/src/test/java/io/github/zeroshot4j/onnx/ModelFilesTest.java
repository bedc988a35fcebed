package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.PresenceCalibration;
import io.github.zeroshot4j.ResampleFilter;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from a model's files, and where they come from. */
final class ModelFilesTest {
    private static final String PRE = ModelFiles.PREPROCESSOR;
    private static final String FACTS = ModelFiles.FACTS;

    @TempDir
    Path temp;

    @Test
    void open_source_sameAsDirectoryAndAllStreamsClosed() {
        AtomicInteger streams = new AtomicInteger();
        Path directory = TestModels.directory("random-a");
        ModelSource source = source(directory, streams);
        try (OnnxEncoder fromSource = OnnxEncoder.open(source, OnnxEncoderOptions.defaults());
                OnnxEncoder fromDirectory = OnnxEncoder.open(directory)) {
            assertThat(streams).hasValue(0);
            assertThat(fromSource.spec()).usingRecursiveComparison().isEqualTo(fromDirectory.spec());
            assertThat(TestModels.encode(fromSource, 1, 2)).isDeepEqualTo(TestModels.encode(fromDirectory, 1, 2));
            List<String> prompts = List.of("a cat", "");
            assertThat(fromSource.encodeTexts(prompts)).isDeepEqualTo(fromDirectory.encodeTexts(prompts));
        }
    }

    /** ONNX Runtime opens paths of the default file system only: a directory in an archive is read, not passed on by name. */
    @Test
    void open_directoryInAnArchive_sameAsOnDisk() throws IOException {
        Path archive = temp.resolve("model.zip");
        Path directory = TestModels.directory("random-a");
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"));
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(
                        file,
                        zip.getPath("/model").resolve(directory.relativize(file).toString()));
            }
        }
        try (FileSystem zip = FileSystems.newFileSystem(archive);
                OnnxEncoder archived = OnnxEncoder.open(zip.getPath("/model"));
                OnnxEncoder onDisk = OnnxEncoder.open(directory)) {
            assertThat(archived.spec().fingerprint()).isEqualTo(onDisk.spec().fingerprint());
            assertThat(TestModels.encode(archived, 1, 2)).isDeepEqualTo(TestModels.encode(onDisk, 1, 2));
        }
    }

    @Test
    void open_sourceThatFails_namesSourceAndFile() {
        ModelSource source = new ModelSource() {
            @Override
            public String description() {
                return "a broken jar";
            }

            @Override
            public Optional<InputStream> open(String relativePath) throws IOException {
                throw new IOException("crc mismatch");
            }
        };
        assertThatThrownBy(() -> OnnxEncoder.open(source, OnnxEncoderOptions.defaults()))
                .isInstanceOf(EncoderException.class)
                .hasMessage("model a broken jar: zeroshot4j.json must be readable: java.io.IOException: crc mismatch")
                .hasCauseInstanceOf(IOException.class);
    }

    /** As {@code cat onnx/vision_model.onnx onnx/text_model.onnx tokenizer.json | sha256sum} prints it. */
    @Test
    void fingerprint_ofModel_isTheHashOfItsGraphsAndTokenizer() throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String file : List.of("onnx/vision_model.onnx", "onnx/text_model.onnx", "tokenizer.json")) {
            digest.update(Files.readAllBytes(TestModels.directory("random-a").resolve(file)));
        }
        try (OnnxEncoder encoder = OnnxEncoder.open(TestModels.directory("random-a"));
                OnnxEncoder int8 = OnnxEncoder.open(
                        TestModels.directory("random-a"),
                        OnnxEncoderOptions.builder().variant(Variant.INT8).build())) {
            assertThat(encoder.spec().fingerprint()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
            assertThat(int8.spec().fingerprint()).isNotEqualTo(encoder.spec().fingerprint());
        }
    }

    @Test
    void fingerprint_externalData_counts() throws IOException {
        TestModels.copy("random-a", temp);
        ModelFiles files = new ModelFiles(new DirectorySource(temp));
        String before = files.fingerprint("onnx/vision_model.onnx");
        Files.writeString(temp.resolve("onnx/vision_model.onnx.bak"), "no data");
        assertThat(files.fingerprint("onnx/vision_model.onnx")).isEqualTo(before);
        Files.writeString(temp.resolve("onnx/vision_model.onnx_data"), "weights");
        assertThat(files.fingerprint("onnx/vision_model.onnx")).isNotEqualTo(before);
    }

    @Test
    void open_hubsFilesAlone_nameOfDirectoryAndClipsDefaults() throws IOException {
        Path model = TestModels.copy("random-a", temp.resolve("clip-vit"));
        Files.delete(model.resolve(FACTS));
        try (OnnxEncoder encoder = OnnxEncoder.open(model)) {
            assertThat(encoder.spec().modelName()).isEqualTo("clip-vit");
            assertThat(encoder.spec().logitScale()).isEqualTo(100);
            assertThat(encoder.spec().presenceCalibration()).isEqualTo(PresenceCalibration.NONE);
            assertThat(encoder.card()).isEmpty();
            assertThat(encoder.notes("a qwertzuiop")).isEmpty();
        }
    }

    @Test
    void open_facts_areGiven() {
        TestModels.copy("random-a", temp);
        TestModels.set(temp, FACTS, "knownWords", "[\"a\", \"Cat\", \"caf\u00e9\"]");
        TestModels.set(temp, FACTS, "presence", "{\"fp32\": {\"slope\": 2.5, \"intercept\": -1}}");
        TestModels.set(temp, FACTS, "laterField", "{}");
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertThat(encoder.spec().presenceCalibration()).isEqualTo(new PresenceCalibration(2.5, -1));
            assertThat(encoder.notes("A cat, a CAF\u00c9, a cafe\u0301!")).isEmpty();
            assertThat(encoder.notes("")).isEmpty();
            assertThat(encoder.notes("a xebec, a Zebu and 3 xebecs' cat"))
                    .containsExactly(
                            "The model random-a was not trained with \"xebec\", \"zebu\", \"and\", \"xebecs\": "
                                    + "what it finds for \"a xebec, a Zebu and 3 xebecs' cat\" means little.");
        }
        OnnxEncoderOptions int8 =
                OnnxEncoderOptions.builder().variant(Variant.INT8).build();
        try (OnnxEncoder encoder = OnnxEncoder.open(temp, int8)) {
            assertThat(encoder.spec().presenceCalibration()).isEqualTo(PresenceCalibration.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', fp32", "_fp16, fp16", "_quantized, int8"})
    void open_auto_takesTheFirstVariantThatIsThere(String suffix, String expected) throws IOException {
        TestModels.copy("random-a", temp);
        for (String other : List.of("", "_fp16", "_quantized")) {
            if (other.equals(suffix)) {
                break;
            }
            // one tower is not enough
            Files.delete(temp.resolve("onnx/text_model" + other + ".onnx"));
        }
        try (OnnxEncoder encoder = OnnxEncoder.open(temp)) {
            assertThat(encoder.spec().variant()).isEqualTo(expected);
        }
    }

    @Test
    void preprocessing_formsOfTheHub_areRead() {
        TestModels.copy("random-a", temp);
        TestModels.set(temp, PRE, "resample", "2");
        TestModels.set(temp, PRE, "size", "40");
        TestModels.set(temp, PRE, "crop_size", "32");
        // older files lack these
        TestModels.set(temp, PRE, "do_rescale", "");
        TestModels.set(temp, PRE, "rescale_factor", "");
        Preprocessing older = Preprocessing.read(new ModelFiles(new DirectorySource(temp)));
        assertThat(older.resizeSide()).isEqualTo(40);
        assertThat(older.cropSide()).isEqualTo(32);
        assertThat(older.filter()).isEqualTo(ResampleFilter.BILINEAR);
        assertThat(older.mean()).containsExactly((float) 0.48145466, (float) 0.4578275, (float) 0.40821073);
        assertThat(older.std()).containsExactly((float) 0.26862954, (float) 0.26130258, (float) 0.27577711);

        TestModels.set(temp, PRE, "size", "{\"shortest_edge\": 32}");
        TestModels.set(temp, PRE, "crop_size", "");
        TestModels.set(temp, PRE, "do_normalize", "false");
        Preprocessing plain = Preprocessing.read(new ModelFiles(new DirectorySource(temp)));
        assertThat(plain.resizeSide()).isEqualTo(32);
        assertThat(plain.cropSide()).isEqualTo(32);
        assertThat(plain.mean()).containsExactly(0f, 0f, 0f);
        assertThat(plain.std()).containsExactly(1f, 1f, 1f);
    }

    /** Counts the streams that are open. */
    private static ModelSource source(Path directory, AtomicInteger streams) {
        DirectorySource files = new DirectorySource(directory);
        return new ModelSource() {
            @Override
            public String description() {
                return "a jar";
            }

            @Override
            public Optional<InputStream> open(String relativePath) throws IOException {
                Optional<InputStream> stream = files.open(relativePath);
                if (stream.isEmpty()) {
                    return stream;
                }
                streams.incrementAndGet();
                return Optional.of(new FilterInputStream(stream.get()) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        streams.decrementAndGet();
                    }
                });
            }
        };
    }
}
