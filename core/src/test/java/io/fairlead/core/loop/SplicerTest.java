package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.RequiresEpoll;
import io.fairlead.core.transport.Transport;
import io.fairlead.core.transport.epoll.EpollTransport;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What comes in bulk passes through pipes of the kernel, unchanged, counted, and with every end in its place. */
@RequiresEpoll
final class SplicerTest {
    private static final int BULK_LENGTH = 4 * 1024 * 1024;
    private static final int MESSAGE_LENGTH = 300_000;
    private static final int PIPE_LIMIT = 4;

    private static LoopHarness start() {
        return start(settings -> {});
    }

    private static LoopHarness start(Consumer<TestSettings> change) {
        return LoopHarness.start(EpollTransport::open, 1, settings -> {
            settings.pipeLimit = PIPE_LIMIT;
            change.accept(settings);
        });
    }

    @Test
    void shouldSpliceBothWaysUnchangedWhenBytesComeInBulk() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final byte[] up = random(BULK_LENGTH, 1);
            final byte[] down = random(BULK_LENGTH, 2);
            pair.client().send(up);
            pair.backend().send(down);
            harness.stepUntil(
                    () -> pair.backend().receivedLength() == up.length
                            && pair.client().receivedLength() == down.length,
                    "all arrived");
            assertArrayEquals(up, pair.backend().received());
            assertArrayEquals(down, pair.client().received());
            assertTrue(harness.count(LoopCounter.BYTES_SPLICED) > BULK_LENGTH / 2, "most of it went through pipes");
            assertEquals(0, harness.count(LoopCounter.PIPES_OUT));
        }
    }

    /** Linux's splice stops in front of an urgent byte, and calls what is behind it nothing, or the end. */
    @Test
    void shouldReadOnWhenAnUrgentByteIsInTheWayOfSplice() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final byte[] bulk = random(BULK_LENGTH, 1);
            final byte[] rest = random(MESSAGE_LENGTH, 2);
            pair.client().send(bulk);
            harness.stepUntil(() -> pair.backend().receivedLength() == bulk.length, "the bulk arrived");
            assertTrue(harness.count(LoopCounter.BYTES_SPLICED) > 0, "it splices");
            pair.client().sendUrgent(1);
            pair.client().send(rest);
            pair.client().finish();
            harness.stepUntil(() -> pair.backend().isOver(), "the end arrived");
            final byte[] all = new byte[bulk.length + rest.length];
            System.arraycopy(bulk, 0, all, 0, bulk.length);
            System.arraycopy(rest, 0, all, bulk.length, rest.length);
            assertArrayEquals(all, pair.backend().received());
        }
    }

    @Test
    void shouldCountEveryMessageWhenFramesPassThroughPipes() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final byte[] up = Frames.ofClient()
                    .frame(Frames.BINARY, true, random(MESSAGE_LENGTH, 3))
                    .frame(Frames.PING, true, new byte[5])
                    .frame(Frames.BINARY, false, random(MESSAGE_LENGTH, 4))
                    .frame(Frames.CONTINUATION, true, random(MESSAGE_LENGTH, 5))
                    .frame(Frames.BINARY, true, random(MESSAGE_LENGTH, 6))
                    .bytes();
            final byte[] down = Frames.ofBackend()
                    .frame(Frames.BINARY, true, random(MESSAGE_LENGTH, 7))
                    .frame(Frames.BINARY, true, random(70_000, 8))
                    .frame(Frames.BINARY, true, new byte[1])
                    .bytes();
            pair.client().send(up);
            pair.backend().send(down);
            harness.stepUntil(
                    () -> pair.backend().receivedLength() == up.length
                            && pair.client().receivedLength() == down.length,
                    "all arrived");
            assertArrayEquals(up, pair.backend().received());
            assertArrayEquals(down, pair.client().received());
            final TestBackend backend = harness.backendOf(pair.backend());
            assertEquals(3, harness.count(backend, BackendCounter.UP_MESSAGES));
            assertEquals(5, harness.count(backend, BackendCounter.UP_FRAMES));
            assertEquals(1, harness.count(backend, BackendCounter.UP_PINGS));
            assertEquals(4L * MESSAGE_LENGTH, harness.count(backend, BackendCounter.UP_MESSAGE_BYTES));
            assertEquals(3, harness.count(backend, BackendCounter.DOWN_MESSAGES));
            assertEquals(MESSAGE_LENGTH + 70_001, harness.count(backend, BackendCounter.DOWN_MESSAGE_BYTES));
            assertTrue(harness.count(LoopCounter.BYTES_SPLICED) > MESSAGE_LENGTH, "some of it went through pipes");
            assertEquals(0, harness.count(LoopCounter.TRACKING_LOST));
        }
    }

    @Test
    void shouldReadAgainWhenADirectionFallsQuiet() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            final int slot = harness.slotOf(pair.client());
            final byte[] bulk = Frames.ofClient()
                    .frame(Frames.BINARY, true, random(MESSAGE_LENGTH, 9))
                    .bytes();
            pair.client().send(bulk);
            harness.stepUntil(() -> pair.backend().receivedLength() == bulk.length, "the bulk arrived");
            assertTrue(harness.count(LoopCounter.BYTES_SPLICED) > 0);
            final long splicedBefore = harness.count(LoopCounter.BYTES_SPLICED);
            final byte[] small =
                    Frames.ofClient().frame(Frames.BINARY, true, new byte[64]).bytes();
            for (int i = 1; i <= 3; i++) {
                final int expected = bulk.length + i * small.length;
                pair.client().send(small);
                harness.stepUntil(() -> pair.backend().receivedLength() == expected, "a small message arrived");
            }
            assertEquals(splicedBefore, harness.count(LoopCounter.BYTES_SPLICED));
            assertFalse(harness.loop.state().connections.is(slot, Flag.splicing(Side.CLIENT_TO_BACKEND)));
        }
    }

    @Test
    void shouldNotSpliceWhenThereAreToBeNoPipes() {
        try (LoopHarness harness = start(settings -> settings.pipeLimit = 0)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            sendUp(harness, pair, random(BULK_LENGTH, 10));
            assertEquals(0, harness.count(LoopCounter.BYTES_SPLICED));
            assertEquals(0, harness.transport.pipes().openCount());
        }
    }

    @Test
    void shouldReadAsUsualWhenThisMachineHasNoPipeLeft() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.transport.pipeOutcome = Transport.LOCAL_RESOURCE;
            sendUp(harness, pair, random(BULK_LENGTH, 11));
            assertEquals(0, harness.count(LoopCounter.BYTES_SPLICED));
            harness.transport.pipeOutcome = 0;
            harness.advance(Duration.ofSeconds(2));
            pair.backend().forgetReceived();
            sendUp(harness, pair, random(BULK_LENGTH, 12));
            assertTrue(harness.count(LoopCounter.BYTES_SPLICED) > 0, "it is tried again after a while");
        }
    }

    @Test
    void shouldHoldBackSourceWhileAPipeIsNotEmpty() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final byte[] bytes = random(32 * 1024 * 1024, 13);
            final int pipesBefore = harness.transport.pipes().openCount();
            holdInPipe(harness, pair, bytes);
            assertFalse(pair.client().isSent(), "the kernels' buffers cannot hold 32 MiB");
            assertEquals(0, harness.count(LoopCounter.SLABS_OUT));
            harness.transport.stalled.clear();
            pair.backend().reading(true);
            harness.stepUntil(() -> pair.backend().receivedLength() == bytes.length, "all arrived");
            assertArrayEquals(bytes, pair.backend().received());
            assertEquals(0, harness.count(LoopCounter.PIPES_OUT));
            assertEquals(pipesBefore + 1, harness.transport.pipes().openCount(), "one pipe did for all of it");
        }
    }

    @Test
    void shouldPassOnFinOnlyBehindThePipe() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            final byte[] bytes = random(BULK_LENGTH, 14);
            holdInPipe(harness, pair, bytes);
            pair.client().finish();
            harness.steps(50);
            assertFalse(pair.backend().hasEnded());
            harness.transport.stalled.clear();
            pair.backend().reading(true);
            harness.stepUntil(() -> pair.backend().hasEnded(), "the backend sees the FIN");
            assertArrayEquals(bytes, pair.backend().received());
            pair.backend().finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldCloseThePipeWhenItsConnectionIsResetMeanwhile() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            holdInPipe(harness, pair, random(BULK_LENGTH, 15));
            pair.client().reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_RESET));
            assertTrue(harness.count(LoopCounter.BYTES_DISCARDED) > 0);
            assertEquals(0, harness.count(LoopCounter.PIPES_OUT));
            assertEquals(0, harness.transport.pipes().openCount(), "nobody may get what it held");
            pair.backend().reading(true);
            harness.stepUntil(() -> pair.backend().wasReset(), "the backend sees the reset");
        }
    }

    @Test
    void shouldEndHolderWhenAPipeDoesNotMoveForStallLimit() {
        try (LoopHarness harness = start()) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            holdInPipe(harness, pair, random(BULK_LENGTH, 16));
            harness.advance(Duration.ofSeconds(59));
            assertEquals(0, harness.terminations());
            harness.advance(Duration.ofSeconds(2));
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_STALLED));
            assertEquals(0, harness.transport.pipes().openCount());
        }
    }

    @Test
    void shouldLoseNoPipeWhenAFillThrows() {
        try (LoopHarness harness = start(settings -> settings.pipeLimit = 1)) {
            harness.expectErrors();
            for (int i = 1; i <= 3; i++) {
                final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
                final int slot = harness.slotOf(pair.client());
                pair.client().send(random(BULK_LENGTH, 17));
                harness.stepUntil(
                        () -> harness.loop.state().connections.is(slot, Flag.splicing(Side.CLIENT_TO_BACKEND)),
                        "it splices");
                harness.transport.readDefect = new IllegalStateException("a defect, made for the test");
                harness.stepUntilEnded(i);
                assertEquals(i, harness.terminations(TerminationCause.INTERNAL_ERROR));
                assertEquals(0, harness.transport.pipes().openCount());
            }
        }
    }

    /** Send, and have the sink take nothing once the direction splices, so that a pipe is held. */
    private static void holdInPipe(LoopHarness harness, LoopHarness.WebSocketPair pair, byte[] bytes) {
        final int slot = harness.slotOf(pair.client());
        pair.backend().reading(false);
        pair.client().send(bytes);
        harness.stepUntil(
                () -> harness.loop.state().connections.is(slot, Flag.splicing(Side.CLIENT_TO_BACKEND)), "it splices");
        harness.stall(pair.client(), Side.BACKEND, true);
        harness.stepUntil(() -> harness.count(LoopCounter.PIPES_OUT) == 1, "a pipe is held");
        harness.steps(20);
    }

    private static void sendUp(LoopHarness harness, LoopHarness.WebSocketPair pair, byte[] bytes) {
        pair.client().send(bytes);
        harness.stepUntil(() -> pair.backend().receivedLength() == bytes.length, "all arrived");
        assertArrayEquals(bytes, pair.backend().received());
    }

    private static byte[] random(int length, long seed) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
