package io.fairlead.bench.report;

import java.util.Arrays;
import java.util.Locale;

/** What happens to one of the backends b1, b2 and b3, or to all clients, in the order of the script. <b>Immutable.</b> */
public enum FailoverEvent {
    /** b1 dies without a word. */
    KILL(0, "b1 is killed (SIGKILL)"),

    /** b1 is there again. */
    RETURN(0, "b1 returns"),

    /** Every client closes and connects again once, of its own accord. */
    RECONNECT(FailoverEvent.NO_BACKEND, "every client closes, and connects again once"),

    /** b2 is stopped: its connections stay, and nothing is answered. */
    FREEZE(1, "b2 freezes (SIGSTOP)"),

    /** b2 goes on. */
    THAW(1, "b2 goes on (SIGCONT)"),

    /** b3 is ended gracefully, and started again at once. */
    RESTART(2, "b3 is restarted (SIGTERM, and started again as soon as it has ended)");

    /** The backend of an event that is not about one. */
    public static final int NO_BACKEND = -1;

    private final int backend;
    private final String title;

    FailoverEvent(int backend, String title) {
        this.backend = backend;
        this.title = title;
    }

    /** As files have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As people read it. */
    public String title() {
        return title;
    }

    /** Whose event it is, from 0 for b1; {@link #NO_BACKEND} for everybody's. */
    public int backend() {
        return backend;
    }

    /** Whether a backend goes: the figures are then about its clients, and else about everybody. */
    public boolean isOutage() {
        return this == KILL || this == FREEZE || this == RESTART;
    }

    static FailoverEvent of(Csv.Row row) throws InputException {
        final String label = row.name("event");
        return Arrays.stream(values())
                .filter(event -> event.label().equals(label))
                .findFirst()
                .orElseThrow(() -> row.problem("there is no event " + label));
    }
}
