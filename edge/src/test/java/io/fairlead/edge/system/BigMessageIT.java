package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages of 64 MiB through a balancer that may take 128 MiB of heap, and as much beside it; and one end closed first. */
@Timeout(180)
class BigMessageIT {
    private static final int RECEIVE_BUFFER_LENGTH = 64 * 1024;
    private static final List<String> SMALL_HEAP = List.of("-Xmx128m");
    private static final String UP = "client_to_backend";
    private static final String DOWN = "backend_to_client";

    private ServerSocketChannel listener;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open();
        // What a reader has not taken shall wait on the way, and not in its own kernel.
        listener.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_LENGTH);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stopListening() throws IOException {
        listener.close();
    }

    @Test
    void shouldDeliverAMessageWhenTheBackendReadsSlowly() throws Exception {
        try (BalancerProcess balancer = runBefore(listenerPort());
                SocketChannel client = connect(balancer);
                SocketChannel backend = switchProtocols(client)) {
            final int stuckCount = new ReluctantReader(client, backend)
                    .carry(BigMessage.fromClient(), BigMessage.fromClient(), () -> assertHoldsOnce(balancer));
            assertTrue(stuckCount > 1, () -> "stuck " + stuckCount + " times");

            final Scrape scrape = balancer.awaitSound(1);
            assertEquals(1, scrape.directed("fairlead_messages_total", "b1", UP));
            assertEquals(BigMessage.LENGTH, scrape.directed("fairlead_message_bytes_total", "b1", UP));
        }
    }

    @Test
    void shouldDeliverAMessageWhenTheClientReadsSlowly() throws Exception {
        try (BalancerProcess balancer = runBefore(listenerPort());
                SocketChannel client = connect(balancer);
                SocketChannel backend = switchProtocols(client)) {
            final int stuckCount = new ReluctantReader(backend, client)
                    .carry(BigMessage.fromBackend(), BigMessage.fromBackend(), () -> assertHoldsOnce(balancer));
            assertTrue(stuckCount > 1, () -> "stuck " + stuckCount + " times");

            final Scrape scrape = balancer.awaitSound(1);
            assertEquals(1, scrape.directed("fairlead_messages_total", "b1", DOWN));
            assertEquals(BigMessage.LENGTH, scrape.directed("fairlead_message_bytes_total", "b1", DOWN));
        }
    }

    /** Nobody reads what comes back until nothing more can be sent: both directions are full at a time. */
    @Test
    void shouldDeliverAnEchoWhenTheClientReadsSlowly() throws Exception {
        try (EchoServer echo = EchoServer.start(EchoOptions.named("b1"));
                BalancerProcess balancer = runBefore(echo.port());
                SocketChannel client = connect(balancer)) {
            readHead(client, 4096);
            final int stuckCount = new ReluctantReader(client, client)
                    .carry(BigMessage.fromClient(), BigMessage.fromBackend(), () -> {});
            assertTrue(stuckCount > 1, () -> "stuck " + stuckCount + " times");

            final Scrape scrape = balancer.awaitSound(1);
            for (final String direction : List.of(UP, DOWN)) {
                assertEquals(1, scrape.directed("fairlead_messages_total", "b1", direction));
                assertEquals(BigMessage.LENGTH, scrape.directed("fairlead_message_bytes_total", "b1", direction));
            }
        }
    }

    @Test
    void shouldDeliverAnEchoWhenTheClientIsTheJdks() throws Exception {
        try (EchoServer echo = EchoServer.start(EchoOptions.named("b1"));
                BalancerProcess balancer = runBefore(echo.port())) {
            final Echoed echoed = new Echoed();
            final WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(balancer.webSocketUrl()), echoed)
                    .get(Await.PATIENCE_SECONDS, TimeUnit.SECONDS);
            final ByteBuffer payload = ByteBuffer.allocate((int) BigMessage.LENGTH);
            for (int i = 0; payload.hasRemaining(); i++) {
                payload.put(BigMessage.payload(i));
            }
            final CompletableFuture<WebSocket> sent = socket.sendBinary(payload.flip(), true);
            assertEquals(BigMessage.LENGTH, echoed.whole.get(60, TimeUnit.SECONDS));
            sent.join().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            balancer.awaitSound(0);
        }
    }

    @Test
    void shouldPassOnWhatABackendSendsAfterTheClientsEnd() throws Exception {
        try (ScriptedBackend script = new ScriptedBackend();
                BalancerProcess balancer = runBefore(script.port())) {
            final RawPeer client = RawPeer.connect(balancer.port());
            client.send("\0question");
            client.shutdownOutput();
            final RawPeer backend = script.accept();
            assertEquals("\0question", backend.readToEnd());
            answerAcrossAHalfClose(backend, client);
            assertCompleted(balancer);
        }
    }

    @Test
    void shouldPassOnWhatAClientSendsAfterTheBackendsEnd() throws Exception {
        try (ScriptedBackend script = new ScriptedBackend();
                BalancerProcess balancer = runBefore(script.port())) {
            final RawPeer client = RawPeer.connect(balancer.port());
            client.send(WebSocketBytes.REQUEST);
            final RawPeer backend = script.accept();
            backend.readHead();
            backend.send(WebSocketBytes.SWITCHED);
            client.assertSwitched();
            backend.shutdownOutput();
            assertEquals("", client.readToEnd());
            answerAcrossAHalfClose(client, backend);
            assertCompleted(balancer);
        }
    }

    /** One end has closed; the other one sends a lot, and then closes too. */
    private static void answerAcrossAHalfClose(RawPeer from, RawPeer to) throws IOException {
        final String answer = "answer ".repeat(100_000);
        final CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try (from) {
                from.send(answer);
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertEquals(answer, to.readToEnd());
        sent.join();
        to.close();
    }

    private static void assertCompleted(BalancerProcess balancer) {
        final Scrape scrape = balancer.awaitSound(0);
        assertEquals(1, scrape.terminations("completed"));
    }

    /** What the sink does not take is in one slab or, where it was spliced, in one pipe. */
    private static void assertHoldsOnce(BalancerProcess balancer) {
        final Scrape scrape = balancer.scrape();
        assertEquals(1, scrape.value("fairlead_slabs_in_use") + scrape.value("fairlead_pipes_in_use"));
    }

    private int listenerPort() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private static BalancerProcess runBefore(int backendPort) throws IOException, InterruptedException {
        return BalancerProcess.run(SMALL_HEAP, List.of("--backend=name=b1,127.0.0.1:" + backendPort));
    }

    /** A client that has sent its request. */
    private static SocketChannel connect(BalancerProcess balancer) throws IOException {
        final SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_LENGTH);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), balancer.port()));
        write(client, WebSocketBytes.REQUEST);
        return client;
    }

    /** Accept what the balancer connects for a client, and make the handshake. */
    private SocketChannel switchProtocols(SocketChannel client) throws IOException {
        final SocketChannel backend = listener.accept();
        readHead(backend, WebSocketBytes.REQUEST.length());
        write(backend, WebSocketBytes.SWITCHED);
        readHead(client, WebSocketBytes.SWITCHED.length());
        return backend;
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Read up to a blank line, behind which nothing may come. */
    private static void readHead(SocketChannel channel, int lengthLimit) throws IOException {
        final ByteBuffer head = ByteBuffer.allocate(lengthLimit);
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            assertTrue(channel.read(head) > 0, "it ended early");
            text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Compares what comes with what must, a piece at a time. */
    private static final class Echoed implements WebSocket.Listener {
        private final CompletableFuture<Long> whole = new CompletableFuture<>();
        private long length;

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            while (data.hasRemaining()) {
                if (data.get() != BigMessage.payload(length)) {
                    whole.completeExceptionally(new AssertionError("byte " + length + " differs"));
                }
                length++;
            }
            if (last) {
                whole.complete(length);
            }
            socket.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            whole.completeExceptionally(error);
        }
    }
}
