package io.github.zeroshot4j.onnx;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.onnx.OnnxEncoderOptions.Variant;
import io.github.zeroshot4j.testing.EncoderContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract of encoders, for each variant of a model and for graphs that take one item a run. */
final class OnnxEncoderContractTest {

    /** What the variants have in common. */
    abstract static class Contract extends EncoderContract {
        @TempDir
        Path temp;

        private final Variant variant;

        Contract(Variant variant) {
            this.variant = variant;
        }

        @Override
        protected Encoder open() {
            // A small batch, so that the clauses' images take several runs.
            OnnxEncoderOptions options =
                    OnnxEncoderOptions.builder().variant(variant).batchSize(3).build();
            return OnnxEncoder.open(TestModels.directory("random-a"), options);
        }

        /** A leak would be that of all variants: one of them looks closely. */
        @Override
        protected int openings() {
            return variant == Variant.FP32 ? super.openings() : 60;
        }

        @Override
        protected Optional<Encoder> openFailing() {
            HandMade.writeFailing(temp);
            try {
                for (String tower : List.of("vision", "text")) {
                    Files.copy(
                            temp.resolve(Variant.FP32.file(tower)),
                            temp.resolve(variant.file(tower)),
                            REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Optional.of(OnnxEncoder.open(
                    temp, OnnxEncoderOptions.builder().variant(variant).build()));
        }
    }

    @Nested
    final class Fp32 extends Contract {
        Fp32() {
            super(Variant.FP32);
        }
    }

    @Nested
    final class Fp16 extends Contract {
        Fp16() {
            super(Variant.FP16);
        }
    }

    @Nested
    final class Int8 extends Contract {
        Int8() {
            super(Variant.INT8);
        }
    }
}
