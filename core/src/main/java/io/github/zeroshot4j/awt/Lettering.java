package io.github.zeroshot4j.awt;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Letters of one size on a picture. */
final class Lettering {
    private static final int SMALLEST_PX = 11;
    private static final double SHARE_OF_SHORTER_SIDE = 1 / 32.0;
    /** What is longer is cut, however small the letters. */
    private static final int MOST_LETTERS = 400;

    private final FontMetrics metrics;

    private Lettering(FontMetrics metrics) {
        this.metrics = metrics;
    }

    /** Returns the size of letters that suits a picture. */
    static int sizePx(int width, int height) {
        return (int) Math.max(SMALLEST_PX, Math.round(Math.min(width, height) * SHARE_OF_SHORTER_SIDE));
    }

    /** Returns letters of a size; null on a machine without any font, which Java tells by one of many errors. */
    static @Nullable Lettering of(int sizePx) {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            return new Lettering(graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.BOLD, sizePx)));
        } catch (RuntimeException | LinkageError | InternalError e) {
            return null;
        } finally {
            graphics.dispose();
        }
    }

    int width(String text) {
        return metrics.stringWidth(text);
    }

    int height() {
        return metrics.getHeight();
    }

    /** Writes into a line of {@link #height()} that begins at the top left corner (x, y). */
    void draw(Graphics2D graphics, String text, int x, int y) {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setFont(metrics.getFont());
        graphics.drawString(text, x, y + metrics.getAscent());
    }

    /** Returns the text in one line, or the other text if the machine's fonts lack a letter of it. */
    String readable(String text, String otherwise) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        return metrics.getFont().canDisplayUpTo(line) < 0 ? line : otherwise;
    }

    /** Returns text and tail, the text's end cut off where both together are wider. */
    String fit(String text, String tail, int widthPx) {
        String whole = text + tail;
        String shown = text.codePointCount(0, text.length()) <= MOST_LETTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_LETTERS));
        while (width(whole) > widthPx && !shown.isEmpty()) {
            shown = shown.substring(0, shown.offsetByCodePoints(shown.length(), -1));
            whole = shown.stripTrailing() + "\u2026" + tail;
        }
        return whole;
    }

    /** Returns a detection's score: a probability, or a logit. */
    static String score(double score) {
        return Math.abs(score) <= 1 ? String.format(Locale.ROOT, "%.2f", score) : number(score, Math.abs(score));
    }

    /** Returns a number of a range: three digits of what the range is long, without zeros at the end. */
    static String number(double value, double range) {
        int exponent = (int) Math.floor(Math.log10(range));
        if (exponent < -4 || exponent > 5) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        BigDecimal rounded = new BigDecimal(value).setScale(2 - exponent, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
