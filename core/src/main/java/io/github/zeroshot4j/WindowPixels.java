package io.github.zeroshot4j;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Resizes the windows of one scan to the encoder's input with the bytes that resizing each crop alone would give, sharing
 * the work between windows that overlap.
 *
 * <p>The filter is separable, and all windows of a scan have the same size. The pass along the rows depends on a window's x
 * alone: it is done once per distinct x, row by row, and the last {@code windowPx} filtered rows are kept in a ring. A
 * window further down needs only the rows that the one above it had not. The windows must therefore come row-major, as
 * {@link WindowScanner#windows()} gives them.
 *
 * <p>Memory: {@code distinct x * windowPx * cropSide * 3} bytes. Not thread-safe.
 */
final class WindowPixels {
    private final RgbImage image;
    private final List<Box> windows;
    private final ResampleKernel kernel;
    private final PixelNormalizer normalizer;
    private final int cropSide;
    private final Map<Integer, Ring> rings = new HashMap<>();
    private final int[] sums;

    WindowPixels(RgbImage image, List<Box> windows, EncoderSpec spec) {
        this.image = image;
        this.windows = windows;
        this.normalizer = new PixelNormalizer(spec);
        this.cropSide = spec.cropSide();
        int cropOffset = (spec.resizeSide() - cropSide) / 2;
        this.kernel = new ResampleKernel(
                windows.get(0).width(), spec.resizeSide(), cropOffset, cropSide, spec.resampleFilter());
        this.sums = new int[3 * cropSide];
    }

    /** Filtered rows of one x: row y is at {@code y % windowPx}; rows below {@code end} have been filtered. */
    private static final class Ring {
        final byte[] rows;
        int end;

        Ring(int length) {
            rows = new byte[length];
        }
    }

    /** Writes window {@code index} to {@code slot} of the batch. Indices must not fall from call to call. */
    void write(int index, FloatBuffer pixels, int slot) {
        Box window = windows.get(index);
        int side = kernel.inSize();
        int stride = 3 * cropSide;
        Ring ring = rings.computeIfAbsent(window.xMin(), x -> new Ring(side * stride));
        for (int y = Math.max(ring.end, window.yMin()); y < window.yMax(); y++) {
            kernel.filterRow(image.samples(), 3 * (y * image.width() + window.xMin()), ring.rows, y % side * stride);
        }
        ring.end = window.yMax();
        for (int row = 0; row < cropSide; row++) {
            kernel.startRows(sums);
            for (int t = 0; t < kernel.count(row); t++) {
                int y = window.yMin() + kernel.first(row) + t;
                kernel.addRow(row, t, ring.rows, y % side * stride, sums);
            }
            normalizer.writeRow(sums, row, pixels, slot);
        }
    }
}
