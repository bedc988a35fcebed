package io.github.zeroshot4j;

import java.util.List;

/** Where one prompt is in an image: the map, the decision whether it is there at all, and the detections. Immutable. */
public final class Localization {
    private final Prompt prompt;
    private final ScoreMap map;
    private final Presence presence;
    private final List<Detection> detections;
    private final List<String> notes;

    Localization(Prompt prompt, ScoreMap map, Presence presence, List<Detection> detections, List<String> notes) {
        this.prompt = prompt;
        this.map = map;
        this.presence = presence;
        this.detections = List.copyOf(detections);
        this.notes = List.copyOf(notes);
    }

    Localization withDetections(List<Detection> newDetections) {
        return new Localization(prompt, map, presence, newDetections, notes);
    }

    /** Returns what was asked for. */
    public Prompt prompt() {
        return prompt;
    }

    /**
     * Returns the averaged window scores per patch, before any clipping and normalising: what the unit is,
     * {@link Scoring} says. With {@link BoxMode#FITTED} it is the mean of these and of the probability that a fitted object,
     * whether it passes the threshold or not, covers the patch. A patch that no window sees, as there may be under a {@link Budget},
     * has the lowest score of those that are seen (with {@link ScoreMap.Averaging#ARTICLE} 0, as in the article).
     */
    public ScoreMap map() {
        return map;
    }

    /** Returns whether the prompt is in the image at all. */
    public Presence presence() {
        return presence;
    }

    /**
     * Returns the found objects, highest score first; none if the prompt is absent, or if
     * {@link DetectorOptions#crossLabelMaxIou()} is below 1 and better detections of other prompts cover them.
     */
    public List<Detection> detections() {
        return detections;
    }

    /** Returns what the model has to say about the prompt, such as words that it never saw; see {@link Encoder#notes}. */
    public List<String> notes() {
        return notes;
    }

    @Override
    public String toString() {
        return "Localization[" + prompt.text() + ", " + presence + ", " + detections + "]";
    }
}
