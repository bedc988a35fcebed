package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The images that the arguments name: files, folders (the images right inside, by name), globs that the shell did not expand
 * ({@code **} goes down into folders) and standard input. An argument that names none is an error of its own; the others
 * still count.
 */
final class Inputs {
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "png", "gif", "bmp", "wbmp", "tif", "tiff", "webp");

    private final InputStream standardInput;
    private final List<Input> images = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    private Inputs(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /**
     * Resolves arguments in their order.
     *
     * @throws BadUse if standard input is to be read twice
     */
    static Inputs of(List<String> arguments, InputStream standardInput) {
        if (arguments.stream().filter(Input.STANDARD_INPUT::equals).count() > 1) {
            throw new BadUse("- (standard input) can be given only once");
        }
        Inputs inputs = new Inputs(standardInput);
        arguments.forEach(inputs::add);
        return inputs;
    }

    /** Returns the images to read. A file that does not exist is among them: reading it says so. */
    List<Input> images() {
        return images;
    }

    /** Returns what is wrong with the arguments that name no image. */
    List<String> errors() {
        return errors;
    }

    private void add(String argument) {
        try {
            if (argument.equals(Input.STANDARD_INPUT)) {
                images.add(new Input(argument, Path.of(""), standardInput));
            } else if (Files.isDirectory(Path.of(argument))) {
                addAll(folder(Path.of(argument)), argument + ": the folder holds no image");
            } else if (isGlob(argument) && !Files.exists(Path.of(argument))) {
                addAll(glob(argument), argument + ": no file matches");
            } else {
                images.add(new Input(argument, Path.of(argument), standardInput));
            }
        } catch (InvalidPathException | PatternSyntaxException e) {
            errors.add(argument + ": not a file name or pattern (" + e.getMessage() + ")");
        } catch (IOException | UncheckedIOException e) {
            errors.add(argument + ": cannot be listed (" + e.getMessage() + ")");
        }
    }

    private void addAll(List<Path> files, String errorIfNone) {
        if (files.isEmpty()) {
            errors.add(errorIfNone);
        }
        files.forEach(file -> images.add(new Input(file.toString(), file, standardInput)));
    }

    private static List<Path> folder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Inputs::isImageName)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isImageName(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static boolean isGlob(String argument) {
        return firstWildcard(argument) < argument.length();
    }

    private static int firstWildcard(String argument) {
        int at = 0;
        while (at < argument.length() && "*?[{".indexOf(argument.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static List<Path> glob(String argument) throws IOException {
        int slash = argument.lastIndexOf('/', firstWildcard(argument));
        Path base = Path.of(slash == 0 ? "/" : argument.substring(0, Math.max(0, slash)));
        Path start = base.toString().isEmpty() ? Path.of(".") : base;
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        String pattern = argument.substring(slash + 1);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        // Java's **/ asks for at least one folder; everybody else's for none or more.
        PathMatcher atTop = FileSystems.getDefault()
                .getPathMatcher("glob:" + (pattern.startsWith("**/") ? pattern.substring(3) : pattern));
        int depth = pattern.contains("**")
                ? Integer.MAX_VALUE
                : (int) pattern.chars().filter(c -> c == '/').count() + 1;
        try (Stream<Path> files = Files.find(
                start, depth, (file, attributes) -> attributes.isRegularFile(), FileVisitOption.FOLLOW_LINKS)) {
            return files.map(start::relativize)
                    .filter(file -> matcher.matches(file) || atTop.matches(file))
                    .map(base::resolve)
                    .sorted()
                    .toList();
        }
    }
}
