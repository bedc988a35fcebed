package io.github.zeroshot4j.onnx.hub;

import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings one variant of a model into the cache. */
final class ModelPull {
    /** The hashes of the model's files, in the form that {@code sha256sum -c} reads. */
    static final String SUMS = "SHA256SUMS";

    private static final String PREPROCESSOR = "preprocessor_config.json";

    /** What newer transformers write instead. */
    private static final String PROCESSOR = "processor_config.json";

    /** What a repository may lack: a model's padding, and its facts. */
    private static final List<String> OPTIONAL = List.of("tokenizer_config.json", "zeroshot4j.json");

    private final HubSettings settings;
    private final ModelCache cache;
    private final ModelName name;
    private final Map<String, String> pins;
    private final Variant variant;

    ModelPull(HubSettings settings, ModelCache cache, Catalogue.Target target, Variant variant) {
        this.settings = settings;
        this.cache = cache;
        this.name = target.source();
        this.pins = target.sha256();
        this.variant = variant;
    }

    /** Returns the model directory, after bringing what is missing. */
    Path run() throws IOException {
        return CacheLock.holding(settings.files(), cache.lock(name), () -> {
            Optional<Path> there = cache.find(name, variant);
            return there.isPresent() ? there.get() : pull();
        });
    }

    private Path pull() throws IOException {
        HubClient client = new HubClient(settings);
        Optional<String> known = cache.commit(name);
        String commit = known.isPresent() ? known.get() : new HubRepository(settings, client, name).commit();
        Path directory = cache.directory(name, commit, variant);
        if (!Files.isDirectory(directory)) {
            bring(new HubRepository(settings, client, name.at(commit)), cache.partial(name, commit, variant));
            settings.files().move(cache.partial(name, commit, variant), directory);
        }
        if (known.isEmpty()) {
            cache.keepCommit(name, commit);
        }
        return directory;
    }

    private void bring(HubRepository repository, Path partial) throws IOException {
        StringBuilder sums = new StringBuilder();
        for (String file : wanted(repository)) {
            Optional<String> pin = Optional.ofNullable(pins.get(file));
            String sha256 = new Download(settings, repository, file, pin, partial.resolve(file)).run();
            sums.append(sha256).append("  ").append(file).append('\n');
        }
        settings.files().write(partial.resolve(SUMS), sums.toString());
    }

    /** Returns the files of the variant, small ones first, so that what is wrong with a repository shows early. */
    private List<String> wanted(HubRepository repository) throws IOException {
        Set<String> listed = repository.files();
        boolean newer = !listed.contains(PREPROCESSOR) && listed.contains(PROCESSOR);
        List<String> wanted =
                new ArrayList<>(List.of("config.json", newer ? PROCESSOR : PREPROCESSOR, "tokenizer.json"));
        OPTIONAL.stream().filter(listed::contains).forEach(wanted::add);
        List<String> graphs = List.of(graph("vision", variant), textGraph(variant, listed));
        wanted.addAll(graphs);
        List<String> missing =
                wanted.stream().filter(file -> !listed.contains(file)).toList();
        if (!missing.isEmpty()) {
            throw new HubException(repository.rule(missing.get(0), "exist") + ", found no such file; its variants are "
                    + ModelCache.VARIANTS.stream()
                            .filter(it ->
                                    listed.contains(graph("vision", it)) && listed.contains(textGraph(it, listed)))
                            .map(ModelCache::label)
                            .toList());
        }
        for (String file : listed) {
            if (graphs.stream().anyMatch(graph -> isExternalData(graph, file))) {
                if (!ModelName.isPath(file)) {
                    throw new HubException(
                            repository.rule(ModelName.shown(file), "be a relative path without '..' or '\\'"));
                }
                wanted.add(file);
            }
        }
        return wanted;
    }

    /** An int8 model embeds texts with the graph of fp32 or fp16 where there is one, as the encoder does. */
    private static String textGraph(Variant variant, Set<String> listed) {
        return ModelCache.VARIANTS.stream()
                .map(better -> graph("text", better))
                .filter(graph -> variant == Variant.INT8 && listed.contains(graph))
                .findFirst()
                .orElse(graph("text", variant));
    }

    private static String graph(String tower, Variant variant) {
        String suffix = variant == Variant.FP32 ? "" : variant == Variant.FP16 ? "_fp16" : "_quantized";
        return "onnx/" + tower + "_model" + suffix + ".onnx";
    }

    /** The exporters' customs, as the encoder knows them. */
    private static boolean isExternalData(String graph, String file) {
        return file.startsWith(graph + "_data") || file.startsWith(graph + ".data");
    }
}
