package io.github.zeroshot4j.contract;

import io.github.zeroshot4j.Encoder;
import java.util.function.UnaryOperator;

/**
 * A way to break one clause of the contract.
 *
 * @param clause the test that must fail, alone
 * @param how what is wrong with the encoder
 * @param spoil makes a broken encoder of a good one
 * @param spoilFailing the same for the encoder whose model fails
 */
record Breaker(String clause, String how, UnaryOperator<Encoder> spoil, UnaryOperator<Encoder> spoilFailing) {
    static Breaker of(String clause, String how, UnaryOperator<Encoder> spoil) {
        return new Breaker(clause, how, spoil, UnaryOperator.identity());
    }

    @Override
    public String toString() {
        return clause + ": " + how;
    }
}
