package io.github.zeroshot4j.onnx.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The hashes of a file.
 *
 * @param gitBlob what git calls a file by: the SHA-1 of "blob", its length and its bytes
 */
record FileHash(String sha256, String gitBlob) {
    private static final int BUFFER = 1 << 16;

    static FileHash of(CacheFiles files, Path file) throws IOException {
        MessageDigest sha256 = digest("SHA-256");
        MessageDigest sha1 = digest("SHA-1");
        sha1.update(("blob " + files.length(file) + "\0").getBytes(StandardCharsets.UTF_8));
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = files.stream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                sha1.update(buffer, 0, n);
            }
        } catch (ClosedByInterruptException e) {
            throw CacheFiles.interrupted();
        } catch (CacheException e) {
            throw e;
        } catch (IOException e) {
            throw new CacheException(file, "be readable", e);
        }
        return new FileHash(
                HexFormat.of().formatHex(sha256.digest()), HexFormat.of().formatHex(sha1.digest()));
    }

    /**
     * Compares with what is expected.
     *
     * @param pinned the SHA-256 that the catalogue knows
     * @param etag what the Hub calls the file: the SHA-256 of a large file, the git blob of a small one, or something else
     * @return what is wrong, empty if nothing is
     */
    Optional<String> difference(Optional<String> pinned, Optional<String> etag) {
        if (pinned.isPresent() && !pinned.get().equals(sha256)) {
            return Optional.of("have the SHA-256 that the catalogue pins (" + pinned.get() + "), found " + sha256);
        }
        if (etag.isPresent() && isSha256(etag.get()) && !etag.get().equals(sha256)) {
            return Optional.of("have the SHA-256 that the Hub names (" + etag.get() + "), found " + sha256);
        }
        if (etag.isPresent() && isGitBlob(etag.get()) && !etag.get().equals(gitBlob)) {
            return Optional.of("be the git blob that the Hub names (" + etag.get() + "), found " + gitBlob);
        }
        return Optional.empty();
    }

    static boolean isSha256(String etag) {
        return etag.matches("[0-9a-f]{64}");
    }

    static boolean isGitBlob(String etag) {
        return etag.matches("[0-9a-f]{40}");
    }

    /** Returns the text of an ETag: without quotes and the mark of weak ones, hashes in lower case. */
    static Optional<String> plainEtag(Optional<String> header) {
        return header.map(String::strip)
                .map(text -> text.startsWith("W/") ? text.substring(2) : text)
                .map(text -> text.replace("\"", ""))
                .map(text -> text.matches("[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}") ? text.toLowerCase(Locale.ROOT) : text)
                .filter(text -> !text.isBlank());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }
}
