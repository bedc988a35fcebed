package io.github.zeroshot4j.contract;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.EncoderSpec;
import io.github.zeroshot4j.testing.EncoderContract;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.Optional;

final class FakeEncoderContractTest extends EncoderContract {
    @Override
    protected Encoder open() {
        return new FakeEncoder(EncoderSpec.builder("fake of 16 px", 16, 20)
                .preferredBatch(3)
                .mean(0.48f, 0.46f, 0.41f)
                .std(0.27f, 0.26f, 0.28f)
                .build());
    }

    @Override
    protected Optional<Encoder> openFailing() {
        return Optional.of(new FakeEncoder().failAfter(0));
    }
}
