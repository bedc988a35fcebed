package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.ImageReadOptions.Transparency;
import io.github.zeroshot4j.awt.ImageReadOptions.Truncation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes one image with {@code javax.imageio}, guarded: limits first, and every failure an IOException with a name. */
final class ImageDecoder {
    private static final int INK_COMPONENTS = 4;

    private final byte[] bytes;
    private final String name;
    private final ImageReadOptions options;
    private final ImageFormat format;
    private final List<String> warnings = new ArrayList<>();

    ImageDecoder(byte[] bytes, String name, ImageReadOptions options) {
        this.bytes = bytes;
        this.name = name;
        this.options = options;
        this.format = ImageFormat.of(bytes);
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
        RgbImage image;
        try {
            // Without metadata: a text chunk that unpacks to gigabytes is never unpacked.
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            requirePossible(reader.getWidth(0), reader.getHeight(0));
            image = format == ImageFormat.JPEG && JpegSegments.components(bytes) == INK_COMPONENTS
                    ? Inks.ofJpeg(reader.readRaster(0, null), JpegSegments.adobeTransform(bytes) == 2)
                    : onScreen(read(reader));
        } catch (Refused e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw broken(reader, e);
        }
        requireNoWarning(reader);
        return image;
    }

    /** What is said of a file that is not broken: the message needs no cause. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private void requirePossible(long width, long height) throws IOException {
        if (width < 1 || height < 1) {
            throw new Refused(name + ": broken, it has no valid width and height");
        }
        requireWithinLimits(width, height);
        if (options.truncation() == Truncation.REJECT) {
            String problem = WholeFile.problem(format, bytes, width, height);
            if (!problem.isEmpty()) {
                throw new Refused(name + ": " + problem);
            }
        }
    }

    private void requireWithinLimits(long width, long height) throws IOException {
        if (width * height > options.maxPixels()) {
            throw new Refused(String.format(
                    Locale.ROOT,
                    "%s: %d x %d pixels, more than the limit of %d (ImageReadOptions.maxPixels)",
                    name,
                    width,
                    height,
                    options.maxPixels()));
        }
        if (Math.max(width, height) > options.maxSide()) {
            throw new Refused(String.format(
                    Locale.ROOT,
                    "%s: %d x %d pixels, more on a side than the limit of %d (ImageReadOptions.maxSide)",
                    name,
                    width,
                    height,
                    options.maxSide()));
        }
    }

    private BufferedImage read(ImageReader reader) throws IOException {
        if (options.truncation() == Truncation.REJECT) {
            return reader.read(0);
        }
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        BufferedImage target = types.next().createBufferedImage(reader.getWidth(0), reader.getHeight(0));
        ImageReadParam param = reader.getDefaultReadParam();
        param.setDestination(target);
        try {
            return reader.read(0, param);
        } catch (IOException | RuntimeException e) {
            warnings.add("kept what was decoded before: " + e);
            return target;
        }
    }

    /** Puts the first frame of a GIF where it belongs, on white; every other image is as it is. */
    private RgbImage onScreen(BufferedImage decoded) throws IOException {
        RgbImage image = colours(decoded);
        GifScreen screen = format == ImageFormat.GIF ? GifScreen.of(bytes) : new GifScreen(0, 0, 0, 0);
        if (screen.width() <= image.width() && screen.height() <= image.height()) {
            return image;
        }
        requireWithinLimits(screen.width(), screen.height());
        return screen.withFrame(image);
    }

    private RgbImage colours(BufferedImage decoded) throws IOException {
        PixelReader pixels = new PixelReader(decoded, options.transparency() == Transparency.IGNORED);
        String problem = pixels.problem();
        if (!problem.isEmpty()) {
            throw new Refused(name + ": " + problem + "; convert it to 8-bit RGB");
        }
        return pixels.read();
    }

    /** A truncated JPEG decodes without an error, gray where it ends, and a plug-in may leave out what it does not know. */
    private void requireNoWarning(ImageReader reader) throws IOException {
        for (String warning : warnings) {
            String text = warning.toLowerCase(Locale.ROOT);
            if (text.contains("not implemented")) {
                throw new IOException(
                        name + ": a form of " + format(reader) + " that cannot be read (" + warning + ")");
            }
            boolean cut = text.contains("truncated file") || text.contains("premature end");
            if (cut && options.truncation() == Truncation.REJECT) {
                throw new IOException(name + ": truncated, its end is missing (" + warning + ")");
            }
        }
    }

    private IOException broken(ImageReader reader, Throwable cause) throws IOException {
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
        String why = format.whyNotRead();
        return why.isEmpty() ? "not an image of a known format (" + String.join(", ", formats()) + ")" : why;
    }

    private static List<String> formats() {
        return Arrays.stream(ImageIO.getReaderFormatNames())
                .map(ImageDecoder::shown)
                .distinct()
                .sorted()
                .toList();
    }
}
