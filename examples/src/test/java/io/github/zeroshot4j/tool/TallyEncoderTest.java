package io.github.zeroshot4j.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.Encoder;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TallyEncoderTest {
    @Test
    void everyMethod_ofAnEncoder_isNotTheDefault() throws NoSuchMethodException {
        for (Method method : Encoder.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                assertThat(TallyEncoder.class
                                .getMethod(method.getName(), method.getParameterTypes())
                                .getDeclaringClass())
                        .as("a default would say something else than the encoder: %s", method)
                        .isNotEqualTo(Encoder.class);
            }
        }
    }

    @Test
    void answers_areTheEncoders() {
        try (FakeEncoder fake = new FakeEncoder()) {
            Encoder other = (Encoder) Proxy.newProxyInstance(
                    Encoder.class.getClassLoader(),
                    new Class<?>[] {Encoder.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "offloads" -> true;
                        case "notes" -> List.of("a note on " + arguments[0]);
                        default -> method.invoke(fake, arguments);
                    });
            TallyEncoder tally = new TallyEncoder(other);
            assertThat(tally.offloads()).isTrue();
            assertThat(tally.notes("a cat")).containsExactly("a note on a cat");
            assertThat(tally.spec()).isSameAs(fake.spec());
            assertThat(tally.encodeTexts(List.of("red"))[0]).isEqualTo(fake.encodeTexts(List.of("red"))[0]);
            int side = fake.spec().cropSide();
            tally.encodeImages(
                    buffer(2 * 3 * side * side), 2, buffer(2 * fake.spec().embeddingDimension()));
            assertThat(tally.images()).isEqualTo(fake.images()).isEqualTo(2);
        }
    }

    private static FloatBuffer buffer(int floats) {
        return ByteBuffer.allocateDirect(Float.BYTES * floats)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
