package io.fairlead.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NioTransportTest extends RealTransportContract {
    @Override
    protected Transport create() throws IOException {
        return NioTransport.open();
    }

    @Override
    protected int allocatedByJdkPerRoundLength() {
        // The selector looks its keys up by boxed descriptor: once an event, once an interest change, 16 bytes each.
        return 4 * 16;
    }

    @Test
    void shouldHaveNoPipes() {
        assertNull(transport.pipes());
    }

    @Test
    void shouldTellConnectFailuresApartByType() {
        assertEquals(Transport.CONNECT_REFUSED, NioSocket.connectOutcome(new ConnectException()));
        assertEquals(Transport.CONNECT_NO_PORT, NioSocket.connectOutcome(new BindException()));
        assertEquals(Transport.CONNECT_UNREACHABLE, NioSocket.connectOutcome(new NoRouteToHostException()));
        assertEquals(Transport.CONNECT_UNREACHABLE, NioSocket.connectOutcome(new SocketException()));
    }

    @Test
    void shouldNotDeliverClosedSocketWhenItsEventIsOfTheSameBatch() throws IOException {
        int listener = listen();
        Pair first = pair(listener);
        Pair second = pair(listener);
        transport.setInterest(first.socket(), first.token(), Transport.WRITABLE);
        transport.setInterest(second.socket(), second.token(), Transport.WRITABLE);
        List<Long> tokens = new ArrayList<>();

        int readyCount = transport.poll(0, (token, readiness) -> {
            tokens.add(token);
            transport.close(first.socket() + second.socket() - socketOf(token, first, second));
        });

        assertEquals(1, tokens.size());
        assertEquals(1, readyCount);
    }

    private static int socketOf(long token, Pair first, Pair second) {
        return token == first.token() ? first.socket() : second.socket();
    }

    @Test
    void shouldNotDeliverWhatAnEarlierEventOfTheBatchSwitchedOff() throws IOException {
        int listener = listen();
        Pair first = pair(listener);
        Pair second = pair(listener);
        transport.setInterest(first.socket(), first.token(), Transport.WRITABLE);
        transport.setInterest(second.socket(), second.token(), Transport.WRITABLE);

        int readyCount = transport.poll(0, (token, readiness) -> {
            transport.setInterest(first.socket(), first.token(), 0);
            transport.setInterest(second.socket(), second.token(), 0);
        });

        assertEquals(1, readyCount);
    }

    @Test
    void shouldNotWaitWithACloseAtHand() throws IOException {
        Pair pair = pair();
        transport.poll(0, events);
        transport.close(pair.socket());
        assertEquals(1, transport.openSockets());

        assertDoesNotWait();

        assertEquals(0, transport.openSockets());
    }

    @Test
    void shouldWorkOnWhenThreadIsInterrupted() throws IOException {
        Pair pair = pair();
        Thread.currentThread().interrupt();
        try {
            write(pair, "on");
            assertEquals(0, transport.poll(2 * DEADLINE_NS, events));
        } finally {
            Thread.interrupted();
        }
        assertEquals("on", receive(pair, 2));
        send(pair, "and on");
        assertEquals("and on", read(pair, 6));
    }

    @Test
    void shouldThrowWhenWrittenAfterShutdownOutput() throws IOException {
        Pair pair = pair();
        transport.shutdownOutput(pair.socket());

        assertThrows(IllegalStateException.class, () -> transport.write(pair.socket(), buffer, 0, 1));
    }
}
