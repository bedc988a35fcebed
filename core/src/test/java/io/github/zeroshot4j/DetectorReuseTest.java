package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is embedded and when, and that nothing else depends on it: caches, batches, threads, progress, failures. */
final class DetectorReuseTest {
    private static final RgbImage IMAGE = ThingEncoder.drawn(
            140,
            160,
            List.of(new Shape(Colour.RED, new Box(10, 20, 60, 70)), new Shape(Colour.BLUE, new Box(80, 90, 130, 150))));
    private static final DetectorOptions WITHOUT_LOOKS =
            DetectorOptions.defaults().toBuilder().looks(0).build();
    private static final List<Prompt> PROMPTS = Prompt.all("red", "blue", "a cat", "green");

    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(new ThingEncoder(encoder));

    @AfterEach
    void detectorNeverClosesTheEncoder() {
        encoder.assertOpen();
        encoder.close();
    }

    @Test
    void embed_thenAskTwice_everyWindowAndSentenceEmbeddedOnce() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        assertThat(embedded.windowCount()).isPositive();
        assertThat(encoder.images()).isEqualTo(embedded.windowCount());
        assertThat(encoder.textCalls()).as("no prompt asked yet").isZero();

        List<Detection> first = detector.detect(embedded, Prompt.all("red"));
        List<Detection> second = detector.detect(embedded, Prompt.all("red", "blue"));
        assertThat(first).isNotEmpty();
        assertThat(second).containsAll(first);
        assertThat(encoder.images()).as("no further image").isEqualTo(embedded.windowCount());
        assertThat(encoder.texts()).doesNotHaveDuplicates().contains("red", "blue");
        assertThat(encoder.texts()).containsAll(DetectorOptions.DEFAULT_NEGATIVES);

