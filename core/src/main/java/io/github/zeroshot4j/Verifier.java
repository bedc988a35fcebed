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
    private final ProgressListener listener;

    /** Makes a verifier; the scorer weighs prompts against negatives. */
    Verifier(EncoderSpec spec, ImageEmbedder images, PromptScorer scorer, ProgressListener listener) {
        this.spec = spec;
        this.images = images;
        this.scorer = scorer;
        this.listener = listener;
    }

    /** Returns what each of the boxes, which are inside the image, says of the prompt. */
    List<Verification> verify(
            RgbImage image, PromptScorer.Question question, PresenceCalibration calibration, List<Box> boxes) {
        if (boxes.isEmpty()) {
            return List.of();
        }
        List<Box> shown = new ArrayList<>();
        for (Box box : boxes) {
            shown.add(box);
            shown.add(box);
        }
        float[] rows = images.squares(
                shown.size(), i -> i % 2 == 0 ? alone(image, shown.get(i)) : hidden(image, shown.get(i)), listener);
        double[] logOdds = scorer.score(new EmbeddedImage.Scan(shown, rows), question);
        List<Verification> verifications = new ArrayList<>();
        for (int i = 0; i < logOdds.length; i += 2) {
            verifications.add(new Verification(
                    calibration.probability(logOdds[i]), calibration.probability(logOdds[i + 1])));
        }
        return verifications;
    }

    private RgbImage alone(RgbImage image, Box box) {
        View view = new View(box, ALONE, spec.cropSide());
        return view.paste(view.canvas(meanColour(image, box)), image, box, spec.resampleFilter());
    }

    private RgbImage hidden(RgbImage image, Box box) {
        View view = new View(box, HIDDEN, spec.cropSide());
        int mean = meanColour(image, box);
        Box around = view.within(image);
        return view.paste(view.canvas(mean), image, around, spec.resampleFilter())
                .fill(view.scaled(box), mean);
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

        /** Returns the canvas with a part of the image on it, at its place. */
        RgbImage paste(RgbImage canvas, RgbImage image, Box part, ResampleFilter filter) {
            Box place = scaled(part);
            RgbImage resized = Resampler.resize(image.crop(part), place.width(), place.height(), filter);
            return canvas.paste(resized, place.xMin(), place.yMin());
        }
    }
}
