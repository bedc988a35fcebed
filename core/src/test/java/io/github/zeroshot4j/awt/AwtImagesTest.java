package io.github.zeroshot4j.awt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.zeroshot4j.RgbImage;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AwtImagesTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_INT_ARGB_PRE,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_4BYTE_ABGR_PRE
            })
    void of_opaqueTypes_samePixels(int type) {
        int[] pixels = {0x000000, 0x123456, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF};
        BufferedImage image = new BufferedImage(3, 2, type);
        for (int i = 0; i < 6; i++) {
            image.setRGB(i % 3, i / 3, 0xFF000000 | pixels[i]);
        }

        assertThat(AwtImages.of(image).toPacked()).isEqualTo(pixels);
    }

    @Test
    void of_part_itsOwnPixelsOnly() {
        BufferedImage image = AwtImages.toBufferedImage(RgbImage.ofPacked(3, 2, new int[] {1, 2, 3, 4, 5, 6}));

        assertThat(AwtImages.of(image.getSubimage(1, 1, 2, 1)).toPacked()).containsExactly(5, 6);
    }

    @Test
    void of_transparent_laidOnWhite() {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00FF0000);
        image.setRGB(1, 0, 0x33000000); // 51 of 255: 255 - 51 = 204

        assertThat(AwtImages.of(image).toPacked()).containsExactly(0xFFFFFF, 0xCCCCCC);
    }

    @Test
    void of_packed565_stretchedToTheWholeRange() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
        image.getRaster().setPixel(0, 0, new int[] {31, 63, 0});

        assertThat(AwtImages.of(image).toPacked()).containsExactly(0xFFFF00);
    }

    @Test
    void of_sixteenBits_rounded() {
        WritableRaster raster =
                model(ColorSpace.CS_sRGB, DataBuffer.TYPE_USHORT).createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {128, 129, 65535}); // 128 / 257 = 0.498, 129 / 257 = 0.502

        BufferedImage image = new BufferedImage(model(ColorSpace.CS_sRGB, DataBuffer.TYPE_USHORT), raster, false, null);

        assertThat(AwtImages.of(image).toPacked()).containsExactly(0x0001FF);
    }

    @Test
    void of_linearColourSpace_samplesUnchanged() {
        ComponentColorModel model = model(ColorSpace.CS_LINEAR_RGB, DataBuffer.TYPE_BYTE);
        WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {10, 20, 30});

        assertThat(AwtImages.of(new BufferedImage(model, raster, false, null)).toPacked())
                .containsExactly(0x0A141E);
    }

    @Test
    void of_otherColours_refused() {
        ComponentColorModel model = model(ColorSpace.CS_CIEXYZ, DataBuffer.TYPE_BYTE);
        BufferedImage image = new BufferedImage(model, model.createCompatibleWritableRaster(1, 1), false, null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AwtImages.of(image))
                .withMessage(
                        "image (neither gray nor RGB nor CMYK (colour space type 0)) must have gray, RGB or CMYK samples"
                                + " of 16 bits at most");
    }

    @ParameterizedTest
    @ValueSource(ints = {DataBuffer.TYPE_FLOAT, DataBuffer.TYPE_DOUBLE, DataBuffer.TYPE_SHORT, DataBuffer.TYPE_INT})
    void of_samplesOfNoKnownRange_refused(int type) {
        ComponentColorModel model = model(ColorSpace.CS_GRAY, type);
        BufferedImage image = new BufferedImage(model, model.createCompatibleWritableRaster(1, 1), false, null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AwtImages.of(image))
                .withMessageContaining("floating point, signed or of more than 16 bits");
    }

    private static ComponentColorModel model(int space, int type) {
        return new ComponentColorModel(ColorSpace.getInstance(space), false, false, Transparency.OPAQUE, type);
    }
}
