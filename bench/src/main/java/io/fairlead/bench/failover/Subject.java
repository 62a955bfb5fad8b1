package io.fairlead.bench.failover;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that can stand between clients and servers. <b>Immutable.</b>
 *
 * @param name in results.
 * @param missing why it cannot be had on this machine, and what to do; null if it can.
 * @param configuration what makes it behave as it does: flags, or the name of a file in bench/peers.
 * @param launch how to start it.
 */
record Subject(String name, String missing, String configuration, Launch launch) {
    /** How to start it. */
    @FunctionalInterface
    interface Launch {
        /**
         * The command.
         *
         * @param port of 127.0.0.1 to listen on.
         * @param backends ports of 127.0.0.1 to forward to, those of b1, b2 and b3.
         * @param directory for its own files; there.
         * @return the command and its arguments; it stays in the foreground.
         * @throws IOException if its files cannot be written.
         */
        List<String> command(int port, List<Integer> backends, Path directory) throws IOException;
    }

    boolean isPresent() {
        return missing == null;
    }
}
