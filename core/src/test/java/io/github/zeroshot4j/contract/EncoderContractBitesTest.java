package io.github.zeroshot4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.testing.EncoderContract;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs {@link EncoderContract} on encoders that break it: of each, the one clause it breaks must fail, and no other. */
final class EncoderContractBitesTest {
    private static final Breaker NOTHING = Breaker.of("", "nothing", UnaryOperator.identity());
    private static final List<Object> LEAKED = new ArrayList<>();

    private static Breaker current = NOTHING;
    private static boolean canFail = true;

    static List<Breaker> breakers() {
        return Stream.of(
                        ImageBreakers.rows(),
                        ImageBreakers.positions(),
                        ImageBreakers.refusals(),
                        TextBreakers.all(),
                        LifeBreakers.model(),
                        LifeBreakers.threads(),
                        LifeBreakers.closing(),
                        LifeBreakers.leaks(LEAKED))
                .flatMap(List::stream)
                .toList();
    }

    /** The slow clause, run on the good encoder and on those that leak only. */
    private static final String MEMORY = "openAndClose_manyTimes_memoryDoesNotGrow";

    @ParameterizedTest
    @MethodSource("breakers")
    void contract_brokenEncoder_failsInThatClauseAlone(Breaker breaker) {
        assertThat(names(run(breaker, true).failed())).containsExactly(breaker.clause());
    }

    @Test
    void contract_goodEncoder_passesEveryClause() {
        Events tests = run(NOTHING, true);
        assertThat(names(tests.succeeded())).isEqualTo(clauses());
    }

    @Test
    void contract_noFailingEncoder_skipsThatClauseVisibly() {
        assertThat(names(run(NOTHING, false).aborted()))
                .containsExactly("failure_ofTheModel_isAnEncoderExceptionThatNamesTheModel");
    }

    @Test
    void breakers_all_coverEveryClause() {
        Set<String> broken = breakers().stream().map(Breaker::clause).collect(Collectors.toCollection(TreeSet::new));
        assertThat(broken).isEqualTo(clauses());
    }

    private static Events run(Breaker breaker, boolean withFailing) {
        boolean withMemory =
                breaker.equals(NOTHING) ? withFailing : breaker.clause().equals(MEMORY);
        PostDiscoveryFilter memory = test ->
                FilterResult.includedIf(withMemory || !test.getDisplayName().startsWith(MEMORY));
        current = breaker;
        canFail = withFailing;
        try {
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(BrokenContract.class))
                    .filters(memory)
                    .execute()
                    .testEvents();
        } finally {
            LEAKED.clear();
            current = NOTHING;
            canFail = true;
        }
    }

    private static Set<String> names(Events events) {
        return events.map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> clauses() {
        Set<String> names = new TreeSet<>();
        for (Class<?> type = EncoderContract.class; type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    names.add(method.getName());
                }
            }
        }
        return names;
    }

    /** The contract of whatever is current; its name keeps it out of the build's own run. */
    static final class BrokenContract extends EncoderContract {
        @Override
        protected Encoder open() {
            return current.spoil()
                    .apply(new FakeEncoder(
                            EncoderSpec.builder("good", 8, 20).preferredBatch(3).build()));
        }

        @Override
        protected Optional<Encoder> openFailing() {
            return canFail
                    ? Optional.of(current.spoilFailing().apply(new FakeEncoder().failAfter(0)))
                    : Optional.empty();
        }

        @Override
        protected int openings() {
            return 40;
        }
    }
}
