package io.github.zeroshot4j;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One axis of a scan: every sample that a window needs along it, each once, and which of them are a window's.
 *
 * <pre>
 *   windows at 0, 768 and 1536, 1536 pixels long, 224 samples each: a shift of 768 pixels is one of 112 samples
 *     window at 0       0 ..... 111 112 .... 223
 *     window at 768                 112 .... 223 224 .... 335        (but for the ends, where a window is cut off)
 *     window at 1536                             224 .... 335 336 .... 447
 * </pre>
 *
 * <p>Two windows share a sample if it has the same weights for the same pixels, and so the same value to the last bit. Resized
 * each alone, windows share what is not cut off at their ends and falls on the same fraction of a pixel; cut from the axis
 * resized once, they share everything. Immutable.
 */
final class WindowAxis {
    private final ResampleKernel kernel;
    private final int[] origins;
    private final int[][] samples;
    private final int[] lastUses;

    private WindowAxis(ResampleKernel kernel, int[] origins, int[][] samples) {
        this.kernel = kernel;
        this.origins = origins;
        this.samples = samples;
        this.lastUses = new int[kernel.size()];
        for (int o = 0; o < origins.length; o++) {
            for (int sample : samples[o]) {
                lastUses[sample] = o;
            }
        }
    }

    /**
     * The samples of windows that are resized each alone.
     *
     * @param window what turns a window into its samples
     * @param origins where windows begin, rising
     */
    static WindowAxis exact(ResampleKernel window, int[] origins) {
        int size = window.size();
        int[] shapes = window.shapes();
        // Of one number each: by their first pixel, then by their weights.
        long[] keys = new long[Math.multiplyExact(origins.length, size)];
        for (int o = 0, k = 0; o < origins.length; o++) {
            for (int i = 0; i < size; i++, k++) {
                keys[k] = key(origins[o] + window.first(i), shapes[i]);
            }
        }
        long[] distinct = Arrays.stream(keys).sorted().distinct().toArray();
        int[] firsts =
                Arrays.stream(distinct).mapToInt(key -> (int) (key >> 32)).toArray();
        int[] outputs = Arrays.stream(distinct).mapToInt(key -> (int) key).toArray();
        int[][] samples = new int[origins.length][size];
        for (int o = 0, k = 0; o < origins.length; o++) {
            for (int i = 0; i < size; i++, k++) {
                samples[o][i] = Arrays.binarySearch(distinct, keys[k]);
            }
        }
        return new WindowAxis(window.select(firsts, outputs), origins.clone(), samples);
    }

    /**
     * The samples of windows that are cut from the whole axis, resized once so that a window measures the spec's resize side;
     * they begin at the whole sample that is nearest to their origin, the last ones where they end with the axis.
     *
     * @param length of the axis in pixels
     * @param windowPx length of a window in pixels, at most that of the axis
     * @param origins where windows begin, rising
     */
    static WindowAxis fast(int length, int windowPx, EncoderSpec spec, int[] origins) {
        int side = spec.resizeSide();
        int resized = Math.toIntExact(Math.round((double) length * side / windowPx));
        ResampleKernel axis = new ResampleKernel(length, resized, spec.resampleFilter());
        int[] starts = Arrays.stream(origins)
                .map(origin -> (int) Math.min(resized - side, Math.round((double) origin * resized / length)))
                .map(start -> start + (side - spec.cropSide()) / 2)
                .toArray();
        int[] outputs = Arrays.stream(starts)
                .flatMap(start -> IntStream.range(start, start + spec.cropSide()))
                .sorted()
                .distinct()
                .toArray();
        int[][] samples = Arrays.stream(starts)
                .map(start -> Arrays.binarySearch(outputs, start))
                .mapToObj(
                        first -> IntStream.range(first, first + spec.cropSide()).toArray())
                .toArray(int[][]::new);
        int[] firsts = Arrays.stream(outputs).map(axis::first).toArray();
        return new WindowAxis(axis.select(firsts, outputs), origins.clone(), samples);
    }

    private static long key(int first, int shape) {
        return (long) first << 32 | shape;
    }

    /** Returns what makes all samples of a whole row or column of pixels; their first pixels rise. */
    ResampleKernel kernel() {
        return kernel;
    }

    /** Returns the number of different origins. */
    int origins() {
        return origins.length;
    }

    /** Returns which of the origins that is. */
    int indexOf(int origin) {
        return Arrays.binarySearch(origins, origin);
    }

    /** The samples of the windows at an origin, in order; their first pixels rise. Never to be written to. */
    int[] samples(int originIndex) {
        return samples[originIndex];
    }

    /** Returns the last of the origins whose windows have the sample. */
    int lastUse(int sample) {
        return lastUses[sample];
    }

    /** Returns the first pixel that windows at the origin need. */
    int firstPixel(int originIndex) {
        return kernel.first(samples[originIndex][0]);
    }

    /** Returns the pixel behind the last that windows at the origin need. */
    int endPixel(int originIndex) {
        int end = 0;
        for (int sample : samples[originIndex]) {
            end = Math.max(end, kernel.first(sample) + kernel.count(sample));
        }
        return end;
    }

    /** Returns the most pixels that windows at one origin span. */
    int mostPixels() {
        int most = 0;
        for (int o = 0; o < origins.length; o++) {
            most = Math.max(most, endPixel(o) - firstPixel(o));
        }
        return most;
    }

    /** Returns the most samples that are kept at once, from the first origin whose windows have them to the last. */
    int mostKept() {
        boolean[] kept = new boolean[kernel.size()];
        int count = 0;
        int most = 0;
        for (int o = 0; o < origins.length; o++) {
            for (int sample : samples[o]) {
                count += kept[sample] ? 0 : 1;
                kept[sample] = true;
            }
            most = Math.max(most, count);
            for (int sample : samples[o]) {
                count -= lastUses[sample] == o ? 1 : 0;
            }
        }
        return most;
    }
}
