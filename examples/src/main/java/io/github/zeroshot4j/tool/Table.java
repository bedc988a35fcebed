package io.github.zeroshot4j.tool;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Rows of text in columns, printed as they come. */
final class Table {
    private static final int WIDEST_IMAGE = 48;
    private static final int WIDEST_LABEL = 32;

    /**
     * The columns behind image and label.
     *
     * @param titles the titles, each as wide as its column
     */
    record Columns(List<String> titles) {
        static Columns of(String... titles) {
            return new Columns(List.of(titles));
        }
    }

    private final PrintStream out;
    private final Columns columns;
    private final int imageWidth;
    private final int labelWidth;
    private boolean titled;

    Table(PrintStream out, Columns columns, List<Input> inputs, List<String> prompts) {
        this.out = out;
        this.columns = columns;
        this.imageWidth = width(WIDEST_IMAGE, "IMAGE", inputs.stream().map(Input::name));
        this.labelWidth = width(WIDEST_LABEL, "LABEL", prompts.stream());
    }

    private static int width(int widest, String title, Stream<String> cells) {
        int longest = cells.mapToInt(String::length).max().orElse(0);
        return Math.max(title.length(), Math.min(widest, longest));
    }

    /** Prints a row. Numbers stand to the right under their titles; a cell that is too wide takes the room it needs. */
    void row(String image, String label, Object... cells) {
        if (!titled) {
            titled = true;
            print("IMAGE", "LABEL", columns.titles().toArray());
        }
        print(image, label, cells);
    }

    private void print(String image, String label, Object... cells) {
        StringBuilder line = new StringBuilder();
        line.append(padded(image, imageWidth)).append("  ").append(padded(label.replaceAll("\\s+", " "), labelWidth));
        for (int i = 0; i < cells.length; i++) {
            String text = text(cells[i]);
            line.append("  ").append(padding(columns.titles().get(i).length() - text.length()));
            line.append(text);
        }
        out.println(line.toString().stripTrailing());
    }

    private static String text(Object cell) {
        if (cell instanceof Double number) {
            return String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.3f" : "%.2f", number);
        }
        return String.valueOf(cell);
    }

    /** Returns the text in a column; of a text that is too long the end, which tells file names apart. */
    private static String padded(String text, int width) {
        String shown = text.length() <= width ? text : "..." + text.substring(text.length() - width + 3);
        return shown + padding(width - shown.length());
    }

    private static String padding(int width) {
        return " ".repeat(Math.max(0, width));
    }
}
