package io.github.zeroshot4j;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * An encoder without a model that knows things and not, as {@link FakeEncoder} does, colours: a part of a thing is less than the
 * thing, as it is to a real model. Every pixel of a thing says where in the thing it is, so that of the largest connected part
 * of a kind in an image follows which share of the thing it is, and with the share of the image that it fills how well it is seen:
 *
 * <pre>
 *   min(1, visible / 0.6) * (1 - exp(-filled / 0.1))
 * </pre>
 *
 * <p>An image has so much of its kind's axis, and the rest of the background's. Kinds are "red" and "blue"; texts, counters and
 * failures are those of a {@link FakeEncoder}.
 */
final class ThingEncoder implements Encoder {
    private static final int BACKGROUND = 128;

    private final FakeEncoder fake;

    ThingEncoder() {
        this(new FakeEncoder());
    }

    ThingEncoder(FakeEncoder fake) {
        this.fake = fake;
    }

    /** Returns an image of things on the background: x in the thing is its red, y its green, its kind its blue. */
    static RgbImage drawn(int width, int height, List<Shape> things) {
        int[] pixels = new int[width * height];
        java.util.Arrays.fill(pixels, Grids.GRAY);
        for (Shape thing : things) {
            Box box = thing.box();
            for (int y = box.yMin(); y < box.yMax(); y++) {
                for (int x = box.xMin(); x < box.xMax(); x++) {
                    int red = (2 * (x - box.xMin()) + 1) * 255 / (2 * box.width());
                    int green = (2 * (y - box.yMin()) + 1) * 255 / (2 * box.height());
                    pixels[y * width + x] = red << 16 | green << 8 | (thing.colour() == Colour.RED ? 0 : 255);
                }
            }
        }
        return RgbImage.ofPacked(width, height, pixels);
    }

    /** Returns an image of one red thing. */
    static RgbImage drawn(int width, int height, Box box) {
        return drawn(width, height, List.of(new Shape(Colour.RED, box)));
    }

    FakeEncoder fake() {
        return fake;
    }

    @Override
    public EncoderSpec spec() {
        return fake.spec();
    }

    @Override
    public void encodeImages(FloatBuffer pixels, int count, FloatBuffer out) {
        fake.encodeImages(pixels, count, out);
        int samples = 3 * spec().cropSide() * spec().cropSide();
        float[] image = new float[samples];
        for (int i = 0; i < count; i++) {
            pixels.get(i * samples, image);
            double red = seen(image, -1);
            double blue = seen(image, 1);
            double rest = 1 - Math.max(red, blue);
            double norm = Math.sqrt(red * red + blue * blue + rest * rest);
            float[] row = new float[spec().embeddingDimension()];
            row[Colour.RED.axis()] = (float) (red / norm);
            row[Colour.BLUE.axis()] = (float) (blue / norm);
            row[Colour.GRAY.axis()] = (float) (rest / norm);
            out.put(i * row.length, row);
        }
    }

    /** Returns how well the largest part of a kind is seen; the kind is the sign of its blue. */
    private double seen(float[] image, int kind) {
        int side = spec().cropSide();
        boolean[] left = new boolean[side * side];
        for (int i = 0; i < left.length; i++) {
            left[i] = kind * (level(image, i, 2) - BACKGROUND) > 64;
        }
        double best = 0;
        for (int i = 0; i < left.length; i++) {
            if (left[i]) {
                best = Math.max(best, seenFrom(image, i, left));
            }
        }
        return best;
    }

    private double seenFrom(float[] image, int first, boolean[] left) {
        int side = spec().cropSide();
        double[] least = {255, 255, side, side};
        double[] most = new double[4];
        int count = 0;
        Deque<Integer> open = new ArrayDeque<>(List.of(first));
        left[first] = false;
        while (!open.isEmpty()) {
            int i = open.pop();
            count++;
            int row = i / side;
            double[] place = {level(image, i, 0), level(image, i, 1), i % side, row};
            for (int k = 0; k < 4; k++) {
                least[k] = Math.min(least[k], place[k]);
                most[k] = Math.max(most[k], place[k]);
            }
            int[] neighbours = {i % side > 0 ? i - 1 : i, i % side < side - 1 ? i + 1 : i, i - side, i + side};
            for (int next : neighbours) {
                if (next >= 0 && next < left.length && left[next]) {
                    left[next] = false;
                    open.push(next);
                }
            }
        }
        double visible = share(most[0] - least[0], most[2] - least[2]) * share(most[1] - least[1], most[3] - least[3]);
        double filled = (double) count / left.length;
        return Math.min(1, visible / 0.6) * (1 - Math.exp(-filled / 0.1));
    }

    /** Returns the share of a thing's length in levels between the centres of the first and the last of some pixels. */
    private static double share(double levels, double pixels) {
        return pixels == 0 ? 0 : Math.min(1, levels / 255 * (pixels + 1) / pixels);
    }

    private double level(float[] image, int pixel, int channel) {
        float value = image[channel * image.length / 3 + pixel];
        return 255.0 * (value * spec().std(channel) + spec().mean(channel));
    }

    @Override
    public float[][] encodeTexts(List<String> texts) {
        return fake.encodeTexts(texts);
    }

    @Override
    public void close() {
        fake.close();
    }
}
