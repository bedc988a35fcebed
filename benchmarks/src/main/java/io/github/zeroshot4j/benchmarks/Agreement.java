package io.github.zeroshot4j.benchmarks;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.Localization;
import io.github.zeroshot4j.Prompt;
import io.github.zeroshot4j.Resampling;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How alike two detectors' answers are: the correlation of their maps, and the overlap of their boxes where both have as many.
 *
 * @param least the least correlation of two maps
 * @param mean the mean correlation
 * @param leastIou the least IoU of two first boxes
 * @param meanIou the mean IoU of first boxes
 * @param pairs how many times both had a box
 * @param oneOnly how many times one of them had a box and the other none
 */
record Agreement(double least, double mean, double leastIou, double meanIou, int pairs, int oneOnly) {
    private static final List<String> DEMO =
            List.of("bicycle-at-sunset", "cat-and-butterfly", "stream", "table", "two-dogs");
    private static final String[] THINGS = {
        "a cat",
        "a butterfly",
        "a bicycle",
        "a dog",
        "a duck",
        "a frog",
        "a banana",
        "a hamburger",
        "an alarm clock",
        "scissors"
    };

    /** Compares what two detectors say of images. */
    static Agreement of(ZeroShotDetector one, ZeroShotDetector other, List<RgbImage> images, List<Prompt> prompts) {
        List<Double> correlations = new ArrayList<>();
        List<Double> ious = new ArrayList<>();
        int oneOnly = 0;
        for (RgbImage image : images) {
            List<Localization> left = one.localize(image, prompts);
            List<Localization> right = other.localize(image, prompts);
            for (int i = 0; i < prompts.size(); i++) {
                Localization a = left.get(i);
                Localization b = right.get(i);
                correlations.add(Timings.correlation(a.map().toArray(), b.map().toArray()));
                if (!a.detections().isEmpty() && !b.detections().isEmpty()) {
                    ious.add(a.detections()
                            .get(0)
                            .box()
                            .iou(b.detections().get(0).box()));
                } else if (a.detections().isEmpty() != b.detections().isEmpty()) {
                    oneOnly++;
                }
            }
        }
        return new Agreement(least(correlations), mean(correlations), least(ious), mean(ious), ious.size(), oneOnly);
    }

    /** Compares the two ways of resampling with the embedded model, default options, on the pictures in that folder. */
    static Agreement fastOnDemoImages(Path folder) throws IOException {
        List<RgbImage> images = new ArrayList<>();
        for (String name : DEMO) {
            images.add(ImageFiles.read(folder.resolve(name + ".jpg")));
        }
        try (Encoder tiny = TinyClip.open()) {
            ZeroShotDetector exact = ZeroShotDetector.of(tiny);
            ZeroShotDetector fast = exact.withOptions(
                    exact.options().toBuilder().resampling(Resampling.FAST).build());
            return of(exact, fast, images, Prompt.all(THINGS));
        }
    }

    private static double least(List<Double> values) {
        return values.stream().mapToDouble(v -> v).min().orElse(Double.NaN);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    /** Returns it as a line of a report. */
    String note(String what) {
        return String.format(
                Locale.ROOT,
                "%s: correlation of two maps at least %.5f, mean %.5f; IoU of the first boxes at least %.3f, mean %.3f"
                        + " (%d pairs; %d where one alone has a box)",
                what,
                least,
                mean,
                leastIou,
                meanIou,
                pairs,
                oneOnly);
    }
}
