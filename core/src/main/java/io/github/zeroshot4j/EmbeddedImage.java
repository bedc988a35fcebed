package io.github.zeroshot4j;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The embeddings of all windows of one image: ask it as many prompts as you like, at no further cost of the image encoder.
 * Made by {@link ZeroShotDetector#embed}, to be used with detectors of the same model. Immutable and thread-safe.
 *
 * <p>Memory: 4 bytes times windows times embedding dimension, and some 40 bytes per window; the image itself is not kept. Of one
 * that was loaded from a file the first part stays in the file, outside of the Java heap.
 *
 * <p><b>Files.</b> {@link #save} and {@link #load} keep all of it: a loaded image holds what the saved one holds, to the bit.
 * All numbers are little-endian; w is the number of windows of all scans together, d the embedding dimension.
 *
 * <pre>
 *   offset  bytes
 *        0      8   the mark: "zs4j-emb" in ASCII
 *        8      4   int: version of the format, 1
 *       12      4   int: d
 *       16      8   long: length of the file in bytes
 *       24     16   4 ints: width and height of the image in pixels, side of a patch in pixels,
 *                   coverage (0 DROP_REMAINDER, 1 COVER)
 *       40      4   int: number of scans s
 *       44     16   4 ints: lengths of the four texts in bytes
 *       60    4 s   ints: number of windows of each scan
 *            ...    texts in UTF-8: name of the model, variant, fingerprint, note; zeros up to a multiple of 4
 *           16 w    ints: windows, xMin, yMin, xMax, yMax each, scan by scan
 *          4 d w    floats: embeddings in the order of the windows
 *              4    int: CRC-32C of all bytes before it
 * </pre>
 *
 * The checksum is CRC-32C because it is there to find damage, which it does at the speed of memory (processors have an
 * instruction for it), in a file that is read for every search. It is no proof against forgery: load files from where you
 * would load models from.
 */
public final class EmbeddedImage {

    /** The windows of one size, and their embeddings one row after the other. */
    static final class Scan {
        private final List<Box> windows;
        private final FloatBuffer embeddings;

        Scan(List<Box> windows, float[] embeddings) {
            this(windows, FloatBuffer.wrap(embeddings));
        }

        /** Takes rows as they lie in memory or in a mapped file, from index 0 on. */
        Scan(List<Box> windows, FloatBuffer embeddings) {
            this.windows = windows;
            this.embeddings = embeddings;
        }

        List<Box> windows() {
            return windows;
        }

        /** The rows themselves, not a copy: never to be written to or handed out, and read by index alone. */
        FloatBuffer embeddings() {
            return embeddings;
        }
    }

    private final PatchGrid grid;
    private final List<Scan> scans;
    private final EmbeddingModel model;
    private final String note;
    private final @Nullable Path file;

    EmbeddedImage(PatchGrid grid, List<Scan> scans, EmbeddingModel model) {
        this(grid, scans, model, "", null);
    }

    EmbeddedImage(PatchGrid grid, List<Scan> scans, EmbeddingModel model, String note, @Nullable Path file) {
        this.grid = grid;
        this.scans = List.copyOf(scans);
        this.model = model;
        this.note = note;
        this.file = file;
    }

    /**
     * Opens a file that {@link #save} wrote. All of it is read once, for the checksum; then the embeddings stay in the file,
     * which is mapped into memory, and what is on the heap is some 40 bytes per window. So any number of files can be
     * asked one after the other, or be held open together, in little heap.
     *
     * <p>While the image is in use the file must not be changed in place: answers would be wrong or, where it was cut, the JVM
     * throws an {@link InternalError}. Replacing or deleting the file, as {@link #save} and file managers do it, is safe; Windows
     * refuses that for a mapped file. The file is unmapped when the garbage collector finds that nobody holds the image any
     * more: there is nothing to close.
     *
     * @throws IOException if the file is missing, not to be read, a folder, not of an embedded image, of another version of the
     *     format, cut, longer than it says, or damaged; the message names the file, what is wrong, and what was expected
     * @throws UnsupportedOperationException if the file is not of the default file system, and its own cannot map files
     */
    public static EmbeddedImage load(Path file) throws IOException {
        return EmbeddedImageReader.read(file);
    }

    /**
     * Writes a file that {@link #load} opens: whole or not at all. The bytes are written beside the file, to a name that begins
     * with a dot, and moved onto it in one step, so that a reader meets the old file or the new one. The same
     * image gives the same bytes.
     *
     * <p>Size: {@code windows * (16 + 4 * dimension)} bytes and some hundred more: 0.24 MB for the 116 windows of a square
     * image and 512 dimensions. The heap takes a buffer.
     *
     * @throws IOException if the file cannot be written; nothing is left behind then
     * @throws IllegalStateException if the file would have 2^31 bytes or more
     */
    public void save(Path file) throws IOException {
        EmbeddedImageWriter.write(this, file);
    }

    /**
     * Returns the same image with a note of yours, which is saved with it: where the image came from, for example.
     *
     * @param newNote any text
     */
    public EmbeddedImage withNote(String newNote) {
        return new EmbeddedImage(grid, scans, model, Objects.requireNonNull(newNote, "newNote"), file);
    }

    /** Returns the note. The default is none: the empty text. */
    public String note() {
        return note;
    }

    /** Returns the patches of the image. */
    public PatchGrid grid() {
        return grid;
    }

    /** Returns the number of windows, which is the number of images that the encoder embedded. */
    public int windowCount() {
        return scans.stream().mapToInt(scan -> scan.windows().size()).sum();
    }

    /** Returns the {@linkplain EncoderSpec#modelName() name} of the model that embedded the image. */
    public String modelName() {
        return model.name();
    }

    /** Returns the {@linkplain EncoderSpec#variant() variant} of the model that embedded the image. */
    public String variant() {
        return model.variant();
    }

    /** Tells whether a model embedded the image, so that its detectors can be asked: the fingerprints are equal. */
    public boolean isOf(EncoderSpec spec) {
        return model.isSameAs(EmbeddingModel.of(spec));
    }

    /** Refuses a detector of another model. */
    void requireModel(EncoderSpec spec) {
        Checks.argument(
                isOf(spec),
                "image (%sembedded with model %s) must be embedded with this detector's model %s",
                file == null ? "" : file + ", ",
                model,
                EmbeddingModel.of(spec));
    }

    List<Scan> scans() {
        return scans;
    }

    EmbeddingModel model() {
        return model;
    }

    @Override
    public String toString() {
        return "EmbeddedImage[" + grid.imageWidth() + " x " + grid.imageHeight() + ", " + windowCount() + " windows]";
    }
}
