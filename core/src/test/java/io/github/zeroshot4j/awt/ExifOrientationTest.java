package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExifOrientationTest {

    // The rows of the stored image; upright it is ab over cd over ef.
    @ParameterizedTest
    @CsvSource({
        "1, ab/cd/ef",
        "2, ba/dc/fe",
        "3, fe/dc/ba",
        "4, ef/cd/ab",
        "5, ace/bdf",
        "6, bdf/ace",
        "7, fdb/eca",
        "8, eca/fdb"
    })
    void upright_everyOrientation_sameImage(int value, String rows) {
        ExifOrientation orientation = ExifOrientation.of(jpegWith(tiff(ByteOrder.BIG_ENDIAN, 1, value)));

        assertThat(letters(orientation.upright(image(rows)))).isEqualTo("ab/cd/ef");
    }

    @Test
    void of_littleEndianAfterOtherEntries_found() {
        assertThat(ExifOrientation.of(jpegWith(tiff(ByteOrder.LITTLE_ENDIAN, 4, 6))))
                .isEqualTo(ExifOrientation.ROTATED_90_LEFT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 300, 65535})
    void of_valueThatDoesNotExist_upright(int value) {
        assertThat(ExifOrientation.of(jpegWith(tiff(ByteOrder.BIG_ENDIAN, 1, value))))
                .isEqualTo(ExifOrientation.UPRIGHT);
    }

    @Test
    void of_otherSegmentsAndFillBytesBefore_found() {
        byte[] exif = segment(0xE1, exifData(tiff(ByteOrder.BIG_ENDIAN, 1, 3)));
        byte[] comment = segment(0xFE, "hello".getBytes(StandardCharsets.US_ASCII));
        byte[] other = segment(0xE1, "http://ns.adobe.com/xap/1.0/".getBytes(StandardCharsets.US_ASCII));

        byte[] file = join(new byte[] {(byte) 0xFF, (byte) 0xD8}, comment, other, new byte[] {-1, -1}, exif);

        assertThat(ExifOrientation.of(file)).isEqualTo(ExifOrientation.ROTATED_180);
    }

    @Test
    void of_cutOrBrokenAnywhere_neverFails() throws IOException {
        byte[] jpeg = jpegWith(tiff(ByteOrder.BIG_ENDIAN, 3, 6));
        byte[] png = ImageFilesTest.resource("orientation-8.png");
        for (byte[] whole : new byte[][] {jpeg, png}) {
            for (int at = 0; at < whole.length; at++) {
                assertThat(ExifOrientation.of(java.util.Arrays.copyOf(whole, at)))
                        .as("cut at %d", at)
                        .isIn((Object[]) ExifOrientation.values());
                for (int flip : new int[] {0xFF, 0x80, 0x7F}) {
                    byte[] broken = whole.clone();
                    broken[at] ^= (byte) flip;
                    assertThat(ExifOrientation.of(broken)).as("byte %d", at).isNotNull();
                }
            }
        }
    }

    @Test
    void read_jpegWithOrientation_turned() throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(AwtImages.toBufferedImage(RgbImage.filled(30, 20, 0x808080)), "jpeg", plain);
        byte[] jpeg = plain.toByteArray();
        byte[] exif = segment(0xE1, exifData(tiff(ByteOrder.LITTLE_ENDIAN, 1, 8)));
        byte[] file = join(java.util.Arrays.copyOf(jpeg, 2), exif, java.util.Arrays.copyOfRange(jpeg, 2, jpeg.length));

        RgbImage image = ImageFiles.read(file, ImageReadOptions.defaults());

        assertThat(image.width()).isEqualTo(20);
        assertThat(image.height()).isEqualTo(30);
    }

    private static RgbImage image(String rows) {
        String[] lines = rows.split("/", -1);
        return RgbImage.ofPacked(
                lines[0].length(), lines.length, rows.replace("/", "").chars().toArray());
    }

    private static String letters(RgbImage image) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < image.height(); y++) {
            text.append(y == 0 ? "" : "/");
            for (int x = 0; x < image.width(); x++) {
                text.append((char) image.rgb(x, y));
            }
        }
        return text.toString();
    }

    /** A directory whose last entry is the orientation. */
    private static byte[] tiff(ByteOrder order, int entries, int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 12 * entries + 4).order(order);
        tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
        tiff.putShort((short) 42).putInt(8).putShort((short) entries);
        for (int i = 1; i < entries; i++) {
            tiff.putShort((short) (0x0100 + i)).putShort((short) 3).putInt(1).putInt(0);
        }
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1);
        tiff.putShort((short) orientation).putShort((short) 0).putInt(0);
        return tiff.array();
    }

    private static byte[] jpegWith(byte[] tiff) {
        return join(new byte[] {(byte) 0xFF, (byte) 0xD8}, segment(0xE1, exifData(tiff)));
    }

    private static byte[] exifData(byte[] tiff) {
        return join(new byte[] {'E', 'x', 'i', 'f', 0, 0}, tiff);
    }

    private static byte[] segment(int marker, byte[] data) {
        byte[] head = ByteBuffer.allocate(4)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) (data.length + 2))
                .array();
        return join(head, data);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
