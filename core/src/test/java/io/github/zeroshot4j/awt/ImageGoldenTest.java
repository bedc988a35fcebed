package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.GoldenImages.Golden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of IMAGES.md, cell by cell, for the readers of a plain JDK. With plug-ins: ImagePluginsTest in examples. */
final class ImageGoldenTest {
    private static final Path TABLE = Path.of("IMAGES.md");
    private static final int FILES = 2;
    private static final int PLAIN_JDK = 3;

    static List<Golden> goldens() throws IOException {
        return GoldenImages.all();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void read_everyFormat_asTheTableSays(Golden golden) throws IOException {
        List<String> cells = new ArrayList<>();
        for (List<String> row : rows()) {
            if (matches(row, golden)) {
                cells.add(row.get(PLAIN_JDK));
            }
        }
        assertThat(cells).as("rows of the table for %s", golden).hasSize(1);

        String cell = cells.get(0);
        if (cell.startsWith("error: ")) {
            assertThat(outcome(golden)).contains(cell.substring(7).replace("`", ""));
        } else {
            assertThat(outcome(golden)).isEqualTo(cell);
        }
    }

    @Test
    void table_everyRow_isOfAFile() throws IOException {
        for (List<String> row : rows()) {
            assertThat(goldens()).as("%s", row).anyMatch(golden -> matches(row, golden));
        }
    }

    /** Returns the largest difference of a channel, or the error. */
    private static String outcome(Golden golden) {
        RgbImage image;
        try {
            image = ImageFiles.read(golden.file(), options(golden));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        if (image.width() != golden.width() || image.height() != golden.height()) {
            return image.bounds() + " instead of " + golden.width() + " x " + golden.height();
        }
        int largest = 0;
        int[] pixels = image.toPacked();
        for (int i = 0; i < pixels.length; i++) {
            for (int shift = 0; shift <= 16; shift += 8) {
                int difference = (pixels[i] >> shift & 0xff) - (golden.rgb(i) >> shift & 0xff);
                largest = Math.max(largest, Math.abs(difference));
            }
        }
        return String.valueOf(largest);
    }

    private static ImageReadOptions options(Golden golden) {
        ImageReadOptions defaults = ImageReadOptions.defaults();
        return golden.name().endsWith("-as-srgb") ? defaults.withColours(ImageReadOptions.Colours.TO_SRGB) : defaults;
    }

    private static List<List<String>> rows() throws IOException {
        List<List<String>> rows = Files.readAllLines(TABLE).stream()
                .map(line -> List.of(line.split(" *\\| *", -1)))
                .filter(row -> row.size() > PLAIN_JDK && row.get(FILES).startsWith("`"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(50);
        return rows.stream().filter(row -> row.size() == 6).toList();
    }

    private static boolean matches(List<String> row, Golden golden) {
        PathMatcher pattern =
                FileSystems.getDefault().getPathMatcher("glob:" + row.get(FILES).replace("`", ""));
        return pattern.matches(Path.of(golden.name()));
    }

    /** The same tag by another reader, in files of all formats, upright or not. */
    @ParameterizedTest
    @MethodSource("goldens")
    void orientation_everyFormat_asMetadataExtractorReadsIt(Golden golden) throws Exception {
        assertThat(ExifTag.orientation(golden.file())).isEqualTo(extracted(golden.file()));
    }

    @Test
    void orientation_hostileFiles_asMetadataExtractorReadsIt() throws Exception {
        int compared = 0;
        for (var file : Hostile.files().entrySet()) {
            // Of a directory outside of the file, metadata-extractor tries another place instead.
            boolean guessed = file.getKey().startsWith("exif-directory-outside")
                    || file.getKey().startsWith("exif-directory-before");
            if (!guessed && (file.getKey().startsWith("exif") || file.getKey().startsWith("orientation"))) {
                int found = ExifTag.orientation(file.getValue());
                assertThat(found).as(file.getKey()).isEqualTo(extracted(file.getValue()));
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(10);
    }

    private static int extracted(byte[] file) throws IOException {
        ExifIFD0Directory directory;
        try {
            directory = ImageMetadataReader.readMetadata(new ByteArrayInputStream(file))
                    .getFirstDirectoryOfType(ExifIFD0Directory.class);
        } catch (ImageProcessingException e) {
            return 0; // a format that it does not know
        }
        Integer value = directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        return value == null ? 0 : value;
    }
}
