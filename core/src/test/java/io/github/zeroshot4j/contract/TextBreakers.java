package io.github.zeroshot4j.contract;

import static io.github.zeroshot4j.contract.BrokenEncoder.axis;
import static io.github.zeroshot4j.contract.BrokenEncoder.mixIn;
import static io.github.zeroshot4j.contract.BrokenEncoder.scale;
import static io.github.zeroshot4j.contract.BrokenEncoder.swap;
import static io.github.zeroshot4j.contract.BrokenEncoder.textRows;
import static io.github.zeroshot4j.contract.BrokenEncoder.texts;

import io.github.zeroshot4j.Encoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What can be wrong with {@link Encoder#encodeTexts}. */
final class TextBreakers {
    private TextBreakers() {}

    static List<Breaker> all() {
        return List.of(
                Breaker.of(
                        "encodeTexts_severalTexts_keepsTheOrder",
                        "the first and the last of four rows change places",
                        textRows((row, rows) -> {
                            if (rows.length > 3 && row == rows[0]) {
                                swap(row, rows[rows.length - 1]);
                            }
                        })),
                Breaker.of(
                        "encodeTexts_anyText_hasUnitNorm",
                        "norm 1.0001",
                        rowsOf(text -> !text.isEmpty() && length(text) < 50, row -> scale(row, 1.0001))),
                Breaker.of(
                        "encodeTexts_otherNeighbours_sameRow",
                        "a thousandth of the first row is in every row",
                        textRows((row, rows) -> mixIn(row, rows[0].clone()))),
                Breaker.of(
                        "encodeTexts_otherNeighbours_sameRow",
                        "rows depend on the longest text of the call",
                        TextBreakers::padded),
                Breaker.of("encodeTexts_rows_belongToTheCaller", "cached rows are handed out", TextBreakers::cached),
                Breaker.of("encodeTexts_noText_givesNoRow", "refused", texts((good, texts) -> {
                    if (texts.isEmpty()) {
                        throw new IllegalArgumentException("texts must not be empty");
                    }
                    return good.encodeTexts(texts);
                })),
                Breaker.of(
                        "encodeTexts_emptyText_hasARow",
                        "the mean of no token",
                        rowsOf(String::isEmpty, row -> Arrays.fill(row, Float.NaN))),
                Breaker.of(
                        "encodeTexts_longText_hasARow",
                        "no row for 200 words",
                        rowsOf(text -> length(text) >= 200, row -> Arrays.fill(row, 0))),
                Breaker.of("encodeTexts_longText_isCutAtItsEnd", "not cut", texts((good, texts) -> {
                    float[][] rows = good.encodeTexts(texts);
                    for (int i = 0; i < rows.length; i++) {
                        if (length(texts.get(i)) > good.spec().contextLength()) {
                            mixIn(rows[i], axis(length(texts.get(i)) % rows[i].length, rows[i].length));
                        }
                    }
                    return rows;
                })),
                Breaker.of(
                        "encodeTexts_specialToken_isRefusedByName",
                        "taken as the end of the text",
                        texts((good, texts) -> good.encodeTexts(texts.stream()
                                .map(text -> text.replaceFirst("<\\|endoftext\\|>.*", ""))
                                .toList()))),
                Breaker.of("encodeTexts_specialToken_isRefusedByName", "not named", texts((good, texts) -> {
                    try {
                        return good.encodeTexts(texts);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("text must not hold a special token", e);
                    }
                })),
                Breaker.of("encodeTexts_null_isRefused", "null texts are none", TextBreakers::withoutNullList),
                Breaker.of(
                        "encodeTexts_null_isRefused",
                        "a null text is left out",
                        texts((good, texts) -> good.encodeTexts(
                                texts.stream().filter(Objects::nonNull).toList()))));
    }

    private static int length(String text) {
        return text.split(" ").length;
    }

    private static UnaryOperator<Encoder> rowsOf(Predicate<String> which, Consumer<float[]> change) {
        return texts((good, texts) -> {
            float[][] rows = good.encodeTexts(texts);
            for (int i = 0; i < rows.length; i++) {
                if (which.test(texts.get(i))) {
                    change.accept(rows[i]);
                }
            }
            return rows;
        });
    }

    private static Encoder padded(Encoder good) {
        return texts((inner, texts) -> {
                    float[][] rows = inner.encodeTexts(texts);
                    int longest =
                            texts.stream().mapToInt(TextBreakers::length).max().orElse(0);
                    if (texts.size() == 3) {
                        Arrays.stream(rows).forEach(row -> mixIn(row, axis(longest % row.length, row.length)));
                    }
                    return rows;
                })
                .apply(good);
    }

    private static Encoder cached(Encoder good) {
        Map<String, float[]> cache = new ConcurrentHashMap<>();
        return texts((inner, texts) -> {
                    float[][] rows = inner.encodeTexts(texts);
                    for (int i = 0; i < rows.length; i++) {
                        float[] row = rows[i];
                        rows[i] = cache.computeIfAbsent(texts.get(i), text -> row);
                    }
                    return rows;
                })
                .apply(good);
    }

    private static Encoder withoutNullList(Encoder good) {
        return texts((inner, texts) -> texts == null ? new float[0][] : inner.encodeTexts(texts))
                .apply(good);
    }
}
