package io.github.zeroshot4j.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Embeds texts in runs of at most one batch. Texts of equal length share a run, so that none needs padding; where the graph
 * or the tokenizer's file asks for a fixed length, all have that.
 */
final class TextEncoding {
    private static final Pattern WORD = Pattern.compile("\\p{L}+");
    private static final int SHOWN = 60;

    private final LoadedModel model;
    private final int dimension;
    private final int batch;

    /** The length of all texts, or 0. */
    private final int fixedLength;

    TextEncoding(LoadedModel model) {
        this.model = model;
        this.dimension = model.spec().embeddingDimension();
        this.batch = model.text().batch();
        this.fixedLength = model.text()
                .fixedLength()
                .orElse(model.tokenizer().fixedLength().orElse(0));
    }

    float[][] encode(List<String> texts) {
        List<long[]> tokens = new ArrayList<>(texts.size());
        texts.forEach(this::requirePlain);
        texts.forEach(text -> tokens.add(model.tokenizer().encode(text)));
        Map<Integer, List<Integer>> byLength = new TreeMap<>();
        for (int i = 0; i < tokens.size(); i++) {
            int length = Math.max(tokens.get(i).length, fixedLength);
            byLength.computeIfAbsent(length, key -> new ArrayList<>()).add(i);
        }
        float[][] rows = new float[texts.size()][];
        byLength.forEach((length, items) -> {
            model.cores().forEach((items.size() - 1) / batch + 1, model.text().threads(), run -> {
                int first = run * batch;
                run(tokens, items.subList(first, Math.min(items.size(), first + batch)), length, rows);
            });
        });
        return rows;
    }

    /** Returns a sentence that names the words of a prompt that the model was not trained with, if it says which it was. */
    List<String> notes(String prompt) {
        Set<String> known = model.facts().knownWords();
        if (known.isEmpty()) {
            return List.of();
        }
        Set<String> unknown = new LinkedHashSet<>();
        // NFC, as the tokenizer does it: a letter and its accent are one.
        String plain = Normalizer.normalize(prompt, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        WORD.matcher(plain)
                .results()
                .map(MatchResult::group)
                .filter(word -> !known.contains(word))
                .forEach(unknown::add);
        if (unknown.isEmpty()) {
            return List.of();
        }
        return List.of("The model " + model.spec().modelName() + " was not trained with \""
                + String.join("\", \"", unknown) + "\": what it finds for \"" + prompt + "\" means little.");
    }

    private void requirePlain(String text) {
        model.tokenizer().specialTokenIn(text).ifPresent(token -> {
            String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
            throw new IllegalArgumentException("prompt (" + shown + ") must not contain the special token " + token);
        });
    }

    private void run(List<long[]> tokens, List<Integer> items, int length, float[][] rows) {
        LongBuffer ids = LongBuffer.allocate(items.size() * length);
        LongBuffer mask = LongBuffer.allocate(items.size() * length);
        for (int item : items) {
            long[] text = tokens.get(item);
            for (int i = 0; i < length; i++) {
                ids.put(i < text.length ? text[i] : model.tokenizer().padId());
                mask.put(i < text.length ? 1 : 0);
            }
        }
        FloatBuffer out = ByteBuffer.allocateDirect(items.size() * dimension * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        model.text().embedTexts(ids.flip(), mask.flip(), items.size(), length, out);
        for (int i = 0; i < items.size(); i++) {
            UnitLength.normalize(out, i, dimension, model.text(), items.get(i));
            rows[items.get(i)] = new float[dimension];
            out.get(i * dimension, rows[items.get(i)]);
        }
    }
}
