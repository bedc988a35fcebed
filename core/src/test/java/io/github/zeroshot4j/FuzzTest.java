package io.github.zeroshot4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FuzzTest {
    @Test
    void check_brokenProperty_namesSeedAndInputThatReplay() {
        // The first seed gives some number; a property that refuses exactly that number fails at once.
        int first = new Random(20_260_101).nextInt(1000);
        assertThatThrownBy(() -> Fuzz.check(
                        10,
                        random -> random.nextInt(1000),
                        input -> assertThat(input).isNotEqualTo(first)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("fails for -Dseed=20260101, input " + first + ": ");
    }

    @Test
    void check_sameProperty_triesTheSameInputs() {
        List<Integer> once = new ArrayList<>();
        List<Integer> again = new ArrayList<>();
        Fuzz.check(20, Random::nextInt, once::add);
        Fuzz.check(20, Random::nextInt, again::add);
        assertThat(again).isEqualTo(once).doesNotHaveDuplicates();
    }
}
