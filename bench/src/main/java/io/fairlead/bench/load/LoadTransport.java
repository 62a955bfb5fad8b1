package io.fairlead.bench.load;

import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;

/** The transports that the clients of a measurement can run on. <b>Immutable.</b> */
public enum LoadTransport {
    /** On {@code java.nio}: everywhere. */
    NIO {
        @Override
        public Transport open() throws IOException {
            return NioTransport.open();
        }
    },
    /** On {@code epoll}: Linux, on JDK 22 or newer. */
    EPOLL {
        @Override
        public Transport open() throws IOException {
            final String why = EpollTransport.whyUnavailable();
            if (why != null) {
                throw new IOException(why);
            }
            return EpollTransport.open();
        }
    };

    /**
     * Open one.
     *
     * @return owned by the caller.
     * @throws IOException if there is none of this kind here, in one clause, or descriptors are lacking.
     */
    public abstract Transport open() throws IOException;
}
