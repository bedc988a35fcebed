package io.github.zeroshot4j.onnx.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A repository of the Hub: "owner/repository" or "owner/repository@revision". All parts are fit for URLs and file names of
 * every system as they are, but for the slash in a revision.
 *
 * @param revision a branch, a tag or a commit; empty if none is named
 */
record ModelName(String owner, String repository, Optional<String> revision) {
    /** The branch that is meant where no revision is named. */
    static final String MAIN = "main";

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final int LONGEST_REVISION = 128;

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static ModelName parse(String name) {
        int at = name.indexOf('@');
        String path = at < 0 ? name : name.substring(0, at);
        String[] parts = path.split("/", -1);
        if (parts.length != 2 || !isPart(parts[0]) || !isPart(parts[1])) {
            throw new IllegalArgumentException("name (" + shown(name) + ") must be owner/repository or"
                    + " owner/repository@revision, of letters, digits, '-', '_' and '.'");
        }
        if (at < 0) {
            return new ModelName(parts[0], parts[1], Optional.empty());
        }
        String revision = name.substring(at + 1);
        if (revision.length() > LONGEST_REVISION || !isPath(revision)) {
            throw new IllegalArgumentException("revision (" + shown(revision) + ") must be a branch, a tag or a commit,"
                    + " of letters, digits, '-', '_', '.' and '/'");
        }
        return new ModelName(parts[0], parts[1], Optional.of(revision));
    }

    /** Tells whether a text may be one part of a path on the Hub and in the cache. */
    static boolean isPart(String part) {
        // "--" stands between owner and repository in the cache.
        return PART.matcher(part).matches() && !part.contains("..") && !part.contains("--");
    }

    /** Tells whether all parts of a relative path are good. */
    static boolean isPath(String path) {
        for (String part : path.split("/", -1)) {
            if (!isPart(part)) {
                return false;
            }
        }
        return true;
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** Returns the name without revision. */
    String path() {
        return owner + "/" + repository;
    }

    ModelName at(String otherRevision) {
        return new ModelName(owner, repository, Optional.of(otherRevision));
    }

    @Override
    public String toString() {
        return path() + revision.map(r -> "@" + r).orElse("");
    }

    /** Returns a text from outside without what moves or colours a terminal's text: control and format characters. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    /** Returns a text from outside so that it can stand in a message: printable, and not too long. */
    static String shown(String text) {
        String clean = printable(text);
        return clean.length() <= 120 ? clean : clean.substring(0, 120) + "...";
    }
}
