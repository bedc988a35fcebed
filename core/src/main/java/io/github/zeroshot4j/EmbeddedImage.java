package io.github.zeroshot4j;

import java.util.List;

/**
 * The embeddings of all windows of one image: ask it as many prompts as you like, at no further cost of the image encoder.
 * Made by {@link ZeroShotDetector#embed}, to be used with detectors of the same model. Immutable and thread-safe.
 *
 * <p>Memory: 4 bytes times windows times embedding dimension; the image itself is not kept.
 */
public final class EmbeddedImage {

    /** The windows of one size, and their embeddings one row after the other. */
    static final class Scan {
        private final List<Box> windows;
        private final float[] embeddings;

        Scan(List<Box> windows, float[] embeddings) {
            this.windows = windows;
            this.embeddings = embeddings;
        }

        List<Box> windows() {
            return windows;
        }

        /** The rows themselves, not a copy: never to be written to or handed out. */
        float[] embeddings() {
            return embeddings;
        }
    }

    private final PatchGrid grid;
    private final List<Scan> scans;
    private final String fingerprint;

    EmbeddedImage(PatchGrid grid, List<Scan> scans, String fingerprint) {
        this.grid = grid;
        this.scans = List.copyOf(scans);
        this.fingerprint = fingerprint;
    }

    /** Returns the patches of the image. */
    public PatchGrid grid() {
        return grid;
    }

    /** Returns the number of windows, which is the number of images that the encoder embedded. */
    public int windowCount() {
        return scans.stream().mapToInt(scan -> scan.windows().size()).sum();
    }

    List<Scan> scans() {
        return scans;
    }

    String fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return "EmbeddedImage[" + grid.imageWidth() + " x " + grid.imageHeight() + ", " + windowCount() + " windows]";
    }
}
