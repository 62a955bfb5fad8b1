package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.load.StormWorkload.Storm;
import io.fairlead.core.Balancer;
import io.fairlead.core.BalancerContext;
import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Storms through a balancer that pins, and through one that does not. */
final class StormWorkloadTest {
    private static final int COUNT = 40;

    private EchoServer first;
    private EchoServer second;

    @BeforeEach
    void start() throws IOException {
        first = EchoServer.start(EchoOptions.named("b1"));
        second = EchoServer.start(EchoOptions.named("b2"));
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void shouldBringEveryClientBackToItsBackendWhenTheBalancerPins() throws IOException {
        final Storm storm = storm(true);
        assertEquals(0, storm.movedCount());
        assertEquals(0, storm.retryCount());
    }

    @Test
    void shouldCountClientsThatMovedWhenTheBalancerDoesNotPin() throws IOException {
        assertTrue(storm(false).movedCount() > 0);
    }

    private Storm storm(boolean isPinning) throws IOException {
        try (Balancer balancer = Balancer.launch(new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .backend("b1", first.address(), 1)
                .backend("b2", second.address(), 1)
                .policy(isPinning ? BalancePolicy.SOURCE : BalancePolicy.ROUND_ROBIN)
                .pinning(isPinning)
                .connectionLimit(4 * COUNT))) {
            final Target target =
                    new Target("fairlead", balancer.listenAddresses().get(0), List.of());
            // An odd shift, so that round robin cannot come out where it began.
            try (StormWorkload workload =
                    new StormWorkload(LoadTransport.NIO, target, COUNT + 1, new SourceAddresses(COUNT + 1))) {
                final Window window = workload.measure(new Meter(target, 0, 0, List.of()), 0);
                assertEquals(COUNT + 1, window.sample().count());
                assertEquals(0, window.sample().errorCount(), workload::firstError);
                assertEquals(COUNT + 1, window.latencies().getTotalCount());
                assertTrue(workload.storms().get(0).lastNs() <= window.sample().wallNs());
                return workload.storms().get(0);
            }
        }
    }
}
