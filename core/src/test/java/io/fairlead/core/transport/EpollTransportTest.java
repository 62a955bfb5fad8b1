package io.fairlead.core.transport;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;

/** The contract, on {@code epoll}. */
@RequiresEpoll
class EpollTransportTest extends RealTransportContract {
    @Override
    protected Transport create() throws IOException {
        return EpollTransport.open();
    }
}
