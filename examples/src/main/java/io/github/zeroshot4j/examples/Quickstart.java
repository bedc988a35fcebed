package io.github.zeroshot4j.examples;

import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ZeroShotDetector;
import io.github.zeroshot4j.awt.ImageFiles;
import io.github.zeroshot4j.onnx.OnnxEncoder;
import io.github.zeroshot4j.tiny.TinyClip;
import java.io.IOException;
import java.nio.file.Path;

/** The README's ten lines: finds things in an image. Run from the repository's root. */
public final class Quickstart {
    private Quickstart() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        // region quickstart
        try (OnnxEncoder encoder = TinyClip.open()) {
            ZeroShotDetector detector = ZeroShotDetector.of(encoder);
            RgbImage image = ImageFiles.read(Path.of("examples/images/cat-and-butterfly.jpg"));
            for (Detection found : detector.detect(image, "a cat", "a butterfly", "an airplane")) {
                System.out.println(found.label() + " " + found.score() + " " + found.box());
            }
        }
        // endregion
    }
}
