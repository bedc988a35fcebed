package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

    /** Finds all images below a folder, however deep, but for those whose name, or a folder's, begins with a dot. */
    static Inputs below(Path folder) {
        Inputs inputs = new Inputs(InputStream.nullInputStream());
        try {
            Glob glob = new Glob(folder, "**").find();
            inputs.errors.addAll(glob.failures());
            List<Path> files = glob.files().stream().filter(Inputs::isImageName).toList();
            inputs.addAll(files, folder + ": no image below the folder");
        } catch (IOException e) {
            inputs.errors.add(folder + ": cannot be listed (" + Reason.of(e) + ")");
        }
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
                images.add(Input.ofStandardInput(standardInput));
            } else if (Files.isDirectory(Path.of(argument))) {
                addAll(folder(Path.of(argument)), argument + ": the folder holds no image");
            } else if (isGlob(argument) && !Files.exists(Path.of(argument))) {
                addGlob(argument);
            } else {
                images.add(new Input(argument, Path.of(argument), null));
            }
        } catch (InvalidPathException | PatternSyntaxException e) {
            errors.add(argument + ": not a file name or pattern (" + e.getMessage() + ")");
        } catch (UncheckedIOException e) {
            errors.add(argument + ": cannot be listed (" + Reason.of(Objects.requireNonNull(e.getCause())) + ")");
        } catch (IOException e) {
            errors.add(argument + ": cannot be listed (" + Reason.of(e) + ")");
        }
    }

    private void addAll(List<Path> files, String errorIfNone) {
        if (files.isEmpty()) {
            errors.add(errorIfNone);
        }
        files.forEach(file -> images.add(Input.ofFile(file)));
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

    private void addGlob(String argument) throws IOException {
        int slash = argument.lastIndexOf('/', firstWildcard(argument));
        Path base = Path.of(slash == 0 ? "/" : argument.substring(0, Math.max(0, slash)));
        Glob glob = new Glob(base, argument.substring(slash + 1)).find();
        errors.addAll(glob.failures());
        addAll(glob.files(), argument + ": no file matches");
    }
}
