package io.github.zeroshot4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.evaluation.GroundTruth.Category;
import io.github.zeroshot4j.evaluation.GroundTruth.TrueObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CocoFileTest {
    /** With single quotes, and with everything that is beyond COCO. */
    private static final String GOOD = """
            {'info': {'year': 2026}, 'licenses': [],
             'images': [
              {'id': 20, 'file_name': 'b.png', 'width': 100, 'height': 80, 'asked': [7, 3], 'tags': ['small']},
              {'id': 10, 'file_name': 'a.png', 'width': 50, 'height': 60, 'license': 1}],
             'annotations': [
              {'id': 1, 'image_id': 20, 'category_id': 3, 'bbox': [1.5, 2, 30, 40.25], 'iscrowd': 0, 'area': 1,
               'segmentation': [[1, 2, 3, 4]]},
              {'id': 2, 'image_id': 20, 'category_id': 7, 'bbox': [0, 0, 100.5, 80], 'iscrowd': 1,
               'segmentation': {'counts': [1], 'size': [80, 100]}}],
             'categories': [{'id': 7, 'name': 'cat', 'supercategory': 'animal'}, {'id': 3, 'name': 'apple'},
              {'id': 5, 'name': 'scissors', 'prompt': 'scissors'}]}
            """;

    @TempDir
    private Path folder;

    private GroundTruth read(String json) throws IOException {
        Path file = folder.resolve("truth.json");
        Files.writeString(file, json.replace('\'', '"'));
        return CocoFile.read(file);
    }

    @Test
    void read_goodFile_everything() throws IOException {
        GroundTruth truth = read(GOOD);

        assertThat(truth.categories())
                .containsExactly(
                        new Category(7, "cat", "a cat"),
                        new Category(3, "apple", "an apple"),
                        new Category(5, "scissors", "scissors"));
        assertThat(truth.images())
                .containsExactly(
                        new GroundTruth.Image(
                                20,
                                "b.png",
                                100,
                                80,
                                List.of(0, 1),
                                List.of("small"),
                                List.of(
                                        new TrueObject(1, new Region(1.5, 2, 30, 40.25), false),
                                        new TrueObject(0, new Region(0, 0, 100.5, 80), true))),
                        new GroundTruth.Image(10, "a.png", 50, 60, List.of(0, 1, 2), List.of(), List.of()));
    }

    @Test
    void read_nothingAsked_isNotEverything() throws IOException {
        assertThat(read(GOOD.replace("[7, 3]", "[]")).images().get(0).asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cat, a cat",
        "elephant, an elephant",
        "Apple, an Apple",
        "unicorn, a unicorn",
        "umbrella, an umbrella",
        "hourglass, an hourglass",
        "hot dog, a hot dog",
        "utensil, a utensil",
        "user, a user",
        "one-way sign, a one-way sign",
        "SUV, an SUV",
    })
    void prompt_name_withItsArticle(String name, String prompt) {
        assertThat(CocoFile.prompt(name)).isEqualTo(prompt);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                // what is there ! what it becomes ! the complaint
                "'id': 20, 'file ! 'file ! images[0].id (missing) must be an integer",
                "'file_name': 'a.png', ! `` ! images[1].file_name (missing) must be a text that is not blank",
                "'width': 50, ! 'width': 0, ! images[1].width (0) must be a positive integer",
                "'height': 80, ! 'height': '80', ! images[0].height (\"80\") must be a positive integer",
                "'id': 10 ! 'id': 20 ! images[1].id (20) must be the id of one image alone",
                "'id': 3, ! 'id': 7, ! categories[1].id (7) must be the id of one category alone",
                "'id': 2, ! 'id': 1, ! annotations[1].id (1) must be the id of one annotation alone",
                "'id': 1, ! 'id': 1.5, ! annotations[0].id (1.5) must be an integer",
                "[7, 3] ! [7, 4] ! images[0].asked[1] (4) must be the id of a category",
                "[7, 3] ! [7, 7] ! images[0].asked[1] (7) must be asked once",
                "[7, 3] ! 7 ! images[0].asked (7) must be an array",
                "['small'] ! [3] ! images[0].tags[0] (3) must be a text that is not blank",
                "'category_id': 3 ! 'category_id': 4 ! annotations[0].category_id (4) must be the id of a category",
                "'image_id': 20, 'category_id': 3 ! 'image_id': 2, 'category_id': 3"
                        + " ! annotations[0].image_id (2) must be the id of an image",
                "'bbox': [1.5, 2, 30, 40.25], ! `` ! annotations[0].bbox (missing) must be an array",
                "[1.5, 2, 30, 40.25] ! [1.5, 2, 30]"
                        + " ! annotations[0].bbox ([1.5,2,30]) must be four numbers: x, y, width, height",
                "[1.5, 2, 30, 40.25] ! [1.5, 2, -3, 4]"
                        + " ! annotations[0].bbox ([1.5,2,-3,4]) must be of a width and height that are not negative",
                "[1.5, 2, 30, 40.25] ! [71.5, 2, 30, 40.25]"
                        + " ! annotations[0].bbox ([71.5,2,30,40.25]) must be inside its image of 100 x 80 pixels",
                "[1.5, 2, 30, 40.25] ! [1.5, 2, 30, null]" + " ! annotations[0].bbox[3] (null) must be a finite number",
                "[1.5, 2, 30, 40.25] ! [1.5, 2, 30, 1e999]"
                        + " ! annotations[0].bbox[3] (\"Infinity\") must be a finite number",
                "'iscrowd': 1 ! 'iscrowd': 2 ! annotations[1].iscrowd (2) must be 0 or 1",
                "'name': 'apple' ! 'name': ' ' ! categories[1].name (\" \") must be a text that is not blank",
                "'prompt': 'scissors' ! 'prompt': ['scissors']"
                        + " ! categories[2].prompt ([\"scissors\"]) must be a text that is not blank",
                "'categories' ! 'classes' ! categories (missing) must be an array",
                "'images' ! 'pictures' ! images (missing) must be an array",
                "'annotations' ! 'boxes' ! annotations (missing) must be an array",
            })
    void read_badFile_saysWhereAndWhat(String there, String instead, String complaint) {
        assertThat(GOOD).contains(there);
        String bad = GOOD.replaceFirst(java.util.regex.Pattern.quote(there), instead);

        assertThatThrownBy(() -> read(bad))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder.resolve("truth.json") + ": " + complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "`` ! must hold one JSON document",
                "{'images': [ ! must be JSON, but at line 1, column 13: Unexpected end-of-input",
                "[1, NaN] ! must be JSON, but at line 1, column 8: Non-standard token 'NaN'",
                "{'images': [], 'images': []} ! must be JSON, but at line 1, column 24: Duplicate field 'images'",
                "[] ! the file ([]) must be an object with images, annotations and categories",
                "{} {} ! must hold one JSON document",
                "{'categories': [], 'images': [], 'annotations': []} ! categories ([]) must be an array with a category",
                "{'categories': [{'id': 1, 'name': 'cat'}], 'images': [], 'annotations': []}"
                        + " ! images ([]) must be an array with an image",
            })
    void read_noSuchDocument_saysSo(String json, String complaint) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(folder.resolve("truth.json") + ": " + complaint);
    }

    @Test
    void read_noFile_ioException() {
        assertThatThrownBy(() -> CocoFile.read(folder.resolve("no.json"))).isInstanceOf(NoSuchFileException.class);
    }
}
