package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What the benchmarks work on: seeded images, presets by name, prompts. */
final class Inputs {
    private static final List<String> THINGS =
            List.of("a cat", "a butterfly", "a red mug", "an old bicycle", "a bunch of flowers");

    private Inputs() {}

    /**
     * Returns an image of coloured blocks under noise. What is in it costs no more and no less than a photo: neither the
     * resampling nor an encoder looks at it before it computes.
     *
     * @param size width and height in pixels, such as "3456x5184", the article's photo
     * @throws IllegalArgumentException if the size does not read so
     */
    static RgbImage image(String size) {
        if (!size.matches("\\d{1,6}x\\d{1,6}")) {
            throw new IllegalArgumentException("image (" + size + ") must be WIDTHxHEIGHT, such as 3456x5184");
        }
        int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        SplittableRandom random = new SplittableRandom(20261123);
        int[] blocks = random.ints(64, 0, 0x1000000).toArray();
        int[] pixels = new int[Math.multiplyExact(width, height)];
        for (int i = 0; i < pixels.length; i++) {
            int row = i / width * 8 / height;
            int column = i % width * 8 / width;
            pixels[i] = blocks[8 * row + column] ^ (random.nextInt() & 0x0f0f0f);
        }
        return RgbImage.ofPacked(width, height, pixels);
    }

    /**
     * Returns the options of a preset.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static DetectorOptions preset(String name) {
        return switch (name) {
            case "article" -> DetectorOptions.article();
            case "default" -> DetectorOptions.defaults();
            default -> throw new IllegalArgumentException("preset (" + name + ") must be article or default");
        };
    }

    /** Returns so many different prompts. */
    static List<Prompt> prompts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Prompt.of(THINGS.get(i % THINGS.size()) + (i < THINGS.size() ? "" : " number " + i)))
                .toList();
    }

    /** Returns a buffer as an encoder wants it. */
    static FloatBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
