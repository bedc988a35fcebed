package io.github.zeroshot4j;

import java.util.ArrayList;
import java.util.List;

/** Shows boxes alone, and hides them: see {@link Verification}. */
final class Verifier {
    /** Images that go through the encoder for a box. */
    static final int IMAGES = 2;

    /*
     * As multiples of the box's longer side. Chosen from 1.25 and 1.7 for either on development scenes of the tiny model: a box alone
     * fills most of a view, as the things of its training did; what may be left beside a box needs room.
     */
    private static final double ALONE = 1.25;
    private static final double HIDDEN = 1.7;

    private final EncoderSpec spec;
    private final ImageEmbedder images;
    private final PromptScorer scorer;

    Verifier(GuardedEncoder encoder, ImageEmbedder images, PromptEmbedder prompts, DetectorOptions options) {
        this.spec = encoder.spec();
        this.images = images;
        // Whatever the detector's scores are, these are weighed against the negatives.
        BoxMode anyMode = options.scoring() == Scoring.LOGIT ? BoxMode.COMPONENTS : options.boxMode();
        this.scorer = new PromptScorer(
                encoder,
                options.toBuilder()
                        .scoring(Scoring.PROBABILITY)
                        .boxMode(anyMode)
                        .build(),
                prompts);
    }

    /** Returns what each of the boxes, which are inside the image and not empty, says of the prompt. */
    List<Verification> verify(RgbImage image, Prompt prompt, List<Box> boxes, ProgressListener listener) {
        PromptScorer.Question question = scorer.questions(List.of(prompt)).get(0);
        PresenceCalibration calibration = scorer.calibration(prompt);
        List<Box> shown = new ArrayList<>();
        boxes.forEach(box -> shown.addAll(List.of(box, box)));
        float[] rows = images.squares(
                shown.size(), i -> i % 2 == 0 ? alone(image, shown.get(i)) : hidden(image, shown.get(i)), listener);
        double[] logOdds = scorer.score(new EmbeddedImage.Scan(shown, rows), question);
        List<Verification> verifications = new ArrayList<>();
        for (int i = 0; i < logOdds.length; i += IMAGES) {
            verifications.add(
                    new Verification(calibration.probability(logOdds[i]), calibration.probability(logOdds[i + 1])));
        }
        return verifications;
    }

    /** Verifies what was found, prompt by prompt, as many as the meter has room for. */
    List<Localization> attach(
            RgbImage image, List<Localization> localizations, BudgetMeter meter, WindowProgress progress) {
        return localizations.stream()
                .map(found -> found.withDetections(attach(image, found, meter, progress)))
                .toList();
    }

    private List<Detection> attach(RgbImage image, Localization found, BudgetMeter meter, WindowProgress progress) {
        List<Detection> detections = new ArrayList<>(found.detections());
        int count = Math.min(detections.size(), meter.remaining() / IMAGES);
        if (count > 0) {
            meter.spend(IMAGES * count);
            progress.comingUp(IMAGES * count);
            List<Box> boxes =
                    detections.subList(0, count).stream().map(Detection::box).toList();
            List<Verification> verifications = verify(image, found.prompt(), boxes, progress.next());
            for (int i = 0; i < count; i++) {
                detections.set(i, detections.get(i).withVerification(verifications.get(i)));
            }
        }
        return detections;
    }

    private RgbImage alone(RgbImage image, Box box) {
        View view = new View(box, ALONE, spec.cropSide());
        return view.paste(view.canvas(meanColour(image, box)), image.crop(box), box, spec.resampleFilter());
    }

    private RgbImage hidden(RgbImage image, Box box) {
        View view = new View(box, HIDDEN, spec.cropSide());
        int mean = meanColour(image, box);
        Box around = view.within(image);
        Box inside = new Box(
                box.xMin() - around.xMin(),
                box.yMin() - around.yMin(),
                box.xMax() - around.xMin(),
                box.yMax() - around.yMin());
        // Painted before it is resized: afterwards its colours would be in what is beside it.
        RgbImage painted = image.crop(around).fill(inside, mean);
        return view.paste(view.canvas(mean), painted, around, spec.resampleFilter());
    }

    /** The mean colour of what lies around the box, and of the box itself. */
    private int meanColour(RgbImage image, Box box) {
        return OcclusionCover.meanRgb(image, new View(box, HIDDEN, spec.cropSide()).within(image));
    }

    /** A square around a box, which may reach over the image's edges, and how it is shown to the encoder. */
    private record View(double x, double y, double length, int side) {
        View(Box box, double share, int side) {
            this(
                    (box.xMin() + box.xMax() - share * longer(box)) / 2,
                    (box.yMin() + box.yMax() - share * longer(box)) / 2,
                    share * longer(box),
                    side);
        }

        private static int longer(Box box) {
            return Math.max(box.width(), box.height());
        }

        RgbImage canvas(int rgb) {
            return RgbImage.filled(side, side, rgb);
        }

        /** Returns the whole pixels of the image that lie in the view: the box among them. */
        Box within(RgbImage image) {
            return new Box(
                    (int) Math.max(0, Math.ceil(x)),
                    (int) Math.max(0, Math.ceil(y)),
                    (int) Math.min(image.width(), Math.floor(x + length)),
                    (int) Math.min(image.height(), Math.floor(y + length)));
        }

        /** Returns where a box inside the view lies in what the encoder gets: a pixel at least. */
        Box scaled(Box box) {
            int left = position(box.xMin() - x, side - 1);
            int top = position(box.yMin() - y, side - 1);
            return new Box(
                    left,
                    top,
                    Math.max(left + 1, position(box.xMax() - x, side)),
                    Math.max(top + 1, position(box.yMax() - y, side)));
        }

        private int position(double offset, int last) {
            return (int) Math.min(last, Math.max(0, Math.round(offset * side / length)));
        }

        /** Returns the canvas with a picture on it, at the place of a box of the image. */
        RgbImage paste(RgbImage canvas, RgbImage picture, Box box, ResampleFilter filter) {
            Box place = scaled(box);
            RgbImage resized = Resampler.resize(picture, place.width(), place.height(), filter);
            return canvas.paste(resized, place.xMin(), place.yMin());
        }
    }
}
