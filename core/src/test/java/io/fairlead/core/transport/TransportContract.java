package io.fairlead.core.transport;

import static io.fairlead.core.transport.Transport.CONNECT_DONE;
import static io.fairlead.core.transport.Transport.CONNECT_PENDING;
import static io.fairlead.core.transport.Transport.CONNECT_REFUSED;
import static io.fairlead.core.transport.Transport.END_OF_STREAM;
import static io.fairlead.core.transport.Transport.NONE_PENDING;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.RESET;
import static io.fairlead.core.transport.Transport.WOULD_BLOCK;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What every transport must do, on a real network or a simulated one. What only a real one can show is in {@link
 * RealTransportContract}.
 */
@Timeout(60)
public abstract class TransportContract extends TransportHarness {
    // Listening and accepting

    @Test
    void shouldListenOnEphemeralPort() throws IOException {
        int listener = listen();

        assertTrue(transport.localPort(listener) > 0);
        assertEquals(NONE_PENDING, transport.accept(listener));
        assertEquals(1, transport.openSockets());
    }

    @Test
    void shouldNameTheAddressWhenPortIsInUse() throws IOException {
        int port = transport.localPort(listen());

        BindException e = assertThrows(BindException.class, () -> transport.listen(loopback(port), BACKLOG_LENGTH));
        assertTrue(e.getMessage().contains("127.0.0.1:" + port), e::getMessage);
        assertEquals(1, transport.openSockets());
    }

