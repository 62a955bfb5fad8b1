package io.fairlead.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * What happened in a history, for whoever has to find out why it failed. Kept only when a history is run once more, and no more
 * of it than there is memory for: of a fleet the end.
 */
final class Trace {
    private static final int ALL = -1;
    private static final int ENTRY_LIMIT = 1_000_000;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private NanoClock clock;
    private long startNs;

    private record Entry(long timeNs, int client, String what) {}

    void start(NanoClock clock) {
        this.clock = clock;
        startNs = clock.nanoTime();
    }

    void add(int client, String what) {
        if (entries.size() == ENTRY_LIMIT) {
            entries.remove();
        }
        entries.add(new Entry(clock.nanoTime() - startNs, client, what));
    }

    /** The last events of a client, or of everybody for −1, and those that concern nobody in particular. */
    String last(int client, int limit) {
        final List<Entry> chosen = new ArrayList<>();
        final Iterator<Entry> newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext() && chosen.size() < limit) {
            final Entry entry = newestFirst.next();
            if (client == ALL || entry.client == client || entry.client == ALL) {
                chosen.add(entry);
            }
        }
        final StringBuilder text = new StringBuilder();
        for (int i = chosen.size() - 1; i >= 0; i--) {
            final Entry entry = chosen.get(i);
            text.append(String.format(
                    "  %,15d ns  %s%s%n", entry.timeNs, client == ALL ? "[" + entry.client + "] " : "", entry.what));
        }
        return text.toString();
    }

    /** Everything, to compare two runs. */
    String all() {
        return last(ALL, Integer.MAX_VALUE);
    }
}
