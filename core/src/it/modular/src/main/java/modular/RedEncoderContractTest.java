package modular;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.EncoderContract;
import java.util.Optional;

/** The contract, extended in a module other than its own, for an encoder that only that module knows. */
final class RedEncoderContractTest extends EncoderContract {
    @Override
    protected Encoder open() {
        return new RedEncoder();
    }

    /** It has no model that could fail: the clause is skipped. */
    @Override
    protected Optional<Encoder> openFailing() {
        return Optional.empty();
    }
}
