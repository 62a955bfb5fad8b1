package io.fairlead.core.simulation.network;

import static io.fairlead.core.transport.Transport.CONNECT_DONE;
import static io.fairlead.core.transport.Transport.CONNECT_NO_PORT;
import static io.fairlead.core.transport.Transport.CONNECT_PENDING;
import static io.fairlead.core.transport.Transport.CONNECT_REFUSED;
import static io.fairlead.core.transport.Transport.CONNECT_TIMED_OUT;
import static io.fairlead.core.transport.Transport.CONNECT_UNREACHABLE;
import static io.fairlead.core.transport.Transport.LOCAL_RESOURCE;
import static io.fairlead.core.transport.Transport.NONE_PENDING;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.RESET;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.simulation.network.SimulatedNetwork.Route;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of simulated connects, and of who waits to be accepted. */
class SimulatedConnectTest extends NetworkHarness {
    private static final InetSocketAddress NOBODY = new InetSocketAddress(address(new byte[] {10, 0, 0, 2}), 80);
    private static final int OTHER_PORT_COUNT = 32_767;

    private int readiness(int socket) {
        left.register(socket, 1, READABLE | WRITABLE);
        final int[] told = {0};
        left.poll(0, (token, readiness) -> told[0] |= readiness);
        return told[0];
    }

    @Test
    void shouldTellWhyAConnectFailsWhenItsAnswerIsBack() {
        open(SEED, 0);
        network.route(SERVICE, Route.UNREACHABLE);
        final int refused = left.connect(NOBODY, null);
        final int unreachable = left.connect(SERVICE, null);
        assertEquals(CONNECT_PENDING, left.finishConnect(refused));
        assertEquals(CONNECT_PENDING, left.finishConnect(unreachable));

        network.advanceTo(2 * conditions.delayMaxNs);

        assertEquals(CONNECT_REFUSED, left.finishConnect(refused));
        assertEquals(CONNECT_UNREACHABLE, left.finishConnect(unreachable));
        assertEquals(WRITABLE, readiness(refused));
        assertEquals(2, left.openSockets());
    }

    @Test
    void shouldTellWhyAConnectFailsAtOnceWhenConditionsSaySo() {
        conditions.immediateOutcomeChance = 1_000;
        open(SEED, 0);
        assertEquals(CONNECT_REFUSED, left.connect(NOBODY, null));
        network.route(NOBODY, Route.UNREACHABLE);
        assertEquals(CONNECT_UNREACHABLE, left.connect(NOBODY, null));
        network.route(NOBODY, Route.SILENT);
        assertTrue(left.connect(NOBODY, null) >= 0);
        connect();
        assertEquals(2, left.openSockets());
    }

    @Test
    void shouldHangAndThenTimeOutWhenNobodyAnswers() {
        open(SEED, 0);
        network.route(SERVICE, Route.SILENT);
        final int socket = left.connect(SERVICE, null);

        network.advanceTo(126 * SECOND);
        assertEquals(CONNECT_PENDING, left.finishConnect(socket));
        network.advanceTo(128 * SECOND);
        assertEquals(CONNECT_TIMED_OUT, left.finishConnect(socket));
    }

    @Test
    void shouldConnectByARepetitionWhenTheBacklogEmpties() {
        open(SEED, 0);
        for (int i = 0; i <= BACKLOG_LENGTH; i++) {
            assertTrue(left.connect(SERVICE, null) >= 0);
        }
        network.advanceTo(MS);
        final int dropped = left.connect(SERVICE, null);
        network.advanceTo(500 * MS);
        assertEquals(CONNECT_PENDING, left.finishConnect(dropped));

        assertTrue(right.accept(listener) >= 0);
        network.advanceTo(900 * MS);
        assertEquals(CONNECT_PENDING, left.finishConnect(dropped));
        network.advanceTo(1_100 * MS);
        assertEquals(CONNECT_DONE, left.finishConnect(dropped));
    }

