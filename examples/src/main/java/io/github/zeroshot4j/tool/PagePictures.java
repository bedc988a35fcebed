package io.github.zeroshot4j.tool;

import io.github.zeroshot4j.RgbImage;
import io.github.zeroshot4j.ScoreMap;
import io.github.zeroshot4j.awt.AwtImages;
import io.github.zeroshot4j.awt.HeatMapOptions;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures as {@code data:} addresses, which a page holds in itself. */
final class PagePictures {
    private static final float JPEG_QUALITY = 0.85f;

    private PagePictures() {}

    /** Returns the image with no more pixels than that, of the same shape. */
    static BufferedImage scaledDown(RgbImage image, double mostPixels) {
        BufferedImage picture = AwtImages.toBufferedImage(image);
        double scale = Math.min(1, Math.sqrt(mostPixels / ((double) image.width() * image.height())));
        int width = (int) Math.max(1, Math.round(scale * image.width()));
        int height = (int) Math.max(1, Math.round(scale * image.height()));
        // Bilinear filters see four pixels: by halves, so that none is skipped.
        while (picture.getWidth() > 2 * width && picture.getHeight() > 2 * height) {
            picture = resized(picture, (picture.getWidth() + 1) / 2, (picture.getHeight() + 1) / 2);
        }
        return resized(picture, width, height);
    }

    private static BufferedImage resized(BufferedImage picture, int width, int height) {
        if (picture.getWidth() == width && picture.getHeight() == height) {
            return picture;
        }
        BufferedImage resized = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = resized.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return resized;
    }

    /** Returns the colours of a map, one pixel per patch: browsers interpolate between them. */
    static BufferedImage colours(ScoreMap map, double low, double high) {
        BufferedImage picture = new BufferedImage(map.columns(), map.rows(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < map.rows(); row++) {
            for (int column = 0; column < map.columns(); column++) {
                double value = (map.get(row, column) - low) / (high - low);
                picture.setRGB(column, row, HeatMapOptions.Scale.SEQUENTIAL.rgb(value));
            }
        }
        return picture;
    }

    static String jpeg(BufferedImage picture) {
        return address(picture, "jpeg", true);
    }

    static String png(BufferedImage picture) {
        return address(picture, "png", false);
    }

    private static String address(BufferedImage picture, String format, boolean lossy) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (lossy) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(JPEG_QUALITY);
            }
            writer.write(null, new IIOImage(picture, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory alone is written to
        } finally {
            writer.dispose();
        }
        return "data:image/" + format + ";base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
