package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.fairlead.core.transport.epoll.EpollTransport;
import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured is the balancer, and not the client's garbage collector: the client makes none while messages go round. */
final class LoadAllocationTest {
    private static final int CONNECTION_COUNT = 10;
    private static final int MESSAGE_COUNT = 2_000;
    private static final int WARMUP_COUNT = 10;

    /** Rounds to wait for one without an allocation: a class that is loaded late, or a deoptimisation, spoils some. */
    private static final int ROUND_LIMIT = 20;

    private static final long POLL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private EchoServer server;
    private int echoCount;
    private String failure;
    private boolean isWasteful;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start(EchoOptions.named("b1"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"NIO, 64", "NIO, 131072", "EPOLL, 64", "EPOLL, 131072"})
    void shouldAllocateNothingPerMessage(LoadTransport transport, int length) throws IOException {
        final String why = transport == LoadTransport.EPOLL ? EpollTransport.whyUnavailable() : null;
        assumeTrue(why == null, why);
        assertEquals(0, allocated(transport, length));
    }

    @Test
    void shouldSeeAnAllocation() throws IOException {
        isWasteful = true;
        assertTrue(allocated(LoadTransport.NIO, 64) >= 16 * MESSAGE_COUNT);
    }

    /** Bytes that the load thread allocated in the round in which it was least. */
    private long allocated(LoadTransport transport, int length) throws IOException {
        try (LoadLoop loop = new LoadLoop(transport)) {
            final Target target = new Target("echo", server.address(), List.of());
            final Herd herd = new Herd(loop, target, length, new SourceAddresses(CONNECTION_COUNT), new Clients());
            herd.open(CONNECTION_COUNT);
            for (int i = 0; i < CONNECTION_COUNT; i++) {
                herd.client(i).send(0);
            }
            for (int i = 0; i < WARMUP_COUNT; i++) {
                goRound(loop);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUND_LIMIT && least > 0; i++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                goRound(loop);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return least;
        }
    }

    private void goRound(LoadLoop loop) throws IOException {
        final long startNs = System.nanoTime();
        echoCount = 0;
        while (echoCount < MESSAGE_COUNT) {
            loop.poll(POLL_NS);
            if (failure != null || System.nanoTime() - startNs > PATIENCE_NS) {
                throw new IOException("only " + echoCount + " echoes came: " + failure);
            }
        }
    }

    private final class Clients implements MessageHandler {
        private byte[] kept;

        @Override
        public void onEcho(MessageClient client, long startNs) {
            echoCount++;
            if (isWasteful) {
                kept = new byte[echoCount % 2];
            }
            client.send(0);
        }

        @Override
        public void onFailed(MessageClient client, String reason) {
            failure = reason + (kept == null ? "" : ", wasteful");
        }
    }
}