    @Test
    void shouldNotConnectWhenClosedBeforeTheAnswer() {
        open(SEED, 0);
        final int socket = left.connect(SERVICE, null);
        left.close(socket);
        settle();

        assertEquals(NONE_PENDING, right.accept(listener));
        assertEquals(0, left.openSockets());
    }

    @Test
    void shouldResetWhoWaitsWhenTheListenerCloses() {
        open(SEED, 0);
        client = left.connect(SERVICE, null);
        settle();
        assertEquals(CONNECT_DONE, left.finishConnect(client));

        right.close(listener);
        settle();

        assertEquals(RESET, read(left, client, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldTellOfAResetThatComesBeforeTheOutcomeIsAsked(long seed) {
        open(seed, 0);
        client = left.connect(SERVICE, null);
        server = right.accept(listener);
        while (server == NONE_PENDING) {
            network.advanceTo(network.nextEventNs());
            server = right.accept(listener);
        }
        right.reset(server);
        settle();

        assertEquals(CONNECT_REFUSED, left.finishConnect(client));
        assertEquals(CONNECT_REFUSED, left.finishConnect(client));
        assertEquals(RESET, read(left, client, 1));
        assertEquals(RESET, write(left, client, 1));
    }

    @Test
    void shouldHoldBackAConnectionUntilItsOutcomeIsAsked() {
        open(SEED, 0);
        client = left.connect(SERVICE, null);
        left.register(client, 1, READABLE);
        settle();
        write(right, right.accept(listener), 5);
        settle();
        assertEquals(0, left.poll(0, IGNORE));
        assertThrows(IllegalStateException.class, () -> read(left, client, 1));
        assertThrows(IllegalStateException.class, () -> write(left, client, 1));

        assertEquals(CONNECT_DONE, left.finishConnect(client));

        assertEquals(1, left.poll(0, IGNORE));
        assertEquals(5, read(left, client, 9));
    }

    @Test
    void shouldLackLocalResourcesWhenConditionsSaySo() {
        open(SEED, 0);
        client = left.connect(SERVICE, null);
        settle();
        conditions.localResourceChance = 1_000;

        assertEquals(LOCAL_RESOURCE, left.connect(SERVICE, null));
        assertEquals(LOCAL_RESOURCE, left.register(client, 1, WRITABLE));
        assertEquals(LOCAL_RESOURCE, right.accept(listener));
        assertEquals(1, left.openSockets());
        assertEquals(1, right.openSockets());

        conditions.calm();
        assertEquals(0, left.register(client, 1, WRITABLE));
        assertTrue(right.accept(listener) >= 0);
        assertEquals(NONE_PENDING, right.accept(listener));
    }

    @Test
    void shouldLackPortsWhenConditionsSaySo() {
        conditions.noPortChance = 1_000;
        open(SEED, 0);

        assertEquals(CONNECT_NO_PORT, left.connect(SERVICE, null));
        assertEquals(0, left.openSockets());
    }

    @Test
    void shouldNotHandOutAPortThatIsListenedOn() {
        open(SEED, 0);
        final InetSocketAddress any = new InetSocketAddress(SERVICE.getAddress(), 0);
        final int port = right.localPort(listen(any, 1));
        for (int i = 0; i < OTHER_PORT_COUNT; i++) {
            left.close(left.connect(NOBODY, null));
        }

        assertNotEquals(port, right.localPort(listen(any, 1)));
    }

    @Test
    void shouldThrowWhenAnAddressIsOfNoUse() {
        open(SEED, 0);
        final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        final InetSocketAddress ipv6 = new InetSocketAddress(address(new byte[16]), 0);

        assertThrows(IllegalArgumentException.class, () -> left.connect(unresolved, null));
        assertThrows(IllegalArgumentException.class, () -> left.connect(SERVICE, ipv6));
        assertEquals(0, left.openSockets());
    }
}
