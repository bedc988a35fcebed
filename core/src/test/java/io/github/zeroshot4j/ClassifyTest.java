package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.zeroshot4j.Grids.Shape;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClassifyTest {
    private final FakeEncoder encoder = new FakeEncoder();
    private final ZeroShotDetector detector = ZeroShotDetector.of(encoder);

    @Test
    void classify_oneColour_byHand() {
        // At scale 2 the logits are 2, 0 and sqrt(2).
        FakeEncoder mild = new FakeEncoder(
                EncoderSpec.builder("mild", 32, 16).logitScale(2).build());
        List<Classification> found = ZeroShotDetector.of(mild)
                .classify(RgbImage.filled(50, 40, Colour.RED.rgb()), Prompt.all("a blue thing", "red and blue", "red"));
        double sum = Math.exp(2) + Math.exp(0) + Math.exp(Math.sqrt(2));
        assertThat(found).extracting(Classification::label).containsExactly("red", "red and blue", "a blue thing");
        assertThat(found)
                .extracting(Classification::probability)
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-6 ? 0 : 1)
                .containsExactly(Math.exp(2) / sum, Math.exp(Math.sqrt(2)) / sum, 1 / sum);
        assertThat(found.get(1).logit()).isCloseTo(Math.sqrt(2), within(1e-6));
        mild.close();
    }

    @Test
    void classify_anyPrompts_probabilitiesSumToOneAndFall() {
        Fuzz.check(50, random -> Fuzz.noise(random, 1 + random.nextInt(30), 1 + random.nextInt(30)), image -> {
            List<Classification> found = detector.classify(image, Prompt.all("red", "a cat", "gray", "blue", "white"));
            assertThat(found.stream().mapToDouble(Classification::probability).sum())
                    .isCloseTo(1, within(1e-12));
            assertThat(found)
                    .extracting(Classification::probability)
                    .allSatisfy(p -> assertThat(p).isBetween(0.0, 1.0));
            assertThat(found).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
        });
    }

    @Test
    void classify_ties_orderOfThePrompts() {
        RgbImage red = RgbImage.filled(8, 8, Colour.RED.rgb());
        assertThat(detector.classify(red, Prompt.all("blue", "red", "green", "a red thing")))
                .extracting(Classification::label)
                .containsExactly("red", "a red thing", "blue", "green");
    }

    @Test
    void classify_onePrompt_certain() {
        assertThat(detector.classify(RgbImage.filled(8, 8, 0), Prompt.all("blue")))
                .containsExactly(new Classification("blue", 1, 0));
    }

    @Test
    void classify_hugeScale_noOverflow() {
        FakeEncoder loud = new FakeEncoder(
                EncoderSpec.builder("loud", 32, 16).logitScale(1e6).build());
        List<Classification> found =
                ZeroShotDetector.of(loud).classify(RgbImage.filled(8, 8, Colour.RED.rgb()), Prompt.all("blue", "red"));
        assertThat(found).containsExactly(new Classification("red", 1, 1e6), new Classification("blue", 0, 0));
        loud.close();
    }

    @Test
    void classify_wideImage_centreOnlyAndOneImageEmbedded() {
        RgbImage image = Grids.drawn(
                120,
                40,
                List.of(
                        new Shape(Colour.BLUE, new Box(0, 0, 36, 40)),
                        new Shape(Colour.RED, new Box(36, 0, 84, 40)),
                        new Shape(Colour.BLUE, new Box(84, 0, 120, 40))));
        List<Classification> found = detector.classify(image, Prompt.all("blue", "red"));
        assertThat(found.get(0).label()).isEqualTo("red");
        assertThat(found.get(0).logit()).as("nothing but red in the centre").isEqualTo(100);
        assertThat(encoder.images()).isEqualTo(1);
        assertThat(encoder.imageCalls()).isEqualTo(1);
    }

    @Test
    void classify_templates_meanOfTheSentences() {
        Prompt both = Prompt.of("thing").withTemplates(List.of("red {}", "blue {}"));
        RgbImage red = RgbImage.filled(8, 8, Colour.RED.rgb());
        assertThat(detector.classify(red, List.of(both)).get(0).logit()).isCloseTo(100 / Math.sqrt(2), within(1e-4));
        assertThat(encoder.texts()).containsExactly("red thing", "blue thing");
    }

    @Test
    void classify_progress_oneOfOne() {
        java.util.List<String> reports = new java.util.ArrayList<>();
        detector.withProgress((done, total) -> reports.add(done + " of " + total))
                .classify(RgbImage.filled(8, 8, 0), Prompt.all("red"));
        assertThat(reports).containsExactly("1 of 1");
    }
}
