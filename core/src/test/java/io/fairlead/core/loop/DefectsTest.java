package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Side;
import org.junit.jupiter.api.Test;

/** A mistake of the balancer's own ends one connection and is told. */
final class DefectsTest {
    @Test
    void shouldEndOnlyThatConnectionWhenReadThrowsInForwarding() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.expectErrors();
            final LoopHarness.WebSocketPair victim = harness.openWebSocket(null);
            final LoopHarness.WebSocketPair bystander = harness.openWebSocket(null);
            harness.transport.readDefect = defect();
            victim.client().send("boom");
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.INTERNAL_ERROR));
            assertEquals(1, harness.count(LoopCounter.INTERNAL_ERRORS));
            assertTrue(harness.errors().contains("a mistake made for the test"), harness::errors);
            harness.stepUntil(
                    () -> victim.client().wasReset() && victim.backend().wasReset(), "both ends are told");
            bystander.client().send("unharmed");
            harness.stepUntil(() -> bystander.backend().text().equals("unharmed"), "others go on");
            harness.openWebSocket(null);
        }
    }

    @Test
    void shouldEndOnlyThatConnectionWhenReadThrowsInPeek() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.expectErrors();
            harness.transport.readDefect = defect();
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.INTERNAL_ERROR));
            harness.openWebSocket(null);
        }
    }

    @Test
    void shouldEndOnlyThatConnectionWhenReadThrowsWhileAnswerIsAwaited() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.expectErrors();
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            harness.transport.readDefect = defect();
            backend.send(Handshake.ANSWER);
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.INTERNAL_ERROR));
            harness.stepUntil(backend::isOver, "the backend is told");
            harness.openWebSocket(null);
        }
    }

    @Test
    void shouldEndOnlyThatConnectionWhenReadThrowsWhileItLingers() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.expectErrors();
            final TestPeer client = harness.connect();
            client.send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
            harness.stepUntil(() -> harness.count(LoopCounter.LINGERING_ACTIVE) == 1, "it lingers");
            harness.transport.readDefect = defect();
            client.send("more");
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.INTERNAL_ERROR));
            harness.openWebSocket(null);
        }
    }

    @Test
    void shouldGoOnWhenSameDefectShowsAgainAndAgain() {
        try (LoopHarness harness = LoopHarness.start(1)) {
            harness.expectErrors();
            for (int i = 1; i <= 20; i++) {
                final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
                harness.transport.readDefect = defect();
                pair.backend().send("boom");
                harness.stepUntilEnded(i);
            }
            assertEquals(20, harness.terminations(TerminationCause.INTERNAL_ERROR));
            assertEquals(1, harness.errors().split("a mistake made for the test", -1).length - 1, "told once");
        }
    }

    @Test
    void shouldServeThoseBehindItWhenReadThrowsForFirstInLine() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.slabLimit = 1)) {
            harness.expectErrors();
            final LoopHarness.WebSocketPair holder = harness.openOpaque(null);
            final LoopHarness.WebSocketPair first = harness.openOpaque(null);
            final LoopHarness.WebSocketPair second = harness.openOpaque(null);
            harness.stall(holder.client(), Side.BACKEND, true);
            holder.client().send("stuck");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "one holds");
            first.client().send("boom");
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) == 1, "one waits");
            second.client().send("unharmed");
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) == 2, "two wait");
            harness.transport.readDefect = defect();
            harness.stall(holder.client(), Side.BACKEND, false);
            harness.stepUntilEnded(1);
            harness.stepUntil(() -> second.backend().text().equals("unharmed"), "the next is served");
        }
    }

    private static RuntimeException defect() {
        return new IllegalStateException("a mistake made for the test");
    }
}
