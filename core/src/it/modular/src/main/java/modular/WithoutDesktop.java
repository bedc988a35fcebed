package modular;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.BoxMode;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.DetectorOptions;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.testing.Colour;
import io.github.zeroshot4j.testing.FakeEncoder;
import java.util.List;

/** Detects in a run-time image without java.desktop, which io.github.zeroshot4j.awt alone needs. */
final class WithoutDesktop {
    private WithoutDesktop() {}

    public static void main(String[] args) {
        if (ModuleLayer.boot().findModule("java.desktop").isPresent()) {
            throw new AssertionError("java.desktop must be absent for this check");
        }
        Box square = new Box(64, 64, 192, 192);
        RgbImage image = RgbImage.filled(256, 256, Colour.GRAY.rgb()).fill(square, Colour.RED.rgb());
        try (FakeEncoder encoder = new FakeEncoder()) {
            // A square of one colour has no parts.
            DetectorOptions options = DetectorOptions.defaults().toBuilder()
                    .windowPatches(2, 4)
                    .boxMode(BoxMode.COMPONENTS)
                    .build();
            List<Detection> found =
                    ZeroShotDetector.of(encoder, options).detect(image, "a red square", "a blue square");
            if (found.size() != 1 || found.get(0).box().iou(square) < 0.5) {
                throw new AssertionError("a red square at " + square + " must be found, found " + found);
            }
        }
    }
}
