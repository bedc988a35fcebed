package io.github.zeroshot4j.tool;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a pattern matches, as a shell finds them: links are followed, {@code **} goes down into folders, and a name
 * that begins with a dot is matched only by a part of the pattern that names the dot. A folder that cannot be read does
 * not hide the others.
 */
final class Glob extends SimpleFileVisitor<Path> {
    private final Path start;
    private final Path base;
    private final List<String> parts;
    private final int deep;
    private final PathMatcher matcher;
    private final PathMatcher atTop;
    private final List<PathMatcher> folders = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * Reads a pattern.
     *
     * @param base the folder before the first wildcard; may be empty
     * @param pattern the rest
     * @throws java.util.regex.PatternSyntaxException if it is no pattern
     */
    Glob(Path base, String pattern) {
        this.base = base;
        this.start = base.toString().isEmpty() ? Path.of(".") : base;
        this.parts = List.of(pattern.split("/", -1));
        this.deep = firstDeep(parts);
        this.matcher = matcher(pattern);
        // Java's **/ asks for at least one folder; everybody else's for none or more.
        this.atTop = matcher(pattern.startsWith("**/") ? pattern.substring(3) : pattern);
        // Alternatives with folders in them, {a/b,c}, have no folders of their own.
        for (int i = 1; i < Math.min(parts.size(), deep + 1) && !pattern.contains("{"); i++) {
            folders.add(matcher(String.join("/", parts.subList(0, i))));
        }
    }

    private static int firstDeep(List<String> parts) {
        int deep = 0;
        while (deep < parts.size() && !parts.get(deep).contains("**")) {
            deep++;
        }
        return deep;
    }

    private static PathMatcher matcher(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    /** Looks for the files. */
    Glob find() throws IOException {
        if (Files.isDirectory(start)) {
            int depth = deep < parts.size() ? Integer.MAX_VALUE : parts.size();
            Files.walkFileTree(start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, this);
        }
        return this;
    }

    /** Returns the files, sorted. */
    List<Path> files() {
        return files.stream().sorted().toList();
    }

    /** Returns what could not be read, each with the reason. */
    List<String> failures() {
        return failures;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return leadsOn(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        Path name = start.relativize(file);
        if (attributes.isRegularFile() && (matcher.matches(name) || atTop.matches(name)) && dotsAreNamed(name)) {
            files.add(base.resolve(name));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        if (leadsOn(file)) {
            failures.add(base.resolve(start.relativize(file)) + ": cannot be read (" + Reason.of(e) + ")");
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
        return e == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, e);
    }

    /** Whether files of a folder can match. */
    private boolean leadsOn(Path folder) {
        if (folder.equals(start)) {
            return true;
        }
        Path name = start.relativize(folder);
        int depth = name.getNameCount();
        return (depth > folders.size() || folders.get(depth - 1).matches(name))
                && (dotsAreNamed(name) || parts.stream().anyMatch(Glob::namesDot));
    }

    /** Whether each name with a dot in front meets a part of the pattern that has one, too. */
    private boolean dotsAreNamed(Path name) {
        int names = name.getNameCount();
        for (int i = 0; i < names; i++) {
            if (name.getName(i).toString().startsWith(".")) {
                // Parts before ** count from the left, those behind it from the right.
                int fromRight = parts.size() - (names - i);
                int part = i < deep ? i : Math.max(deep, fromRight);
                if (part >= parts.size() || !namesDot(parts.get(part))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean namesDot(String part) {
        return part.matches("\\.(?s:.*)|\\\\\\.(?s:.*)|\\{([^}]*,)?\\\\?\\.(?s:.*)");
    }
}