        int calls = encoder.textCalls();
        assertThat(detector.detect(embedded, Prompt.all("blue", "red"))).hasSameElementsAs(second);
        assertThat(encoder.textCalls()).as("all prompts known").isEqualTo(calls);
    }

    @Test
    void embeddedImage_facts() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        // Half of 140 / 14 px. Windows of 140, 84, 50 and 28 px, as many as overlap by half.
        assertThat(embedded.grid()).isEqualTo(new PatchGrid(140, 160, 5, PatchGrid.Coverage.COVER));
        assertThat(embedded.windowCount()).isEqualTo(1 * 2 + 3 * 3 + 5 * 6 + 9 * 11);
        assertThat(embedded).hasToString("EmbeddedImage[140 x 160, 140 windows]");
        // 140 / 14 = 10 px: 14 x 16 patches, windows of 2 and of 4.
        EmbeddedImage patches = detector.withOptions(DetectorOptions.defaults().toBuilder()
                        .windowPatches(2, 4)
                        .build())
                .embed(IMAGE);
        assertThat(patches.grid()).isEqualTo(new PatchGrid(140, 160, 10, PatchGrid.Coverage.COVER));
        assertThat(patches.windowCount()).isEqualTo(13 * 15 + 11 * 13);
    }

    @Test
    void detect_embeddedOrNot_same() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        ZeroShotDetector once = detector.withOptions(WITHOUT_LOOKS);
        assertThat(once.detect(embedded, PROMPTS))
                .isEqualTo(once.detect(IMAGE, PROMPTS))
                .isNotEmpty();
        assertThat(maps(once.localize(embedded, PROMPTS))).isEqualTo(maps(once.localize(IMAGE, PROMPTS)));
        assertThat(detector.detect(embedded, PROMPTS))
                .as("nobody can look again")
                .isEqualTo(once.detect(embedded, PROMPTS));
    }

    @Test
    void detect_samePromptTwice_embeddedOnceAndAnsweredTwice() {
        assertThat(detector.localize(IMAGE, Prompt.all("red", "red"))).hasSize(2);
        assertThat(encoder.texts().stream().filter("red"::equals)).hasSize(1);
    }

    @Test
    void withOptions_sharesThePrompts() {
        detector.detect(IMAGE, "red");
        int calls = encoder.textCalls();
        ZeroShotDetector other = detector.withOptions(
                DetectorOptions.defaults().toBuilder().boxThreshold(0.7).build());
        assertThat(other.options().boxThreshold()).isEqualTo(0.7);
        assertThat(detector.options()).as("the first is unchanged").isSameAs(DetectorOptions.defaults());
        other.detect(IMAGE, "red");
        assertThat(encoder.textCalls()).isEqualTo(calls);
    }

    @Test
    void promptCache_oneMoreThanItHolds_theLeastRecentlyAskedGoes() {
        DetectorOptions oneWindow = DetectorOptions.defaults().toBuilder()
                .patchPx(8)
                .windowPatches(1)
                .scoring(Scoring.LOGIT) // so that no negatives take room
                .boxMode(BoxMode.COMPONENTS)
                .build();
        ZeroShotDetector small = detector.withOptions(oneWindow);
        EmbeddedImage embedded = small.embed(RgbImage.filled(8, 8, 0));
        List<Prompt> full = new ArrayList<>();
        for (int i = 0; i < ZeroShotDetector.PROMPT_CACHE; i++) {
            full.add(Prompt.of("thing " + i));
        }
        small.localize(embedded, full);
        int all = ZeroShotDetector.PROMPT_CACHE;
        assertThat(encoder.textCalls()).as("a call for each").isEqualTo(all);
        small.localize(embedded, Prompt.all("thing 0")); // now "thing 1" is the one asked longest ago
        assertThat(encoder.textCalls()).as("all are kept").isEqualTo(all);

        small.localize(embedded, Prompt.all("one more"));
        assertThat(encoder.textCalls()).isEqualTo(all + 1);
        small.localize(embedded, Prompt.all("thing 0", "thing 2", "one more"));
        assertThat(encoder.textCalls()).as("these are still there").isEqualTo(all + 1);
        small.localize(embedded, Prompt.all("thing 1"));
        assertThat(encoder.textCalls()).as("this one had to go").isEqualTo(all + 2);
    }

    @Test
    void promptCache_moreThanItHoldsInOneCall_allAnswered() {
        DetectorOptions logits = DetectorOptions.defaults().toBuilder()
                .scoring(Scoring.LOGIT)
                .boxMode(BoxMode.COMPONENTS)
                .build();
        ZeroShotDetector small = ZeroShotDetector.of(encoder, logits);
        EmbeddedImage embedded = small.embed(RgbImage.filled(8, 8, Colour.RED.rgb()));
        List<Prompt> many = new ArrayList<>();
        for (int i = 0; i < ZeroShotDetector.PROMPT_CACHE + 200; i++) {
            many.add(Prompt.of(i % 2 == 0 ? "red " + i : "blue " + i));
        }
        List<Localization> answers = small.localize(embedded, many);
        assertThat(answers).hasSameSizeAs(many);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).map().max()).as("%s", many.get(i)).isEqualTo(i % 2 == 0 ? 100 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 99, 1000})
    void localize_anyBatch_bitEqual(int batch) {
        FakeEncoder batched = new FakeEncoder(
                EncoderSpec.builder("fake", 32, 16).preferredBatch(batch).build());
        List<Localization> expected = detector.localize(IMAGE, PROMPTS);
        List<Localization> found =
                ZeroShotDetector.of(new ThingEncoder(batched)).localize(IMAGE, PROMPTS);
        assertThat(maps(found)).isEqualTo(maps(expected));
        assertThat(detections(found)).isEqualTo(detections(expected));
        assertThat(batched.largestBatch()).isEqualTo(Math.min(batch, 99)); // the largest scan
        assertThat(batched.images())
                .as("140 and looks")
                .isEqualTo(encoder.images())
                .isGreaterThan(140);
        batched.close();
    }

    @Test
    void everything_16Threads_bitEqualToOne() throws Exception {
        ZeroShotDetector alone = ZeroShotDetector.of(new ThingEncoder());
        List<Localization> localizations = alone.localize(IMAGE, PROMPTS);
        List<Classification> classes = alone.classify(IMAGE, PROMPTS);
        List<Detection> article = alone.withOptions(articleOf(10)).detect(IMAGE, PROMPTS);
        int threads = 16;
        CyclicBarrier start = new CyclicBarrier(threads);
        Callable<Void> work = () -> {
            start.await();
            for (int round = 0; round < 2; round++) {
                List<Localization> found = detector.localize(IMAGE, PROMPTS);
                assertThat(maps(found)).isEqualTo(maps(localizations));
                assertThat(detections(found)).isEqualTo(detections(localizations));
                assertThat(detector.classify(IMAGE, PROMPTS)).isEqualTo(classes);
                assertThat(detector.withOptions(articleOf(10)).detect(IMAGE, PROMPTS))
                        .isEqualTo(article);
            }
            return null;
        };
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> calls = java.util.Collections.nCopies(threads, work);
            for (Future<Void> done : pool.invokeAll(calls)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void progress_embed_risesToTheTotal() {
        List<int[]> reports = new ArrayList<>();
        EmbeddedImage embedded = detector.withProgress((done, total) -> reports.add(new int[] {done, total}))
                .embed(IMAGE);
        assertThat(reports)
                .hasSizeGreaterThan(2)
                .allSatisfy(report -> assertThat(report[1]).isEqualTo(embedded.windowCount()));
        assertThat(reports).extracting(report -> report[0]).isSorted().doesNotHaveDuplicates();
        assertThat(reports.get(0)[0]).isPositive();
        assertThat(reports.get(reports.size() - 1)[0]).isEqualTo(embedded.windowCount());
    }

    @Test
    void progress_askingAnEmbeddedImage_silent() {
        EmbeddedImage embedded = detector.embed(IMAGE);
        ZeroShotDetector silent = detector.withProgress((done, total) -> {
            throw new AssertionError("no window is embedded");
        });
        assertThat(silent.detect(embedded, PROMPTS)).isEqualTo(detector.detect(embedded, PROMPTS));
    }

    @Test
    void progress_listenerThatThrows_stopsTheWorkAndALaterCallWorks() {
        List<Detection> expected = detector.detect(IMAGE, PROMPTS);
        CancellationException stop = new CancellationException("enough");
        int before = encoder.images();
        ZeroShotDetector stopped = detector.withProgress((done, total) -> {
            if (done >= 32) {
                throw stop;
            }
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> stopped.detect(IMAGE, PROMPTS)).isSameAs(stop);
        }
        assertThat(encoder.images() - before)
                .as("scans of 2, of 9 and of 30 windows each time")
                .isEqualTo(3 * 41);
        assertThat(detector.detect(IMAGE, PROMPTS)).isEqualTo(expected);
    }

    @Test
    void pixelBuffers_nextCallAndACallThatWasStopped_usedAgain() {
        RecordingEncoder recorder =
                new RecordingEncoder(EncoderSpec.builder("recorder", 2, 1).build());
        ZeroShotDetector recorded = ZeroShotDetector.of(recorder);
        recorded.embed(RgbImage.filled(28, 28, 0xFFFFFF));
        CancellationException stop = new CancellationException("enough");
        ZeroShotDetector stopped = recorded.withProgress((done, total) -> {
            throw stop;
        });
        assertThatThrownBy(() -> stopped.classify(RgbImage.filled(8, 8, 0), PROMPTS))
                .isSameAs(stop);
        recorded.classify(RgbImage.filled(8, 8, 0), PROMPTS);
        float[] last = recorder.calls().get(recorder.calls().size() - 1);
        assertThat(last).as("a batch of 16 images of 2 x 2").hasSize(16 * 12);
        assertThat(last[0]).as("the one image of this call").isZero();
        assertThat(last[16 * 12 - 1])
                .as("the 16th, still that of the first call")
                .isEqualTo(1);
    }

    @Test
    void encoderThatFails_laterCallWorks() {
        List<Detection> expected = detector.detect(IMAGE, PROMPTS);
        for (int more = 0; more < 5; more++) {
            encoder.failAfter(more);
            assertThatExceptionOfType(EncoderException.class)
                    .isThrownBy(() -> detector.detect(IMAGE, PROMPTS))
                    .withMessageContaining("model fake failed");
        }
        encoder.failAfter(1_000_000);
        assertThat(detector.detect(IMAGE, PROMPTS)).isEqualTo(expected);
    }

    @Test
    void embeddedImage_ofAnotherModel_refused() {
        FakeEncoder other = new FakeEncoder(
                EncoderSpec.builder("fake", 32, 16).variant("int8").build());
        EmbeddedImage embedded = ZeroShotDetector.of(other).embed(IMAGE);
        String message = "image (embedded with model fake (int8, 16 dimensions, fingerprint "
                + other.spec().fingerprint()
                + ")) must be embedded with this detector's model fake (fp32, 16 dimensions, fingerprint "
                + encoder.spec().fingerprint() + ")";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.localize(embedded, PROMPTS))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> detector.detect(embedded, PROMPTS))
                .withMessage(message);
        other.close();
    }

    @Test
    void embeddedImage_ofAnotherDetectorOfTheModel_accepted() {
        ThingEncoder same = new ThingEncoder();
        EmbeddedImage embedded = ZeroShotDetector.of(same).embed(IMAGE);
        assertThat(detector.detect(embedded, PROMPTS)).isEqualTo(detector.detect(detector.embed(IMAGE), PROMPTS));
        same.close();
    }

    private static DetectorOptions articleOf(int patchPx) {
        return DetectorOptions.article().toBuilder().patchPx(patchPx).build();
    }

    private static List<ScoreMap> maps(List<Localization> localizations) {
        return localizations.stream().map(Localization::map).toList();
    }

    private static List<List<Detection>> detections(List<Localization> localizations) {
        return localizations.stream().map(Localization::detections).toList();
    }
}
