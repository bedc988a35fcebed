package io.github.zeroshot4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Reads the file of an {@link EmbeddedImage}, whose documentation has the layout. What a file says of sizes is believed, and
 * memory taken for it, only after they were found to make up the length that the file has.
 */
final class EmbeddedImageReader {
    private static final int SHORTEST = EmbeddedImageLayout.COUNTS_AT + EmbeddedImageLayout.CHECKSUM_BYTES;

    private final Path file;
    private final ByteBuffer bytes;

    private EmbeddedImageReader(Path file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static EmbeddedImage read(Path file) throws IOException {
        EmbeddedImageReader reader = new EmbeddedImageReader(file, map(file));
        reader.checkWhole();
        try {
            return reader.image();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static ByteBuffer map(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                String found = attributes.isDirectory() ? "a folder" : "a device";
                throw new FileSystemException(file.toString(), null, found + ", not the file of an embedded image");
            }
            try (FileChannel channel = FileChannel.open(file)) {
                long size = channel.size();
                if (size > Integer.MAX_VALUE) {
                    throw new IOException("length (" + size + " bytes) must be less than 2^31");
                }
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
            }
        } catch (IOException e) {
            throw new IOException(file + ": " + EmbeddedImageWriter.reason(e), e);
        }
    }

    /** What is not ours, or not as it was written, is refused before anything in it is believed. */
    private void checkWhole() throws IOException {
        byte[] mark = EmbeddedImageLayout.mark();
        byte[] found = new byte[Math.min(mark.length, bytes.limit())];
        bytes.get(0, found);
        require(
                Arrays.equals(found, Arrays.copyOf(mark, found.length)),
                "not the file of an embedded image: it must begin with the bytes %s, found %s",
                HexFormat.of().formatHex(mark),
                HexFormat.of().formatHex(found));
        require(bytes.limit() >= SHORTEST, "length (%d bytes) must be at least %d: cut", bytes.limit(), SHORTEST);
        int version = bytes.getInt(EmbeddedImageLayout.VERSION_AT);
        require(
                version == EmbeddedImageLayout.VERSION,
                "format version (%d) must be %d, the one that this version of the library reads",
                version,
                EmbeddedImageLayout.VERSION);
        long length = bytes.getLong(EmbeddedImageLayout.LENGTH_AT);
        require(
                length == bytes.limit(),
                "length (%d bytes) must be %d as the file itself says: %s",
                bytes.limit(),
                length,
                bytes.limit() < length ? "cut" : "something was appended");
        int end = bytes.limit() - EmbeddedImageLayout.CHECKSUM_BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(0, end));
        require(
                (int) checksum.getValue() == bytes.getInt(end),
                "checksum (%08x) must be %08x as the file itself says: damaged",
                (int) checksum.getValue(),
                bytes.getInt(end));
    }

    private void require(boolean condition, String format, Object... args) throws IOException {
        if (!condition) {
            throw new IOException(file + ": " + String.format(Locale.ROOT, format, args));
        }
    }

    private EmbeddedImage image() throws IOException {
        EmbeddedImageLayout layout = layout();
        PatchGrid grid = grid();
        List<String> texts = texts(layout);
        List<EmbeddedImage.Scan> scans = new ArrayList<>();
        int before = 0;
        for (int s = 0; s < layout.scans(); s++) {
            int count = windowCount(s);
            scans.add(new EmbeddedImage.Scan(windows(layout, grid, before, count), rows(layout, before, count)));
            before += count;
        }
        EmbeddingModel model = new EmbeddingModel(texts.get(0), texts.get(1), texts.get(2), layout.dimension());
        return new EmbeddedImage(grid, scans, model, texts.get(3), file);
    }

