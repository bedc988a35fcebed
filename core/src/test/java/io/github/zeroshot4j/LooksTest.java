package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second look: what it costs, whom it concerns, and an embedded image whose pixels are still at hand. */
final class LooksTest {
    private static final RgbImage IMAGE = ThingEncoder.drawn(
            280,
            280,
            List.of(
                    new Shape(Colour.RED, new Box(31, 40, 88, 93)),
                    new Shape(Colour.RED, new Box(172, 167, 255, 240)),
                    new Shape(Colour.BLUE, new Box(190, 30, 250, 90))));
    private static final List<Prompt> PROMPTS = Prompt.all("red", "blue", "a cat", "green");
    private static final int SCAN = 116;

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(new ThingEncoder(encoder));

    @AfterEach
    void close() {
        encoder.assertOpen();
        encoder.close();
    }

    private ZeroShotDetector looking(int looks) {
        return detector.withOptions(
                DetectorOptions.defaults().toBuilder().looks(looks).build());
    }

    private static void assertSame(List<Localization> found, List<Localization> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).map()).isEqualTo(expected.get(i).map());
            assertThat(found.get(i).presence()).isEqualTo(expected.get(i).presence());
            assertThat(found.get(i).detections()).isEqualTo(expected.get(i).detections());
        }
    }

    @ParameterizedTest(name = "{0} looks")
    @ValueSource(ints = {0, 1, 2, 4})
    void localize_encoderCalls_scanAndNineWindowsPerObject(int looks) {
        looking(looks).localize(IMAGE, PROMPTS);
        int objects = Math.min(looks, 2) + Math.min(looks, 1); // two red, one blue
        // Some windows of a look may have been seen before.
        assertThat(encoder.images()).isBetween(SCAN + 7 * objects, SCAN + InstanceFinder.LOOKS * objects);
    }

    @Test
    void localize_absentPrompts_noLook() {
        detector.localize(IMAGE, Prompt.all("green", "a cat"));
        assertThat(encoder.images()).isEqualTo(SCAN);
    }

    @Test
    void localize_looks_changeTheBoxes() {
        assertThat(looking(4).detect(IMAGE, PROMPTS)).isNotEqualTo(looking(0).detect(IMAGE, PROMPTS));
    }

    @Test
    void localize_embeddedWithItsImage_equalsTheImageAlone() {
        List<Localization> expected = detector.localize(IMAGE, PROMPTS);
        EmbeddedImage embedded = detector.embed(IMAGE);
        int before = encoder.images();
        List<Localization> found = detector.localize(embedded, IMAGE, PROMPTS);
        assertSame(found, expected);
        assertThat(encoder.images() - before).as("looks alone").isBetween(1, 3 * InstanceFinder.LOOKS);
        assertThat(expected.stream().flatMap(one -> one.detections().stream())).hasSize(3);
    }

    @Test
    void localize_embeddedAlone_encoderNeverCalled() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        int calls = encoder.imageCalls();
        List<Localization> found = detector.localize(embedded, PROMPTS);
        assertThat(encoder.imageCalls()).isEqualTo(calls);
        assertSame(found, looking(0).localize(IMAGE, PROMPTS));
    }

    @Test
    void localize_prompt_sameLooksWhicheverOthersAreAsked() {
        List<Localization> together = detector.localize(IMAGE, PROMPTS);
        for (int p = 0; p < PROMPTS.size(); p++) {
            assertSame(List.of(together.get(p)), detector.localize(IMAGE, List.of(PROMPTS.get(p))));
        }
        List<Prompt> many = new ArrayList<>();
        for (int i = 0; i < 70; i++) { // more than are scored together
            many.add(Prompt.of((i % 2 == 0 ? "red " : "a unicorn ") + i));
        }
        many.add(PROMPTS.get(1));
        assertSame(detector.localize(IMAGE, many).subList(70, 71), List.of(together.get(1)));
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 5})
    void localize_anyThreadCount_bitEqual(int threads) {
        List<Localization> expected = detector.localize(IMAGE, PROMPTS);
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            assertSame(pool.submit(() -> detector.localize(IMAGE, PROMPTS)).join(), expected);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void progress_looks_raiseTheTotalAndMayBeStopped() {
        List<List<Integer>> reports = new ArrayList<>();
        detector.withProgress((done, total) -> reports.add(List.of(done, total)))
                .localize(IMAGE, PROMPTS);
        int all = encoder.images();
        assertThat(all).isGreaterThan(SCAN);
        assertThat(reports)
                .last()
                .asInstanceOf(InstanceOfAssertFactories.list(Integer.class))
                .containsExactly(all, all);
        assertThat(reports).extracting(report -> report.get(0)).isSorted();
        assertThat(reports).extracting(report -> report.get(1)).isSorted();
        assertThat(reports.subList(0, reports.size() - 1))
                .as("only finished work is finished")
                .noneMatch(report -> report.get(0).equals(report.get(1)));

        EmbeddedImage embedded = detector.embed(IMAGE);
        int before = encoder.images();
        CancellationException stop = new CancellationException("enough");
        ZeroShotDetector stopped = detector.withProgress((done, total) -> {
            throw stop;
        });
        assertThatThrownBy(() -> stopped.localize(embedded, IMAGE, PROMPTS)).isSameAs(stop);
        assertThat(encoder.images()).as("before the first look").isEqualTo(before);
        ZeroShotDetector once = detector.withProgress((done, total) -> {
            if (done > 0) {
                throw stop;
            }
        });
        assertThatThrownBy(() -> once.localize(embedded, IMAGE, PROMPTS)).isSameAs(stop);
        assertThat(encoder.images() - before).as("after it").isBetween(1, InstanceFinder.LOOKS);
    }

    @Test
    void encoder_failsInALook_failureAndALaterCallWorks() {
        List<Localization> expected = detector.localize(IMAGE, PROMPTS);
        EmbeddedImage embedded = detector.embed(IMAGE);
        encoder.failAfter(0); // all prompts are known: the next call is a look
        assertThatExceptionOfType(EncoderException.class)
                .isThrownBy(() -> detector.localize(embedded, IMAGE, PROMPTS))
                .withMessageContaining("model fake failed");
        encoder.failAfter(1);
        assertThatExceptionOfType(EncoderException.class)
                .as("in the second look")
                .isThrownBy(() -> detector.localize(embedded, IMAGE, PROMPTS));
        encoder.failAfter(1_000_000);
        assertSame(detector.localize(embedded, IMAGE, PROMPTS), expected);
    }

    @Test
    void localize_imageOfAnotherSizeOrModel_refused() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        int before = encoder.images();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(embedded, RgbImage.filled(280, 279, 0), PROMPTS))
                .withMessage("image (280 x 279) must have the 280 x 280 pixels of the embedded image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(embedded, RgbImage.filled(281, 280, 0), PROMPTS))
                .withMessage("image (281 x 280) must have the 280 x 280 pixels of the embedded image");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(embedded, IMAGE, List.of()))
                .withMessage("prompts ([]) must not be empty");
        try (FakeEncoder other =
                new FakeEncoder(EncoderSpec.builder("other", 32, 16).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ZeroShotDetector.of(other).localize(embedded, IMAGE, PROMPTS))
                    .withMessageStartingWith("image (embedded with model fake (fp32");
            assertThat(other.images()).isZero();
        }
        assertThat(encoder.images()).isEqualTo(before);
    }

    @Test
    @SuppressWarnings("NullAway")
    void localize_null_refused() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        assertThatNullPointerException().isThrownBy(() -> detector.localize(embedded, null, PROMPTS));
        assertThatNullPointerException().isThrownBy(() -> detector.localize(null, IMAGE, PROMPTS));
    }

    @Test
    void embed_moreWindowsThanAnArrayHolds_refusedBeforeAnyIsListed() {
        DetectorOptions fine =
                DetectorOptions.defaults().toBuilder().windowShares(0.0001).build();
        RgbImage large = RgbImage.filled(12_000, 12_000, 0); // windows of a pixel
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.withOptions(fine).embed(large))
                .withMessage(
                        "windowShares (1.0E-4) must give at most %d windows with this model's 16 dimensions, it gives"
                                + " 144000000 in the 12000 x 12000 image",
                        Integer.MAX_VALUE / 16);
        assertThat(encoder.imageCalls()).isZero();
    }

    @Test
    void localize_droppedRemainder_boxesMayReachIntoIt() {
        // 280 px are 3 patches of 90, and 10 px that are in none.
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .patchPx(90)
                .coverage(PatchGrid.Coverage.DROP_REMAINDER)
                .build();
        Box corner = new Box(200, 200, 278, 278);
        Localization red = detector.withOptions(options)
                .localize(ThingEncoder.drawn(280, 280, corner), Prompt.all("red"))
                .get(0);
        assertThat(red.map().rows()).isEqualTo(3);
        assertThat(red.detections())
                .singleElement()
                .satisfies(found -> assertThat(found.box().iou(corner)).isGreaterThan(0.7));
        assertThat(red.map().peak()).isEqualTo(new Box(180, 180, 270, 270));
    }
}
