package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EchoServerTest {
    private final List<String> faults = new ArrayList<>();
    private EchoServer server;

    @BeforeEach
    void start() throws IOException {
        server = EchoServer.start(EchoOptions.named("b1").withLog(faults::add));
    }

    @AfterEach
    void stop() {
        server.close();
        assertEquals(List.of(), faults);
        assertEquals(0, server.connectionCount());
    }

    @Test
    void shouldSayWhoItIs() throws IOException {
        try (RawClient client = new RawClient(server)) {
            String head = client.upgrade();
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertTrue(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), head);
            assertTrue(head.contains("X-Backend: b1\r\n"), head);
            String identity = "b1 127.0.0.1:" + client.localPort();
            client.send(new ClientFrames().text("whoami").bytes());
            assertEquals(List.of("text:" + identity), ServerFrames.frames(client.read(2 + identity.length())));
        }
    }

    @Test
    void shouldTalkWithTheClientOfTheJdk() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/chat?x=1"), new Recorder(received))
                .get(10, TimeUnit.SECONDS);
        socket.sendText("Grüße ", false).get(10, TimeUnit.SECONDS);
        socket.sendPing(ByteBuffer.wrap(new byte[] {1, 2})).get(10, TimeUnit.SECONDS);
        socket.sendText("𝄞", true).get(10, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(new byte[] {7}), true).get(10, TimeUnit.SECONDS);
        socket.sendClose(4321, "enough").get(10, TimeUnit.SECONDS);
        assertEquals("Grüße ", received.poll(10, TimeUnit.SECONDS));
        assertEquals("pong 2", received.poll(10, TimeUnit.SECONDS));
        assertEquals("𝄞", received.poll(10, TimeUnit.SECONDS));
        assertEquals("binary 1", received.poll(10, TimeUnit.SECONDS));
        assertEquals("close 4321", received.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldAnswerFramesThatFollowTheHandshakeAtOnce() throws IOException {
        byte[] frames = new ClientFrames().text("early").close(1000).bytes();
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.upgradeRequest()).send(frames);
            client.readHead();
            assertEquals(List.of("text:early", "close:1000"), ServerFrames.frames(client.readAll()));
        }
    }

    @Test
    void shouldTakeAHandshakeByteByByte() throws IOException {
        try (RawClient client = new RawClient(server)) {
            for (char c : RawClient.upgradeRequest().toCharArray()) {
                client.send((byte) c);
            }
            assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
        }
    }

    @Test
    void shouldSendTheCloseBeforeItsFinWhenTheClientStillSends() throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.upgrade();
            client.send(new ClientFrames().frame(0x83).bytes()).send(new byte[100_000]);
            assertEquals(List.of("close:1002"), ServerFrames.frames(client.readAll()));
        }
    }

    @Test
    void shouldSayGoodbyeWhenItIsClosed() throws IOException {
        try (RawClient client = new RawClient(server)) {
            client.upgrade();
            server.close();
            assertEquals(List.of("close:1001"), ServerFrames.frames(client.readAll()));
        }
    }

    @Test
    void shouldForgetClientsThatLeaveAnyWay() throws IOException {
        try (RawClient polite = new RawClient(server);
                RawClient halfHandshake = new RawClient(server);
                RawClient rude = new RawClient(server)) {
            polite.upgrade();
            rude.upgrade();
            halfHandshake.send("GET / HT");
            Await.until(() -> server.connectionCount() == 3);
            polite.shutdownOutput();
            assertEquals(0, polite.readAll().length);
            halfHandshake.shutdownOutput();
            rude.send(new ClientFrames().header(0x81, 100).raw(1, 2, 3).bytes());
            rude.reset();
            Await.until(() -> server.connectionCount() == 0);
        }
    }

    @Test
    void shouldStreamSixtyFourMebibytesThroughASlowReader() throws Exception {
        for (int opcode : new int[] {0x81, 0x82}) {
            int length = 64 << 20;
            try (RawClient client = new RawClient(server, 4096)) {
                client.upgrade();
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendPattern(client, opcode, length));
                // Nothing is read until the server has stopped reading, for it holds no more than its slabs.
                Await.until(() -> server.stalledCount() == 1);
                assertTrue(!sent.isDone(), "the server took all of a message that nobody reads");
                assertEquals(length, readPattern(client));
                sent.get(10, TimeUnit.SECONDS);
                Await.until(() -> server.stalledCount() == 0);
            }
        }
    }

    private static void sendPattern(RawClient client, int first, int length) {
        try {
            client.send(new ClientFrames().header(first, length).bytes());
            // The pattern "abcdefgh…", masked with the key of ClientFrames, repeats every 104 bytes.
            byte[] period = new byte[26];
            for (int i = 0; i < period.length; i++) {
                period[i] = (byte) ('a' + i);
            }
            byte[] chunk = new byte[1 << 20];
            byte[] key = {0x12, (byte) 0x9A, 0x55, (byte) 0xF0};
            for (long offset = 0; offset < length; offset += chunk.length) {
                for (int i = 0; i < chunk.length; i++) {
                    long at = offset + i;
                    chunk[i] = (byte) (period[(int) (at % period.length)] ^ key[(int) (at % 4)]);
                }
                client.send(chunk);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads one message, checks each byte of it, and gives its length. */
    private static long readPattern(RawClient client) throws IOException {
        long total = 0;
        byte[] chunk = new byte[1 << 16];
        boolean isFinal = false;
        while (!isFinal) {
            isFinal = (client.in().readByte() & 0x80) != 0;
            int brief = client.in().readByte();
            long left = brief == 126
                    ? client.in().readUnsignedShort()
                    : brief == 127 ? client.in().readLong() : brief;
            while (left > 0) {
                int length = client.in().read(chunk, 0, (int) Math.min(left, chunk.length));
                if (length < 0) {
                    throw new EOFException();
                }
                for (int i = 0; i < length; i++) {
                    if (chunk[i] != 'a' + (total + i) % 26) {
                        throw new AssertionError("wrong byte at " + (total + i));
                    }
                }
                total += length;
                left -= length;
            }
        }
        return total;
    }

    @Test
    void shouldLoseNothingWhenPipelinedMessagesMeetASlowReader() throws Exception {
        Random random = new Random(7);
        ClientFrames frames = new ClientFrames();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String text = "m" + i + "-".repeat(random.nextInt(600));
            frames.text(text);
            expected.add("text:" + text);
        }
        expected.add("close:1000");
        byte[] bytes = frames.close(1000).bytes();
        try (RawClient client = new RawClient(server, 4096)) {
            client.upgrade();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.send(bytes);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until(() -> server.stalledCount() == 1);
            assertEquals(expected, ServerFrames.frames(client.readAll()));
            sent.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldAnswerEverythingBeforeItFollowsAHalfClose() throws IOException {
        byte[] message = new byte[5_000_000];
        new Random(3).nextBytes(message);
        try (RawClient client = new RawClient(server, 4096)) {
            client.upgrade();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.send(new ClientFrames().binary(message).bytes()).shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until(() -> server.stalledCount() == 1);
            client.read(10);
            assertArrayEquals(message, client.readAll());
            sent.join();
        }
    }

    private static final class Recorder implements WebSocket.Listener {
        private final BlockingQueue<String> received;

        Recorder(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.add(data.toString());
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            received.add("binary " + data.remaining());
            return WebSocket.Listener.super.onBinary(socket, data, last);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            received.add("pong " + data.remaining());
            return WebSocket.Listener.super.onPong(socket, data);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("close " + code);
            return WebSocket.Listener.super.onClose(socket, code, reason);
        }
    }
}
