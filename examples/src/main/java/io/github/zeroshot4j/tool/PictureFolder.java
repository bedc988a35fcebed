package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where {@code --out} puts pictures: {@code STEM.boxes.png} and {@code STEM.map.PROMPT.png}. */
final class PictureFolder {
    private static final int LONGEST_SLUG = 40;

    private final OutputFolder folder;
    private final List<String> slugs;
    private int written;

    /**
     * Makes the folder if it is missing.
     *
     * @param kept files that must stay as they are
     * @throws BadUse if it cannot be made or written to
     */
    PictureFolder(Path folder, List<String> prompts, List<Path> kept) {
        this.slugs = slugs(prompts);
        this.folder = new OutputFolder("--out", folder, kept, new Names("").all());
    }

    /** Returns the names for one input, which no other input then gets. */
    Names namesFor(Input input) {
        return new Names(folder.stemFor(input));
    }

    /** Returns how many pictures were written. */
    int written() {
        return written;
    }

    Path folder() {
        return folder.path();
    }

    /**
     * Writes a picture.
     *
     * @throws OutputFailure if it cannot be written
     */
    void write(RgbImage picture, String name) {
        try {
            Pictures.write(picture, folder().resolve(name));
        } catch (IOException e) {
            throw new OutputFailure(String.valueOf(e.getMessage()), e);
        }
        written++;
    }

    /** The names of the pictures of one input. */
    final class Names {
        private final String stem;

        private Names(String stem) {
            this.stem = stem;
        }

        String boxes() {
            return stem + ".boxes.png";
        }

        String map(int prompt) {
            return stem + ".map." + slugs.get(prompt) + ".png";
        }

        /** The article's picture: the image, bright where the prompt is. */
        String brightness(int prompt) {
            return stem + ".brightness." + slugs.get(prompt) + ".png";
        }

        private List<String> all() {
            List<String> all = new ArrayList<>(List.of(boxes()));
            for (int prompt = 0; prompt < slugs.size(); prompt++) {
                all.add(map(prompt));
                all.add(brightness(prompt));
            }
            return all;
        }
    }

    /** Returns the prompts as parts of file names: letters and digits, joined by hyphens; told apart by numbers. */
    private static List<String> slugs(List<String> prompts) {
        List<String> slugs = new ArrayList<>();
        for (String prompt : prompts) {
            String slug = slug(prompt);
            String unique = slug;
            for (int number = 2; slugs.contains(unique); number++) {
                unique = slug + "-" + number;
            }
            slugs.add(unique);
        }
        return slugs;
    }

    /** Returns a text as part of a file name: letters and digits, joined by hyphens. */
    static String slug(String prompt) {
        String slug = prompt.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
        int codePoints = Math.min(LONGEST_SLUG, slug.codePointCount(0, slug.length()));
        return slug.isEmpty() ? "prompt" : slug.substring(0, slug.offsetByCodePoints(0, codePoints));
    }
}
