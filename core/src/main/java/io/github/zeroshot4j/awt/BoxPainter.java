package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.Box;
import io.github.zeroshot4j.Detection;
import io.github.zeroshot4j.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Paints boxes and labels. A line lies inside of its box, between two dark rims, which also show in its gaps:
 *
 * <pre>
 *   outside | rim | box's edge | line | rim | inside
 * </pre>
 */
final class BoxPainter {
    /** Behind lines, and around labels. */
    static final Color RIM = new Color(0x101010);

    private final BufferedImage canvas;
    private final List<String> labels;
    private final boolean lettered;
    private final int linePx;
    private final int rimPx;
    private final Map<String, BoxStyle> styles = new HashMap<>();

    /**
     * Makes a painter.
     *
     * @param lettered whether labels are painted
     */
    BoxPainter(RgbImage image, List<String> labels, boolean lettered) {
        this.canvas = AwtImages.toBufferedImage(image);
        this.labels = labels;
        this.lettered = lettered;
        this.linePx = Math.max(2, Math.round(Math.min(image.width(), image.height()) / 160f));
        this.rimPx = Math.max(1, linePx / 3);
    }

    RgbImage paint(List<Detection> detections) {
        Graphics2D graphics = canvas.createGraphics();
        try {
            // The surest last, so that it lies on top.
            for (int i = detections.size() - 1; i >= 0; i--) {
                paintLine(graphics, detections.get(i).box(), style(detections.get(i)));
            }
            // Only with something to write: Java looks for the machine's fonts.
            Lettering letters = lettered && !detections.isEmpty() ? letters() : null;
            if (letters != null) {
                LabelPlaces places = new LabelPlaces(canvas.getWidth(), canvas.getHeight(), linePx, rimPx);
                detections.forEach(detection -> paintLabel(graphics, letters, places, detection));
            }
        } finally {
            graphics.dispose();
        }
        return AwtImages.of(canvas);
    }

    private @Nullable Lettering letters() {
        return Lettering.of(Lettering.sizePx(canvas.getWidth(), canvas.getHeight()));
    }

    private BoxStyle style(Detection detection) {
        return styles.computeIfAbsent(detection.label(), label -> BoxStyle.of(index(label)));
    }

    private int index(String label) {
        int index = labels.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException("labels (" + labels + ") must hold " + label);
        }
        return index;
    }

    private void paintLine(Graphics2D graphics, Box box, BoxStyle style) {
        graphics.setColor(RIM);
        frame(graphics, box, -rimPx, linePx + 2 * rimPx, List.of());
        graphics.setColor(new Color(style.colour()));
        frame(graphics, box, 0, linePx, style.dashes());
    }

    /** Fills the frame between the box made smaller by {@code inset} and the same made smaller by {@code widthPx} more. */
    private void frame(Graphics2D graphics, Box box, int inset, int widthPx, List<Integer> dashes) {
        int x = box.xMin() + inset;
        int y = box.yMin() + inset;
        int width = box.width() - 2 * inset;
        int height = box.height() - 2 * inset;
        int line = Math.min(widthPx, Math.max(1, Math.min(width, height) / 2));
        for (int[] dash : Dashes.along(width, linePx, dashes)) {
            graphics.fillRect(x + dash[0], y, dash[1] - dash[0], line);
            graphics.fillRect(x + dash[0], y + height - line, dash[1] - dash[0], line);
        }
        for (int[] dash : Dashes.along(height, linePx, dashes)) {
            graphics.fillRect(x, y + dash[0], line, dash[1] - dash[0]);
            graphics.fillRect(x + width - line, y + dash[0], line, dash[1] - dash[0]);
        }
    }

    private void paintLabel(Graphics2D graphics, Lettering letters, LabelPlaces places, Detection detection) {
        int padding = Math.max(3, letters.height() / 4);
        int mostPx = Math.max(canvas.getWidth() / 2, Math.max(detection.box().width(), 12 * letters.height()));
        String label = letters.readable(detection.label(), "#" + (index(detection.label()) + 1));
        String text = letters.fit(
                label,
                " " + Lettering.score(detection.score()),
                Math.min(mostPx, canvas.getWidth() - 2 * rimPx) - 2 * padding);
        Rectangle place =
                places.take(detection.box(), letters.width(text) + 2 * padding, letters.height() + 2 * (padding / 3));
        BoxStyle style = style(detection);
        graphics.setColor(RIM);
        graphics.fillRect(place.x - rimPx, place.y - rimPx, place.width + 2 * rimPx, place.height + 2 * rimPx);
        graphics.setColor(new Color(style.colour()));
        graphics.fill(place);
        graphics.setColor(new Color(style.ink()));
        letters.draw(graphics, text, place.x + padding, place.y + padding / 3);
    }
}
