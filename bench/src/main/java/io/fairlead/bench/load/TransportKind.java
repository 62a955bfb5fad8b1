package io.fairlead.bench.load;

import io.fairlead.core.transport.NioTransport;
import io.fairlead.core.transport.Transport;
import java.io.IOException;

/** The transports a load client can run on. <b>Immutable.</b> */
public enum TransportKind {
    /** On {@code java.nio}: everywhere. */
    NIO {
        @Override
        Transport open() throws IOException {
            return NioTransport.open();
        }
    };

    /**
     * Open one.
     *
     * @throws IOException if descriptors are lacking.
     */
    abstract Transport open() throws IOException;
}
