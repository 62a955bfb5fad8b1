package io.fairlead.core.simulation;

/** Something that must never happen has happened. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final int client;

    /** @param client the number of the client it concerns, −1 if none in particular. */
    Violation(int client, String message) {
        super(message);
        this.client = client;
    }

    int client() {
        return client;
    }

    /** @param what is violated if it does not hold: a constant, for it is made up for each call that holds as well. */
    static void require(boolean holds, int client, String what) {
        if (!holds) {
            throw new Violation(client, what);
        }
    }
}
