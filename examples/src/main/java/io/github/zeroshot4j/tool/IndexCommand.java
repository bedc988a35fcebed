package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.ZeroShotDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Embeds the images of a folder, once, for {@link SearchCommand}. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Embeds every image below a folder, for zeroshot search.",
            "Run again, it embeds what is new or changed: an image of the same size and time of change is taken for unchanged."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every image is in the index",
            "2:bad use of the command line",
            "3:some images failed; the others are in the index",
            "4:the run failed, such as by an index that could not be written"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zeroshot index photos", "  zeroshot index photos --out photos.index --remove-missing"})
final class IndexCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description = "The folder. Names that begin with a dot are left out.")
    private Path images = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "INDEX",
            description = "The index, a folder for nothing else. Default: .zeroshot in the folder of the images.")
    private @Nullable Path out;

    @Option(
            names = "--remove-missing",
            description = "Remove from the index what is no longer in the folder. Default: it stays.")
    private boolean removeMissing;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = {"-q", "--quiet"},
            description = "Print neither summary, progress nor remarks; only errors.")
    private boolean quiet;

    private final Terminal terminal;
    private final Models models;

    IndexCommand(Terminal terminal, Models models) {
        this.terminal = terminal;
        this.models = models;
    }

    /** How many images became what. */
    private static final class Counts {
        private int embedded;
        private int unchanged;
        private int failed;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(images)) {
            throw new BadUse(images + ": must be a folder with images");
        }
        Inputs inputs = Inputs.below(images);
        ImageIndex index = out == null ? ImageIndex.inside(images) : ImageIndex.at(out);
        try (Models.Model opened = model.open(models);
                Progress progress = new Progress(terminal, quiet)) {
            if (!quiet && !opened.note().isEmpty()) {
                terminal.say(opened.note());
            }
            inputs.errors().forEach(terminal::say);
            if (!inputs.images().isEmpty()) {
                index.make();
            }
            Counts counts = embed(inputs, index, opened.encoder(), progress);
            counts.failed += inputs.errors().size();
            String missing = missing(inputs, index);
            if (!quiet) {
                terminal.out()
                        .println(String.format(
                                Locale.ROOT,
                                "%s: %d embedded, %d unchanged, %d failed%s",
                                index.folder(),
                                counts.embedded,
                                counts.unchanged,
                                counts.failed,
                                missing));
            }
            return counts.failed > 0 ? Zeroshot.SOME_FAILED : Zeroshot.FOUND;
        }
    }

    private Counts embed(Inputs inputs, ImageIndex index, Encoder encoder, Progress progress) {
        ZeroShotDetector detector = ZeroShotDetector.of(encoder, DetectorOptions.defaults());
        Counts counts = new Counts();
        progress.begin("images");
        int done = 0;
        for (Input input : inputs.images()) {
            try {
                // Taken before the image is read: a change in the meantime shows in the next run.
                ImageStamp stamp = ImageStamp.of(name(input), input.path(), detector.options());
                if (isUpToDate(index, stamp, encoder)) {
                    counts.unchanged++;
                } else {
                    index.put(detector.embed(input.read()), stamp);
                    counts.embedded++;
                }
            } catch (IOException | IllegalArgumentException | EncoderException | OutOfMemoryError e) {
                counts.failed++;
                progress.end();
                terminal.say(ImageCommand.failure(input.name(), e));
            }
            progress.onProgress(++done, inputs.images().size());
        }
        return counts;
    }

    private static boolean isUpToDate(ImageIndex index, ImageStamp stamp, Encoder encoder) {
        return index.get(stamp.image())
                .filter(embedded -> embedded.isOf(encoder.spec()))
                .flatMap(embedded -> ImageStamp.ofNote(embedded.note()))
                .filter(stamp::equals)
                .isPresent();
    }

    /** Returns the image's name in the index. */
    private String name(Input input) {
        return images.relativize(input.path())
                .toString()
                .replace(input.path().getFileSystem().getSeparator(), "/");
    }

    /** Deals with entries whose image is gone, and returns what there is to say of them. */
    private String missing(Inputs inputs, ImageIndex index) {
        if (!inputs.errors().isEmpty() || !Files.isDirectory(index.folder())) {
            return ""; // a folder that cannot be read, or a disk that is not there, hides images that are not gone
        }
        Set<Path> present = new HashSet<>();
        inputs.images().forEach(input -> present.add(index.file(name(input))));
        List<Path> missing = new ArrayList<>();
        index.forEach(file -> {
            if (!present.contains(file)) {
                missing.add(file);
            }
        });
        if (missing.isEmpty()) {
            return "";
        }
        if (!removeMissing) {
            return ", " + missing.size() + " no longer there (--remove-missing removes them)";
        }
        missing.forEach(index::remove);
        return ", " + missing.size() + " removed";
    }
}
