package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In time that passes as the encoder works: windows of 280, 168, 101 and 56 px, 1 + 9 + 25 + 81 of them. */
final class CoarseToFineTest {
    private static final Box UPPER_LEFT = new Box(20, 40, 80, 100);
    private static final RgbImage IMAGE = Grids.drawn(280, 280, Colour.RED, UPPER_LEFT);
    private static final Budget UNLIMITED = Budget.UNLIMITED;

    private final FakeEncoder encoder = new FakeEncoder();
    private final GuardedEncoder guarded = new GuardedEncoder(encoder);
    private final ImageEmbedder images = new ImageEmbedder(guarded);
    /** A millisecond for each image. */
    private final LongSupplier steady = () -> encoder.images() * 1_000_000L;

    @AfterEach
    void close() {
        encoder.close();
    }

    private List<EmbeddedImage.Scan> scan(DetectorOptions options, BudgetMeter meter) {
        Localizer localizer =
                new Localizer(guarded, options, new PromptEmbedder(guarded, images, 10), meter, windows -> {
                    throw new AssertionError("nobody may look again");
                });
        return localizer.scan(
                WindowPlan.of(IMAGE, options, 16).sizes(), localizer.questions(Prompt.all("red", "blue")), this::embed);
    }

    private EmbeddedImage.Scan embed(List<Box> boxes) {
        return new EmbeddedImage.Scan(boxes, images.windows(IMAGE, boxes, Resampling.EXACT, (done, total) -> {}));
    }

    private String counts(DetectorOptions options, Budget budget, LongSupplier clock) {
        return scan(options, new BudgetMeter(budget, clock)).stream()
                .map(scan -> String.valueOf(scan.windows().size()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0} calls and {1} looks: {2}")
    @CsvSource({
        "1, 4, 1",
        "9, 4, 1 8",
        "35, 4, 1 9 25", // a quarter of it pays for no look
        "36, 4, 1 9 17",
        "62, 4, 1 9 25 18", // the drawing in the class's comment
        "62, 0, 1 9 25 27",
        "71, 4, 1 9 25 27",
        "72, 4, 1 9 25 19",
        "72, 1, 1 9 25 28",
        "115, 4, 1 9 25 62",
        "134, 4, 1 9 25 81",
        "1000, 4, 1 9 25 81",
    })
    void scan_encoderCalls_wholeLooksAreKept(int calls, int looks, String counts) {
        DetectorOptions options =
                DetectorOptions.defaults().toBuilder().looks(looks).build();
        assertThat(counts(options, Budget.ofEncoderCalls(calls), steady)).isEqualTo(counts);
        // What a steady clock makes of as many milliseconds, but for what is embedded before the rate is known.
        if (calls >= 16) {
            assertThat(counts(options, Budget.ofTime(Duration.ofMillis(calls)), new Restarted()))
                    .as("in time")
                    .isEqualTo(counts);
        }
    }

    /** The steady clock from now on. */
    private final class Restarted implements LongSupplier {
        private final long before = steady.getAsLong();

        @Override
        public long getAsLong() {
            return steady.getAsLong() - before;
        }
    }

    @ParameterizedTest(name = "{0} ns")
    @CsvSource({"1", "1000000", "15000000"})
    void scan_nextToNoTime_theFirstSixteen(long nanos) {
        assertThat(counts(DetectorOptions.defaults(), Budget.ofTime(Duration.ofNanos(nanos)), steady))
                .isEqualTo("1 9 6");
    }

    @Test
    void scan_slowFirstImage_rateIsAskedAgainInTheSameSize() {
        // As if the first image took 50 ms more: after ten images the rate pays for 23 of the 25 windows of the third
        // size.
        LongSupplier warming = () -> (encoder.images() == 0 ? 0 : 50 + encoder.images()) * 1_000_000L;
        List<EmbeddedImage.Scan> scans =
                scan(DetectorOptions.defaults(), new BudgetMeter(Budget.ofTime(Duration.ofMillis(200)), warming));
        assertThat(scans).hasSize(4);
        assertThat(scans.get(3).windows()).hasSizeGreaterThan(81 / 2);
        assertThat(encoder.images()).isLessThanOrEqualTo(150);
        List<List<Box>> sizes =
                WindowPlan.of(IMAGE, DetectorOptions.defaults(), 16).sizes();
        for (int s = 0; s < 3; s++) {
            EmbeddedImage.Scan whole = embed(sizes.get(s));
            assertThat(scans.get(s).windows()).isEqualTo(whole.windows());
            assertThat(scans.get(s).embeddings()).as("row by row").isEqualTo(whole.embeddings());
        }
        assertThat(scans.get(3).windows())
                .as("row by row")
                .isEqualTo(sizes.get(3).stream()
                        .filter(scans.get(3).windows()::contains)
                        .toList());
    }

    @Test
    void scan_sharesInAnyOrder_scansInTheirOrder() {
        DetectorOptions options = DetectorOptions.defaults().toBuilder()
                .windowShares(0.2, 1, 0.36)
                .build();
        assertThat(counts(options, Budget.ofEncoderCalls(1000), steady)).isEqualTo("81 1 25");
        assertThat(counts(options, Budget.ofEncoderCalls(40), steady)).isEqualTo("5 1 25");
    }

    @Test
    void meter_unlimited_neverEnds() {
        BudgetMeter meter = new BudgetMeter(UNLIMITED, steady);
        meter.spend(1_000_000);
        assertThat(meter.remaining()).isGreaterThan(1_000_000_000);
    }
}
