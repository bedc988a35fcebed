package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.zeroshot4j.RgbImage;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageMemoryTest {
    private static final int WIDTH = 4000;
    private static final int HEIGHT = 3000;

    @TempDir
    Path folder;

    /** 3 bytes per pixel, and no second copy of them: a decoder's own image would add as much again. */
    @Test
    void read_largeFile_oneCopyOfThePixelsStays() throws Exception {
        Path file = folder.resolve("large.png");
        BufferedImage drawn = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        ImageIO.write(drawn, "png", file.toFile());
        drawn.flush();
        ImageFiles.read(file); // classes, and what a decoder keeps once
        long before = used();
        RgbImage image = ImageFiles.read(file);
        long pixels = 3L * WIDTH * HEIGHT;
        assertThat(used() - before).isBetween(pixels * 9 / 10, pixels * 11 / 10);
        assertThat(image.width()).isEqualTo(WIDTH);
    }

    /** What is in use after collections that change nothing more. */
    private static long used() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
