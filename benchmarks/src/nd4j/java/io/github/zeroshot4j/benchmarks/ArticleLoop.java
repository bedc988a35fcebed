package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.RgbImage;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The loop of the article "Zero Shot Object Detection with OpenAI's CLIP", ported as it stands, its waste included: one
 * window at a time is put together from patches, resized and embedded, and the prompt is embedded again with every window.
 *
 * <p>Patches and windows are ND4J arrays of 32-bit numbers in [0, 1], as the article's are PyTorch tensors. The resizing,
 * which the article leaves to Pillow, is {@link PillowBicubic}. Not thread-safe.
 */
final class ArticleLoop {
    private static final int PASSES = 3;
    private static final double THRESHOLD = 0.5;

    private final Encoder encoder;
    private final int patchPx;
    private final int windowPatches;
    private final int stridePatches;
    private final FloatBuffer pixels;
    private final FloatBuffer row;

    ArticleLoop(Encoder encoder, int patchPx, int windowPatches, int stridePatches) {
        this.encoder = encoder;
        this.patchPx = patchPx;
        this.windowPatches = windowPatches;
        this.stridePatches = stridePatches;
        EncoderSpec spec = encoder.spec();
        this.pixels = Inputs.buffer(3 * spec.cropSide() * spec.cropSide());
        this.row = Inputs.buffer(spec.embeddingDimension());
    }

    /** Returns the box of one prompt. */
    Optional<Box> detect(RgbImage image, String prompt) {
        try (INDArray patches = patches(image)) {
            INDArray scores = ArticleMap.scores(
                    (int) patches.size(0),
                    (int) patches.size(1),
                    windowPatches,
                    stridePatches,
                    (y, x) -> score(patches, y, x, prompt));
            INDArray normalised = ArticleMap.normalise(ArticleMap.clip(scores, PASSES));
            return ArticleMap.box(normalised, THRESHOLD, patchPx);
        }
    }

    /** Returns the patches of an image, [rows, columns, 3, patch, patch]; what makes no whole patch is dropped. */
    INDArray patches(RgbImage image) {
        int rows = image.height() / patchPx;
        int columns = image.width() / patchPx;
        int[] packed = image.toPacked();
        float[] samples = new float[rows * patchPx * columns * patchPx * 3];
        int i = 0;
        for (int y = 0; y < rows * patchPx; y++) {
            for (int x = 0; x < columns * patchPx; x++) {
                int rgb = packed[y * image.width() + x];
                samples[i++] = (rgb >> 16 & 0xff) / 255f;
                samples[i++] = (rgb >> 8 & 0xff) / 255f;
                samples[i++] = (rgb & 0xff) / 255f;
            }
        }
        return Nd4j.create(samples, new long[] {rows, patchPx, columns, patchPx, 3}, 'c')
                .permute(0, 2, 4, 1, 3);
    }

    /** Returns the logit of prompt and window, both embedded now. */
    private double score(INDArray patches, int y, int x, String prompt) {
        readWindow(patches, y, x);
        encoder.encodeImages(pixels, 1, row);
        float[] image = new float[encoder.spec().embeddingDimension()];
        row.get(0, image);
        float[] text = encoder.encodeTexts(List.of(prompt))[0];
        try (INDArray a = Nd4j.createFromArray(image);
                INDArray b = Nd4j.createFromArray(text)) {
            return encoder.spec().logitScale() * a.mul(b).sumNumber().doubleValue();
        }
    }

    /** Puts a window together, resizes it and leaves it to the encoder's input. */
    FloatBuffer readWindow(INDArray patches, int y, int x) {
        int side = windowPatches * patchPx;
        int[] levels = new int[side * side * 3];
        try (INDArray window = window(patches, y, x)) {
            float[] samples = window.data().asFloat();
            for (int i = 0; i < levels.length; i++) {
                levels[i] = Math.round(samples[i] * 255);
            }
        }
        EncoderSpec spec = encoder.spec();
        int crop = spec.cropSide();
        int[] small = PillowBicubic.resize(levels, side, crop);
        for (int i = 0; i < crop * crop; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = (small[3 * i + channel] / 255f - spec.mean(channel)) / spec.std(channel);
                pixels.put(channel * crop * crop + i, value);
            }
        }
        return pixels;
    }

    /** Returns the window [side, side, 3] whose first patch is (y, x), copied patch by patch. */
    INDArray window(INDArray patches, int y, int x) {
        int side = windowPatches * patchPx;
        INDArray window = Nd4j.zeros(DataType.FLOAT, side, side, 3);
        for (int r = 0; r < windowPatches; r++) {
            for (int c = 0; c < windowPatches; c++) {
                INDArray patch = patches.get(NDArrayIndex.point(y + r), NDArrayIndex.point(x + c));
                INDArrayIndex[] place = {
                    NDArrayIndex.interval(r * patchPx, (r + 1) * patchPx),
                    NDArrayIndex.interval(c * patchPx, (c + 1) * patchPx),
                    NDArrayIndex.all()
                };
                window.put(place, patch.permute(1, 2, 0));
            }
        }
        return window;
    }
}
