package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Malformed and hostile image files, by the names that the table in IMAGES.md calls them. */
final class Hostile {
    static final int WIDTH = 16;
    static final int HEIGHT = 12;

    private Hostile() {}

    /** Returns the content of every file by its name, extension included. */
    static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        putNoImages(files);
        putWrongNames(files);
        putTruncated(files);
        HostilePngs.put(files);
        HostileJpegs.put(files);
        HostileGifsAndBmps.put(files);
        HostileTiffs.put(files);
        return files;
    }

    private static void putNoImages(Map<String, byte[]> files) {
        byte[] random = new byte[5000];
        new Random(1).nextBytes(random);
        random[0] = 0;
        files.put("empty.png", new byte[0]);
        files.put("one-byte.png", new byte[] {(byte) 0x89});
        files.put("zeros.jpg", new byte[5000]);
        files.put("random.jpg", random);
        files.put("text.jpg", ascii("this is no image\n"));
        files.put("page.gif", ascii("<!DOCTYPE html><html><body>404</body></html>"));
        files.put("drawing.svg", ascii("<svg xmlns='http://www.w3.org/2000/svg'/>"));
        files.put("document.pdf", ascii("%PDF-1.7\n1 0 obj\n"));
        files.put("archive.png", join(ascii("PK"), new byte[] {3, 4}, new byte[60]));
        files.put("program.png", join(new byte[] {0x7F}, ascii("ELF"), new byte[60]));
        files.put("cut.webp", join(ascii("RIFF"), new byte[] {40, 0, 0, 0}, ascii("WEBPVP8 ")));
        files.put("picture.heic", join(new byte[] {0, 0, 0, 24}, ascii("ftypheic"), new byte[40]));
        files.put("icon.ico", join(new byte[] {0, 0, 1, 0, 1, 0}, new byte[40]));
    }

    private static void putWrongNames(Map<String, byte[]> files) {
        files.put("png-called.jpg", encoded("png"));
        files.put("jpeg-called.png", encoded("jpeg"));
        files.put("gif-called.webp", encoded("gif"));
        files.put("tiff-called.gif", encoded("tiff"));
        files.put("bmp-without-extension", encoded("bmp"));
        files.put("png-and-more.png", join(encoded("png"), new byte[5000]));
        files.put("jpeg-and-more.jpg", join(encoded("jpeg"), encoded("jpeg")));
        files.put("png-after-a-line.png", join(ascii("\r\n"), encoded("png")));
        files.put("png-as-text.png", asText(encoded("png")));
    }

    /** What a transfer in text mode makes of a file. */
    private static byte[] asText(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void putTruncated(Map<String, byte[]> files) {
        for (String format : new String[] {"png", "jpeg", "gif", "bmp", "tiff"}) {
            byte[] whole = encoded(format);
            files.put("signature." + format, Arrays.copyOf(whole, 4));
            files.put("start." + format, Arrays.copyOf(whole, 24));
            files.put("half." + format, Arrays.copyOf(whole, whole.length / 2));
            files.put("all-but-40-bytes." + format, Arrays.copyOf(whole, whole.length - 40));
        }
    }

    // What the files are made of.

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns a copy with some bytes replaced. */
    static byte[] with(byte[] file, int at, int... values) {
        byte[] changed = file.clone();
        for (int i = 0; i < values.length; i++) {
            changed[at + i] = (byte) values[i];
        }
        return changed;
    }

    /** Noise of 16 x 12 pixels, so that no format makes it small. */
    static byte[] encoded(String format) {
        int[] pixels = new Random(7).ints(WIDTH * HEIGHT, 0, 0x1000000).toArray();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(AwtImages.toBufferedImage(RgbImage.ofPacked(WIDTH, HEIGHT, pixels)), format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater(9);
        deflater.setInput(data);
        deflater.finish();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            packed.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return packed.toByteArray();
    }

    static byte[] chunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(ascii(type));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(ascii(type))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }
}
