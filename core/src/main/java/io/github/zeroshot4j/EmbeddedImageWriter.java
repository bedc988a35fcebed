package io.github.zeroshot4j;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** Writes the file of an {@link EmbeddedImage}, whose documentation has the layout. */
final class EmbeddedImageWriter {
    /** Rows are turned into bytes by so many floats. */
    private static final int CHUNK = 8192;

    private EmbeddedImageWriter() {}

    static void write(EmbeddedImage image, Path file) throws IOException {
        List<byte[]> texts = texts(image);
        EmbeddedImageLayout layout = layout(image, texts);
        // Not createTempFile: it would hide the file from all but its owner. Without the file's name, which may be of
        // the greatest length already.
        Path part = file.resolveSibling("." + UUID.randomUUID() + ".part");
        try {
            try (OutputStream out =
                    Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(image, header(image, layout, texts), out);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be written (" + reason(e) + ")", e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The texts, in the order of the file. */
    private static List<byte[]> texts(EmbeddedImage image) {
        EmbeddingModel model = image.model();
        return Stream.of(model.name(), model.variant(), model.fingerprint(), image.note())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static EmbeddedImageLayout layout(EmbeddedImage image, List<byte[]> texts) {
        EmbeddedImageLayout layout = new EmbeddedImageLayout(
                image.scans().size(),
                texts.stream().mapToLong(text -> text.length).sum(),
                image.windowCount(),
                image.model().dimension());
        if (layout.length() > Integer.MAX_VALUE) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "windowCount (%d) must give a file of less than 2^31 bytes to be saved, with %d dimensions it gives %d",
                    image.windowCount(),
                    image.model().dimension(),
                    layout.length()));
        }
        return layout;
    }

    /** Returns all that comes before the windows. */
    private static byte[] header(EmbeddedImage image, EmbeddedImageLayout layout, List<byte[]> texts) {
        PatchGrid grid = image.grid();
        byte[] bytes = new byte[(int) layout.windowsAt()];
        ByteBuffer header = EmbeddedImageLayout.wrap(bytes);
        header.put(EmbeddedImageLayout.mark()).putInt(EmbeddedImageLayout.VERSION);
        header.putInt(layout.dimension()).putLong(layout.length());
        header.putInt(grid.imageWidth()).putInt(grid.imageHeight()).putInt(grid.patchPx());
        header.putInt(grid.coverage() == PatchGrid.Coverage.COVER ? 1 : 0);
        header.putInt(layout.scans());
        texts.forEach(text -> header.putInt(text.length));
        image.scans().forEach(scan -> header.putInt(scan.windows().size()));
        texts.forEach(header::put);
        return bytes;
    }

    private static void write(EmbeddedImage image, byte[] header, OutputStream out) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(new BufferedOutputStream(out, 1 << 16), new CRC32C());
        checked.write(header);
        for (EmbeddedImage.Scan scan : image.scans()) {
            writeWindows(scan.windows(), checked);
        }
        for (EmbeddedImage.Scan scan : image.scans()) {
            writeRows(scan.embeddings(), checked);
        }
        byte[] checksum = new byte[EmbeddedImageLayout.CHECKSUM_BYTES];
        EmbeddedImageLayout.wrap(checksum).putInt((int) checked.getChecksum().getValue());
        checked.write(checksum);
        checked.flush();
    }

    private static void writeWindows(List<Box> windows, OutputStream out) throws IOException {
        byte[] bytes = new byte[EmbeddedImageLayout.WINDOW_BYTES];
        ByteBuffer numbers = EmbeddedImageLayout.wrap(bytes);
        for (Box window : windows) {
            numbers.clear();
            numbers.putInt(window.xMin()).putInt(window.yMin());
            numbers.putInt(window.xMax()).putInt(window.yMax());
            out.write(bytes);
        }
    }

    private static void writeRows(FloatBuffer rows, OutputStream out) throws IOException {
        byte[] bytes = new byte[CHUNK * Float.BYTES];
        FloatBuffer floats = EmbeddedImageLayout.wrap(bytes).asFloatBuffer();
        for (int from = 0; from < rows.limit(); from += CHUNK) {
            int count = Math.min(CHUNK, rows.limit() - from);
            floats.put(0, rows, from, count);
            out.write(bytes, 0, count * Float.BYTES);
        }
    }

    /** Returns what is wrong; the JDK's errors often hold the path and no more. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : String.valueOf(e.getMessage());
    }
}
