package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes one image with {@code javax.imageio}, guarded: limits first, and every failure an IOException with a name. */
final class ImageDecoder {
    private final byte[] bytes;
    private final String name;
    private final ImageReadOptions options;
    private final List<String> warnings = new ArrayList<>();

    ImageDecoder(byte[] bytes, String name, ImageReadOptions options) {
        this.bytes = bytes;
        this.name = name;
        this.options = options;
    }

    RgbImage decode() throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException(name + ": " + whyUnknown());
            }
            ImageReader reader = readers.next();
            try {
                return decode(reader, in);
            } finally {
                reader.dispose();
            }
        }
    }

    private RgbImage decode(ImageReader reader, ImageInputStream in) throws IOException {
        // Without metadata: a text chunk that unpacks to gigabytes is never unpacked.
        reader.setInput(in, true, true);
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        int width;
        int height;
        try {
            width = reader.getWidth(0);
            height = reader.getHeight(0);
        } catch (IOException | RuntimeException e) {
            throw broken(reader, e);
        }
        if ((long) width * height > options.maxPixels()) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s: %d x %d pixels, more than the limit of %d (ImageReadOptions.maxPixels)",
                    name,
                    width,
                    height,
                    options.maxPixels()));
        }
        RgbImage image;
        try {
            BufferedImage decoded = reader.read(0);
            requireKnownColours(decoded, format(reader));
            image = AwtImages.of(decoded);
        } catch (UnsupportedColours e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw broken(reader, e);
        }
        requireWhole();
        return image;
    }

    private static final class UnsupportedColours extends IOException {
        private static final long serialVersionUID = 1L;

        UnsupportedColours(String message) {
            super(message);
        }
    }

    /** The JDK hands out the four inks of a CMYK JPEG as if they were something else; better no colours than wrong ones. */
    private void requireKnownColours(BufferedImage decoded, String format) throws IOException {
        boolean inks = decoded.getRaster().getNumBands() > 3
                && !decoded.getColorModel().hasAlpha();
        if (inks) {
            throw new UnsupportedColours(name + ": a CMYK image; convert it to RGB"
                    + (format.equals("JPEG")
                            ? ", or add the library com.twelvemonkeys.imageio:imageio-jpeg to the class path"
                            : ""));
        }
    }

    /** A truncated JPEG decodes without an error, gray where it ends: its reader only warns. */
    private void requireWhole() throws IOException {
        if (options.truncation() == ImageReadOptions.Truncation.ACCEPT) {
            return;
        }
        for (String warning : warnings) {
            String text = warning.toLowerCase(Locale.ROOT);
            if (text.contains("truncated") || text.contains("premature end")) {
                throw new IOException(name + ": truncated, its end is missing (" + warning + ")");
            }
        }
    }

    private IOException broken(ImageReader reader, Exception cause) throws IOException {
        String detail = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException(name + ": a broken or truncated " + format(reader) + " file (" + detail + ")", cause);
    }

    private static String format(ImageReader reader) throws IOException {
        return reader.getOriginatingProvider() == null ? "image" : shown(reader.getFormatName());
    }

    private static String shown(String format) {
        String upper = format.toUpperCase(Locale.ROOT);
        return upper.equals("JPG") ? "JPEG" : upper.equals("TIF") ? "TIFF" : upper;
    }

    private String whyUnknown() {
        String head = new String(bytes, 0, Math.min(16, bytes.length), StandardCharsets.ISO_8859_1);
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return "a WebP image, which the JDK does not read; add the library"
                    + " com.twelvemonkeys.imageio:imageio-webp to the class path";
        }
        if (head.startsWith("ftyp", 4)) {
            return "an AVIF, HEIC or video file, which the JDK does not read; convert it to JPEG or PNG";
        }
        return "not an image of a known format (" + String.join(", ", formats()) + ")";
    }

    private static List<String> formats() {
        return java.util.Arrays.stream(ImageIO.getReaderFormatNames())
                .map(ImageDecoder::shown)
                .distinct()
                .sorted()
                .toList();
    }
}
