package io.github.zeroshot4j.contract;

import static io.github.zeroshot4j.contract.BrokenEncoder.axis;
import static io.github.zeroshot4j.contract.BrokenEncoder.imageRows;
import static io.github.zeroshot4j.contract.BrokenEncoder.images;
import static io.github.zeroshot4j.contract.BrokenEncoder.mixIn;
import static io.github.zeroshot4j.contract.BrokenEncoder.scale;
import static io.github.zeroshot4j.contract.BrokenEncoder.swap;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderException;
import io.github.zeroshot4j.EncoderSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** What can be wrong with {@link Encoder#encodeImages}. */
final class ImageBreakers {
    private ImageBreakers() {}

    static List<Breaker> rows() {
        return List.of(
                Breaker.of(
                        "encodeImages_batchAndOneMore_keepsTheOrder",
                        "the first and the last of four rows change places",
                        imageRows((row, rows) -> {
                            if (rows.length > 3 && row == rows[0]) {
                                swap(row, rows[rows.length - 1]);
                            }
                        })),
                Breaker.of(
                        "encodeImages_batchAndOneMore_keepsTheOrder",
                        "images after the preferred batch get the rows of its beginning",
                        ImageBreakers::repeatingTheBatch),
                Breaker.of(
                        "encodeImages_anyImage_hasUnitNorm",
                        "norm 1.0001",
                        imageRows((row, rows) -> scale(row, 1.0001))),
                Breaker.of(
                        "encodeImages_otherNeighbours_sameRow",
                        "a thousandth of the first row is in every row",
                        imageRows((row, rows) -> mixIn(row, rows[0].clone()))),
                Breaker.of(
                        "encodeImages_oneToOneMoreThanTheBatch_sameRows",
                        "rows depend on the count",
                        imageRows((row, rows) -> mixIn(row, axis(rows.length, row.length)))),
                Breaker.of(
                        "encodeImages_largerBuffers_leavesTheRestUntouched",
                        "a float is written after the last row",
                        images((good, pixels, count, out) -> {
                            good.encodeImages(pixels, count, out);
                            int end = count * good.spec().embeddingDimension();
                            if (end < out.duplicate().clear().limit()) {
                                out.duplicate().clear().put(end, 0);
                            }
                        })),
                Breaker.of(
                        "encodeImages_pixels_stayAsTheyWere",
                        "the second pixel becomes the first",
                        images((good, pixels, count, out) -> {
                            good.encodeImages(pixels, count, out);
                            FloatBuffer all = pixels.duplicate().clear();
                            all.put(0, all.get(1));
                        })),
                Breaker.of(
                        "encodeImages_sameBuffersWithOtherPixels_givesTheirRows",
                        "rows are remembered by the buffer's identity",
                        ImageBreakers::rememberingBuffers));
    }

    static List<Breaker> positions() {
        return List.of(
                Breaker.of(
                        "encodeImages_positionAndLimit_areKept",
                        "pixels ends up at its limit",
                        images((good, pixels, count, out) -> {
                            good.encodeImages(pixels, count, out);
                            pixels.position(pixels.limit());
                        })),
                Breaker.of(
                        "encodeImages_positionAndLimit_areKept",
                        "out is rewound",
                        images((good, pixels, count, out) -> {
                            good.encodeImages(pixels, count, out);
                            out.rewind();
                        })),
                Breaker.of(
                        "encodeImages_positionAndLimit_areKept",
                        "the limit of pixels is cleared",
                        images((good, pixels, count, out) -> {
                            good.encodeImages(pixels, count, out);
                            pixels.limit(pixels.capacity());
                        })),
                Breaker.of(
                        "encodeImages_positionAndLimit_areNotLookedAt",
                        "pixels is read from its position",
                        images((good, pixels, count, out) -> good.encodeImages(pixels.slice(), count, out))),
                Breaker.of(
                        "encodeImages_positionAndLimit_areNotLookedAt",
                        "out is written from its position",
                        images((good, pixels, count, out) -> good.encodeImages(pixels, count, out.slice()))));
    }

    static List<Breaker> refusals() {
        return List.of(
                Breaker.of("encodeImages_countZero_isRefused", "does nothing", images((good, pixels, count, out) -> {
                    if (count != 0) {
                        good.encodeImages(pixels, count, out);
                    }
                })),
                Breaker.of(
                        "encodeImages_countNegative_isRefused", "does nothing", images((good, pixels, count, out) -> {
                            if (count >= 0) {
                                good.encodeImages(pixels, count, out);
                            }
                        })),
                Breaker.of(
                        "encodeImages_countThatOverflows_isRefused",
                        "an ArithmeticException",
                        images((good, pixels, count, out) -> {
                            Math.multiplyExact(count, 3);
                            good.encodeImages(pixels, count, out);
                        })),
                Breaker.of(
                        "encodeImages_pixelsTooSmall_isRefused",
                        "what lacks is taken as 0",
                        images((good, pixels, count, out) -> {
                            boolean small = pixels.isDirect() && pixels.capacity() < floats(good.spec());
                            good.encodeImages(small ? copy(pixels, floats(good.spec())) : pixels, count, out);
                        })),
                Breaker.of(
                        "encodeImages_pixelsTooSmall_isRefused",
                        "the message names nothing",
                        images((good, pixels, count, out) -> {
                            if (pixels.isDirect() && pixels.capacity() < floats(good.spec())) {
                                throw new IllegalArgumentException("too small");
                            }
                            good.encodeImages(pixels, count, out);
                        })),
                Breaker.of(
                        "encodeImages_outTooSmall_isRefused",
                        "what does not fit is left out",
                        images((good, pixels, count, out) -> {
                            int row = good.spec().embeddingDimension();
                            boolean small = out.isDirect() && out.capacity() < row;
                            good.encodeImages(pixels, count, small ? copy(out, row) : out);
                        })),
                Breaker.of(
                        "encodeImages_pixelsOnHeap_isRefused",
                        "copied to a direct buffer",
                        images((good, pixels, count, out) -> good.encodeImages(
                                pixels.hasArray() && count == 1 ? copy(pixels, floats(good.spec())) : pixels,
                                count,
                                out))),
                Breaker.of(
                        "encodeImages_outOnHeap_isRefused",
                        "copied from a direct buffer",
                        images((good, pixels, count, out) -> good.encodeImages(
                                pixels,
                                count,
                                out.hasArray() ? copy(out, good.spec().embeddingDimension()) : out))),
                Breaker.of(
                        "encodeImages_pixelsOfForeignByteOrder_isRefused",
                        "copied to native order",
                        images((good, pixels, count, out) -> good.encodeImages(
                                isForeign(pixels) ? copy(pixels, pixels.capacity()) : pixels, count, out))),
                Breaker.of(
                        "encodeImages_outOfForeignByteOrder_isRefused",
                        "copied from native order",
                        images((good, pixels, count, out) ->
                                good.encodeImages(pixels, count, isForeign(out) ? copy(out, out.capacity()) : out))),
                Breaker.of("encodeImages_null_isRefused", "null pixels are a bad argument", notNull(true, false)),
                Breaker.of("encodeImages_null_isRefused", "a null out is a bad argument", notNull(false, true)),
                Breaker.of(
                        "encodeImages_afterARefusedCall_works",
                        "fails ever after",
                        ImageBreakers::brokenByARefusedCall));
    }

    private static Encoder repeatingTheBatch(Encoder good) {
        return images((inner, pixels, count, out) -> {
                    inner.encodeImages(pixels, count, out);
                    int batch = inner.spec().preferredBatch() * inner.spec().embeddingDimension();
                    FloatBuffer view = out.duplicate().clear();
                    for (int i = batch; i < count * inner.spec().embeddingDimension(); i++) {
                        view.put(i, view.get(i - batch));
                    }
                })
                .apply(good);
    }

    private static Encoder rememberingBuffers(Encoder good) {
        Map<FloatBuffer, float[]> known = Collections.synchronizedMap(new IdentityHashMap<>());
        return images((inner, pixels, count, out) -> {
                    FloatBuffer view = out.duplicate().clear();
                    if (known.containsKey(pixels)) {
                        view.put(known.get(pixels));
                    } else {
                        inner.encodeImages(pixels, count, out);
                        float[] rows = new float[count * inner.spec().embeddingDimension()];
                        view.get(rows);
                        known.put(pixels, rows);
                    }
                })
                .apply(good);
    }

    private static Encoder brokenByARefusedCall(Encoder good) {
        AtomicBoolean broken = new AtomicBoolean();
        return images((inner, pixels, count, out) -> {
                    if (broken.get()) {
                        throw new EncoderException(inner.spec().modelName() + " is broken");
                    }
                    try {
                        inner.encodeImages(pixels, count, out);
                    } catch (IllegalArgumentException e) {
                        broken.set(true);
                        throw e;
                    }
                })
                .apply(good);
    }

    @SuppressWarnings("ConstantValue")
    private static UnaryOperator<Encoder> notNull(boolean checkPixels, boolean checkOut) {
        return images((good, pixels, count, out) -> {
            if ((checkPixels && pixels == null) || (checkOut && out == null)) {
                throw new IllegalArgumentException("pixels and out must not be null");
            }
            good.encodeImages(pixels, count, out);
        });
    }

    private static int floats(EncoderSpec spec) {
        return 3 * spec.cropSide() * spec.cropSide();
    }

    private static boolean isForeign(FloatBuffer buffer) {
        return buffer.isDirect() && buffer.order() != ByteOrder.nativeOrder();
    }

    private static FloatBuffer copy(FloatBuffer buffer, int capacity) {
        FloatBuffer copy = ByteBuffer.allocateDirect(4 * capacity)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        copy.put(buffer.duplicate().clear());
        return copy.clear();
    }
}
