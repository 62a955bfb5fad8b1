package io.fairlead.bench.gate;

import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An embedded balancer with its defaults, on java.nio. <b>Owned by the thread that drives it.</b> */
final class FairleadSubject implements Subject {
    private final Balancer balancer;

    FairleadSubject(InetSocketAddress backend) throws IOException {
        balancer = Balancer.embed(new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .backend(backend)
                .connectionLimit(1000)
                .slabLimit(16)
                .peekSlabLimit(16));
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
