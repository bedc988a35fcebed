package io.github.zeroshot4j.awt;

import io.github.zeroshot4j.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.jspecify.annotations.Nullable;

/**
 * Paints the legend of a heat map into a strip below it, in one row where there is room, else in two:
 *
 * <pre>
 *   title                  low [colours] high
 * </pre>
 *
 * A difference of 0 has a mark. On a machine without any font only the colours are there.
 */
final class LegendPainter {
    private static final Color INK = new Color(0xF2F2F2);
    /** The length of the colours, in heights of a row. */
    private static final int LENGTH = 9;

    private final HeatMapOptions options;
    private final double low;
    private final double high;
    private final RgbImage picture;
    private final int sizePx;
    private final int gapPx;
    private final @Nullable Lettering letters;

    LegendPainter(RgbImage picture, HeatMapOptions options, double low, double high) {
        this.picture = picture;
        this.options = options;
        this.low = low;
        this.high = high;
        this.sizePx = Lettering.sizePx(picture.width(), picture.height());
        this.gapPx = (sizePx + 1) / 2;
        this.letters = Lettering.of(sizePx);
    }

    /** Returns the picture with the strip below. */
    RgbImage paint() {
        int row = letters == null ? sizePx : letters.height();
        int rows = isOneRow() ? 1 : 2;
        int height = rows * row + (rows + 1) * gapPx;
        BufferedImage canvas =
                new BufferedImage(picture.width(), picture.height() + height, BufferedImage.TYPE_INT_RGB);
        canvas.setRGB(0, 0, picture.width(), picture.height(), picture.toPacked(), 0, picture.width());
        Graphics2D graphics = canvas.createGraphics();
        try {
            graphics.setColor(BoxPainter.RIM);
            graphics.fillRect(0, picture.height(), picture.width(), height);
            paintScale(graphics, picture.height() + height - gapPx - row, row);
            if (letters != null) {
                graphics.setColor(INK);
                int most = picture.width() - 2 * gapPx;
                letters.draw(graphics, letters.fit(title(letters), "", most), gapPx, picture.height() + gapPx);
            }
        } finally {
            graphics.dispose();
        }
        return AwtImages.of(canvas);
    }

    private String first() {
        return Lettering.number(low, high - low);
    }

    private String last() {
        return Lettering.number(high, high - low);
    }

    private String title(Lettering shown) {
        return shown.readable(options.legend(), "");
    }

    private boolean isOneRow() {
        return letters == null
                || 2 * gapPx + letters.width(title(letters)) + 2 * gapPx + scalePx(letters) <= picture.width();
    }

    /** Returns the length of low, colours and high. */
    private int scalePx(Lettering shown) {
        return shown.width(first()) + shown.width(last()) + 2 * gapPx + LENGTH * shown.height();
    }

    private void paintScale(Graphics2D graphics, int y, int row) {
        int from = gapPx;
        int to = picture.width() - gapPx;
        graphics.setColor(INK);
        if (letters != null) {
            from = isOneRow() ? to - scalePx(letters) : from;
            letters.draw(graphics, first(), from, y);
            letters.draw(graphics, last(), to - letters.width(last()), y);
            from += letters.width(first()) + gapPx;
            to -= letters.width(last()) + gapPx;
        }
        int inset = row / 6;
        for (int x = from; x < to; x++) {
            double score = low + (high - low) * (x + 0.5 - from) / (to - from);
            graphics.setColor(new Color(options.scale().rgb(options.scale().position(score, low, high))));
            graphics.fillRect(x, y + inset, 1, row - 2 * inset);
        }
        frame(graphics, from, y + inset, Math.max(0, to - from), row - 2 * inset);
        graphics.setColor(INK);
        if (options.scale() == HeatMapOptions.Scale.DIVERGING && low < 0 && high > 0) {
            int mark = Math.max(1, sizePx / 10);
            graphics.fillRect(from + (int) Math.round((to - from) * -low / (high - low)) - mark / 2, y, mark, row);
        }
    }

    /** The dark end would not be seen on the dark strip. */
    private void frame(Graphics2D graphics, int x, int y, int width, int height) {
        int line = Math.max(1, sizePx / 16);
        graphics.setColor(new Color(0x808080));
        graphics.fillRect(x - line, y - line, width + 2 * line, line);
        graphics.fillRect(x - line, y + height, width + 2 * line, line);
        graphics.fillRect(x - line, y, line, height);
        graphics.fillRect(x + width, y, line, height);
    }
}