    @Test
    void shouldNotListenWhenAddressIsUnresolved() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 0);

        UnknownHostException e =
                assertThrows(UnknownHostException.class, () -> transport.listen(unresolved, BACKLOG_LENGTH));
        assertTrue(e.getMessage().contains("nowhere.invalid"), e::getMessage);
    }

    @Test
    void shouldListenOnBothFamiliesWhenAddressIsIpv6Wildcard() throws IOException {
        int listener = listen(new InetSocketAddress(address("::"), 0));

        peerOf(listener, address("127.0.0.1"));
        transport.close(acceptOne(listener));
        peerOf(listener, address("::1"));
        transport.close(acceptOne(listener));
    }

    @Test
    void shouldListenOnIpv4AloneWhenAddressIsIpv4Wildcard() throws IOException {
        int listener = listen(new InetSocketAddress(address("0.0.0.0"), 0));

        peerOf(listener, address("127.0.0.1"));
        transport.close(acceptOne(listener));
        assertThrows(IOException.class, () -> peerOf(listener, address("::1")));
    }

    @Test
    void shouldListenAgainWhenConnectionsOfTheLastListenerLinger() throws IOException {
        int listener = listen();
        int port = transport.localPort(listener);
        Pair pair = pair(listener);
        transport.close(pair.socket());
        transport.close(listener);
        pollOnce();

        assertEquals(port, transport.localPort(transport.listen(loopback(port), BACKLOG_LENGTH)));
    }

    @Test
    void shouldAcceptEveryWaitingConnection() throws IOException {
        int listener = listen();
        int count = 5;
        for (int i = 0; i < count; i++) {
            peerOf(listener);
        }

        for (int i = 0; i < count; i++) {
            acceptOne(listener);
        }

        assertEquals(NONE_PENDING, transport.accept(listener));
        assertFalse(isReported(LISTENER_TOKEN, READABLE));
        assertEquals(1 + count, transport.openSockets());
    }

    @Test
    void shouldNotReportListenerWhenItsInterestIsOff() throws IOException {
        int listener = listen();
        peerOf(listener);
        awaitReady(LISTENER_TOKEN, READABLE);

        transport.setInterest(listener, LISTENER_TOKEN, 0);
        assertFalse(isReported(LISTENER_TOKEN, READABLE));

        transport.setInterest(listener, LISTENER_TOKEN, READABLE);
        assertTrue(isReported(LISTENER_TOKEN, READABLE));
    }

    @Test
    void shouldReportEndWhenPeerWasGoneBeforeTheAccept() throws IOException {
        int listener = listen();
        Peer peer = peerOf(listener);
        int peerPort = peer.localPort();
        awaitReady(LISTENER_TOKEN, READABLE);
        peer.reset();

        int socket = transport.accept(listener);
        if (socket == NONE_PENDING) {
            return; // Some kernels take such a connection out of the queue.
        }
        transport.remoteAddress(socket, buffer, 0);
        assertEquals(peerPort, buffer.getInt(16));
        long token = newToken();
        assertEquals(0, transport.register(socket, token, READABLE));
        awaitReady(token, READABLE | Transport.FAILED);
        assertEquals(RESET, transport.read(socket, buffer, 0, 1));
    }

    // Connecting

    @Test
    void shouldConnect() throws IOException {
        PeerServer server = server(BACKLOG_LENGTH);
        int socket = transport.connect(loopback(server.localPort()), null);
        assertTrue(socket >= 0);

        int early = transport.finishConnect(socket);
        assertTrue(early == CONNECT_PENDING || early == CONNECT_DONE);
        assertEquals(CONNECT_DONE, awaitConnect(socket, 1));
        assertEquals(CONNECT_DONE, transport.finishConnect(socket));

        Pair pair = new Pair(socket, 1, server.accept());
        write(pair, "to the peer");
        assertEquals("to the peer", receive(pair, 11));
        send(pair, "and back");
        assertEquals("and back", read(pair, 8));
    }

    @Test
    void shouldStayWritableAndThenWaitWhenConnectIsDone() throws IOException {
        PeerServer server = server(BACKLOG_LENGTH);
        int socket = transport.connect(loopback(server.localPort()), null);
        assertEquals(CONNECT_DONE, awaitConnect(socket, 1));

        assertTrue(isReported(1, WRITABLE));
        transport.setInterest(socket, 1, READABLE);
        assertWaits(5 * MS);
    }

    @Test
    void shouldTellRefusalWhenNobodyListens() throws IOException {
        int socket = transport.connect(loopback(closedPort()), null);

        assertEquals(CONNECT_REFUSED, awaitConnect(socket, 1));
        if (socket >= 0) {
            assertEquals(CONNECT_REFUSED, transport.finishConnect(socket));
            transport.setInterest(socket, 1, WRITABLE);
            assertEquals(RESET, transport.read(socket, buffer, 0, 1));
            assertEquals(RESET, transport.write(socket, buffer, 0, 1));
            transport.shutdownOutput(socket);
            transport.close(socket);
        }
        pollOnce();
        assertEquals(0, transport.openSockets());
    }

    @Test
    void shouldTellRefusalWhenSocketIsRegisteredAfterIt() throws IOException {
        int socket = transport.connect(loopback(closedPort()), null);
        if (socket >= 0) {
            pollUntil(() -> transport.finishConnect(socket) != CONNECT_PENDING);
            assertEquals(0, transport.register(socket, 1, WRITABLE));
            assertEquals(CONNECT_REFUSED, transport.finishConnect(socket));
            transport.reset(socket);
        }
        pollOnce();
        assertEquals(0, transport.openSockets());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldStayPendingWhenBacklogIsFull() throws IOException {
        PeerServer server = server(1);
        List<Integer> sockets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int socket = transport.connect(loopback(server.localPort()), null);
            assertTrue(socket >= 0);
            assertEquals(0, transport.register(socket, i, WRITABLE));
            sockets.add(socket);
        }

        // Linux completes one more than the backlog and drops the SYN of the rest.
        pollUntil(() -> sockets.stream().filter(this::isConnected).count() >= 2);
        assertTrue(sockets.stream().anyMatch(socket -> transport.finishConnect(socket) == CONNECT_PENDING));

        sockets.forEach(transport::close);
        pollOnce();
        assertEquals(0, transport.openSockets());
    }

    private boolean isConnected(int socket) {
        return transport.finishConnect(socket) == CONNECT_DONE;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldConnectFromSourceAddress() throws IOException {
        PeerServer server = server(BACKLOG_LENGTH);
        InetSocketAddress source = new InetSocketAddress(address("127.0.0.5"), 0);

        int socket = transport.connect(loopback(server.localPort()), source);

        assertEquals(CONNECT_DONE, awaitConnect(socket, 1));
        assertEquals(address("127.0.0.5"), server.accept().remoteAddress());
    }

    @Test
    void shouldConnectAndAcceptOverIpv6() throws IOException {
        int listener = listen(new InetSocketAddress(address("::1"), 0));
        InetSocketAddress target = new InetSocketAddress(address("::1"), transport.localPort(listener));

        int client = transport.connect(target, null);
        assertEquals(CONNECT_DONE, awaitConnect(client, 1));
        int accepted = acceptOne(listener);

        byte[] expected = new byte[16];
        expected[15] = 1;
        transport.remoteAddress(accepted, buffer, 0);
        assertArrayEquals(expected, bytes(buffer, 0, 16));
        transport.remoteAddress(client, buffer, 0);
        assertArrayEquals(expected, bytes(buffer, 0, 16));
        assertEquals(target.getPort(), buffer.getInt(16));
    }

    @Test
    void shouldWriteRemoteAddressMappedWhenPeerIsIpv4() throws IOException {
        Pair pair = pair();
        buffer.setMemory(0, 64, (byte) 0x55);

        transport.remoteAddress(pair.socket(), buffer, 9);

        byte[] expected = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 127, 0, 0, 1};
        assertArrayEquals(expected, bytes(buffer, 9, 16));
        assertEquals(pair.peer().localPort(), buffer.getInt(9 + 16));
        assertEquals(0x55, buffer.getByte(8));
        assertEquals(0x55, buffer.getByte(9 + Transport.ADDRESS_LENGTH));
    }

    // Reading and writing

    @Test
    void shouldReadCountsThenWouldBlockThenEndOfStream() throws IOException {
        Pair pair = pair();
        assertEquals(WOULD_BLOCK, transport.read(pair.socket(), buffer, 0, 16));

        send(pair, "hello");
        assertEquals("hello", read(pair, 5));
        assertEquals(WOULD_BLOCK, transport.read(pair.socket(), buffer, 0, 16));

        pair.peer().shutdownOutput();
        awaitReady(pair, READABLE);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldReadNoMoreThanAskedAtTheOffset() throws IOException {
        Pair pair = pair();
        send(pair, "abcdef");
        awaitReady(pair, READABLE);
        buffer.setMemory(0, 32, (byte) '.');

        assertReads(2, pair, buffer, 3, 2);

        assertEquals("...ab...", buffer.getStringWithoutLengthAscii(0, 8));
    }

    @Test
    void shouldKeepWithinBufferWhenItWrapsPartOfAnother() throws IOException {
        Pair pair = pair();
        ByteBuffer memory = ByteBuffer.allocateDirect(512);
        UnsafeBuffer whole = new UnsafeBuffer(memory);
        UnsafeBuffer part = new UnsafeBuffer(memory, 64, 128);
        UnsafeBuffer partOfSlice = new UnsafeBuffer(memory.slice(256, 128), 32, 64);
        whole.setMemory(0, 512, (byte) '.');

        send(pair, "abcdef");
        awaitReady(pair, READABLE);
        assertReads(3, pair, part, 5, 3);
        awaitReady(pair, READABLE);
        assertReads(3, pair, partOfSlice, 7, 3);
        assertEquals(".abc.", whole.getStringWithoutLengthAscii(64 + 4, 5));
        assertEquals(".def.", whole.getStringWithoutLengthAscii(256 + 32 + 6, 5));

        assertWrites(3, pair, partOfSlice, 7, 3);
        assertWrites(3, pair, part, 5, 3);
        assertEquals("defabc", receive(pair, 6));

        assertThrows(IndexOutOfBoundsException.class, () -> transport.read(pair.socket(), part, 120, 9));
        assertThrows(IndexOutOfBoundsException.class, () -> transport.write(pair.socket(), part, 120, 9));
    }

    @Test
    void shouldWritePartlyThenWouldBlockThenBeWritableWhenPeerReads() throws IOException {
        Pair pair = pair();
        long totalLength = 0;
        long writtenLength = 0;
        for (int round = 0; round < 3; round++) {
            int count = writeNumbered(pair, writtenLength);
            while (count != WOULD_BLOCK) {
                writtenLength += count;
                count = writeNumbered(pair, writtenLength);
            }
            transport.setInterest(pair.socket(), pair.token(), WRITABLE);

            byte[] received = pair.peer().receive((int) (writtenLength - totalLength));
            for (byte b : received) {
                assertEquals((byte) (totalLength % 251), b);
                totalLength++;
            }
            awaitReady(pair.token(), WRITABLE);
        }
        assertEquals(writtenLength, totalLength);
    }

    private int writeNumbered(Pair pair, long position) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.putByte(i, (byte) ((position + i) % 251));
        }
        int count = transport.write(pair.socket(), buffer, 0, buffer.capacity());
        assertTrue(count >= 0);
        return count;
    }

    @Test
    void shouldStayResetWhenPeerResets() throws IOException {
        Pair pair = pair();
        resetByPeer(pair);

        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.write(pair.socket(), buffer, 0, 16));
        transport.shutdownOutput(pair.socket());
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldNotTakeResetForEndOfStreamWhenWriteMetItFirst() throws IOException {
        Pair pair = pair();
        resetByPeer(pair);

        assertEquals(RESET, transport.write(pair.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.write(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldTellResetWhenOutputWasShutDownBefore() throws IOException {
        Pair pair = pair();
        transport.shutdownOutput(pair.socket());
        resetByPeer(pair);

        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldReadTheEndAsBeforeWhenAResetFollowsIt() throws IOException {
        Pair pair = pair();
        send(pair, "all");
        pair.peer().shutdownOutput();
        assertEquals("all", read(pair, 3));
        awaitReady(pair, READABLE);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));
        pair.peer().reset();

        transport.setInterest(pair.socket(), pair.token(), 0);
        transport.poll(SHORT_POLL_NS, events);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));
        pollUntil(() -> transport.write(pair.socket(), buffer, 0, 1) == RESET);
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldTellResetWhenItWritesToAClosedPeer() throws IOException {
        Pair pair = pair();
        pair.peer().close();
        awaitReady(pair, READABLE);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));

        assertEquals(1, transport.write(pair.socket(), buffer, 0, 1));
        pollUntil(() -> transport.write(pair.socket(), buffer, 0, 1) == RESET);
        assertEquals(RESET, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldStillReadWhenOutputIsShutDown() throws IOException {
        Pair pair = pair();
        write(pair, "last words");
        transport.shutdownOutput(pair.socket());
        transport.shutdownOutput(pair.socket());

        assertEquals("last words", receive(pair, 10));
        assertSeesEnd(pair.peer());
        send(pair, "answer");
        assertEquals("answer", read(pair, 6));
        pair.peer().shutdownOutput();
        awaitReady(pair, READABLE);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));
    }

    @Test
    void shouldStillWriteWhenPeerHasShutDownItsOutput() throws IOException {
        Pair pair = pair();
        pair.peer().shutdownOutput();
        awaitReady(pair, READABLE);
        assertEquals(END_OF_STREAM, transport.read(pair.socket(), buffer, 0, 16));

        write(pair, "still here");
        transport.shutdownOutput(pair.socket());

        assertEquals("still here", receive(pair, 10));
        assertSeesEnd(pair.peer());
    }

    // Polling

    @Test
    void shouldReportAgainWhenBytesAreLeftUnread() throws IOException {
        Pair pair = pair();
        send(pair, "0123456789");
        awaitReady(pair, READABLE);

        assertReads(4, pair, buffer, 0, 4);
        assertStillReadable(pair);
        assertStillReadable(pair);
        assertReads(6, pair, buffer, 0, 16);
        assertFalse(isReported(pair.token(), READABLE));
    }

    @Test
    void shouldReportOnlyWhatInterestAsksFor() throws IOException {
        Pair pair = pair();
        send(pair, "x");
        awaitReady(pair, READABLE);
        assertFalse(isReported(pair.token(), WRITABLE));

        transport.setInterest(pair.socket(), pair.token(), 0);
        assertFalse(isReported(pair.token(), READABLE | WRITABLE));
        assertWaits(2 * MS);

        transport.setInterest(pair.socket(), pair.token(), WRITABLE);
        pollOnce();
        assertEquals(WRITABLE, events.readiness(pair.token()));

        transport.setInterest(pair.socket(), pair.token(), READABLE | WRITABLE);
        pollOnce();
        assertEquals(READABLE | WRITABLE, events.readiness(pair.token()));
    }

    @Test
    void shouldReportUnderTheLatestToken() throws IOException {
        Pair pair = pair();
        send(pair, "x");
        awaitReady(pair, READABLE);

        transport.setInterest(pair.socket(), Long.MIN_VALUE, READABLE);

        assertTrue(isReported(Long.MIN_VALUE, READABLE));
        assertEquals(0, events.readiness(pair.token()));
    }

    @Test
    void shouldCountReadySockets() throws IOException {
        int listener = listen();
        Pair first = pair(listener);
        Pair second = pair(listener);
        transport.setInterest(first.socket(), first.token(), WRITABLE);
        transport.setInterest(second.socket(), second.token(), WRITABLE);

        assertEquals(2, transport.poll(0, events));
        transport.setInterest(second.socket(), second.token(), 0);
        assertEquals(1, transport.poll(0, events));
        transport.setInterest(first.socket(), first.token(), 0);
        assertEquals(0, transport.poll(0, events));
    }

    @Test
    void shouldWaitAtLeastThePositiveTimeAndNeverForEver() throws IOException {
        assertWaits(1);
        assertWaits(MS - 1);
        assertWaits(MS);
        assertWaits(MS + 1);
    }

    @Test
    void shouldEndNextPollOnceWhenWokenBeforeIt() throws IOException {
        transport.wakeup();
        transport.wakeup();

        assertDoesNotWait();
        assertWaits(MS);
    }

    @Test
    void shouldIgnoreWakeupWhenClosed() {
        transport.close();
        transport.wakeup();
        transport.close();
    }

    // Ending

    @Test
    void shouldSendFinAndFreeDescriptorByNextPollWhenClosed() throws IOException {
        Pair pair = pair();
        write(pair, "bye");
        pollOnce();
        int openSockets = transport.openSockets();

        transport.close(pair.socket());
        pollOnce();

        assertEquals(openSockets - 1, transport.openSockets());
        assertEquals("bye", receive(pair, 3));
        assertSeesEnd(pair.peer());
    }

    @Test
    void shouldCloseByNextPollThoughItMayWait() throws IOException {
        Pair pair = pair();
        transport.close(pair.socket());
        transport.poll(MS, events);

        assertEquals(0, transport.openSockets());
        assertSeesEnd(pair.peer());
    }

    @Test
    void shouldCloseWhenNeverRegistered() throws IOException {
        int listener = listen();
        Peer peer = peerOf(listener);
        transport.close(acceptOne(listener));
        pollOnce();

        assertEquals(1, transport.openSockets());
        assertSeesEnd(peer);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSendResetWhenClosedWithBytesUnread() throws IOException {
        Pair pair = pair();
        send(pair, "unread");
        awaitReady(pair, READABLE);

        transport.close(pair.socket());
        pollOnce();

        assertEquals(0, transport.openSockets());
        assertSeesReset(pair.peer());
    }

    @Test
    void shouldSendResetWhateverWasWrittenOrUnread() throws IOException {
        Pair pair = pair();
        write(pair, "never mind");
        send(pair, "unread");
        awaitReady(pair, READABLE);

        transport.reset(pair.socket());
        pollOnce();

        assertEquals(0, transport.openSockets());
        assertSeesReset(pair.peer());
    }

    @Test
    void shouldSendResetWhenNothingIsInFlight() throws IOException {
        Pair pair = pair();
        transport.reset(pair.socket());
        pollOnce();

        assertSeesReset(pair.peer());
    }

    @Test
    void shouldSendResetWhenNeverRegistered() throws IOException {
        int listener = listen();
        Peer peer = peerOf(listener);
        transport.reset(acceptOne(listener));
        pollOnce();

        assertEquals(1, transport.openSockets());
        assertSeesReset(peer);
    }

    @Test
    void shouldFreeListenerWhenReset() throws IOException {
        int listener = listen();
        int port = transport.localPort(listener);
        transport.reset(listener);
        pollOnce();

        assertEquals(0, transport.openSockets());
        assertRefused(port);
    }

    @Test
    void shouldNotReportTheNextHolderOfAHandleForTheLast() throws IOException {
        int listener = listen();
        Pair first = pair(listener);
        Pair second = pair(listener);
        peerOf(listener);
        awaitReady(LISTENER_TOKEN, READABLE);
        transport.setInterest(listener, LISTENER_TOKEN, 0);
        send(first, "x");
        send(second, "x");
        awaitReady(first, READABLE);
        awaitReady(second, READABLE);
        AtomicInteger calls = new AtomicInteger();
        List<Long> tokens = new ArrayList<>();
        long thirdToken = newToken();

        // Whichever of the two comes first closes both; a third takes a handle while the other's event is yet to come.
        transport.poll(0, (token, readiness) -> {
            tokens.add(token);
            if (calls.getAndIncrement() == 0) {
                transport.close(first.socket());
                transport.reset(second.socket());
                int third = transport.accept(listener);
                assertTrue(third >= 0);
                assertEquals(0, transport.register(third, thirdToken, READABLE));
            }
        });

        assertFalse(tokens.contains(thirdToken));
        assertFalse(isReported(thirdToken, READABLE));
        assertEquals(2, transport.openSockets());
        assertFalse(isReported(first.token(), READABLE));
        assertFalse(isReported(second.token(), READABLE));
    }

    @Test
    void shouldKeepManySocketsApart() throws IOException {
        int listener = listen();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            pairs.add(pair(listener));
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            transport.close(pairs.get(i).socket());
        }
        pollOnce();
        for (int i = 0; i < pairs.size(); i += 2) {
            pairs.set(i, pair(listener));
        }

        assertEquals(1 + pairs.size(), transport.openSockets());
        for (int i = 0; i < pairs.size(); i++) {
            String text = "to number " + i;
            send(pairs.get(i), text);
            assertEquals(text, read(pairs.get(i), text.length()));
            transport.setInterest(pairs.get(i).socket(), pairs.get(i).token(), 0);
        }
    }

    @Test
    void shouldCloseEverySocketWhenClosed() throws IOException {
        int listener = listen();
        int port = transport.localPort(listener);
        Pair open = pair(listener);
        Pair closed = pair(listener);
        transport.close(closed.socket());

        transport.close();

        assertEquals(0, transport.openSockets());
        assertSeesEnd(open.peer());
        assertSeesEnd(closed.peer());
        assertRefused(port);
    }

    private static byte[] bytes(UnsafeBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
