package io.github.zeroshot4j.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.OcclusionLocalizer;
import io.github.zeroshot4j.ScoreMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One set of options to evaluate: {@code TITLE=NAME:option=value,option=value}, of which all but the name may be left out.
 * Patches may be a part of the image's shorter side, {@code patchPx=1/16}, rounded down.
 */
final class EvaluatedPreset {
    /**
     * Along the shorter side: this evaluation's definition, not the article's, whose 256 pixels mean nothing on a picture of a few
     * hundred. Its picture of 3456 x 5184 has 13 such patches along the shorter side, its windows of 6 and, in the end, of 4 of them
     * are 0.44 and 0.30 of that side; here a window of 4 is 0.25.
     */
    private static final int ARTICLE_PATCHES = 16;

    private static final Map<String, Base> BASES = bases();
    private static final Pattern SPEC = Pattern.compile("(?:([^:=]+)=)?([^:=]*)(?::(.*))?", Pattern.DOTALL);
    private static final Pattern PART = Pattern.compile("1/([1-9]\\d{0,5})");

    /** Maps what hiding parts takes from a prompt's logit, in place of what windows say. */
    private static final String OCCLUSION = "occlusion";

    private final String title;
    private final String name;
    private final DetectorOptions options;
    private final int patches;

    private EvaluatedPreset(String title, String name, DetectorOptions options, int patches) {
        this.title = title;
        this.name = name;
        this.options = options;
        this.patches = patches;
    }

    /**
     * What a preset starts from.
     *
     * @param patches along the shorter side; 0 if the options say how large a patch is
     */
    private record Base(DetectorOptions options, int patches) {}

    private static Map<String, Base> bases() {
        DetectorOptions article =
                DetectorOptions.article().toBuilder().windowPatches(4).build();
        Map<String, Base> bases = new LinkedHashMap<>();
        bases.put("default", new Base(DetectorOptions.defaults(), 0));
        bases.put("article", new Base(article, ARTICLE_PATCHES));
        bases.put(
                "unbiased",
                new Base(article.toBuilder().averaging(ScoreMap.Averaging.MEAN).build(), ARTICLE_PATCHES));
        bases.put(OCCLUSION, new Base(DetectorOptions.defaults(), 0));
        return bases;
    }

    /**
     * Reads a preset.
     *
     * @throws BadUse if there is no such preset or option, or a value is bad
     */
    static EvaluatedPreset of(String spec) {
        try {
            return parsed(spec);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new BadUse("--preset " + spec + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads presets.
     *
     * @throws BadUse if one is bad, or two have one title
     */
    static List<EvaluatedPreset> all(List<String> specs) {
        Map<String, EvaluatedPreset> presets = new LinkedHashMap<>();
        for (String spec : specs) {
            EvaluatedPreset preset = of(spec);
            // As in the names of files.
            if (presets.put(PictureFolder.slug(preset.title()), preset) != null) {
                throw new BadUse("--preset " + spec + ": title (" + preset.title() + ") must be given once");
            }
        }
        return List.copyOf(presets.values());
    }

    private static EvaluatedPreset parsed(String spec) {
        Matcher matcher = SPEC.matcher(spec);
        Base base = matcher.matches() ? BASES.get(matcher.group(2)) : null;
        if (base == null) {
            throw new IllegalArgumentException("preset (" + (matcher.matches() ? matcher.group(2) : spec)
                    + ") must be one of " + String.join(", ", BASES.keySet()));
        }
        DetectorOptions.Builder builder = base.options().toBuilder();
        int patches = base.patches();
        String overrides = matcher.group(3) == null ? "" : matcher.group(3);
        if (!overrides.isEmpty() && matcher.group(2).equals(OCCLUSION)) {
            throw new IllegalArgumentException("preset (" + OCCLUSION + ") has no options, found " + overrides);
        }
        for (String override : overrides.isEmpty() ? new String[0] : overrides.split(",", -1)) {
            String[] pair = override.split("=", 2);
            if (pair.length < 2) {
                throw new IllegalArgumentException("option (" + override + ") must be written option=value");
            }
            Matcher part = PART.matcher(pair[1]);
            if (pair[0].equals("patchPx")) {
                patches = part.matches() ? Integer.parseInt(part.group(1)) : 0;
            }
            if (patches == 0 || !pair[0].equals("patchPx")) {
                DetectorSetting.named(pair[0]).set(builder, pair[1]);
            }
        }
        String title = matcher.group(1) == null ? spec : matcher.group(1);
        return new EvaluatedPreset(title, matcher.group(2), builder.build(), patches);
    }

    String title() {
        return title;
    }

    String name() {
        return name;
    }

    /** Tells whether the image is to be asked by {@link OcclusionLocalizer}, with its defaults. */
    boolean isOcclusion() {
        return name.equals(OCCLUSION);
    }

    /** Returns the options for an image of a size in pixels. */
    DetectorOptions optionsFor(int width, int height) {
        return patches == 0
                ? options
                : options.toBuilder()
                        .patchPx(Math.max(1, Math.min(width, height) / patches))
                        .build();
    }

    /** Returns all options by name; patches that depend on the image as the text that asks for them. */
    ObjectNode json() {
        ObjectNode json = Json.object();
        if (isOcclusion()) {
            return json.put("squarePatches", OcclusionLocalizer.DEFAULT_SQUARE_PATCHES)
                    .put("stridePatches", OcclusionLocalizer.DEFAULT_STRIDE_PATCHES)
                    .put("boxThreshold", OccludeCommand.DEFAULT_THRESHOLD);
        }
        DetectorSetting.ALL.forEach(setting -> json.set(setting.name(), setting.json(options)));
        return patches == 0 ? json : json.put("patchPx", "1/" + patches);
    }
}
