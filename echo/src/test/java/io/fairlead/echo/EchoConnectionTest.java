package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection stepped by hand, so that its time limits pass at once. */
@Timeout(30)
class EchoConnectionTest {
    private final List<String> log = new ArrayList<>();
    private final LoopResources resources =
            new LoopResources(EchoOptions.named("b1").withLog(log::add));
    private Selector selector;
    private ServerSocketChannel listener;
    private SocketChannel accepted;
    private SelectionKey key;
    private EchoConnection connection;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open().bind(null);
        client = new RawClient(listener.socket().getLocalPort(), 4096);
        accepted = listener.accept();
        accepted.configureBlocking(false);
        key = accepted.register(selector, SelectionKey.OP_READ);
        connection = new EchoConnection(accepted, key, resources, 0);
    }

    @AfterEach
    void everythingIsGivenBack() throws IOException {
        connection.close();
        client.close();
        listener.close();
        selector.close();
        assertEquals(0, resources.connectionCount.get());
        assertEquals(0, resources.stalledCount.get());
        assertEquals(0, resources.deadlineCount);
        assertEquals(0, resources.unsentSlabs.outCount());
        assertEquals(0, resources.textSlabs.outCount());
    }

    @Test
    void shouldAnswerAHalfHandshakeWith408AfterTenSeconds() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost:");
        step();
        connection.onSweep(TimeUnit.SECONDS.toNanos(10) - 1);
        assertFalse(connection.isClosed());
        assertEquals(SelectionKey.OP_READ, key.interestOps());
        connection.onSweep(TimeUnit.SECONDS.toNanos(10));
        assertTrue(client.readHead().startsWith("HTTP/1.1 408 "));
    }

    @Test
    void shouldHaveNoDeadlineWhileItIsIdle() throws IOException {
        upgrade();
        assertEquals(0, resources.deadlineCount);
        connection.onSweep(System.nanoTime() + TimeUnit.DAYS.toNanos(30));
        assertFalse(connection.isClosed());
    }

    @Test
    void shouldNotReadAClientThatDoesNotReadAndEndItAfterAMinute() throws IOException {
        upgrade();
        stall();
        assertEquals(SelectionKey.OP_WRITE, key.interestOps());
        connection.onSweep(System.nanoTime() + TimeUnit.SECONDS.toNanos(59));
        assertFalse(connection.isClosed());
        connection.onSweep(System.nanoTime() + TimeUnit.SECONDS.toNanos(61));
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldReadAgainOnceTheClientHasRead() throws IOException {
        upgrade();
        stall();
        while (key.interestOps() != SelectionKey.OP_READ) {
            client.read(1024);
            selector.selectNow();
            if (key.isWritable()) {
                connection.onReady();
            }
        }
        assertEquals(0, resources.unsentSlabs.outCount());
    }

    @Test
    void shouldCutAClientOffWhenNoSlabIsLeftForIt() throws IOException {
        List<ByteBuffer> taken = new ArrayList<>();
        ByteBuffer slab = resources.unsentSlabs.acquire();
        while (slab != null) {
            taken.add(slab);
            slab = resources.unsentSlabs.acquire();
        }
        upgrade();
        stall();
        taken.forEach(resources.unsentSlabs::release);
        assertTrue(connection.isClosed());
        assertEquals(List.of("No memory is left for clients that do not read: one is cut off"), log);
    }

    @Test
    void shouldNotWaitLongForAClientThatDoesNotEnd() throws IOException {
        upgrade();
        client.send(new ClientFrames().close(1000).bytes());
        step();
        assertEquals(List.of("close:1000"), ServerFrames.frames(client.readAll()));
        assertFalse(connection.isClosed());
        connection.onSweep(System.nanoTime() + TimeUnit.SECONDS.toNanos(3));
        assertTrue(connection.isClosed());
    }

    @Test
    void shouldThrowAwayOnlySoMuchAfterTheEnd() throws IOException {
        upgrade();
        client.send(new ClientFrames().frame(0x83).bytes());
        step();
        int sentLength = 0;
        while (!connection.isClosed()) {
            client.send(new byte[16 * 1024]);
            sentLength += 16 * 1024;
            step();
        }
        assertTrue(sentLength > 1 << 20 && sentLength < 2 << 20, Integer.toString(sentLength));
    }

    private void upgrade() throws IOException {
        client.send(RawClient.upgradeRequest());
        step();
        assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
    }

    /** Sends until the server's socket takes no more; the client reads nothing. */
    private void stall() throws IOException {
        byte[] message = new ClientFrames().binary(new byte[32 * 1024]).bytes();
        while (!connection.isClosed() && resources.stalledCount.get() == 0) {
            client.send(message);
            step();
        }
    }

    private void step() throws IOException {
        selector.select(ready -> {}, TimeUnit.SECONDS.toMillis(10));
        connection.onReady();
    }
}
