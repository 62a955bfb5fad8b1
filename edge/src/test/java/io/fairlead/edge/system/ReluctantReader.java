package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Sends a message at one end and receives it at another, which is read only when the sender is stuck: everything between the
 * two is full then, again and again. Both ends may be one socket.
 */
final class ReluctantReader {
    /** A sender that has not got rid of a byte for so long is stuck. */
    private static final long STUCK_MS = 50;

    private static final int CHUNK_LENGTH = 256 * 1024;
    private static final long GULP_LENGTH = 6L << 20;
    private static final long DEAD_MS = Await.PATIENCE_SECONDS * 1000;

    private final SocketChannel source;
    private final SocketChannel sink;
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(CHUNK_LENGTH).limit(0);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(CHUNK_LENGTH);
    private long sentLength;
    private long receivedLength;

    ReluctantReader(SocketChannel source, SocketChannel sink) {
        this.source = source;
        this.sink = sink;
    }

    /**
     * Carry one message over.
     *
     * @param sent as the source sends it.
     * @param received as it must arrive.
     * @param whenStuck called each time the sender is stuck.
     * @return how often it was.
     */
    int carry(BigMessage sent, BigMessage received, Runnable whenStuck) throws IOException {
        int stuckCount = 0;
        source.configureBlocking(false);
        sink.configureBlocking(false);
        try (Selector writable = Selector.open();
                Selector readable = Selector.open()) {
            source.register(writable, SelectionKey.OP_WRITE);
            sink.register(readable, SelectionKey.OP_READ);
            while (sentLength < sent.wireLength()) {
                if (writable.select(key -> {}, STUCK_MS) > 0) {
                    write(sent);
                } else {
                    stuckCount++;
                    whenStuck.run();
                    read(readable, received, receivedLength + GULP_LENGTH);
                }
            }
            while (receivedLength < received.wireLength()) {
                assertTrue(readable.select(key -> {}, DEAD_MS) > 0, "nothing comes any more");
                read(readable, received, received.wireLength());
            }
        }
        assertEquals(received.wireLength(), receivedLength);
        return stuckCount;
    }

    private void write(BigMessage sent) throws IOException {
        if (!outgoing.hasRemaining()) {
            outgoing.clear();
            sent.fill(outgoing, sentLength);
            outgoing.flip();
        }
        sentLength += source.write(outgoing);
    }

    private void read(Selector readable, BigMessage received, long limit) throws IOException {
        while (receivedLength < limit && readable.select(key -> {}, STUCK_MS) > 0) {
            incoming.clear().limit((int) Math.min(CHUNK_LENGTH, limit - receivedLength));
            final int length = sink.read(incoming);
            assertTrue(length >= 0, "it ended early");
            received.verify(incoming.flip(), receivedLength);
            receivedLength += length;
        }
    }
}
