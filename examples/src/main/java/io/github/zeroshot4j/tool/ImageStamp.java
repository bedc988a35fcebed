package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.zeroshot4j.DetectorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an entry of an index is about: an image is unchanged while its stamp is. As make and rsync do, it looks at size and time
 * of change, not at what is inside: that would mean reading every image of a folder to find the one that is new.
 *
 * @param image the image's name in the index: its path in the indexed folder, with slashes
 * @param bytes the file's size
 * @param modified when the file was changed last, as precisely as the file system tells
 * @param windows which windows were embedded
 */
record ImageStamp(String image, long bytes, String modified, String windows) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static ImageStamp of(String image, Path file, DetectorOptions options) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        String windows = DetectorSetting.ALL.stream()
                .filter(setting -> setting.stage() == DetectorSetting.Stage.EMBED)
                .map(setting -> setting.name() + " " + setting.json(options))
                .collect(Collectors.joining(", "));
        return new ImageStamp(
                image, attributes.size(), attributes.lastModifiedTime().toString(), windows);
    }

    /** Returns the stamp in a note; empty if it holds none. */
    static Optional<ImageStamp> ofNote(String note) {
        try {
            JsonNode node = MAPPER.readTree(note);
            return node.hasNonNull("image")
                    ? Optional.of(new ImageStamp(
                            node.get("image").asText(),
                            node.path("bytes").asLong(),
                            node.path("modified").asText(),
                            node.path("windows").asText()))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Returns the note that holds the stamp. */
    String toNote() {
        return Json.object()
                .put("image", image)
                .put("bytes", bytes)
                .put("modified", modified)
                .put("windows", windows)
                .toString();
    }
}
