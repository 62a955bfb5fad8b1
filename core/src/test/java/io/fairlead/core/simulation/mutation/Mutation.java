package io.fairlead.core.simulation.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A defect to be seeded: a committed patch against the production code, with a header of comment lines that says what is
 * wrong and, in the last one, which invariants that breaks. <b>Immutable.</b>
 *
 * @param id its number, two digits.
 * @param name what is wrong, in a few words.
 * @param defect what is wrong, in a sentence.
 * @param breaks the numbers of the invariants, as in {@code loop/package-info.java}, or that it is none of them.
 * @param diff a unified diff relative to the repository's root.
 */
record Mutation(String id, String name, String defect, String breaks, String diff) {
    private static final String COMMENT = "# ";
    private static final String BREAKS = COMMENT + "Breaks: ";
    private static final String SUFFIX = ".patch";

    /** Every mutation of a folder, in the order of their numbers. */
    static List<Mutation> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Mutation::read)
                    .toList();
        }
    }

    private static Mutation read(Path file) {
        final String text = Scratch.readString(file);
        final String fileName = file.getFileName().toString();
        final int dash = fileName.indexOf('-');
        final List<String> header =
                text.lines().takeWhile(line -> line.startsWith(COMMENT)).toList();
        if (dash < 0 || header.size() < 2 || !header.get(header.size() - 1).startsWith(BREAKS)) {
            throw new IllegalArgumentException(fileName
                    + ": the name begins with a number and a dash, the text with what is wrong and \"" + BREAKS);
        }
        return new Mutation(
                fileName.substring(0, dash),
                fileName.substring(dash + 1, fileName.length() - SUFFIX.length()),
                header.subList(0, header.size() - 1).stream()
                        .map(line -> line.substring(COMMENT.length()))
                        .collect(Collectors.joining(" ")),
                header.get(header.size() - 1).substring(BREAKS.length()).replaceFirst("\\.$", ""),
                text);
    }

    @Override
    public String toString() {
        return id + "-" + name;
    }
}
