package io.github.zeroshot4j.onnx.hub;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where things are in the cache:
 * <pre>
 *   models/OWNER--REPOSITORY/COMMIT/VARIANT           a model directory; it is there when all of it is there
 *   models/OWNER--REPOSITORY/COMMIT/VARIANT.partial   a model that is on its way
 *   models/OWNER--REPOSITORY/refs/REVISION            the commit that a branch or tag was when it was first asked for
 *   locks/OWNER--REPOSITORY.lock                      in lower case
 * </pre>
 */
final class ModelCache {
    /** The order in which a variant is looked for where none is named, that of the encoder. */
    static final List<Variant> VARIANTS = List.of(Variant.FP32, Variant.FP16, Variant.INT8);

    private static final String REFS = "refs";

    private final Path root;
    private final CacheFiles files;

    ModelCache(Path root, CacheFiles files) {
        this.root = root;
        this.files = files;
    }

    /** Returns the commit that a name stands for, if it is one or was asked for before. */
    Optional<String> commit(ModelName name) throws CacheException {
        String revision = name.revision().orElse(ModelName.MAIN);
        return ModelName.isCommit(revision)
                ? Optional.of(revision)
                : files.read(ref(name)).map(String::strip).filter(ModelName::isCommit);
    }

    /** Keeps the commit that a branch or tag is. */
    void keepCommit(ModelName name, String commit) throws IOException {
        Path ref = ref(name);
        files.createParent(ref);
        files.write(ref, commit + "\n");
    }

    /** Returns the directory of a whole model, if it is there. */
    Optional<Path> find(ModelName name, Variant variant) throws CacheException {
        return commit(name).map(commit -> directory(name, commit, variant)).filter(Files::isDirectory);
    }

    Path directory(ModelName name, String commit, Variant variant) {
        return repository(name).resolve(commit).resolve(label(variant));
    }

    Path partial(ModelName name, String commit, Variant variant) {
        return repository(name).resolve(commit).resolve(label(variant) + ".partial");
    }

    Path lock(ModelName name) {
        // In lower case, or names that differ in case would be two locks of one directory where the file system
        // does not tell them apart.
        return root.resolve("locks").resolve(folder(name).toLowerCase(Locale.ROOT) + ".lock");
    }

    /** Returns the whole models, by repository and commit. */
    Map<ModelName, Map<Variant, Path>> all() throws CacheException {
        Map<ModelName, Map<Variant, Path>> all = new LinkedHashMap<>();
        for (Path repository : list(root.resolve("models"))) {
            String[] parts = repository.getFileName().toString().split("--", -1);
            if (parts.length != 2 || !ModelName.isPart(parts[0]) || !ModelName.isPart(parts[1])) {
                continue;
            }
            for (Path commit : list(repository)) {
                Map<Variant, Path> variants = new EnumMap<>(Variant.class);
                for (Variant variant : VARIANTS) {
                    Path directory = commit.resolve(label(variant));
                    if (Files.isDirectory(directory)) {
                        variants.put(variant, directory);
                    }
                }
                if (!variants.isEmpty()) {
                    String revision = commit.getFileName().toString();
                    all.put(new ModelName(parts[0], parts[1], Optional.of(revision)), variants);
                }
            }
        }
        return all;
    }

    private static List<Path> list(Path directory) throws CacheException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new CacheException(directory, "be readable", e);
        }
        Collections.sort(entries);
        return entries;
    }

    private Path ref(ModelName name) {
        // A revision may have slashes, and "a" may be there beside "a/b".
        return repository(name)
                .resolve(REFS)
                .resolve(name.revision().orElse(ModelName.MAIN).replace("/", "%2F"));
    }

    private Path repository(ModelName name) {
        return root.resolve("models").resolve(folder(name));
    }

    private static String folder(ModelName name) {
        return name.owner() + "--" + name.repository();
    }

    static String label(Variant variant) {
        return variant.name().toLowerCase(Locale.ROOT);
    }
}
