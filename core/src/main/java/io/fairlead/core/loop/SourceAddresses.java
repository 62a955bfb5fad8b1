package io.fairlead.core.loop;

import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The addresses of this machine from which each backend is connected, where it has been given some. Each has about 28,000
 * ports towards one backend, so a pool of them is the way past that many connections; they take turns, and one that has run
 * out of ports is passed over.
 *
 * <p><b>Owned by the loop thread.</b> Connecting allocates nothing here.
 */
final class SourceAddresses {
    private static final InetSocketAddress[] SYSTEM_CHOICE = {null};

    private final InetSocketAddress[][] poolsByIndex = new InetSocketAddress[BackendSet.INDEX_LIMIT][];
    private final int[] turnsByIndex = new int[BackendSet.INDEX_LIMIT];

    /** A backend was added. */
    void assign(Backend backend, List<InetAddress> addresses) {
        final InetSocketAddress[] pool = addresses.stream()
                .map(address -> new InetSocketAddress(address, 0))
                .toArray(InetSocketAddress[]::new);
        final int index = BackendSet.index(backend.id());
        poolsByIndex[index] = pool.length == 0 ? SYSTEM_CHOICE : pool;
        turnsByIndex[index] = 0;
    }

    /**
     * Start to connect a backend, from the address whose turn it is, or else from the next that has what it takes.
     *
     * @return as {@link Transport#connect}.
     */
    int connect(Backend backend, Transport transport) {
        final int index = BackendSet.index(backend.id());
        final InetSocketAddress[] pool = poolsByIndex[index];
        for (int tried = 0; tried < pool.length; tried++) {
            final int turn = turnsByIndex[index];
            turnsByIndex[index] = turn + 1 == pool.length ? 0 : turn + 1;
            final int outcome = transport.connect(backend.address(), pool[turn]);
            if (outcome != Transport.CONNECT_NO_PORT) {
                return outcome;
            }
        }
        return Transport.CONNECT_NO_PORT;
    }
}
