package io.fairlead.bench.report;

import java.util.Collections;
import java.util.List;

/** A page being written: paragraphs with one empty line between them. <b>Owned by the thread that writes it.</b> */
final class Markdown {
    private final StringBuilder text = new StringBuilder();

    Markdown heading(int level, String title) {
        return paragraph("#".repeat(level) + " " + escape(title));
    }

    /** Something already in Markdown. */
    Markdown paragraph(String markdown) {
        if (text.length() > 0) {
            text.append('\n');
        }
        text.append(markdown.strip()).append('\n');
        return this;
    }

    Markdown picture(String title, String path) {
        return paragraph("![" + escape(title) + "](" + path + ")");
    }

    /**
     * A table.
     *
     * @param columns headings; from the second on, the cells are figures and stand on the right.
     * @param rows cells, already in Markdown.
     */
    Markdown table(List<String> columns, List<List<String>> rows) {
        final StringBuilder table = new StringBuilder(row(columns));
        table.append("|---|")
                .append(String.join("", Collections.nCopies(columns.size() - 1, "--:|")))
                .append('\n');
        rows.forEach(cells -> table.append(row(cells)));
        return paragraph(table.toString());
    }

    /** Lines as they are. */
    Markdown code(List<String> lines) {
        final StringBuilder block = new StringBuilder("```\n");
        lines.forEach(line -> block.append(line.replace("```", "'''")).append('\n'));
        return paragraph(block.append("```").toString());
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** A text from outside, so that it is shown and does nothing. */
    static String escape(String plain) {
        return plain.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("|", "&#124;")
                .replace("`", "&#96;")
                .replace("[", "&#91;")
                .replace("*", "&#42;")
                .replace("~", "&#126;");
    }

    /** A number with its noun. */
    static String counted(long count, String noun) {
        return count == 1 ? "1 " + noun : count + " " + noun + "s";
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
