package io.fairlead.core.transport.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.transport.RequiresEpoll;
import io.fairlead.core.transport.SocketOptions;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options do, and that every socket they are meant for has them. Peers are sockets of plain transports. */
@RequiresEpoll
@Timeout(60)
final class TuningTest {
    private static final long PATIENCE_NS = 20_000_000_000L;
    private static final long POLL_NS = 5_000_000;
    private static final int USER_TIMEOUT_MS = 300;
    private static final int LOW_WATER_LENGTH = 16 * 1024;
    private static final int BACKLOG_LENGTH = 64;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int GROUP_SIZE = 4;
    private static final SocketOptions.Steering STEERING = new SocketOptions.Steering(GROUP_SIZE, 32, 64);

    private final List<EpollTransport> transports = new ArrayList<>();
    private final UnsafeBuffer buffer = direct(64 * 1024);
    private Libc libc;

    /** A socket of the transport under test and the peer's, connected. */
    private record Pair(EpollTransport transport, int socket, EpollTransport peers, int peer) {}

    @AfterEach
    void closeAll() {
        transports.forEach(EpollTransport::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldSetOptionsOnWhatIsAcceptedAndOnWhatConnects(String host) throws IOException {
        final SocketOptions options = new SocketOptions(USER_TIMEOUT_MS, 0, LOW_WATER_LENGTH, false, null);
        for (final Pair pair : List.of(accepted(options, host), connected(options, host))) {
            assertEquals(USER_TIMEOUT_MS, option(pair.socket, Linux.TCP_USER_TIMEOUT));
            assertEquals(LOW_WATER_LENGTH, option(pair.socket, Linux.TCP_NOTSENT_LOWAT));
            assertNotEquals(0, option(pair.socket, Linux.TCP_NODELAY));
            assertEquals(0, option(pair.peer, Linux.TCP_USER_TIMEOUT), "a plain one has it not");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldResetConnectionWhenPeerIsDead(String host) throws IOException {
        final SocketOptions options = new SocketOptions(USER_TIMEOUT_MS, 0, 0, false, null);
        for (final Pair pair : List.of(accepted(options, host), connected(options, host))) {
            assertEquals(3, pair.transport.write(pair.socket, buffer, 0, 3));
            until(() -> pair.peers.read(pair.peer, buffer, 0, 3) == 3);
            die(pair.peer);
            assertEquals(3, pair.transport.write(pair.socket, buffer, 0, 3));

            until(() -> pair.transport.read(pair.socket, buffer, 0, 1) == Transport.RESET);
        }
    }

    @Test
    void shouldResetConnectionWhenPeerTakesNothing() throws IOException {
        final Pair pair = accepted(new SocketOptions(USER_TIMEOUT_MS, 0, 0, false, null), "127.0.0.1");

        until(() -> pair.transport.write(pair.socket, buffer, 0, buffer.capacity()) == Transport.RESET);
    }

    @Test
    void shouldShowConnectionOnlyWithItsFirstByteWhenAcceptsAreDeferred() throws IOException {
        final EpollTransport transport = open(new SocketOptions(0, 30, 0, false, null));
        final EpollTransport peers = open(SocketOptions.NONE);
        final int listener = transport.listen(new InetSocketAddress(host("127.0.0.1"), 0), BACKLOG_LENGTH);
        final InetSocketAddress address = new InetSocketAddress(host("127.0.0.1"), transport.localPort(listener));
        final int silent = connect(peers, address, null);
        final int talking = connect(peers, address, null);
        assertEquals(Transport.NONE_PENDING, transport.accept(listener));

        peers.write(talking, buffer, 0, 1);
        final int accepted = accept(transport, listener);

        assertEquals(1, transport.read(accepted, buffer, 0, 8), "it has come with its byte");
        assertEquals(Transport.NONE_PENDING, transport.accept(listener), "the silent one is not shown");
        peers.close(silent);
    }

    @Test
    void shouldTakeNoMoreThanTheLimitWhenReaderIsSlow() throws IOException {
        final Pair limited = accepted(new SocketOptions(0, 0, LOW_WATER_LENGTH, false, null), "127.0.0.1");
        final Pair plain = accepted(SocketOptions.NONE, "127.0.0.1");

        assertTrue(
                unsentLength(limited) <= LOW_WATER_LENGTH + buffer.capacity(),
                "what was not sent is at most the limit and the write that reached it");
        assertTrue(unsentLength(plain) > 4L * (LOW_WATER_LENGTH + buffer.capacity()), "without the limit it is more");
    }

    /** Write for as long as the socket takes something, and see how much it holds that the peer has no room for. */
    private long unsentLength(Pair pair) {
        int count;
        int waits = 0;
        do {
            count = pair.transport.write(pair.socket, buffer, 0, buffer.capacity());
            waits = count > 0 ? 0 : waits + 1;
            poll(pair.transport);
        } while (waits < 20);
        return tcpInfoNotSent(pair.socket);
    }

    private long tcpInfoNotSent(int socket) {
        final UnsafeBuffer info = direct(256);
        final UnsafeBuffer length = direct(4);
        length.putInt(0, info.capacity());
        assertEquals(
                0,
                libc.getsockopt(socket, Linux.SOL_TCP, Linux.TCP_INFO, info.addressOffset(), length.addressOffset()));
        return info.getInt(144) & 0xffff_ffffL;
    }

    @Test
    void shouldSendEachClientToTheListenerThatTheProgramSays() throws IOException {
        final List<EpollTransport> members = new ArrayList<>();
        final List<Integer> listeners = new ArrayList<>();
        final InetSocketAddress address =
                listenAsGroup("127.0.0.1", new SocketOptions(0, 0, 0, true, STEERING), members, listeners);
        final EpollTransport peers = open(SocketOptions.NONE);
        final Set<Integer> used = new HashSet<>();
        for (int client = 1; client <= 40; client++) {
            final InetAddress source = host("127.0.0." + client);
            final int expected = SteeringProgramTest.member(STEERING, source.getAddress());
            for (int i = 0; i < 5; i++) {
                connect(peers, address, source);
                assertEquals(expected, memberThatAccepts(members, listeners), "for " + source);
            }
            used.add(expected);
        }
        assertEquals(GROUP_SIZE, used.size(), "all have clients");
    }

    @Test
    void shouldSendAClientToOneListenerWhenItComesOverIpv6() throws IOException {
        final List<EpollTransport> members = new ArrayList<>();
        final List<Integer> listeners = new ArrayList<>();
        final InetSocketAddress any =
                listenAsGroup("::", new SocketOptions(0, 0, 0, true, STEERING), members, listeners);
        final EpollTransport peers = open(SocketOptions.NONE);
        for (final String client : List.of("::1", "127.0.0.1", "127.0.0.7")) {
            final InetAddress source = host(client);
            final int expected = SteeringProgramTest.member(STEERING, source.getAddress());
            for (int i = 0; i < 10; i++) {
                final InetAddress target = client.equals("::1") ? source : host("127.0.0.1");
                connect(peers, new InetSocketAddress(target, any.getPort()), source);
                assertEquals(expected, memberThatAccepts(members, listeners), "for " + source);
            }
        }
    }

    @Test
    void shouldSpreadOneClientWhenPortsAreSharedWithoutSteering() throws IOException {
        final List<EpollTransport> members = new ArrayList<>();
        final List<Integer> listeners = new ArrayList<>();
        final InetSocketAddress address =
                listenAsGroup("127.0.0.1", new SocketOptions(0, 0, 0, true, null), members, listeners);
        final EpollTransport peers = open(SocketOptions.NONE);
        final Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            connect(peers, address, host("127.0.0.1"));
            used.add(memberThatAccepts(members, listeners));
        }
        assertTrue(used.size() > 1, used::toString);
    }

    private InetSocketAddress listenAsGroup(
            String host, SocketOptions options, List<EpollTransport> members, List<Integer> listeners)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host(host), 0);
        for (int i = 0; i < GROUP_SIZE; i++) {
            final EpollTransport member = open(options);
            final int listener = member.listen(address, BACKLOG_LENGTH);
            address = new InetSocketAddress(address.getAddress(), member.localPort(listener));
            members.add(member);
            listeners.add(listener);
        }
        return address;
    }

    private int memberThatAccepts(List<EpollTransport> members, List<Integer> listeners) {
        final int[] accepted = {-1};
        until(() -> {
            for (int i = 0; i < members.size(); i++) {
                if (members.get(i).accept(listeners.get(i)) >= 0) {
                    assertEquals(-1, accepted[0], "one connection, one listener");
                    accepted[0] = i;
                }
            }
            return accepted[0] >= 0;
        });
        return accepted[0];
    }

    private Pair accepted(SocketOptions options, String host) throws IOException {
        final EpollTransport transport = open(options);
        final EpollTransport peers = open(SocketOptions.NONE);
        final int listener = transport.listen(new InetSocketAddress(host(host), 0), BACKLOG_LENGTH);
        final int peer = connect(peers, new InetSocketAddress(host(host), transport.localPort(listener)), null);
        return new Pair(transport, accept(transport, listener), peers, peer);
    }

    private Pair connected(SocketOptions options, String host) throws IOException {
        final EpollTransport transport = open(options);
        final EpollTransport peers = open(SocketOptions.NONE);
        final int listener = peers.listen(new InetSocketAddress(host(host), 0), BACKLOG_LENGTH);
        final int socket = connect(transport, new InetSocketAddress(host(host), peers.localPort(listener)), null);
        return new Pair(transport, socket, peers, accept(peers, listener));
    }

    private static int connect(EpollTransport transport, InetSocketAddress address, InetAddress source) {
        final int socket = transport.connect(address, source == null ? null : new InetSocketAddress(source, 0));
        assertTrue(socket >= 0, () -> "connect gave " + socket);
        until(() -> transport.finishConnect(socket) == Transport.CONNECT_DONE);
        return socket;
    }

    private static int accept(EpollTransport transport, int listener) {
        final int[] accepted = {Transport.NONE_PENDING};
        until(() -> {
            accepted[0] = transport.accept(listener);
            return accepted[0] >= 0;
        });
        return accepted[0];
    }

    /** A filter of one instruction, "take nothing", has the kernel drop what comes for a socket before TCP sees it. */
    private void die(int socket) {
        final UnsafeBuffer program = direct(8);
        program.putShort(0, (short) 6);
        final UnsafeBuffer header = direct(16);
        header.putShort(0, (short) 1);
        header.putLong(8, program.addressOffset());
        assertEquals(
                0,
                libc.setsockopt(socket, Linux.SOL_SOCKET, SO_ATTACH_FILTER, header.addressOffset(), header.capacity()));
    }

    private int option(int socket, int name) {
        final UnsafeBuffer value = direct(8);
        value.putInt(4, 4);
        assertEquals(0, libc.getsockopt(socket, Linux.SOL_TCP, name, value.addressOffset(), value.addressOffset() + 4));
        return value.getInt(0);
    }

    private EpollTransport open(SocketOptions options) throws IOException {
        final EpollTransport transport = EpollTransport.open(options);
        transports.add(transport);
        if (libc == null) {
            libc = new Libc();
        }
        return transport;
    }

    private static void until(BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "condition not met in time");
            Thread.onSpinWait();
        }
    }

    /** Let time pass as a loop does. */
    private static void poll(EpollTransport transport) {
        try {
            transport.poll(POLL_NS, (token, readiness) -> {});
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InetAddress host(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    private static UnsafeBuffer direct(int length) {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder()));
    }
}
