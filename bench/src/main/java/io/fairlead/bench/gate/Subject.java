package io.fairlead.bench.gate;

import java.io.IOException;
import java.net.InetSocketAddress;

/** What stands between clients and a backend, driven by hand. <b>Owned by the thread that drives it.</b> */
interface Subject extends AutoCloseable {
    /** Where clients connect to. */
    InetSocketAddress address() throws IOException;

    /** Look once at what is ready, without waiting, and do what there is to do. @return how much that was. */
    int step() throws IOException;

    @Override
    void close() throws IOException;

    /** Makes a subject for a backend. */
    interface Factory {
        /** A subject that listens. */
        Subject open(InetSocketAddress backend) throws IOException;
    }
}
