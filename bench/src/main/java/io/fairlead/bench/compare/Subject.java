package io.fairlead.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Something that can stand between client and backend. <b>Immutable.</b>
 *
 * @param name in results.
 * @param missing why it cannot be had on this machine; null if it can.
 * @param load what it is for, and how much of it it bears.
 * @param launch how to start it.
 */
record Subject(String name, String missing, Load load, Launch launch) {
    /** What a process needs beside its connections. */
    private static final int SPARE_DESCRIPTORS = 256;

    /**
     * What a subject is for, and how much of it it bears. <b>Immutable.</b>
     *
     * @param leastLength of messages that it is measured with; 0 if it is measured with anything.
     * @param descriptorsPerConnection that it has open for an idle WebSocket.
     * @param connectionLimit that its configuration sets, at a limit of descriptors as usual; {@code Integer.MAX_VALUE} for none.
     */
    record Load(int leastLength, int descriptorsPerConnection, int connectionLimit) {
        /** Anything, with a socket on either side of a connection. */
        static final Load ANY = new Load(0, 2, Integer.MAX_VALUE);

        /** The same up to so many connections. */
        static Load limited(int connectionLimit) {
            return new Load(0, 2, connectionLimit);
        }
    }

    /** Whether it is measured by a rig. */
    boolean takesPartIn(String rig) {
        return RigName.messageLength(rig) >= load.leastLength();
    }

    /** Whether its memory is looked at. */
    boolean hasHerds() {
        return load.leastLength() == 0;
    }

    /**
     * The largest herd that it bears.
     *
     * @param descriptorLimit that its process may have.
     */
    int herdLimit(long descriptorLimit) {
        final long possible = (descriptorLimit - SPARE_DESCRIPTORS) / load.descriptorsPerConnection();
        return (int) Math.max(0, Math.min(load.connectionLimit(), possible));
    }

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
