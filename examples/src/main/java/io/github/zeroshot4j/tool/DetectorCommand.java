package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.ProgressListener;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.Scoring;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.HeatMapOptions;
import io.github.zeroshot4j.awt.Pictures;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What {@code detect} and {@code localize} share: the detector and the pictures. They differ in what they report. */
abstract class DetectorCommand extends ImageCommand {
    @Mixin
    private DetectionOptions options = new DetectionOptions();

    @Mixin
    private DatasetOptions datasets = new DatasetOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DetectorCommand(Terminal terminal, Models models) {
        super(terminal, models);
    }

    abstract void report(Input input, RgbImage image, List<Localization> localizations, Outputs outputs);

    /** Returns whether it is decided at all what is present: the article's method has a box in any case. */
    boolean decidesPresence() {
        return options.toOptions().scoring() == Scoring.PROBABILITY;
    }

    @Override
    List<Prompt> morePrompts() {
        return options.exemplars();
    }

    @Override
    @Nullable
    Path pictureFolder() {
        return options.out();
    }

    @Override
    DatasetOptions datasets() {
        return datasets;
    }

    @Override
    void open(Outputs outputs, Models.Model opened, List<Prompt> promptList, List<Input> inputs) {
        if (options.report() != null) {
            outputs.openReport(options.report(), reported().run(opened.encoder().spec(), promptList), inputs);
        }
    }

    private ReportedRun reported() {
        return new ReportedRun(spec.name(), options.preset(), options.toOptions());
    }

    @Override
    Session session(Models.Model model, List<Prompt> promptList, ProgressListener progress) {
        return options.report() == null ? plain(model, promptList, progress) : reported(model, promptList, progress);
    }

    private Session plain(Models.Model model, List<Prompt> promptList, ProgressListener progress) {
        ZeroShotDetector detector =
                ZeroShotDetector.of(model.encoder(), options.toOptions()).withProgress(progress);
        return (input, image, outputs) -> put(input, image, detector.localize(image, promptList), outputs);
    }

    private Session reported(Models.Model model, List<Prompt> promptList, ProgressListener progress) {
        ReportedDetector detector = new ReportedDetector(model.encoder(), options.toOptions(), progress);
        ReportedRun run = reported();
        return (input, image, outputs) -> {
            ReportedDetector.Answer answer = detector.ask(image, promptList);
            HtmlReport page = outputs.report();
            if (page != null) {
                page.add(run.image(input, image, answer, page.mostPixels()));
            }
            return put(input, image, answer.localizations(), outputs);
        };
    }

    private boolean put(Input input, RgbImage image, List<Localization> localizations, Outputs outputs) {
        report(input, image, localizations, outputs);
        outputs.boxes(input, image, detections(localizations));
        PictureFolder pictures = outputs.pictures();
        if (pictures != null) {
            draw(input, image, localizations, pictures);
        }
        return localizations.stream().anyMatch(it -> !it.detections().isEmpty());
    }

    static List<Detection> detections(List<Localization> localizations) {
        return byScore(localizations.stream().map(Localization::detections).toList());
    }

    /** Returns the detections of all prompts, highest score first; equal ones in the order of the prompts. */
    static List<Detection> byScore(List<List<Detection>> detections) {
        return detections.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingDouble(Detection::score).reversed())
                .toList();
    }

    /** Prints a row for each detection of a prompt, or that there is none. */
    static void rows(Outputs outputs, Input input, Prompt prompt, List<Detection> detections) {
        for (Detection found : detections) {
            Box box = found.box();
            outputs.row(input, prompt.text(), found.score(), box.xMin(), box.yMin(), box.xMax(), box.yMax());
        }
        if (detections.isEmpty()) {
            outputs.row(input, prompt.text(), "not found");
        }
    }

    private void draw(Input input, RgbImage image, List<Localization> localizations, PictureFolder pictures) {
        DetectorOptions detectorOptions = options.toOptions();
        PictureFolder.Names names = pictures.namesFor(input);
        List<String> labels =
                localizations.stream().map(it -> it.prompt().text()).toList();
        pictures.write(Pictures.boxes(image, detections(localizations), labels), names.boxes());
        for (int i = 0; i < localizations.size(); i++) {
            MapRange range = MapRange.of(localizations.get(i).map(), detectorOptions);
            HeatMapOptions look = HeatMapOptions.defaults()
                    .withRange(range.low(), range.high())
                    .withLegend(labels.get(i));
            pictures.write(Pictures.heatMap(image, range.map(), look), names.map(i));
            if (options.isArticle()) {
                pictures.write(Pictures.brightness(image, range.map()), names.brightness(i));
            }
        }
    }
}
