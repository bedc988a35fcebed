package io.github.zeroshot4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The random models of the test resources, copies of them to break, and the goldens' pixels. */
final class TestModels {
    static final JsonMapper JSON = new JsonMapper();

    private TestModels() {}

    static Path directory(String model) {
        return resource("models/" + model);
    }

    static Path resource(String name) {
        URL url = Objects.requireNonNull(TestModels.class.getResource("/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode golden(String file) {
        try {
            return JSON.readTree(resource("goldens/" + file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a model into a directory of its own. */
    static Path copy(String model, Path target) {
        Path source = directory(model);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path to = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes a JSON file of a copy. */
    static void edit(Path model, String file, Consumer<ObjectNode> change) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(model.resolve(file).toFile());
            change.accept(root);
            JSON.writeValue(model.resolve(file).toFile(), root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the value of a file's field, or removes it where the JSON is empty. */
    static void set(Path model, String file, String field, String json) {
        edit(model, file, root -> {
            try {
                if (json.isEmpty()) {
                    root.remove(field);
                } else {
                    root.set(field, JSON.readTree(json));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Images by the formula in the goldens' header, one for each seed. */
    static FloatBuffer pixels(int side, int... seeds) {
        int size = 3 * side * side;
        FloatBuffer pixels = floats(seeds.length * size);
        for (int image = 0; image < seeds.length; image++) {
            for (int i = 0; i < size; i++) {
                pixels.put(image * size + i, (mix(seeds[image], i) >>> 8) * 0x1p-22f - 2f);
            }
        }
        return pixels;
    }

    /** Returns what reaches an encoder of that kind when a whole picture is classified. */
    static float[] wholePicture(EncoderSpec spec, RgbImage image) {
        float[] pixels = new float[3 * spec.cropSide() * spec.cropSide()];
        Encoder recorder = new Encoder() {
            @Override
            public EncoderSpec spec() {
                return spec;
            }

            @Override
            public void encodeImages(FloatBuffer in, int count, FloatBuffer out) {
                assertThat(count).isEqualTo(1);
                in.get(0, pixels);
                out.put(0, axis());
            }

            @Override
            public float[][] encodeTexts(List<String> texts) {
                return texts.stream().map(text -> axis()).toArray(float[][]::new);
            }

            private float[] axis() {
                float[] row = new float[spec.embeddingDimension()];
                row[0] = 1;
                return row;
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        ZeroShotDetector.of(recorder).classify(image, Prompt.all("a cat"));
        return pixels;
    }

    /** The picture of a golden: kind, seed, width, height. */
    static RgbImage picture(JsonNode row) {
        return picture(
                row.get(0).asText(),
                row.get(1).intValue(),
                row.get(2).intValue(),
                row.get(3).intValue());
    }

    /** The picture that the goldens' headers describe. */
    static RgbImage picture(String kind, int seed, int width, int height) {
        byte[] samples = new byte[3 * width * height];
        for (int i = 0; i < samples.length; i++) {
            int channel = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            samples[i] = switch (kind) {
                case "noise" -> (byte) (mix(seed, i) >>> 24);
                case "blocks" -> (byte) (((x / 7 + y / 5 + channel) & 1) * 255);
                case "ramp" -> (byte) (x * 3 + y * 5 + channel * 85);
                default -> throw new AssertionError("unknown kind of picture " + kind);
            };
        }
        return RgbImage.of(width, height, samples);
    }

    private static int mix(int seed, int i) {
        int h = i * 0x9E3779B1 + seed * 0x85EBCA77;
        h ^= h >>> 15;
        h *= 0x85EBCA77;
        h ^= h >>> 13;
        h *= 0xC2B2AE3D;
        return h ^ (h >>> 16);
    }

    /** Embeds images and returns the rows. */
    static float[][] encode(OnnxEncoder encoder, int... seeds) {
        int dimension = encoder.spec().embeddingDimension();
        FloatBuffer out = floats(seeds.length * dimension);
        encoder.encodeImages(pixels(encoder.spec().cropSide(), seeds), seeds.length, out);
        float[][] rows = new float[seeds.length][dimension];
        for (int i = 0; i < seeds.length; i++) {
            out.get(i * dimension, rows[i]);
        }
        return rows;
    }
}
