package io.github.zeroshot4j.onnx.hub;

import io.github.zeroshot4j.onnx.hub.HubClient.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file on its way from the Hub into the cache. It grows under a temporary name, beside a note of what it is a part of, and
 * gets its own name when it is checked.
 */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(ModelHub.class);

    private final HubSettings settings;
    private final HubRepository repository;
    private final String file;
    private final Optional<String> pinned;
    private final Path target;
    private final Path part;
    private final Path note;
    private final CacheFiles files;

    /**
     * What a part is a part of.
     *
     * @param identity what the Hub calls the file, or the hash that the catalogue pins; empty if nobody says
     * @param validator the strong ETag of the server that the bytes came from; empty if it gave none
     * @param length of the whole file
     */
    private record Note(String identity, String validator, OptionalLong length) {
        static final Note NONE = new Note("", "", OptionalLong.empty());

        static Note parse(String text) {
            List<String> lines = text.lines().toList();
            return lines.size() == 3
                    ? new Note(lines.get(0), lines.get(1), Answer.number(Optional.of(lines.get(2))))
                    : NONE;
        }

        String text() {
            return identity + "\n" + validator + "\n" + (length.isPresent() ? length.getAsLong() : "-") + "\n";
        }
    }

    /**
     * Makes one.
     *
     * @param file its path in the repository
     * @param pinned its SHA-256, if the catalogue knows it
     * @param target where it will be
     */
    Download(HubSettings settings, HubRepository repository, String file, Optional<String> pinned, Path target) {
        this.settings = settings;
        this.repository = repository;
        this.file = file;
        this.pinned = pinned;
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.note = target.resolveSibling(target.getFileName() + ".part.note");
        this.files = settings.files();
    }

    /** Brings the file and returns its SHA-256. */
    String run() throws IOException {
        if (files.length(target) > 0) {
            // Checked by a run that ended before the whole model was there, but what is pinned may be more by now.
            FileHash hash = FileHash.of(files, target);
            if (hash.difference(pinned, Optional.empty()).isEmpty()) {
                return hash.sha256();
            }
            files.delete(target);
        }
        files.createParent(target);
        return settings.retry().run(repository.rule(file, "arrive"), this::arrived, this::attempt);
    }

    /** Returns how much is there; for counting only. */
    private long arrived() {
        try {
            return files.length(part);
        } catch (CacheException e) {
            return 0;
        }
    }

    private String attempt() throws IOException {
        Note known = note();
        long have = files.length(part);
        if (known.length().isPresent() && have > 0 && have == known.length().getAsLong()) {
            return complete(known, true);
        }
        try (Answer answer = repository.get(file, ranges(known, have))) {
            if (answer.status() == 416) {
                discard();
                throw new TransientException("416: no such part of the file");
            }
            repository.check(answer, file);
            Note now = describe(answer);
            if (answer.status() == 206 && !continues(answer, known, now, have)) {
                discard();
                throw new TransientException("a part of another file than the one begun");
            }
            if (answer.status() != 206) {
                discard();
                files.write(note, now.text());
            }
            Note whole = answer.status() == 206 ? known : now;
            requireCheckable(whole);
            copy(answer.body(), whole);
            return complete(whole, answer.status() == 206);
        }
    }

    private Note note() throws CacheException {
        return files.read(note).map(Note::parse).orElse(Note.NONE);
    }

    private Map<String, String> ranges(Note known, long have) throws CacheException {
        if (have == 0 || known.identity().isEmpty()) {
            return Map.of();
        }
        Map<String, String> headers = new HashMap<>();
        headers.put("Range", "bytes=" + have + "-");
        if (!known.validator().isEmpty()) {
            headers.put("If-Range", known.validator());
        }
        return headers;
    }

    /** Reads what an answer says of the file, and refuses what cannot be it. */
    private Note describe(Answer answer) throws HubException {
        if (answer.last()
                .firstValue("Content-Type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .startsWith("text/html")) {
            throw new HubException("found a web page instead (of a proxy or a login?)");
        }
        Optional<String> linked = FileHash.plainEtag(answer.hubHeader("X-Linked-ETag"));
        Optional<String> own = answer.last().firstValue("ETag");
        Optional<String> named =
                linked.isPresent() ? linked : answer.atHub() ? FileHash.plainEtag(own) : Optional.empty();
        if (pinned.isPresent() && named.isPresent() && FileHash.isSha256(named.get()) && !named.equals(pinned)) {
            throw new HubException("found that the Hub has another file (SHA-256 " + named.get()
                    + ") than the catalogue pins (" + pinned.get() + ")");
        }
        OptionalLong linkedSize = Answer.number(answer.hubHeader("X-Linked-Size"));
        OptionalLong whole = wholeLength(answer);
        if (linkedSize.isPresent() && whole.isPresent() && linkedSize.getAsLong() != whole.getAsLong()) {
            throw new HubException("found " + whole.getAsLong() + " bytes instead of the " + linkedSize.getAsLong()
                    + " that the Hub names");
        }
        String validator = own.filter(etag -> etag.startsWith("\"")).orElse("");
        return new Note(named.or(() -> pinned).orElse(""), validator, linkedSize.isPresent() ? linkedSize : whole);
    }

    /** Returns the length of the whole file: of all of an answer, or what a part says of the whole. */
    private static OptionalLong wholeLength(Answer answer) {
        if (answer.status() != 206) {
            return answer.length();
        }
        String range = answer.last().firstValue("Content-Range").orElse("");
        return Answer.number(Optional.of(range.substring(range.indexOf('/') + 1)));
    }

    private static boolean continues(Answer answer, Note known, Note now, long have) {
        boolean sameLength = now.length().isEmpty()
                || known.length().isEmpty()
                || now.length().equals(known.length());
        return have > 0
                && now.identity().equals(known.identity())
                && sameLength
                && answer.last().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
    }

    /** Tells whether there is a hash to check the bytes by; other ETags only tell one version from another. */
    private boolean hasHash(Note whole) {
        return pinned.isPresent() || FileHash.isSha256(whole.identity()) || FileHash.isGitBlob(whole.identity());
    }

    private void requireCheckable(Note whole) throws IOException {
        if (!hasHash(whole) && whole.length().isEmpty()) {
            discard();
            throw new HubException("found neither its hash nor its length in the answer, so it cannot be checked");
        }
    }

    private void copy(HubBody body, Note whole) throws IOException {
        long done = files.length(part);
        long total = whole.length().orElse(-1);
        long most = total >= 0 ? total : files.mostUnannounced();
        settings.listener().onProgress(file, done, total);
        try (CacheFiles.Sink out = files.append(part)) {
            for (List<ByteBuffer> piece = body.next(); piece != null; piece = body.next()) {
                for (ByteBuffer buffer : piece) {
                    done += buffer.remaining();
                    if (done > most) {
                        throw new HubException(
                                total >= 0
                                        ? "found more than the " + total + " bytes that were announced"
                                        : "found more than " + most + " bytes, and no length was announced");
                    }
                    out.write(buffer);
                }
                settings.listener().onProgress(file, done, total);
            }
            out.force();
        } catch (HubException e) {
            // A full disk is not kept full, and what is too long is no part of the file.
            files.deleteAfter(e, part);
            files.deleteAfter(e, note);
            throw e;
        }
        if (total >= 0 && done < total) {
            throw new TransientException("only " + done + " of " + total + " bytes");
        }
    }

    /** Checks the whole and gives it its name, or deletes it. */
    private String complete(Note whole, boolean resumed) throws IOException {
        FileHash hash = FileHash.of(files, part);
        Optional<String> difference = hash.difference(pinned, Optional.of(whole.identity()));
        if (difference.isPresent()) {
            discard();
            if (resumed) {
                throw new TransientException("parts that do not fit together");
            }
            throw new HubException("and must " + difference.get() + "; it was deleted");
        }
        if (!hasHash(whole)) {
            LOG.warn("{}: the server names no hash, only the length was checked", repository.describe(file));
        }
        files.move(part, target);
        files.delete(note);
        return hash.sha256();
    }

    private void discard() throws CacheException {
        files.delete(part);
        files.delete(note);
    }
}
