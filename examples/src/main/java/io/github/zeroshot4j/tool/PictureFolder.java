package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.awt.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where {@code --out} puts pictures: {@code STEM.boxes.png} and {@code STEM.map.PROMPT.png}. A run never writes a name
 * twice, nor over one of its inputs: where two inputs have the same name, the second is {@code STEM-2}, and so on. A stem is
 * cut where a name would be longer than file systems take. Pictures of earlier runs are replaced.
 */
final class PictureFolder {
    private static final int LONGEST_SLUG = 40;
    /** Of a file's name, in bytes. */
    private static final int LONGEST_NAME = 255;

    private final Path folder;
    private final List<String> slugs;
    private final Set<String> taken = new HashSet<>();
    private int written;

    /**
     * Makes the folder if it is missing.
     *
     * @throws BadUse if it cannot be made or written to
     */
    PictureFolder(Path folder, List<String> prompts, List<Input> inputs) {
        this.folder = folder;
        this.slugs = slugs(prompts);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadUse("--out " + folder + ": the folder cannot be made (" + Reason.of(e) + ")", e);
        }
        if (!Files.isWritable(folder)) {
            throw new BadUse("--out " + folder + ": the folder cannot be written to");
        }
        for (Input input : inputs) {
            Path parent = input.path().toAbsolutePath().normalize().getParent();
            if (folder.toAbsolutePath().normalize().equals(parent)) {
                taken.add(key(input.path().getFileName().toString()));
            }
        }
    }

    /** Returns the names for one input, which no other input then gets. */
    Names namesFor(Input input) {
        for (int number = 1; ; number++) {
            Names names = names(input.stem(), number == 1 ? "" : "-" + number);
            List<String> all = names.all();
            if (all.stream().noneMatch(name -> taken.contains(key(name)))) {
                all.forEach(name -> taken.add(key(name)));
                return names;
            }
        }
    }

    private Names names(String stem, String number) {
        int tail = new Names(number)
                .all().stream().mapToInt(PictureFolder::bytes).max().orElseThrow();
        int end = stem.length();
        while (end > 0 && bytes(stem.substring(0, end)) > LONGEST_NAME - tail) {
            end = stem.offsetByCodePoints(end, -1);
        }
        return new Names(stem.substring(0, end) + number);
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns how many pictures were written. */
    int written() {
        return written;
    }

    Path folder() {
        return folder;
    }

    /**
     * Writes a picture.
     *
     * @throws OutputFailure if it cannot be written
     */
    void write(RgbImage picture, String name) {
        try {
            Pictures.write(picture, folder.resolve(name));
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

    /** File systems that ignore case are common. */
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
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