    /** Returns the layout once all of its numbers are known to fit the file: their products then fit a long. */
    private EmbeddedImageLayout layout() throws IOException {
        int scans = count(EmbeddedImageLayout.SCANS_AT, "number of scans");
        int dimension = count(EmbeddedImageLayout.DIMENSION_AT, "dimension");
        long textBytes = 0;
        for (int t = 0; t < EmbeddedImageLayout.TEXTS; t++) {
            int length = textLength(t);
            require(length >= 0, "length of a text (%d) must not be negative", length);
            textBytes += length;
        }
        long textsAt = new EmbeddedImageLayout(scans, 0, 0, dimension).textsAt();
        require(textsAt <= bytes.limit(), "number of scans (%d) must fit the file of %d bytes", scans, bytes.limit());
        long windows = 0;
        for (int s = 0; s < scans; s++) {
            windows += count(EmbeddedImageLayout.COUNTS_AT + s * Integer.BYTES, "number of windows");
        }
        require(
                windows <= bytes.limit(),
                "number of windows (%d) must fit the file of %d bytes",
                windows,
                bytes.limit());
        EmbeddedImageLayout layout = new EmbeddedImageLayout(scans, textBytes, windows, dimension);
        require(
                layout.length() == bytes.limit(),
                "length (%d bytes) must be %d for %d windows of %d dimensions",
                bytes.limit(),
                layout.length(),
                windows,
                dimension);
        return layout;
    }

    /** Returns a number of things of at least four bytes each, of which there is one or more. */
    private int count(int at, String name) throws IOException {
        int count = bytes.getInt(at);
        require(
                count > 0 && count <= bytes.limit() / Integer.BYTES,
                "%s (%d) must be positive and fit the file of %d bytes",
                name,
                count,
                bytes.limit());
        return count;
    }

    private int windowCount(int scan) {
        return bytes.getInt(EmbeddedImageLayout.COUNTS_AT + scan * Integer.BYTES);
    }

    private int textLength(int text) {
        return bytes.getInt(EmbeddedImageLayout.TEXT_LENGTHS_AT + text * Integer.BYTES);
    }

    private PatchGrid grid() throws IOException {
        int at = EmbeddedImageLayout.GRID_AT;
        int coverage = bytes.getInt(at + 12);
        require(coverage == 0 || coverage == 1, "coverage (%d) must be 0 or 1", coverage);
        return new PatchGrid(
                bytes.getInt(at),
                bytes.getInt(at + 4),
                bytes.getInt(at + 8),
                coverage == 1 ? PatchGrid.Coverage.COVER : PatchGrid.Coverage.DROP_REMAINDER);
    }

    private List<String> texts(EmbeddedImageLayout layout) {
        List<String> texts = new ArrayList<>();
        int at = (int) layout.textsAt();
        for (int t = 0; t < EmbeddedImageLayout.TEXTS; t++) {
            byte[] text = new byte[textLength(t)];
            bytes.get(at, text);
            texts.add(new String(text, StandardCharsets.UTF_8));
            at += text.length;
        }
        return texts;
    }

    private List<Box> windows(EmbeddedImageLayout layout, PatchGrid grid, int before, int count) throws IOException {
        Box[] windows = new Box[count];
        int at = (int) layout.windowsAt() + before * EmbeddedImageLayout.WINDOW_BYTES;
        for (int i = 0; i < count; i++, at += EmbeddedImageLayout.WINDOW_BYTES) {
            Box window = new Box(bytes.getInt(at), bytes.getInt(at + 4), bytes.getInt(at + 8), bytes.getInt(at + 12));
            boolean inside = window.xMin() >= 0
                    && window.yMin() >= 0
                    && window.xMax() <= grid.imageWidth()
                    && window.yMax() <= grid.imageHeight();
            require(
                    inside && window.area() > 0,
                    "window (%s) must lie in the %d x %d image and not be empty",
                    window,
                    grid.imageWidth(),
                    grid.imageHeight());
            windows[i] = window;
        }
        return List.of(windows);
    }

    /** Returns a view of the mapped file: nothing is read before it is asked for. */
    private FloatBuffer rows(EmbeddedImageLayout layout, int before, int count) {
        int rowBytes = layout.dimension() * Float.BYTES;
        int from = (int) layout.rowsAt() + before * rowBytes;
        return bytes.slice(from, count * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }
}
