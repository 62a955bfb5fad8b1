package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwarderTest {
    @Test
    void shouldForwardBothWaysWhenWebSocketIsOpen() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            pair.client().send("from client");
            pair.backend().send("from backend");
            harness.stepUntil(() -> pair.backend().text().equals("from client"), "the backend has it");
            harness.stepUntil(() -> pair.client().text().equals("from backend"), "the client has it");
            assertEquals(1, harness.count(LoopCounter.WEBSOCKETS_ACTIVE));
            assertEquals(0, harness.count(LoopCounter.SLABS_OUT), "an idle connection owns no buffer");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 4096, Integer.MAX_VALUE})
    void shouldDeliverByteExactWhenTransfersArePartial(int transferLimit) {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.transport.transferLimit = transferLimit;
            final int length = transferLimit < 64 ? 2_000 : 1_000_000;
            final byte[] up = random(length, 1);
            final byte[] down = random(length, 2);
            pair.client().send(up);
            pair.backend().send(down);
            harness.stepUntil(
                    () -> pair.backend().receivedLength() == length
                            && pair.client().receivedLength() == length,
                    "all arrived");
            assertArrayEquals(up, pair.backend().received());
            assertArrayEquals(down, pair.client().received());
        }
    }

    @Test
    void shouldHoldBackSourceWhenSinkDoesNotRead() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.backend().reading(false);
            final byte[] bytes = random(32 * 1024 * 1024, 3);
            pair.client().send(bytes);
            harness.steps(2_000);
            assertFalse(pair.client().isSent(), "the kernels' buffers cannot hold 32 MiB");
            assertEquals(1, harness.count(LoopCounter.SLABS_OUT));
            pair.backend().reading(true);
            harness.stepUntil(() -> pair.backend().receivedLength() == bytes.length, "all arrived");
            assertArrayEquals(bytes, pair.backend().received());
            assertEquals(0, harness.count(LoopCounter.SLABS_OUT));
        }
    }

    @Test
    void shouldPassOnFinAndKeepOtherDirectionWhenClientFinishes() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().send("last words").finish();
            harness.stepUntil(() -> pair.backend().hasEnded(), "the backend sees the FIN");
            assertEquals("last words", pair.backend().text());
            pair.backend().send("and an answer");
            harness.stepUntil(() -> pair.client().text().equals("and an answer"), "the answer arrives");
            assertFalse(pair.client().hasEnded());
            pair.backend().finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
            harness.stepUntil(() -> pair.client().hasEnded(), "the client sees the FIN");
        }
    }

    @Test
    void shouldPassOnFinAndKeepOtherDirectionWhenBackendFinishes() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.backend().finish();
            harness.stepUntil(() -> pair.client().hasEnded(), "the client sees the FIN");
            pair.client().send("still here");
            harness.stepUntil(() -> pair.backend().text().equals("still here"), "it arrives");
            pair.client().finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldSendFinOnlyAfterSlabWhenSinkIsSlow() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().reading(false);
            final byte[] bytes = random(16 * 1024 * 1024, 4);
            pair.backend().send(bytes).finish();
            harness.steps(500);
            pair.client().reading(true);
            harness.stepUntil(() -> pair.client().hasEnded(), "the client sees the FIN");
            assertArrayEquals(bytes, pair.client().received());
        }
    }

    @Test
    void shouldResetBackendWhenClientResets() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            pair.client().reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_RESET));
            harness.stepUntil(() -> pair.backend().wasReset(), "the backend sees the reset");
        }
    }

    @Test
    void shouldResetClientWhenBackendResets() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(null);
            pair.backend().reset();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_RESET));
            harness.stepUntil(() -> pair.client().wasReset(), "the client sees the reset");
        }
    }

    @Test
    void shouldEndHolderWhenSlabDoesNotMoveForStallLimit() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().reading(false);
            pair.backend().send(random(32 * 1024 * 1024, 5));
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "a slab is held");
            harness.steps(200);
            harness.advance(Duration.ofSeconds(59));
            assertEquals(0, harness.terminations());
            harness.advance(Duration.ofSeconds(2));
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_STALLED));
            assertTrue(harness.count(LoopCounter.BYTES_DISCARDED) > 0);
        }
    }

    private static byte[] random(int length, long seed) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
