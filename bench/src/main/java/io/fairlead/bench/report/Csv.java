package io.fairlead.bench.report;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A file of comma-separated values, read by the names in its first line. No quoting: no name that a rig writes holds a comma.
 * A line with a cell too many or too few, or a cell that is not what was asked for, is an {@link InputException} that tells
 * its line. <b>Immutable.</b>
 */
final class Csv {
    private static final int NAME_LENGTH_LIMIT = 80;

    private final Path file;
    private final Map<String, Integer> columns;
    private final List<Row> rows;

    private Csv(Path file, Map<String, Integer> columns) {
        this.file = file;
        this.columns = columns;
        rows = new ArrayList<>();
    }

    /**
     * Read a file.
     *
     * @param file whose first line names the columns.
     * @param required columns that it must have.
     */
    static Csv read(Path file, String... required) throws IOException {
        final List<String> lines = lines(file);
        if (lines.isEmpty()) {
            throw new InputException(file, 1, "empty: the first line should name the columns");
        }
        final Map<String, Integer> columns = new HashMap<>();
        for (final String name : lines.get(0).split(",", -1)) {
            if (columns.put(name.strip(), columns.size()) != null) {
                throw new InputException(file, 1, "two columns are named " + name.strip());
            }
        }
        for (final String name : required) {
            if (!columns.containsKey(name)) {
                throw new InputException(file, 1, "no column " + name);
            }
        }
        final Csv csv = new Csv(file, columns);
        for (int i = 1; i < lines.size(); i++) {
            csv.add(i + 1, lines.get(i));
        }
        return csv;
    }

    List<Row> rows() {
        return rows;
    }

    boolean hasColumn(String name) {
        return columns.containsKey(name);
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (final CharacterCodingException e) {
            throw new InputException(file, "is not UTF-8");
        }
    }

    private void add(int line, String text) throws InputException {
        if (text.isBlank()) {
            return;
        }
        final String[] cells = text.split(",", -1);
        if (cells.length != columns.size()) {
            throw new InputException(file, line, cells.length + " cells, but " + columns.size() + " columns");
        }
        rows.add(new Row(line, cells));
    }

    /** One line. <b>Immutable.</b> */
    final class Row {
        private final int line;
        private final String[] cells;

        private Row(int line, String[] cells) {
            this.line = line;
            this.cells = cells;
        }

        /** A name: not empty, not long, nothing in it that is not printed. */
        String name(String column) throws InputException {
            final String cell = cell(column);
            if (cell.isEmpty()
                    || cell.length() > NAME_LENGTH_LIMIT
                    || cell.codePoints().anyMatch(Csv::isUnprintable)) {
                throw problem(column + " is no name of 1 to " + NAME_LENGTH_LIMIT + " printable characters");
            }
            return cell;
        }

        /** Whole numbers, 0 or above, with a blank between them. */
        List<Long> numbers(String column) throws InputException {
            final List<Long> numbers = new ArrayList<>();
            for (final String word : cell(column).split(" ", -1)) {
                try {
                    numbers.add(Long.parseUnsignedLong(word));
                } catch (final NumberFormatException ignored) {
                    throw problem(column + " is no row of whole numbers: " + shown(cell(column)));
                }
            }
            return numbers;
        }

        /** Something for people, of any length. */
        String text(String column) {
            return cell(column);
        }

        /** A whole number of either sign. */
        long difference(String column) throws InputException {
            final String cell = cell(column);
            try {
                return Long.parseLong(cell);
            } catch (final NumberFormatException ignored) {
                throw problem(column + " is no whole number: " + shown(cell));
            }
        }

        /** A whole number, 0 or above. */
        long number(String column) throws InputException {
            final String cell = cell(column);
            try {
                final long value = Long.parseLong(cell);
                if (value >= 0) {
                    return value;
                }
            } catch (final NumberFormatException ignored) {
                // Told below, with what is negative.
            }
            throw problem(column + " is no whole number of 0 or above: " + shown(cell));
        }

        /** A round's number, small enough for an int. */
        int index(String column) throws InputException {
            final long value = number(column);
            if (value > Integer.MAX_VALUE) {
                throw problem(column + " is too large: " + value);
            }
            return (int) value;
        }

        /** A finite number, or nothing where the cell is empty. */
        OptionalDouble figure(String column) throws InputException {
            final String cell = cell(column);
            if (cell.isEmpty()) {
                return OptionalDouble.empty();
            }
            try {
                final double value = Double.parseDouble(cell);
                if (Double.isFinite(value)) {
                    return OptionalDouble.of(value);
                }
            } catch (final NumberFormatException ignored) {
                // Told below, with what is infinite.
            }
            throw problem(column + " is no number: " + shown(cell));
        }

        InputException problem(String text) {
            return new InputException(file, line, text);
        }

        private String cell(String column) {
            return cells[columns.get(column)].strip();
        }
    }

    private static boolean isUnprintable(int codePoint) {
        return Character.isISOControl(codePoint)
                || !Character.isDefined(codePoint)
                || Character.getType(codePoint) == Character.SURROGATE
                || codePoint == '\uFFFE'
                || codePoint == '\uFFFF';
    }

    private static String shown(String cell) {
        return cell.isEmpty() ? "nothing" : cell.length() > 40 ? cell.substring(0, 40) + "…" : cell;
    }
}
