package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no embedded image's, or no whole one's: one error that names the file, what is expected and what was found. */
final class EmbeddedImageDamageTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    /** 128 bytes, whose place is written out in {@code EmbeddedImageFileTest.save_bytes_asDocumented}. */
    @BeforeEach
    void save() throws IOException {
        file = folder.resolve("image.zs4j");
        PatchGrid grid = new PatchGrid(7, 5, 2, PatchGrid.Coverage.COVER);
        EmbeddedImage.Scan first = new EmbeddedImage.Scan(List.of(new Box(0, 0, 4, 4)), new float[] {1, -2});
        EmbeddedImage.Scan second = new EmbeddedImage.Scan(List.of(new Box(1, 2, 3, 5)), new float[] {0.5f, 0});
        new EmbeddedImage(grid, List.of(first, second), new EmbeddingModel("ab", "c", "de", 2))
                .withNote("f")
                .save(file);
    }

    private void assertRefused(String message) {
        assertThatIOException()
                .isThrownBy(() -> EmbeddedImage.load(file))
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(message);
    }

    private void change(Consumer<ByteBuffer> change) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        Files.write(file, bytes);
    }

    // ---- not a file of ours

    @Test
    void load_missing_says() {
        file = folder.resolve("no.zs4j");
        assertRefused("no such file or folder");
    }

    @Test
    void load_folder_says() {
        file = folder;
        assertRefused("a folder, not the file of an embedded image");
    }

    @Test
    void load_empty_says() throws IOException {
        Files.write(file, new byte[0]);
        assertRefused("length (0 bytes) must be at least 64: cut");
    }

    @Test
    void load_picture_saysWhatWasFound() throws IOException {
        Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0, 0, 0, 0, 0, 0});
        assertRefused("not the file of an embedded image: it must begin with the bytes 7a73346a2d656d62, found"
                + " ffd8ff0000000000");
    }

    @Test
    void load_anotherVersion_saysWhichOneIsRead() throws IOException {
        change(bytes -> bytes.putInt(8, 2));
        assertRefused("format version (2) must be 1, the one that this version of the library reads");
    }

    // ---- damage

    @Test
    void load_cutAnywhere_refused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(
                    length < 64
                            ? "length (" + length + " bytes) must be at least 64: cut"
                            : "length (" + length + " bytes) must be 128 as the file itself says: cut");
        }
    }

    @Test
    void load_anyBitFlipped_refused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertRefused(
                    bit / 8 < 8
                            ? "it must begin with the bytes"
                            : bit / 8 < 12
                                    ? "format version ("
                                    : bit / 8 < 16 || bit / 8 >= 24 ? "damaged" : "length (");
        }
    }

    @Test
    void load_somethingAppended_refused() throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 129));
        assertRefused("length (129 bytes) must be 128 as the file itself says: something was appended");
    }

    @Test
    void load_flippedByte_tellsBothChecksums() throws IOException {
        int before = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(124);
        change(bytes -> bytes.put(100, (byte) 42));
        int found = EmbeddedImageFileTest.checksum(Files.readAllBytes(file), 124);
        assertRefused(String.format("checksum (%08x) must be %08x as the file itself says: damaged", found, before));
    }

    // ---- a right checksum over wrong numbers

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | 0           | dimension (0) must be positive and fit the file of 128 bytes",
                "12 | -1          | dimension (-1) must be positive and fit the file of 128 bytes",
                "12 | 2147483647  | dimension (2147483647) must be positive and fit the file of 128 bytes",
                "12 | 3           | length (128 bytes) must be 136 for 2 windows of 3 dimensions",
                "24 | 0           | imageWidth (0) must be positive",
                "24 | 2           | window (Box[xMin=0, yMin=0, xMax=4, yMax=4]) must lie in the 2 x 5 image",
                "28 | 4           | window (Box[xMin=1, yMin=2, xMax=3, yMax=5]) must lie in the 7 x 4 image",
                "32 | -2          | patchPx (-2) must be positive",
                "36 | 2           | coverage (2) must be 0 or 1",
                "40 | 0           | number of scans (0) must be positive and fit the file of 128 bytes",
                "40 | 33          | number of scans (33) must be positive and fit the file of 128 bytes",
                "40 | 32          | number of scans (32) must fit the file of 128 bytes",
                "40 | 1           | length (128 bytes) must be 100 for 1 windows of 2 dimensions",
                "44 | -1          | length of a text (-1) must not be negative",
                "44 | 2147483647  | length (128 bytes) must be",
                "56 | 100         | length (128 bytes) must be",
                "60 | 0           | number of windows (0) must be positive and fit the file of 128 bytes",
                "60 | -2147483648 | number of windows (-2147483648) must be positive and fit the file of 128 bytes",
                "60 | 2147483647  | number of windows (2147483647) must be positive and fit the file of 128 bytes",
                "60 | 2           | length (128 bytes) must be 152 for 3 windows of 2 dimensions",
                "76 | -1          | window (Box[xMin=-1, yMin=0, xMax=4, yMax=4]) must lie in the 7 x 5 image",
                "84 | 0           | window (Box[xMin=0, yMin=0, xMax=0, yMax=4]) must lie in the 7 x 5 image and not be empty",
                "84 | -1          | xMax (-1) must be at least xMin (0)",
                "84 | 8           | window (Box[xMin=0, yMin=0, xMax=8, yMax=4]) must lie in the 7 x 5 image"
            })
    void load_numbersThatCannotBe_refused(int at, int value, String message) throws IOException {
        change(bytes -> bytes.putInt(at, value));
        byte[] changed = Files.readAllBytes(file);
        change(bytes -> bytes.putInt(124, EmbeddedImageFileTest.checksum(changed, 124)));
        assertRefused(message);
    }

    @Test
    void load_anyNumberOverTheHeader_refusedOrAnImage() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Fuzz.check(
                1000,
                random -> {
                    byte[] changed = whole.clone();
                    ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
                    for (int changes = Fuzz.between(random, 1, 3); changes > 0; changes--) {
                        int value = random.nextBoolean() ? random.nextInt() : Fuzz.between(random, -2, 40);
                        bytes.putInt(4 * Fuzz.between(random, 3, 27), value);
                    }
                    bytes.putLong(16, 128);
                    bytes.putInt(124, EmbeddedImageFileTest.checksum(changed, 124));
                    return changed;
                },
                bytes -> {
                    Files.write(file, bytes);
                    try {
                        assertThat(EmbeddedImage.load(file).windowCount()).isPositive();
                    } catch (IOException e) {
                        assertThat(e).hasMessageStartingWith(file + ": ");
                    }
                });
    }
}
