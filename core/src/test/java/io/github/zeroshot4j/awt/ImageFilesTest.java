package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are described, and their pixels explained, in README.txt beside them. */
final class ImageFilesTest {
    private static final ImageReadOptions DEFAULTS = ImageReadOptions.defaults();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"orientation-6.jpg", "orientation-8.png", "palette.png"})
    void read_quadrants_uprightColours(String name) throws IOException {
        RgbImage image = ImageFiles.read(resource(name), DEFAULTS);

        assertThat(image.bounds()).hasToString("Box[xMin=0, yMin=0, xMax=48, yMax=32]");
        assertNear(image.rgb(3, 3), 0xFF0000);
        assertNear(image.rgb(44, 3), 0x00FF00);
        assertNear(image.rgb(3, 28), 0x0000FF);
        assertNear(image.rgb(44, 28), 0xFFFF00);
    }

    @Test
    void read_gray_samplesAsTheyAreStored() throws IOException {
        // getRGB makes 196 of 140.
        assertThat(ImageFiles.read(resource("gray.jpg"), DEFAULTS).rgb(7, 7)).isEqualTo(0x8C8C8C);
    }

    @Test
    void read_gray16_roundsTo8Bits() throws IOException {
        // 36108 / 257 = 140.498, 36109 / 257 = 140.502
        assertThat(ImageFiles.read(resource("gray-16.png"), DEFAULTS).toPacked())
                .containsExactly(0x000000, 0x8C8C8C, 0x8C8C8C, 0x8D8D8D, 0xFFFFFF);
    }

    @Test
    void read_grayAndAlpha_laidOnWhite() throws IOException {
        // 140 * 128 / 255 + 255 * 127 / 255 = 197.27
        assertThat(ImageFiles.read(resource("gray-alpha.png"), DEFAULTS).toPacked())
                .containsExactly(0x8C8C8C, 0xFFFFFF, 0xC5C5C5, 0x000000);
    }

    @Test
    void read_oneBit_blackAndWhiteOnly() throws IOException {
        int[] pixels = ImageFiles.read(resource("one-bit.png"), DEFAULTS).toPacked();

        assertThat(pixels).hasSize(48 * 32).containsOnly(0x000000, 0xFFFFFF);
        // Yellow is lighter than blue: white pixels prevail in the one, black ones in the other.
        assertThat(pixels[31 * 48 + 3]).isZero();
        assertThat(pixels[31 * 48 + 44]).isEqualTo(0xFFFFFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "gif", "jpeg", "tiff"})
    void read_formatsOfTheJdk_sameColours(String format) throws IOException {
        assertNear(ImageFiles.read(encoded(format, 20, 10, 0x00FF00), DEFAULTS).rgb(19, 9), 0x00FF00);
    }

    @Test
    void read_path_equalsBytesAndStream() throws IOException {
        byte[] bytes = encoded("png", 5, 4, 0x123456);
        Path file = Files.write(folder.resolve("a name with spaces, and ü.png"), bytes);

        int[] expected = ImageFiles.read(bytes, DEFAULTS).toPacked();

        assertThat(ImageFiles.read(file).toPacked()).isEqualTo(expected);
        assertThat(ImageFiles.read(new ByteArrayInputStream(bytes), DEFAULTS).toPacked())
                .isEqualTo(expected);
    }

    @Test
    void read_nothingThere_saysSo() throws IOException {
        Path missing = folder.resolve("missing.png");
        Path empty = Files.createFile(folder.resolve("empty.png"));

        assertThatThrownBy(() -> ImageFiles.read(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("missing.png: no such file");
        assertThatThrownBy(() -> ImageFiles.read(folder))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(folder + ": a folder, not an image file");
        assertThatThrownBy(() -> ImageFiles.read(empty))
                .isInstanceOf(IOException.class)
                .hasMessage(empty + ": empty, not an image");
    }

    @Test
    void read_linkToItself_isNotCalledMissing() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("loop.png"), Path.of("loop.png"));

        // The words behind it are the operating system's.
        assertThatThrownBy(() -> ImageFiles.read(loop))
                .isInstanceOf(FileSystemException.class)
                .hasMessageStartingWith(loop + ": ")
                .hasMessageNotContaining("no such file");
    }

    @Test
    void read_webp_namesTheLibraryThatHelps() throws IOException {
        Path file = Files.write(folder.resolve("quadrants.webp"), resource("quadrants.webp"));

        assertThatThrownBy(() -> ImageFiles.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + ": a WebP image")
                .hasMessageContaining("com.twelvemonkeys.imageio:imageio-webp");
    }

    @Test
    void read_cmyk_pillowsColours() throws IOException {
        RgbImage image = ImageFiles.read(resource("cmyk.jpg"), DEFAULTS);

        assertNear(image.rgb(3, 3), 0xFF0000);
        assertNear(image.rgb(44, 28), 0xFFFF00);
    }

    @Test
    void read_otherFiles_namesTheKnownFormats() {
        assertThatThrownBy(() -> ImageFiles.read("a text".getBytes(StandardCharsets.UTF_8), DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not an image of a known format (BMP, GIF, JPEG, PNG");
        assertThatThrownBy(() ->
                        ImageFiles.read("\0\0\0\u001cftypavif\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1), DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("AVIF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "gif", "bmp", "tiff", "jpeg"})
    void read_truncated_isAnErrorThatSaysSo(String format) throws IOException {
        byte[] whole = noise(format);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        assertThatThrownBy(() -> ImageFiles.read(half, DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("image stream: ")
                .hasMessageContaining("truncated");
    }

    @Test
    void read_truncatedJpegAccepted_hasItsFirstRows() throws IOException {
        byte[] whole = noise("jpeg");
        ImageReadOptions accept = DEFAULTS.withTruncation(ImageReadOptions.Truncation.ACCEPT);

        RgbImage image = ImageFiles.read(Arrays.copyOf(whole, whole.length / 2), accept);

        RgbImage expected = ImageFiles.read(whole, DEFAULTS);
        assertThat(image.rgb(5, 2)).isEqualTo(expected.rgb(5, 2));
        assertThat(image.rgb(5, 63)).isNotEqualTo(expected.rgb(5, 63));
    }

    @Test
    void read_brokenAnywhere_isAlwaysAnIOException() throws IOException {
        for (String format : new String[] {"png", "gif", "bmp", "tiff", "jpeg"}) {
            byte[] whole = noise(format);
            for (int at = 0; at < Math.min(whole.length, 400); at++) {
                byte[] broken = whole.clone();
                broken[at] ^= (byte) 0xff;
                try {
                    ImageFiles.read(broken, DEFAULTS.withMaxPixels(1_000_000));
                } catch (IOException e) {
                    assertThat(e).as("%s, byte %d", format, at).hasMessageStartingWith("image stream: ");
                }
            }
        }
    }

    @Test
    void read_morePixelsThanAllowed_refusedByTheHeader() {
        // A PNG of 33 bytes that claims 60000 x 60000 pixels and holds none: decoding would fail in another way.
        assertThatThrownBy(() -> ImageFiles.read(pngHeader(60_000, 60_000), DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessage("image stream: 60000 x 60000 pixels, more than the limit of 100000000"
                        + " (ImageReadOptions.maxPixels)");
    }

    @Test
    void read_atTheLimits_accepted() throws IOException {
        byte[] bytes = encoded("png", 20, 10, 0);

        assertThat(ImageFiles.read(bytes, DEFAULTS.withMaxPixels(200).withMaxBytes(bytes.length))
                        .width())
                .isEqualTo(20);
        assertThatThrownBy(() -> ImageFiles.read(bytes, DEFAULTS.withMaxPixels(199)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("20 x 10 pixels");
        assertThatThrownBy(() -> ImageFiles.read(bytes, DEFAULTS.withMaxBytes(bytes.length - 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("image stream: larger than the limit of " + (bytes.length - 1) + " bytes");
    }

    @Test
    void read_endlessStream_stopsAtTheLimit() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };

        assertThatThrownBy(() -> ImageFiles.read(endless, DEFAULTS.withMaxBytes(1000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than the limit of 1000 bytes");
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = ImageFilesTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static void assertNear(int found, int expected) {
        for (int shift = 0; shift <= 16; shift += 8) {
            assertThat(found >> shift & 0xff)
                    .as("%06x of %06x", found, expected)
                    .isCloseTo(expected >> shift & 0xff, org.assertj.core.data.Offset.offset(2));
        }
    }

    private static byte[] encoded(String format, int width, int height, int rgb) throws IOException {
        BufferedImage image = AwtImages.toBufferedImage(RgbImage.filled(width, height, rgb));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).as(format).isTrue();
        return bytes.toByteArray();
    }

    /** An image of 64 x 64 that no format makes small, so that its first half is not all there is. */
    static byte[] noise(String format) throws IOException {
        java.util.Random random = new java.util.Random(7);
        RgbImage noise =
                RgbImage.ofPacked(64, 64, random.ints(64 * 64, 0, 0x1000000).toArray());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(AwtImages.toBufferedImage(noise), format, bytes))
                .as(format)
                .isTrue();
        return bytes.toByteArray();
    }

    private static byte[] pngHeader(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(25)
                .putInt(13)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(header.array(), 4, 17);
        header.putInt((int) crc.getValue());
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        return ByteBuffer.allocate(33).put(signature).put(header.array()).array();
    }
}
