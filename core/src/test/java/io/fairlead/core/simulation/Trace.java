package io.fairlead.core.simulation;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/** What happened in a history, for whoever has to find out why it failed. Kept only when a history is run once more. */
final class Trace {
    private static final int ALL = -1;

    private final List<Entry> entries = new ArrayList<>();
    private NanoClock clock;
    private long startNs;

    private record Entry(long timeNs, int client, String what) {}

    void start(NanoClock clock) {
        this.clock = clock;
        startNs = clock.nanoTime();
    }

    void add(int client, String what) {
        entries.add(new Entry(clock.nanoTime() - startNs, client, what));
    }

    /** The last events of a client, or of everybody for −1, and those that concern nobody in particular. */
    String last(int client, int limit) {
        final List<Entry> chosen = new ArrayList<>();
        for (int i = entries.size() - 1; i >= 0 && chosen.size() < limit; i--) {
            final Entry entry = entries.get(i);
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
