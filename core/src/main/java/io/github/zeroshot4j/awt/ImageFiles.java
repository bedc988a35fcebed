package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads images as models expect them: upright, 8-bit, RGB, with the bytes that Pillow reads from lossless files.
 *
 * <ul>
 *   <li>What a file is, its first bytes say; its name says nothing.
 *   <li>The EXIF orientation of JPEG, PNG, WebP and TIFF is applied, whatever decoder reads the file.
 *   <li>Samples are taken as they are stored, without colour management, which {@linkplain ImageReadOptions#colours() an
 *       option} turns on; 16 bits become 8; gray is exact. CMYK becomes RGB by Pillow's formula.
 *   <li>Transparent pixels are laid on white, or {@linkplain ImageReadOptions#transparency() taken as they are}. Of an
 *       animation the first frame is read, and no other decoded.
 *   <li>Size limits are checked from the header, before anything is decoded; an image whose end is missing is an error. Both
 *       are {@linkplain ImageReadOptions options}.
 * </ul>
 *
 * <p>The formats are those of {@code javax.imageio}: JPEG, PNG, GIF, BMP, TIFF and WBMP with a plain JDK, more with the
 * plug-ins on the class path (WebP: {@code com.twelvemonkeys.imageio:imageio-webp}, BigTIFF and rarer forms of TIFF:
 * {@code imageio-tiff}). No file is written, not even ImageIO's cache. The whole file is held in memory while it is decoded.
 *
 * <p>Every failure is an {@link IOException} that names the file and says what is wrong with it. Thread-safe.
 */
public final class ImageFiles {
    private ImageFiles() {}

    /**
     * Reads an image file with the default options.
     *
     * @throws IOException if the file is missing, not to be read, a folder, empty, too large, broken, or of an unknown format
     */
    public static RgbImage read(Path file) throws IOException {
        return read(file, ImageReadOptions.defaults());
    }

    /**
     * Reads an image file.
     *
     * @throws IOException as {@link #read(Path)}
     */
    public static RgbImage read(Path file, ImageReadOptions options) throws IOException {
        Objects.requireNonNull(options, "options");
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "a folder, not an image file");
        }
        try {
            requireBytes(Files.size(file), file.toString(), options);
            try (InputStream in = Files.newInputStream(file)) {
                return decode(in, file.toString(), options);
            }
        } catch (FileSystemException e) {
            throw FileErrors.explained(e);
        }
    }

    /**
     * Reads an image from a stream, to its end. The stream is not closed.
     *
     * @throws IOException as {@link #read(Path)}
     */
    public static RgbImage read(InputStream in, ImageReadOptions options) throws IOException {
        Objects.requireNonNull(options, "options");
        return decode(in, "image stream", options);
    }

    /**
     * Reads an image from the bytes of its file.
     *
     * @throws IOException as {@link #read(Path)}
     */
    public static RgbImage read(byte[] file, ImageReadOptions options) throws IOException {
        return read(new ByteArrayInputStream(file), options);
    }

    private static RgbImage decode(InputStream in, String name, ImageReadOptions options) throws IOException {
        int most = (int) Math.min(options.maxBytes(), Integer.MAX_VALUE - 9L);
        byte[] bytes = in.readNBytes(most + 1);
        requireBytes(bytes.length, name, options);
        if (bytes.length == 0) {
            throw new IOException(name + ": empty, not an image");
        }
        boolean toSrgb = options.colours() == ImageReadOptions.Colours.TO_SRGB;
        byte[] profile = toSrgb ? ColourProfile.of(bytes) : new byte[0];
        ColourProfile.hide(bytes);
        RgbImage stored = new ImageDecoder(bytes, name, options).decode();
        return ExifOrientation.of(bytes).upright(ColourProfile.toSrgb(stored, profile));
    }

    private static void requireBytes(long bytes, String name, ImageReadOptions options) throws IOException {
        if (bytes > options.maxBytes()) {
            throw new IOException(
                    name + ": larger than the limit of " + options.maxBytes() + " bytes (ImageReadOptions.maxBytes)");
        }
    }
}
