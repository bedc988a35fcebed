package io.github.zeroshot4j;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The weights that turn {@code inSize} samples of one axis into {@code outSize}, in the 22-bit fixed point of Pillow's
 * {@code Image.resize}, so that its bytes come out exactly.
 *
 * <p>For output i, with {@code scale = inSize / outSize} and {@code stretch = max(scale, 1)}, the filter is centred on
 * {@code (i + 0.5) * scale}, made {@code stretch} times as wide, cut at the ends of the input and normalised to sum 1.
 */
final class ResampleKernel {
    /** Fraction bits of a weight: 32 less 8 for the sample and 2 for the filter's overshoot. */
    private static final int PRECISION_BITS = 32 - 8 - 2;

    private final int inSize;
    private final int taps;
    private final int[] firsts;
    private final int[] counts;
    private final int[] weights;
    /** Where in {@code weights} those of an output begin. */
    private final int[] offsets;

    /** The weights of all outputs. */
    ResampleKernel(int inSize, int outSize, ResampleFilter filter) {
        this(inSize, outSize, 0, outSize, filter);
    }

    /** The weights of {@code size} outputs from output {@code from} on, which are numbered from 0 then. */
    ResampleKernel(int inSize, long outSize, long from, int size, ResampleFilter filter) {
        this.inSize = inSize;
        double scale = (double) inSize / outSize;
        double stretch = Math.max(scale, 1);
        double support = filter.support() * stretch;
        this.taps = (int) Math.ceil(support) * 2 + 1;
        this.firsts = new int[size];
        this.counts = new int[size];
        int stride = (taps + 3) / 4 * 4; // with zeros, for sumLines
        this.weights = new int[size * stride];
        this.offsets = new int[size];
        double[] raw = new double[taps];
        for (int i = 0; i < size; i++) {
            double center = (from + i + 0.5) * scale;
            int first = Math.max(0, (int) (center - support + 0.5));
            int count = Math.min(inSize, (int) (center + support + 0.5)) - first;
            double sum = 0;
            for (int t = 0; t < count; t++) {
                // Multiplied with the reciprocal, not divided by it: the last bit is Pillow's.
                raw[t] = filter.weight((t + first - center + 0.5) * (1 / stretch));
                sum += raw[t];
            }
            for (int t = 0; t < count; t++) {
                double weight = (sum == 0 ? raw[t] : raw[t] / sum) * (1 << PRECISION_BITS);
                weights[i * stride + t] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            firsts[i] = first;
            counts[i] = count;
            offsets[i] = i * stride;
        }
    }

    /** The weights of a window that is resized alone and of which the centre is cut out. */
    static ResampleKernel window(int windowPx, EncoderSpec spec) {
        int cropOffset = (spec.resizeSide() - spec.cropSide()) / 2;
        return new ResampleKernel(windowPx, spec.resizeSide(), cropOffset, spec.cropSide(), spec.resampleFilter());
    }

    private ResampleKernel(ResampleKernel like, int[] firsts, int[] outputs) {
        this.inSize = like.inSize;
        this.taps = like.taps;
        this.weights = like.weights;
        this.firsts = firsts;
        this.counts = Arrays.stream(outputs).map(i -> like.counts[i]).toArray();
        this.offsets = Arrays.stream(outputs).map(i -> like.offsets[i]).toArray();
    }

    /** Returns outputs of this kernel, as often as named, moved to where {@code firsts} has their first input. */
    ResampleKernel select(int[] firsts, int[] outputs) {
        return new ResampleKernel(this, firsts, outputs);
    }

    /** Returns for every output the first one of the same weights: they differ in nothing but their place. */
    int[] shapes() {
        Map<IntBuffer, Integer> known = new HashMap<>();
        int[] shapes = new int[size()];
        for (int i = 0; i < shapes.length; i++) {
            Integer same = known.putIfAbsent(IntBuffer.wrap(weights, offsets[i], counts[i]), i);
            shapes[i] = same == null ? i : same;
        }
        return shapes;
    }

    int inSize() {
        return inSize;
    }

    /** Returns the number of outputs. */
    int size() {
        return firsts.length;
    }

    int first(int i) {
        return firsts[i];
    }

    int count(int i) {
        return counts[i];
    }

    /** Returns the most inputs that an output has. */
    int taps() {
        return taps;
    }

    /** Filters a row of interleaved RGB samples. */
    void filterRow(byte[] in, int inOffset, byte[] out, int outOffset) {
        int o = outOffset;
        for (int i = 0; i < firsts.length; i++) {
            int red = 1 << (PRECISION_BITS - 1);
            int green = red;
            int blue = red;
            int s = inOffset + 3 * firsts[i];
            for (int t = offsets[i], end = t + counts[i]; t < end; t++, s += 3) {
                int weight = weights[t];
                red += weight * (in[s] & 0xff);
                green += weight * (in[s + 1] & 0xff);
                blue += weight * (in[s + 2] & 0xff);
            }
            out[o++] = (byte) clip(red);
            out[o++] = (byte) clip(green);
            out[o++] = (byte) clip(blue);
        }
    }

    /** Starts the sums of output {@code i} over rows; {@link #addRow} adds, {@link #clip} ends. */
    void startRows(int[] sums) {
        Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
    }

    /** Adds tap {@code t} of output {@code i}: a row of samples times its weight. */
    void addRow(int i, int t, byte[] row, int offset, int[] sums) {
        int weight = weights[offsets[i] + t];
        for (int k = 0; k < sums.length; k++) {
            sums[k] += weight * (row[offset + k] & 0xff);
        }
    }

    /** Returns how many lines {@link #sumLines} wants at least: a power of two, as a remainder takes longer than a sum. */
    static int lineCount(int taps) {
        return Integer.highestOneBit(2 * taps - 1);
    }

    /**
     * Sums output {@code i} over lines of samples, one sum per place in the line: {@link #startRows} and all of
     * {@link #addRow}, for lines that are ints already. Input k is in line {@code k & (lines.length - 1)}.
     *
     * <p>Four lines at a time, each an array of its own: that is what the JIT compiler makes vector instructions of. Behind the
     * last input the weights are 0.
     */
    void sumLines(int i, int[][] lines, int[] sums) {
        startRows(sums);
        int mask = lines.length - 1;
        for (int t = 0; t < counts[i]; t += 4) {
            int input = firsts[i] + t;
            addFour(
                    lines[input & mask],
                    lines[(input + 1) & mask],
                    lines[(input + 2) & mask],
                    lines[(input + 3) & mask],
                    offsets[i] + t,
                    sums);
        }
    }

    private void addFour(int[] a, int[] b, int[] c, int[] d, int w, int[] sums) {
        int weightA = weights[w];
        int weightB = weights[w + 1];
        int weightC = weights[w + 2];
        int weightD = weights[w + 3];
        for (int k = 0; k < sums.length; k++) {
            sums[k] += weightA * a[k] + weightB * b[k] + weightC * c[k] + weightD * d[k];
        }
    }

    /** Returns the sample that a sum stands for, at most 255 and at least 0: without a branch, for the JIT compiler's sake. */
    static int clip(int sum) {
        int value = sum >> PRECISION_BITS;
        int above = 255 - value;
        int most = value + (above & above >> 31);
        return most & ~(most >> 31);
    }
}
