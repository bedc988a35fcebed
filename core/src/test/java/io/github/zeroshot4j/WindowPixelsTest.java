package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.PatchGrid.Coverage;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowPixelsTest {
    @ParameterizedTest(name = "{0} x {1}, patch {2}, {3}, window {4}, stride {5}, resize {6}, crop {7}")
    @CsvSource({
        // image, patch, coverage, window, stride, resize side, crop side, why
        "1, 1, 1, COVER, 1, 1, 8, 8, the smallest",
        "1, 1, 4, COVER, 3, 2, 5, 3, the smallest with a centre crop",
        "24, 24, 8, COVER, 3, 1, 8, 8, one window",
        "40, 32, 8, DROP_REMAINDER, 2, 1, 8, 8, whole patches down to half",
        "43, 37, 8, DROP_REMAINDER, 2, 2, 7, 7, a remainder and no overlap",
        "43, 37, 8, COVER, 2, 2, 7, 7, shifted last windows",
        "43, 37, 8, COVER, 3, 1, 11, 8, shifted, and the crop smaller than the resize",
        "43, 37, 8, COVER, 3, 2, 12, 7, the same with a stride and an odd rest",
        "53, 61, 7, COVER, 5, 1, 16, 16, primes",
        "20, 20, 4, COVER, 2, 1, 32, 32, up",
        "20, 20, 4, COVER, 2, 1, 33, 24, up and cropped",
        "90, 9, 6, COVER, 3, 3, 8, 8, thin: the window shrinks",
        "9, 90, 6, COVER, 3, 3, 8, 8, tall: every row of windows is shifted",
        "64, 48, 16, COVER, 1, 1, 16, 16, same size: a copy",
    })
    void write_everyWindow_bytesOfResizingTheCropAlone(
            int width,
            int height,
            int patch,
            Coverage coverage,
            int window,
            int stride,
            int resize,
            int crop,
            String why) {
        RgbImage image = Goldens.picture("noise", width, width, height);
        List<Box> windows = new WindowScanner(new PatchGrid(width, height, patch, coverage), window, stride).windows();
        for (ResampleFilter filter : ResampleFilter.values()) {
            EncoderSpec spec = spec(resize, crop, filter);
            WindowPixels shared = new WindowPixels(image, windows, spec, Resampling.EXACT);
            for (int i = 0; i < windows.size(); i++) {
                FloatBuffer pixels = GuardedEncoder.buffer(3 * crop * crop);
                shared.write(i, pixels, 0);
                RgbImage resized = Reference.resize(image.crop(windows.get(i)), resize, resize, filter);
                int offset = (resize - crop) / 2;
                RgbImage cropped = resized.crop(new Box(offset, offset, offset + crop, offset + crop));
                assertThat(floats(pixels))
                        .as("%s, %s, window %d %s", why, filter, i, windows.get(i))
                        .isEqualTo(normalised(cropped, spec));
            }
        }
    }

    @Test
    void write_randomScans_bytesOfResizingTheCropAlone() {
        Fuzz.check(
                60,
                random -> new WindowScanner(
                        new PatchGrid(
                                Fuzz.between(random, 1, 60),
                                Fuzz.between(random, 1, 60),
                                Fuzz.between(random, 1, 12),
                                Coverage.COVER),
                        Fuzz.between(random, 2, 5),
                        Fuzz.between(random, 1, 2)),
                scanner -> {
                    RgbImage image = Goldens.picture(
                            "noise",
                            7,
                            scanner.grid().imageWidth(),
                            scanner.grid().imageHeight());
                    List<Box> windows = scanner.windows();
                    EncoderSpec spec = spec(9, 8, ResampleFilter.BICUBIC);
                    WindowPixels shared = new WindowPixels(image, windows, spec, Resampling.EXACT);
                    FloatBuffer pixels = GuardedEncoder.buffer(3 * 8 * 8);
                    for (int i = 0; i < windows.size(); i++) {
                        shared.write(i, pixels, 0);
                        RgbImage alone = Resampler.resize(image.crop(windows.get(i)), 9, 9, ResampleFilter.BICUBIC)
                                .crop(new Box(0, 0, 8, 8));
                        assertThat(floats(pixels)).as("window %d", i).isEqualTo(normalised(alone, spec));
                    }
                });
    }

    /** The twin of FAST: the whole image resized, crops of it. */
    @Test
    void writeFast_randomScans_bytesOfCropsOfTheResizedImage() {
        Fuzz.check(
                150,
                random -> new WindowScanner(
                        new PatchGrid(
                                Fuzz.between(random, 1, 70),
                                Fuzz.between(random, 1, 70),
                                Fuzz.between(random, 1, 12),
                                Coverage.COVER),
                        Fuzz.between(random, 2, 5),
                        Fuzz.between(random, 1, 2)),
                scanner -> {
                    for (int resize : new int[] {8, 9, 12}) {
                        assertFast(scanner, spec(resize, 8, ResampleFilter.BICUBIC));
                    }
                    assertFast(scanner, spec(33, 31, ResampleFilter.BILINEAR));
                });
    }

    /** The article's windows, large enough for several threads. */
    @Test
    void writeFast_largeScan_bytesOfCropsOfTheResizedImage() {
        PatchGrid grid = new PatchGrid(1900, 2500, 128, Coverage.COVER);
        assertFast(new WindowScanner(grid, 6, 1), spec(224, 224, ResampleFilter.BICUBIC));
    }

    private static void assertFast(WindowScanner scanner, EncoderSpec spec) {
        int width = scanner.grid().imageWidth();
        int height = scanner.grid().imageHeight();
        RgbImage image = Goldens.picture("noise", 7, width, height);
        int side = spec.resizeSide();
        double scale = (double) side / scanner.windowPx();
        RgbImage resized = Resampler.resize(
                image, (int) Math.round(width * scale), (int) Math.round(height * scale), spec.resampleFilter());
        List<Box> windows = scanner.windows();
        WindowPixels shared = new WindowPixels(image, windows, spec, Resampling.FAST);
        FloatBuffer pixels = GuardedEncoder.buffer(3 * spec.cropSide() * spec.cropSide());
        for (int i = 0; i < windows.size(); i++) {
            shared.write(i, pixels, 0);
            int left = start(windows.get(i).xMin(), width, resized.width(), spec);
            int top = start(windows.get(i).yMin(), height, resized.height(), spec);
            RgbImage crop = resized.crop(new Box(left, top, left + spec.cropSide(), top + spec.cropSide()));
            assertThat(floats(pixels))
                    .as("%s, window %d %s", spec, i, windows.get(i))
                    .isEqualTo(normalised(crop, spec));
        }
    }

    private static int start(int origin, int length, int resized, EncoderSpec spec) {
        long nearest = Math.round((double) origin * resized / length);
        return (int) Math.min(nearest, resized - spec.resizeSide()) + (spec.resizeSide() - spec.cropSide()) / 2;
    }

    /** What comes out of FAST is close to EXACT: a smooth image at most a fraction of a pixel apart. */
    @Test
    void writeFast_smoothImage_closeToExact() {
        int[] packed = new int[400 * 300];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = 0x10101 * (i % 400 * 255 / 399);
        }
        RgbImage image = RgbImage.ofPacked(400, 300, packed);
        List<Box> windows = new WindowScanner(new PatchGrid(400, 300, 23, Coverage.COVER), 4, 1).windows();
        EncoderSpec spec = EncoderSpec.builder("m", 32, 1).build(); // mean 0, std 1: values in [0, 1]
        WindowPixels exact = new WindowPixels(image, windows, spec, Resampling.EXACT);
        WindowPixels fast = new WindowPixels(image, windows, spec, Resampling.FAST);
        FloatBuffer pixels = GuardedEncoder.buffer(2 * 3 * 32 * 32);
        for (int i = 0; i < windows.size(); i++) {
            exact.write(i, pixels, 0);
            fast.write(i, pixels, 1);
            for (int k = 0; k < 3 * 32 * 32; k++) {
                // A window's pixel is 92 / 32 = 2.9 of the image's, half of one 1.45 / 400 of the slope; and two levels
                // of rounding.
                assertThat(Math.abs(pixels.get(k) - pixels.get(k + 3 * 32 * 32)))
                        .as("window %d, float %d", i, k)
                        .isLessThanOrEqualTo(1.5f / 400 + 2f / 255);
            }
        }
    }

    @Test
    void write_slots_doNotTouchEachOther() {
        RgbImage image = Goldens.picture("noise", 1, 24, 12);
        List<Box> windows = List.of(new Box(0, 0, 12, 12), new Box(12, 0, 24, 12));
        EncoderSpec spec = spec(4, 4, ResampleFilter.BICUBIC);
        FloatBuffer pixels = GuardedEncoder.buffer(4 * 48);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, Float.NaN);
        }
        WindowPixels shared = new WindowPixels(image, windows, spec, Resampling.EXACT);
        shared.write(0, pixels, 1);
        shared.write(1, pixels, 2);
        float[] written = floats(pixels);
        assertThat(java.util.Arrays.copyOfRange(written, 0, 48)).containsOnly(Float.NaN);
        assertThat(java.util.Arrays.copyOfRange(written, 48, 96))
                .isEqualTo(
                        normalised(Resampler.resize(image.crop(windows.get(0)), 4, 4, ResampleFilter.BICUBIC), spec));
        assertThat(java.util.Arrays.copyOfRange(written, 96, 144))
                .isEqualTo(
                        normalised(Resampler.resize(image.crop(windows.get(1)), 4, 4, ResampleFilter.BICUBIC), spec));
        assertThat(java.util.Arrays.copyOfRange(written, 144, 192)).containsOnly(Float.NaN);
        assertThat(List.of(pixels.position(), pixels.limit())).containsExactly(0, 192);
    }

    @Test
    void write_sameWindowTwice_same() {
        // "Must not fall" allows it: the ring still holds the rows.
        RgbImage image = Goldens.picture("noise", 1, 12, 20);
        WindowPixels shared = new WindowPixels(
                image, List.of(new Box(0, 3, 12, 15)), spec(6, 5, ResampleFilter.BILINEAR), Resampling.EXACT);
        FloatBuffer pixels = GuardedEncoder.buffer(2 * 75);
        shared.write(0, pixels, 0);
        shared.write(0, pixels, 1);
        float[] written = floats(pixels);
        assertThat(java.util.Arrays.copyOfRange(written, 75, 150)).isEqualTo(java.util.Arrays.copyOf(written, 75));
    }

    @Test
    void normalizer_clip_valuesByHand() {
        EncoderSpec clip = EncoderSpec.builder("clip", 1, 1)
                .mean((float) 0.48145466, (float) 0.4578275, (float) 0.40821073)
                .std((float) 0.26862954, (float) 0.26130258, (float) 0.27577711)
                .build();
        FloatBuffer pixels = GuardedEncoder.buffer(6);
        PixelNormalizer normalizer = new PixelNormalizer(clip);
        normalizer.write(RgbImage.filled(1, 1, 0xFF0033), pixels, 1);
        // (1 - 0.48145466) / 0.26862954, (0 - 0.4578275) / 0.26130258, (0.2 - 0.40821073) / 0.27577711, by hand.
        assertThat(List.of(pixels.get(3), pixels.get(4), pixels.get(5)))
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1)
                .containsExactly(1.9303361f, -1.7520971f, -0.7549964f);
        assertThat(List.of(pixels.get(0), pixels.get(1), pixels.get(2)))
                .as("slot 0")
                .containsOnly(0f);
    }

    @Test
    void normalizer_planes_redThenGreenThenBlue() {
        EncoderSpec spec = EncoderSpec.builder("m", 2, 1).build(); // mean 0, std 1
        FloatBuffer pixels = GuardedEncoder.buffer(12);
        RgbImage image = RgbImage.ofPacked(2, 2, new int[] {0xFF0000, 0x00FF00, 0x0000FF, 0x330000});
        new PixelNormalizer(spec).write(image, pixels, 0);
        assertThat(floats(pixels)).containsExactly(1, 0, 0, 0.2f, 0, 1, 0, 0, 0, 0, 1, 0);
    }

    private static EncoderSpec spec(int resize, int crop, ResampleFilter filter) {
        return EncoderSpec.builder("m", crop, 1)
                .resizeSide(resize)
                .resampleFilter(filter)
                .mean(0.5f, 0.25f, 0.125f)
                .std(0.5f, 0.25f, 2f)
                .build();
    }

    /** (value / 255 - mean) / std, channel by channel. */
    private static float[] normalised(RgbImage image, EncoderSpec spec) {
        int plane = image.width() * image.height();
        float[] result = new float[3 * plane];
        for (int i = 0; i < result.length; i++) {
            int channel = i / plane;
            int pixel = i % plane;
            int value = image.rgb(pixel % image.width(), pixel / image.width()) >> (16 - 8 * channel) & 0xff;
            result[i] = (float) ((value / 255.0 - spec.mean(channel)) / spec.std(channel));
        }
        return result;
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }
}
