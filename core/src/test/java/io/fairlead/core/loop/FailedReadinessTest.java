package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Side;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A transport may report that a socket failed, or that both its directions ended, while nobody is interested. */
final class FailedReadinessTest {
    @Test
    void shouldDeliverWhatIsLeftWhenBothDirectionsOfBackendEnded() {
        final byte[] bytes = new byte[16 * 1024 * 1024];
        new Random(6).nextBytes(bytes);
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().finish();
            harness.stepUntil(() -> pair.backend().hasEnded(), "the backend sees the FIN");
            pair.client().reading(false);
            pair.backend().send(bytes).finish();
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the client reads too slowly");
            harness.steps(100);
            fail(harness, pair.client(), Side.BACKEND);
            harness.steps(2);
            assertEquals(0, harness.terminations(), "an end of both directions is no failure");
            pair.client().reading(true);
            harness.stepUntil(() -> pair.client().hasEnded(), "the client has all of it");
            assertArrayEquals(bytes, pair.client().received());
            assertEquals(1, harness.terminations(TerminationCause.COMPLETED));
        }
    }

    @Test
    void shouldEndAtOnceWhenBackendFailsThatMayStillBeWrittenTo() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            pair.client().reading(false);
            pair.backend().send(new byte[16 * 1024 * 1024]);
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the client reads too slowly");
            harness.steps(100);
            fail(harness, pair.client(), Side.BACKEND);
            harness.steps(2);
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_RESET));
        }
    }

    private static void fail(LoopHarness harness, TestPeer client, int side) {
        final int slot = harness.slotOf(client);
        harness.transport.failedToken =
                Token.ofConnection(slot, side, harness.loop.state().connections.generation(slot));
    }
}
