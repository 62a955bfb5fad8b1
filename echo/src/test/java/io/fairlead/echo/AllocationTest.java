package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A message in steady state allocates nothing on the server's thread. */
@Timeout(60)
class AllocationTest {
    private static final int FRAME_COUNT = 5;
    private static final int PER_ROUND_COUNT = 4;
    private static final int WARM_UP_COUNT = 20_000;
    private static final int MESSAGE_COUNT = 50_000;
    // What the JVM itself does on a thread now and then, such as resolving a call site late; no multiple of the
    // messages.
    private static final long NOISE_LENGTH = 16 * 1024;

    @Test
    void shouldAllocateNothingPerMessage() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] messages = new ClientFrames()
                .text("a message of the usual length, with an umlaut: ä")
                .binary(new byte[200])
                .ping("p")
                .frame(0x01, (byte) 'x')
                .frame(0x80, (byte) 'y')
                .bytes();
        try (EchoServer server = EchoServer.start(EchoOptions.named("b1"));
                RawClient client = new RawClient(server)) {
            client.upgrade();
            roundTrips(client, messages, WARM_UP_COUNT);
            long before = threads.getThreadAllocatedBytes(server.threadId());
            roundTrips(client, messages, MESSAGE_COUNT);
            long allocated = threads.getThreadAllocatedBytes(server.threadId()) - before;
            assertTrue(before > 0, "this JVM does not count allocations");
            assertTrue(allocated <= NOISE_LENGTH, allocated + " bytes for " + MESSAGE_COUNT + " messages");
        }
    }

    // An answer is as long as its message but for the masking key.
    private static void roundTrips(RawClient client, byte[] messages, int messageCount) throws IOException {
        int answerLength = messages.length - FRAME_COUNT * Integer.BYTES;
        for (int sent = 0; sent < messageCount; sent += PER_ROUND_COUNT) {
            // In two pieces, so that frames also arrive in parts.
            client.send(Arrays.copyOf(messages, messages.length / 2));
            client.send(Arrays.copyOfRange(messages, messages.length / 2, messages.length));
            client.read(answerLength);
        }
    }
}
