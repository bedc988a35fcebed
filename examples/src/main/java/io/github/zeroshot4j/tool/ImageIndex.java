package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.EmbeddedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A folder with one file per image, whose note is the image's {@link ImageStamp}. A file is found by the image's name, and its
 * own name is made of the SHA-256 of that: of any length and script, it fits every file system.
 *
 * <pre>
 *   INDEX/2c/f24dba5fb0a30e26e83b2ac5b9e29e.zs4j     the first 32 hexadecimal digits
 * </pre>
 *
 * Nothing but these files is read or removed, and each is there in whole or not at all: runs may be interrupted, and several may
 * work on one index.
 */
final class ImageIndex {
    /** The index inside the folder that it is of: hidden, so that its files are not taken for images. */
    private static final String NAME = ".zeroshot";

    private static final String ENDING = ".zs4j";
    private static final int DIGITS = 32;

    private final Path folder;

    private ImageIndex(Path folder) {
        this.folder = folder;
    }

    static ImageIndex at(Path folder) {
        return new ImageIndex(folder);
    }

    /** Returns the place for the index of a folder of images, where the user names none. */
    static ImageIndex inside(Path images) {
        return new ImageIndex(images.resolve(NAME));
    }

    /**
     * Returns the index at a folder, or inside of it.
     *
     * @throws BadUse if there is none
     */
    static ImageIndex find(Path folder) {
        for (ImageIndex index : List.of(at(folder), inside(folder))) {
            if (Files.isDirectory(index.folder) && index.size() > 0) {
                return index;
            }
        }
        throw new BadUse(folder + ": must be an index, or a folder with one inside; to make it: zeroshot index FOLDER");
    }

    Path folder() {
        return folder;
    }

    /** Returns the image's file, there or not. */
    Path file(String image) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(image.getBytes(StandardCharsets.UTF_8));
            String digits = HexFormat.of().formatHex(digest).substring(0, DIGITS);
            return folder.resolve(digits.substring(0, 2)).resolve(digits.substring(2) + ENDING);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Returns the image's entry; empty if there is none, or it is damaged or of another format: it is to be made again. */
    Optional<EmbeddedImage> get(String image) {
        try {
            return Optional.of(EmbeddedImage.load(file(image)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Makes the folder if it is missing.
     *
     * @throws BadUse if it cannot be made or written to
     */
    void make() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BadUse(folder + ": the index cannot be made (" + Reason.of(e) + ")", e);
        }
        if (!Files.isWritable(folder)) {
            throw new BadUse(folder + ": the index cannot be written to");
        }
    }

    /**
     * Writes an entry.
     *
     * @throws OutputFailure if it cannot be written
     */
    void put(EmbeddedImage embedded, ImageStamp stamp) {
        Path file = file(stamp.image());
        try {
            Files.createDirectories(file.getParent());
            embedded.withNote(stamp.toNote()).save(file);
        } catch (FileSystemException e) {
            throw new OutputFailure(file.getParent() + ": cannot be made (" + Reason.of(e) + ")", e);
        } catch (IOException e) {
            throw new OutputFailure(Reason.of(e), e);
        }
    }

    /**
     * Removes an entry.
     *
     * @throws OutputFailure if it cannot be removed
     */
    void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new OutputFailure(file + ": cannot be removed (" + Reason.of(e) + ")", e);
        }
    }

    int size() {
        int[] size = {0};
        forEach(file -> size[0]++);
        return size[0];
    }

    /**
     * Visits the files of all entries, in an order that depends on their names alone. No more names are held at a time than one
     * of the 256 folders has.
     *
     * @throws BadUse if the index cannot be read
     */
    void forEach(Consumer<Path> visitor) {
        try {
            for (Path part : list(folder, "[0-9a-f][0-9a-f]")) {
                list(part, "*" + ENDING).forEach(visitor);
            }
        } catch (IOException e) {
            throw new BadUse(folder + ": the index cannot be read (" + Reason.of(e) + ")", e);
        }
    }

    private static List<Path> list(Path folder, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            for (Path entry : stream) {
                entries.add(entry);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(null);
        return entries;
    }
}
