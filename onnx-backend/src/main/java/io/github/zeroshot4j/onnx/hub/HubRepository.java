package io.github.zeroshot4j.onnx.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.zeroshot4j.onnx.hub.HubClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A repository on the Hub at one revision: its addresses, and what its answers mean. */
final class HubRepository {
    private static final JsonMapper JSON = new JsonMapper();

    /** The list of a repository's files is shorter. */
    private static final int LONGEST_LIST = 1 << 25;

    private final HubSettings settings;
    private final HubClient client;
    private final ModelName name;
    private final String revision;

    HubRepository(HubSettings settings, HubClient client, ModelName name) {
        this.settings = settings;
        this.client = client;
        this.name = name;
        this.revision = name.revision().orElse(ModelName.MAIN);
    }

    /** Asks the Hub which commit the revision is at present. */
    String commit() throws IOException {
        return settings.retry().run(rule("", "be there"), () -> 0, () -> {
            try (Answer answer = client.head(file("config.json"))) {
                if (answer.status() >= 400) {
                    throw failure(answer, "config.json");
                }
                return answer.hubHeader("X-Repo-Commit")
                        .filter(ModelName::isCommit)
                        .orElseThrow(() -> new HubException("found no commit in X-Repo-Commit"));
            }
        });
    }

    /** Asks the Hub for the names of the repository's files. */
    Set<String> files() throws IOException {
        URI address = address("/api/models/" + name.path() + "/revision/" + encoded());
        return settings.retry().run(rule("", "have a list of files"), () -> 0, () -> {
            try (Answer answer = client.get(address, Map.of("Accept", "application/json"))) {
                check(answer, "");
                return names(answer.body().all(LONGEST_LIST));
            }
        });
    }

    private Set<String> names(byte[] body) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new HubException("found what is no JSON", e);
        }
        JsonNode siblings = root.path("siblings");
        String commit = root.path("sha").asText(revision);
        if (!siblings.isArray() || !commit.equals(revision)) {
            throw new HubException("found no list of the files at " + revision);
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode sibling : siblings) {
            names.add(sibling.path("rfilename").asText());
        }
        return names;
    }

    /** Asks for a file, or a part of it. */
    Answer get(String file, Map<String, String> headers) throws IOException {
        return client.get(file(file), headers);
    }

    /** Throws where an answer is not the file or a part of it as it is, at the revision asked for. */
    void check(Answer answer, String file) throws IOException {
        if (answer.status() != 200 && answer.status() != 206) {
            throw failure(answer, file);
        }
        String encoding = answer.last().firstValue("Content-Encoding").orElse("identity");
        if (!encoding.strip().equalsIgnoreCase("identity")) {
            throw new HubException("found it in the encoding " + ModelName.shown(encoding)
                    + ", which was not asked for (of a proxy?)");
        }
        Optional<String> commit = answer.hubHeader("X-Repo-Commit");
        if (commit.isPresent() && ModelName.isCommit(revision) && !commit.get().equals(revision)) {
            throw new HubException("found it at commit " + ModelName.shown(commit.get()) + " instead");
        }
    }

    private IOException failure(Answer answer, String file) {
        int status = answer.status();
        // A word such as "GatedRepo".
        String code = answer.hubHeader("X-Error-Code")
                .filter(word -> word.matches("\\w{1,40}"))
                .orElse("");
        String found = "found " + status + (code.isEmpty() ? "" : " " + code);
        String token =
                settings.token().isPresent() ? "the token that is set may not read it" : "no token is set (HF_TOKEN)";
        String terms = "accept its terms at " + settings.endpoint() + "/" + name.path();
        if (status == 408 || status == 429 || status >= 500) {
            return new TransientException(
                    status + (code.isEmpty() ? "" : " " + code),
                    settings.retry().retryAfter(answer.last().firstValue("Retry-After")));
        }
        if (!answer.atHub()) {
            return new HubException("found " + status + " at another host than the Hub (" + answer.host() + ")");
        }
        if (code.equals("GatedRepo")) {
            return new HubException(found + ": the repository is gated and " + token + "; " + terms);
        }
        if (status == 401 || status == 403) {
            return new HubException(found + ": there is no such repository, or it is private or gated and " + token
                    + "; if it is gated, " + terms);
        }
        if (status == 404) {
            return switch (code) {
                case "RevisionNotFound" -> new HubException(found + ": the repository has no such revision");
                case "EntryNotFound" -> new HubException(found + ": the repository has no such file");
                default ->
                    new HubException(
                            found + ": there is no such repository, revision" + (file.isEmpty() ? "" : " or file"));
            };
        }
        return new HubException(found);
    }

    /** Returns "model a/b@c (where): file". */
    String describe(String file) {
        return "model " + name.path() + "@" + revision + " (" + settings.endpoint() + ")"
                + (file.isEmpty() ? "" : ": " + file);
    }

    String rule(String file, String rule) {
        return describe(file) + " must " + rule;
    }

    private URI file(String file) {
        if (!ModelName.isPath(file)) {
            throw new IllegalArgumentException("file (" + ModelName.shown(file) + ") must be a relative path");
        }
        return address("/" + name.path() + "/resolve/" + encoded() + "/" + file);
    }

    private URI address(String path) {
        return URI.create(settings.endpoint() + path);
    }

    private String encoded() {
        return revision.replace("/", "%2F");
    }
}
