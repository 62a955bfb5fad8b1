package io.fairlead.bench.gate;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An embedded balancer with its defaults, on a given transport. <b>Owned by the thread that drives it.</b> */
final class FairleadSubject implements Subject {
    private final Balancer balancer;

    private FairleadSubject(TransportKind transport, InetSocketAddress backend) throws IOException {
        balancer = Balancer.embed(new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .backend(backend)
                .transportKind(transport)
                .connectionLimit(1000)
                .slabLimit(16)
                .peekSlabLimit(16));
    }

    /** On java.nio. */
    static FairleadSubject onNio(InetSocketAddress backend) throws IOException {
        return new FairleadSubject(TransportKind.NIO, backend);
    }

    /** On epoll, where there is one. */
    static FairleadSubject onEpoll(InetSocketAddress backend) throws IOException {
        return new FairleadSubject(TransportKind.EPOLL, backend);
    }

    @Override
    public InetSocketAddress address() {
        return balancer.listenAddresses().get(0);
    }

    @Override
    public int step() {
        return balancer.doWork();
    }

    @Override
    public void close() {
        balancer.close();
    }
}
