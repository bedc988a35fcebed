package modular;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.EncoderContract;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.Optional;

/** The contract, extended in a module other than its own, for an encoder that only that module knows. */
final class RedEncoderContractTest extends EncoderContract {
    @Override
    protected Encoder open() {
        return new RedEncoder();
    }

    /** It has no model that could fail; the clause itself is shown to work with the one of the library. */
    @Override
    protected Optional<Encoder> openFailing() {
        return Optional.of(new FakeEncoder().failAfter(0));
    }
}
