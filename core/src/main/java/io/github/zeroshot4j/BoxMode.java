package io.github.zeroshot4j;

/** How boxes come about. */
public enum BoxMode {
    /**
     * Boxes are fitted to the windows' log-odds: which objects would make the windows say what they say? Any number per
     * prompt, with edges finer than windows. What looks alike in every part, such as sky or a wall, may come in pieces: a window
     * that shows a part of it says as much as one that shows it whole. {@link #COMPONENTS} is right for that. Only with
     * {@link Scoring#PROBABILITY}.
     */
    FITTED,
    /** One box around each connected component of patches above {@link DetectorOptions#boxThreshold()} in the score map. */
    COMPONENTS,
    /** One box around all patches above {@link DetectorOptions#boxThreshold()} in the score map, as in the article. */
    SINGLE
}
