package io.fairlead.core.simulation.network;

import static io.fairlead.core.transport.Transport.END_OF_STREAM;
import static io.fairlead.core.transport.Transport.RESET;
import static io.fairlead.core.transport.Transport.WOULD_BLOCK;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes, windows and the ends of a simulated connection. */
class SimulatedStreamTest extends NetworkHarness {
    // Bytes

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 50, 3_000})
    void shouldLoseNothingWhenTransfersAreBrokenUp(int bufferLength) {
        conditions.bufferMinLength = bufferLength;
        conditions.bufferMaxLength = bufferLength;
        conditions.partialTransferChance = 500;
        conditions.splitArrivalChance = 500;
        conditions.blockedTransferChance = 200;
        openAndConnect();
        final int total = 5_000;
        final UnsafeBuffer sent = new UnsafeBuffer(new byte[total]);
        for (int i = 0; i < total; i++) {
            sent.putByte(i, (byte) (i * 31 + (i >> 8)));
        }
        final UnsafeBuffer received = new UnsafeBuffer(new byte[total]);
        int written = 0;
        int read = 0;
        boolean isShortWrite = false;
        boolean isShortRead = false;
        while (read < total) {
            if (written < total) {
                final int count = left.write(client, sent, written, total - written);
                isShortWrite |= count == 1;
                written += count;
            }
            network.advanceTo(network.nowNs() + conditions.delayMaxNs);
            final int count = right.read(server, received, read, total - read);
            isShortRead |= count == 1;
            read += count;
        }

        assertEquals(sent, received);
        if (bufferLength <= 50) {
            assertTrue(isShortWrite && isShortRead);
        }
        left.shutdownOutput(client);
        settle();
        assertEquals(END_OF_STREAM, read(right, server, 1));
    }

    @Test
    void shouldCloseAndOpenTheWindowAsThePeerReads() {
        conditions.bufferMinLength = 100;
        conditions.bufferMaxLength = 100;
        openAndConnect();
        left.register(client, 1, WRITABLE);

        assertEquals(100, write(left, client, 1_000));
        assertEquals(WOULD_BLOCK, write(left, client, 1_000));
        assertEquals(0, left.poll(0, IGNORE));
        settle();
        assertEquals(1, left.poll(0, IGNORE));
        assertEquals(100, write(left, client, 1_000));
        settle();
        assertEquals(0, left.poll(SECOND, IGNORE));

        assertEquals(30, read(right, server, 30));
        settle();
        assertEquals(1, left.poll(0, IGNORE));
        assertEquals(30, write(left, client, 1_000));
        assertEquals(WOULD_BLOCK, write(left, client, 1_000));
    }

    @Test
    void shouldSendEndBehindWhatTheWindowHoldsBack() {
        conditions.bufferMinLength = 10;
        conditions.bufferMaxLength = 10;
        openAndConnect();
        write(left, client, 10);
        settle();
        write(left, client, 10);
        left.close(client);
        settle();

        assertEquals(10, read(right, server, 100));
        assertEquals(WOULD_BLOCK, read(right, server, 100));
        settle();
        assertEquals(10, read(right, server, 100));
        assertEquals(END_OF_STREAM, read(right, server, 100));
    }

    // Resets

    @Test
    void shouldSendResetWhenClosedWithBytesUnread() {
        openAndConnect();
        write(left, client, 5);
        settle();

        right.close(server);
        settle();

        assertEquals(RESET, read(left, client, 1));
        assertEquals(RESET, write(left, client, 1));
    }

    @Test
    void shouldSendResetWhenBytesReachAClosedSocket() {
        openAndConnect();
        right.close(server);
        settle();
        assertEquals(END_OF_STREAM, read(left, client, 1));

        assertEquals(1, write(left, client, 1));
        settle();

        assertEquals(END_OF_STREAM, read(left, client, 1), "the FIN came first");
        assertEquals(RESET, write(left, client, 1));
        assertEquals(RESET, read(left, client, 1));
    }

    @Test
    void shouldReadWhatHadArrivedBeforeTheResetUnlessItDropsIt() {
        for (boolean isDropped : new boolean[] {false, true}) {
            conditions.resetDropsUnread = isDropped;
            openAndConnect();
            write(left, client, 5);
            settle();
            left.reset(client);
            settle();

            if (!isDropped) {
                assertEquals(2, read(right, server, 2));
                assertEquals(3, read(right, server, 100));
            }
            assertEquals(RESET, read(right, server, 100));
            assertEquals(RESET, write(right, server, 100));
        }
    }

    @Test
    void shouldReadTheEndThoughAResetFollowsUnlessItDropsIt() {
        for (boolean isDropped : new boolean[] {false, true}) {
            conditions.resetDropsUnread = isDropped;
            openAndConnect();
            write(left, client, 5);
            left.shutdownOutput(client);
            settle();
            left.reset(client);
            settle();

            if (!isDropped) {
                assertEquals(5, read(right, server, 100));
                assertEquals(END_OF_STREAM, read(right, server, 100));
                assertEquals(END_OF_STREAM, read(right, server, 100));
            }
            assertEquals(isDropped ? RESET : END_OF_STREAM, read(right, server, 100));
            assertEquals(RESET, write(right, server, 1));
            assertEquals(RESET, read(right, server, 100));
        }
    }

    @Test
    void shouldLoseWhatTheResetFindsOnItsWay() {
        conditions.bufferMinLength = 10;
        conditions.bufferMaxLength = 10;
        openAndConnect();
        write(left, client, 10);
        settle();
        write(left, client, 10);
        left.reset(client);
        settle();

        assertEquals(10, read(right, server, 100));
        assertEquals(RESET, read(right, server, 100));
    }

    // Silence

    @Test
    void shouldTellThePeerNothingEverWhenAHostVanishes() {
        openAndConnect();
        write(right, server, 5);
        right.vanish(server);
        settle();

        assertEquals(WOULD_BLOCK, read(left, client, 1), "what was on its way is lost with the host");
        int writtenLength = 0;
        int count = write(left, client, 1_000);
        while (count > 0) {
            writtenLength += count;
            network.advanceTo(network.nowNs() + SECOND);
            count = write(left, client, 1_000);
        }
        assertEquals(conditions.bufferMaxLength, writtenLength, "nobody acknowledges");
        left.register(client, 1, WRITABLE);
        assertEquals(0, left.poll(1_000 * SECOND, IGNORE));
        assertEquals(WOULD_BLOCK, read(left, client, 1));
        assertEquals(1, right.openSockets());
        left.close(client);
        settle();
        assertEquals(0, left.openSockets());
    }

    // Handles

    @Test
    void shouldGiveAClosedHandleToTheNextSocketAtOnce() {
        openAndConnect();
        left.close(client);
        assertEquals(0, left.openSockets());

        assertEquals(client, left.connect(SERVICE, null));
    }

    @Test
    void shouldFinishACloseInTheNextPollWhenClosesAreDeferred() {
        conditions.defersCloses = true;
        openAndConnect();
        left.close(client);
        settle();
        assertEquals(1, left.openSockets());
        assertNotEquals(client, left.connect(SERVICE, null));
        assertEquals(WOULD_BLOCK, read(right, server, 1));
        final long startNs = network.nowNs();

        left.poll(SECOND, IGNORE);

        assertEquals(startNs, network.nowNs(), "nor does it wait");
        assertEquals(1, left.openSockets());
        settle();
        assertEquals(END_OF_STREAM, read(right, server, 1));
    }

    @Test
    void shouldThrowWhenAHandleIsUsedThatIsNotOpen() {
        for (boolean isDeferred : new boolean[] {false, true}) {
            conditions.defersCloses = isDeferred;
            openAndConnect();
            left.register(client, 1, 0);
            left.close(client);
            assertAllThrow(client);
            assertAllThrow(1_000);
            assertAllThrow(-1);
        }
    }

    private void assertAllThrow(int socket) {
        final List<Executable> uses = new ArrayList<>();
        uses.add(() -> read(left, socket, 1));
        uses.add(() -> write(left, socket, 1));
        uses.add(() -> left.register(socket, 1, 0));
        uses.add(() -> left.setInterest(socket, 1, 0));
        uses.add(() -> left.finishConnect(socket));
        uses.add(() -> left.remoteAddress(socket, buffer, 0));
        uses.add(() -> left.localPort(socket));
        uses.add(() -> left.accept(socket));
        uses.add(() -> left.shutdownOutput(socket));
        uses.add(() -> left.close(socket));
        uses.add(() -> left.reset(socket));
        uses.add(() -> left.vanish(socket));
        for (Executable use : uses) {
            assertThrows(IllegalStateException.class, use);
        }
    }

    @Test
    void shouldThrowWhenASocketIsMisused() {
        openAndConnect();
        left.register(client, 1, 0);
        assertThrows(IllegalStateException.class, () -> left.register(client, 1, 0));
        assertThrows(IllegalStateException.class, () -> right.setInterest(server, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> read(left, client, 0));
        assertThrows(IllegalArgumentException.class, () -> write(left, client, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> left.read(client, buffer, buffer.capacity(), 1));
        left.shutdownOutput(client);
        assertThrows(IllegalStateException.class, () -> write(left, client, 1));
        assertThrows(IllegalStateException.class, () -> read(right, listener, 1));
        right.register(server, 2, WRITABLE);
        final boolean[] isThrown = {false};
        right.poll(0, (token, readiness) -> {
            assertThrows(IllegalStateException.class, () -> right.poll(0, IGNORE));
            isThrown[0] = true;
        });
        assertTrue(isThrown[0]);
    }
}
