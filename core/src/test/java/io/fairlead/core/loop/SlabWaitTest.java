package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of connections when there are fewer slabs than directions that need one. */
final class SlabWaitTest {
    @Test
    void shouldServeWaitersInTheirOrderWhenSlabFrees() {
        try (LoopHarness harness = start(1)) {
            final List<LoopHarness.WebSocketPair> pairs = openStalled(harness, 5);
            sendInTurn(harness, pairs);
            for (int i = 0; i < pairs.size(); i++) {
                final LoopHarness.WebSocketPair pair = pairs.get(i);
                assertEquals(harness.slotOf(pair.client()), holder(harness), "turn " + i);
                harness.stall(pair.client(), Side.BACKEND, false);
                harness.stepUntil(() -> pair.backend().text().equals("hello"), "its bytes arrive");
            }
            assertEquals(0, harness.count(LoopCounter.SLABS_OUT));
            assertEquals(4, harness.count(LoopCounter.SLAB_WAITS));
        }
    }

    @Test
    void shouldNotPassThoseInLineWhenNewcomerIsReadInTheSameCycle() {
        try (LoopHarness harness = start(1)) {
            final List<LoopHarness.WebSocketPair> pairs = openStalled(harness, 3);
            sendInTurn(harness, pairs.subList(0, 2));
            // The holder's event was in the selector's list before the newcomer's: the slab is free when that is read.
            harness.stall(pairs.get(0).client(), Side.BACKEND, false);
            pairs.get(2).client().send("hello");
            harness.stepUntil(
                    () -> holder(harness) != harness.slotOf(pairs.get(0).client()), "the slab changes hands");
            assertEquals(harness.slotOf(pairs.get(1).client()), holder(harness), "who waited comes first");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Side.CLIENT, Side.BACKEND})
    void shouldEndHolderAndServeWaiterWhenHolderStalls(int stalledSide) {
        try (LoopHarness harness = start(1)) {
            final LoopHarness.WebSocketPair holder = harness.openOpaque(null);
            final LoopHarness.WebSocketPair waiter = harness.openOpaque(null);
            harness.stall(holder.client(), stalledSide, true);
            (stalledSide == Side.BACKEND ? holder.client() : holder.backend()).send("stuck");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "the slab is out");
            waiter.client().send("patience");
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) == 1, "the other waits");
            harness.advance(Duration.ofSeconds(59));
            assertEquals(0, harness.terminations());
            harness.advance(Duration.ofSeconds(2));
            assertEquals(
                    1,
                    harness.terminations(
                            stalledSide == Side.CLIENT
                                    ? TerminationCause.CLIENT_STALLED
                                    : TerminationCause.BACKEND_STALLED));
            harness.stepUntil(() -> waiter.backend().text().equals("patience"), "the waiter is served");
            assertEquals(1, harness.terminations());
        }
    }

    @Test
    void shouldNotEndHalfClosedWaiterWhenAnotherHoldsTheSlab() {
        try (LoopHarness harness = start(1)) {
            final LoopHarness.WebSocketPair holder = openStalled(harness, 1).get(0);
            final LoopHarness.WebSocketPair waiter = harness.openOpaque(null);
            waiter.client().finish();
            harness.stepUntil(() -> waiter.backend().hasEnded(), "the FIN is passed on");
            sendInTurn(harness, List.of(holder));
            waiter.backend().send("the answer");
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) == 1, "the answer waits");
            harness.advance(Duration.ofSeconds(45));
            assertEquals(0, harness.terminations(), "30 s of half-closed silence are not the waiter's");
            harness.advance(Duration.ofSeconds(17));
            harness.stepUntil(() -> waiter.client().text().equals("the answer"), "the answer arrives");
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_STALLED));
            assertEquals(1, harness.terminations());
        }
    }

    @Test
    void shouldNotCallWaiterIdleWhenHoldersBeforeItTakeTheirTime() {
        try (LoopHarness harness = start(1)) {
            final List<LoopHarness.WebSocketPair> pairs = openStalled(harness, 14);
            sendInTurn(harness, pairs);
            for (int i = 0; i < 13; i++) {
                harness.advance(Duration.ofSeconds(50));
                harness.stall(pairs.get(i).client(), Side.BACKEND, false);
                final TestPeer served = pairs.get(i).backend();
                harness.stepUntil(() -> served.receivedLength() > 0, "one more is done");
            }
            assertEquals(0, harness.terminations(), "650 s are more than the idle limit of 10 min");
        }
    }

    @Test
    void shouldAnswerUnavailableAndBlameNoBackendWhenAnswerFindsNoSlabInTime() {
        try (LoopHarness harness = LoopHarness.start(2, settings -> settings.slabLimit = 1)) {
            final LoopHarness.WebSocketPair holder = openStalled(harness, 1).get(0);
            sendInTurn(harness, List.of(holder));
            final TestPeer client = harness.connect();
            client.send(Handshake.REQUEST);
            final TestPeer backend = harness.awaitRequest(Handshake.REQUEST);
            backend.send(Handshake.ANSWER);
            harness.stepUntil(() -> harness.count(LoopCounter.SLAB_WAITS) == 1, "the answer waits for the slab");
            harness.advance(Duration.ofSeconds(11));
            harness.stepUntil(() -> client.text().startsWith("HTTP/1.1 503 "), "the client is told");
            for (final TestBackend candidate : harness.backends) {
                assertEquals(0, harness.count(candidate, BackendCounter.UPGRADES_UNANSWERED));
            }
            assertEquals(0, harness.count(LoopCounter.RETRIES));
            client.finish();
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.LOCAL_RESOURCE));
        }
    }

    @Test
    void shouldNoticeResetAndServeTheNextWhenItsTurnComes() {
        try (LoopHarness harness = start(1)) {
            final List<LoopHarness.WebSocketPair> pairs = openStalled(harness, 4);
            sendInTurn(harness, pairs);
            // Nobody is read while there is no slab, so that a reset shows when the turn comes, unless it is told of.
            harness.transport.hidesFailures = true;
            pairs.get(1).backend().reset();
            pairs.get(2).client().reset();
            harness.steps(20);
            assertEquals(0, harness.terminations());
            harness.transport.stalled.clear();
            harness.stepUntilEnded(2);
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_RESET));
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_RESET));
            harness.stepUntil(() -> pairs.get(3).backend().text().equals("hello"), "the last in line is served");
        }
    }

    @Test
    void shouldLeaveTheLineWhenWaiterEndsForAnotherCause() {
        try (LoopHarness harness = start(2)) {
            final LoopHarness.WebSocketPair both = harness.openOpaque(null);
            final List<LoopHarness.WebSocketPair> others = openStalled(harness, 2);
            harness.stall(both.client(), Side.CLIENT, true);
            both.backend().send("the client does not take this");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "one holds");
            harness.advance(Duration.ofSeconds(30));
            others.get(0).client().send("hello");
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 2, "another holds");
            both.client().send("hello");
            harness.stepUntil(() -> harness.loop.state().slabLine.length() == 1, "the first waits as well");
            others.get(1).client().send("hello");
            harness.stepUntil(() -> harness.loop.state().slabLine.length() == 2, "behind it another");
            harness.advance(Duration.ofSeconds(32));
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_STALLED));
            assertEquals(0, harness.loop.state().slabLine.length());
            assertEquals(2, harness.count(LoopCounter.SLABS_OUT));
        }
    }

    @Test
    void shouldLeaveTheLineWhenLoopIsClosed() {
        try (LoopHarness harness = start(1)) {
            sendInTurn(harness, openStalled(harness, 4));
            assertEquals(3, harness.loop.state().slabLine.length());
        }
    }

    @Test
    void shouldKeepBothDirectionsInLineWhenOneConnectionWaitsTwice() {
        try (LoopHarness harness = start(1)) {
            final LoopHarness.WebSocketPair holder = openStalled(harness, 1).get(0);
            final LoopHarness.WebSocketPair waiter = harness.openOpaque(null);
            sendInTurn(harness, List.of(holder));
            waiter.client().send("up");
            waiter.backend().send("down");
            harness.stepUntil(() -> harness.loop.state().slabLine.length() == 2, "both directions wait");
            harness.stall(holder.client(), Side.BACKEND, false);
            harness.stepUntil(() -> waiter.backend().text().equals("up"), "one arrives");
            harness.stepUntil(() -> waiter.client().text().equals("down"), "the other too");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldStarveNobodyWhenManyShareFewSlabs(int slabLimit) {
        try (LoopHarness harness = start(slabLimit)) {
            final int length = 60_000;
            final List<LoopHarness.WebSocketPair> pairs = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                pairs.add(harness.openOpaque(null));
            }
            // No write takes what a read gave, so that every read needs a slab.
            harness.transport.writeLimit = 3_000;
            for (int i = 0; i < pairs.size(); i++) {
                pairs.get(i).client().send(random(length, i));
                pairs.get(i).backend().send(random(length, 100 + i));
            }
            harness.stepUntil(
                    () -> pairs.stream()
                            .allMatch(pair -> pair.client().receivedLength() == length
                                    && pair.backend().receivedLength() == length),
                    "all have everything");
            for (int i = 0; i < pairs.size(); i++) {
                assertArrayEquals(random(length, i), pairs.get(i).backend().received());
                assertArrayEquals(random(length, 100 + i), pairs.get(i).client().received());
            }
            assertTrue(harness.count(LoopCounter.SLAB_WAITS) > pairs.size(), "they did wait");
            assertFalse(harness.count(LoopCounter.SLABS_OUT) > 0);
        }
    }

    private static LoopHarness start(int slabLimit) {
        return LoopHarness.start(1, settings -> settings.slabLimit = slabLimit);
    }

    /** Connections whose backends take nothing. */
    private static List<LoopHarness.WebSocketPair> openStalled(LoopHarness harness, int count) {
        final List<LoopHarness.WebSocketPair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque(null);
            harness.stall(pair.client(), Side.BACKEND, true);
            pairs.add(pair);
        }
        return pairs;
    }

    /** The first takes the slab, the others stand in line one behind the other. */
    private static void sendInTurn(LoopHarness harness, List<LoopHarness.WebSocketPair> pairs) {
        for (int i = 0; i < pairs.size(); i++) {
            final int before = i;
            pairs.get(i).client().send("hello");
            harness.stepUntil(
                    () -> harness.count(LoopCounter.SLABS_OUT) == 1
                            && harness.loop.state().slabLine.length() == before,
                    "one holds and " + before + " wait");
        }
    }

    private static int holder(LoopHarness harness) {
        final ConnectionTable connections = harness.loop.state().connections;
        for (int slot = 0; slot < connections.highWater(); slot++) {
            if (connections.phase(slot) != Phase.FREE
                    && connections.slab(slot, Side.CLIENT_TO_BACKEND) != SlabPool.NULL_SLAB) {
                return slot;
            }
        }
        return ConnectionTable.NULL_SLOT;
    }

    private static byte[] random(int length, long seed) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void shouldEndTrickleReaderWhenOthersWaitForItsSlab() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.slabLimit = 1)) {
            final LoopHarness.WebSocketPair waiting = harness.openWebSocket("127.0.0.2");
            final LoopHarness.WebSocketPair trickling = harness.openWebSocket("127.0.0.3");
            harness.stall(trickling.client(), Side.CLIENT, true);
            trickling.backend().send(new byte[2000]);
            harness.stepUntil(() -> harness.count(LoopCounter.SLABS_OUT) == 1, "it holds the slab");
            waiting.backend().send(new byte[] {(byte) 0x82, 1, 7});
            for (int i = 0; i < 3 && harness.terminations() == 0; i++) {
                harness.advance(Duration.ofSeconds(25));
                if (harness.terminations() == 0) {
                    harness.transport.writeLimit = 1;
                    harness.stall(trickling.client(), Side.CLIENT, false);
                    harness.step();
                    harness.stall(trickling.client(), Side.CLIENT, true);
                    harness.transport.writeLimit = Integer.MAX_VALUE;
                }
            }
            harness.stepUntil(() -> waiting.client().receivedLength() == 3, "who waited is served");
            assertEquals(1, harness.terminations(TerminationCause.CLIENT_STALLED));
        }
    }
}
