package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Paints boxes and labels. A line lies inside of its box, between two dark rims:
 *
 * <pre>
 *   outside | rim | box's edge | line | rim | inside
 * </pre>
 */
final class BoxPainter {
    private static final Color RIM = new Color(0x101010);

    private final BufferedImage canvas;
    private final List<String> labels;
    private final int linePx;
    private final int rimPx;
    private final int fontPx;
    private final List<Rectangle> written = new ArrayList<>();

    BoxPainter(RgbImage image, List<String> labels) {
        this.canvas = AwtImages.toBufferedImage(image);
        this.labels = labels;
        int shorterSide = Math.min(image.width(), image.height());
        this.linePx = Math.max(2, Math.round(shorterSide / 160f));
        this.rimPx = Math.max(1, linePx / 3);
        this.fontPx = Math.max(11, Math.round(shorterSide / 28f));
    }

    RgbImage paint(List<Detection> detections) {
        Graphics2D graphics = canvas.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            // The surest last, so that it lies on top.
            for (int i = detections.size() - 1; i >= 0; i--) {
                paintLine(graphics, detections.get(i).box(), colour(detections.get(i)));
            }
            FontMetrics metrics = detections.isEmpty() ? null : font(graphics);
            if (metrics != null) {
                detections.forEach(detection -> paintLabel(graphics, metrics, detection));
            }
        } finally {
            graphics.dispose();
        }
        return AwtImages.of(canvas);
    }

    private Color colour(Detection detection) {
        int index = labels.indexOf(detection.label());
        if (index < 0) {
            throw new IllegalArgumentException("labels (" + labels + ") must hold " + detection.label());
        }
        return new Color(Colours.ofBox(index));
    }

    private void paintLine(Graphics2D graphics, Box box, Color colour) {
        graphics.setColor(RIM);
        frame(graphics, box, -rimPx, linePx + 2 * rimPx);
        graphics.setColor(colour);
        frame(graphics, box, 0, linePx);
    }

    /** Fills the frame between the box made smaller by {@code inset} and the same made smaller by {@code widthPx} more. */
    private static void frame(Graphics2D graphics, Box box, int inset, int widthPx) {
        int x = box.xMin() + inset;
        int y = box.yMin() + inset;
        int width = box.width() - 2 * inset;
        int height = box.height() - 2 * inset;
        int line = Math.min(widthPx, Math.max(1, Math.min(width, height) / 2));
        graphics.fillRect(x, y, width, line);
        graphics.fillRect(x, y + height - line, width, line);
        graphics.fillRect(x, y, line, height);
        graphics.fillRect(x + width - line, y, line, height);
    }

    private void paintLabel(Graphics2D graphics, FontMetrics metrics, Detection detection) {
        int padding = Math.max(2, fontPx / 5);
        String text = fit(detection.label(), score(detection.score()), metrics, canvas.getWidth() - 2 * padding);
        Rectangle place = place(
                detection.box(), metrics.stringWidth(text) + 2 * padding, metrics.getHeight() + 2 * (padding / 2));
        Color colour = colour(detection);
        graphics.setColor(RIM);
        graphics.fillRect(place.x - rimPx, place.y - rimPx, place.width + 2 * rimPx, place.height + 2 * rimPx);
        graphics.setColor(colour);
        graphics.fill(place);
        graphics.setColor(Colours.luma(colour.getRGB()) > 110 ? Color.BLACK : Color.WHITE);
        graphics.drawString(text, place.x + padding, place.y + padding / 2 + metrics.getAscent());
        written.add(place);
    }

    /** Returns the font's measures; null on a machine without any font, which Java tells by one of many errors. */
    private @Nullable FontMetrics font(Graphics2D graphics) {
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, fontPx));
            return graphics.getFontMetrics();
        } catch (RuntimeException | LinkageError | InternalError e) {
            return null;
        }
    }

    /** Returns the first place that is free: above the box, below it, inside at its top; else inside, over what is there. */
    private Rectangle place(Box box, int width, int height) {
        int x = Math.max(0, Math.min(box.xMin(), canvas.getWidth() - width));
        int[] tops = {box.yMin() - height - rimPx, box.yMax() + rimPx, box.yMin() + linePx + rimPx};
        for (int top : tops) {
            Rectangle place = new Rectangle(x, top, width, height);
            boolean inside = top >= 0 && top + height <= canvas.getHeight();
            if (inside && written.stream().noneMatch(place::intersects)) {
                return place;
            }
        }
        return new Rectangle(x, Math.max(0, Math.min(tops[2], canvas.getHeight() - height)), width, height);
    }

    /** Returns label and score, the label's end cut off where it is wider than the picture. */
    private static String fit(String label, String score, FontMetrics metrics, int widthPx) {
        String shown = label.replaceAll("\\s+", " ");
        String text = shown + " " + score;
        while (metrics.stringWidth(text) > widthPx && !shown.isEmpty()) {
            shown = shown.substring(0, shown.offsetByCodePoints(shown.length(), -1));
            text = shown + "... " + score;
        }
        return text;
    }

    private static String score(double score) {
        return String.format(Locale.ROOT, Math.abs(score) <= 1 ? "%.2f" : "%.1f", score);
    }
}
