package io.fairlead.bench.failover;

import java.util.Arrays;
import java.util.List;

/** Words of the command line with blanks between them. Static and stateless. */
final class Words {
    private Words() {}

    /**
     * The words of a text.
     *
     * @param text may be empty.
     */
    static List<String> of(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
