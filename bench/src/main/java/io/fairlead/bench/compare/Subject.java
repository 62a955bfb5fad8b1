package io.fairlead.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that can stand between client and backend. <b>Immutable.</b>
 *
 * @param name in results.
 * @param missing why it cannot be had on this machine; null if it can.
 * @param launch how to start it.
 */
record Subject(String name, String missing, Launch launch) {
    /** How to start it. */
    @FunctionalInterface
    interface Launch {
        /**
         * The command.
         *
         * @param port of 127.0.0.1 to listen on.
         * @param backendPort of 127.0.0.1 to forward to.
         * @param directory for its own files; there.
         * @return the command and its arguments; it stays in the foreground.
         */
        List<String> command(int port, int backendPort, Path directory) throws IOException;
    }

    boolean isPresent() {
        return missing == null;
    }
}
