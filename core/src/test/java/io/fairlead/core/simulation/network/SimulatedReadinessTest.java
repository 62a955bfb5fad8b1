package io.fairlead.core.simulation.network;

import static io.fairlead.core.transport.Transport.FAILED;
import static io.fairlead.core.transport.Transport.READABLE;
import static io.fairlead.core.transport.Transport.WRITABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a simulated poll tells of, when, in what order, and how wrong it may be. */
class SimulatedReadinessTest extends NetworkHarness {
    private static final int POLL_LIMIT = 1_000;

    private record Event(long token, int readiness) {}

    private final List<Event> events = new ArrayList<>();

    private List<Event> poll() {
        return poll(0);
    }

    private List<Event> poll(long timeoutNs) {
        events.clear();
        final int count = left.poll(timeoutNs, (token, readiness) -> events.add(new Event(token, readiness)));
        assertEquals(events.size(), count);
        return events;
    }

    /** Connect so many sockets, of which each token, from 0 on, is ready to be written. */
    private int[] connectWritable(int count) {
        final int[] sockets = new int[count];
        for (int i = 0; i < count; i++) {
            connect();
            left.register(client, i, WRITABLE);
            sockets[i] = client;
        }
        return sockets;
    }

    // Batches and their order

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 7", "3, 7", "4, 64"})
    void shouldTellOfEachInTurnWhenBatchesAreLimited(int batchLimit, int socketCount) {
        for (boolean isShuffled : new boolean[] {false, true}) {
            conditions.batchLimit = batchLimit;
            conditions.isShuffled = isShuffled;
            open(SEED, 0);
            connectWritable(socketCount);
            for (int round = 0; round < 5; round++) {
                final Set<Long> told = new HashSet<>();
                for (int i = 0; i < (socketCount + batchLimit - 1) / batchLimit; i++) {
                    assertEquals(batchLimit, poll().size());
                    events.forEach(event -> told.add(event.token()));
                }
                assertEquals(socketCount, told.size());
            }
        }
    }

    @Test
    void shouldKeepItsOrderUnlessItIsShuffled() {
        open(SEED, 0);
        connectWritable(20);
        final List<Event> first = List.copyOf(poll());
        assertEquals(first, poll());

        conditions.isShuffled = true;
        assertNotEquals(first, poll());
        assertEquals(Set.copyOf(first), Set.copyOf(events));
    }

    // Late and wrong events

    @Test
    void shouldWithholdReadinessForAWhileWhenItIsDelayed() {
        conditions.delayedReadinessChance = 400;
        open(SEED, 0);
        connectWritable(1);
        int withheldCount = 0;
        int longest = 0;
        int row = 0;
        for (int i = 0; i < POLL_LIMIT; i++) {
            row = poll().isEmpty() ? row + 1 : 0;
            withheldCount += row > 0 ? 1 : 0;
            longest = Math.max(longest, row);
        }

        assertTrue(withheldCount > 300 && withheldCount < 500, "withheld " + withheldCount);
        assertTrue(longest < 20, "withheld in a row: " + longest);
        conditions.calm();
        assertEquals(1, poll().size());
    }

    @Test
    void shouldMakeReadinessUpWithinTheInterestAndTheLimit() {
        conditions.spuriousReadinessChance = 1_000;
        conditions.batchLimit = 2;
        open(SEED, 0);
        connectWritable(2);
        connect();
        left.register(client, 2, READABLE);
        connect();
        left.register(client, 3, 0);
        assertEquals(2, poll().size());

        conditions.batchLimit = 3;
        int spuriousCount = 0;
        for (int i = 0; i < POLL_LIMIT; i++) {
            for (Event event : poll()) {
                assertEquals(event.token() < 2 ? WRITABLE : READABLE, event.readiness());
                assertNotEquals(3, event.token());
                spuriousCount += event.token() == 2 ? 1 : 0;
            }
        }

        assertTrue(spuriousCount > 100, "made up " + spuriousCount);
        conditions.calm();
        assertEquals(2, poll().size());
    }

    @Test
    void shouldTellOfWhatTheBatchHasChangedOnlyWhenEventsAreStale() {
        for (boolean isStale : new boolean[] {false, true}) {
            conditions.hasStaleEvents = isStale;
            open(SEED, 0);
            final int[] sockets = connectWritable(4);
            final List<Event> told = new ArrayList<>();

            left.poll(0, (token, readiness) -> {
                if (told.isEmpty()) {
                    left.close(sockets[1]);
                    left.setInterest(sockets[2], 2, READABLE);
                    left.setInterest(sockets[3], 33, WRITABLE);
                    // It takes the handle of the closed one.
                    assertEquals(sockets[1], left.connect(SERVICE, null));
                    left.register(sockets[1], 11, WRITABLE);
                }
                told.add(new Event(token, readiness));
            });

            final List<Event> expected =
                    isStale ? List.of(event(0), event(1), event(2), event(3)) : List.of(event(0), event(33));
            assertEquals(expected, told);
            assertEquals(Set.of(event(0), event(33)), Set.copyOf(poll()));
        }
    }

    private static Event event(long token) {
        return new Event(token, WRITABLE);
    }

    // Failures

    @Test
    void shouldTellOfAResetOnceWhateverTheInterestWhenFailuresAreReported() {
        conditions.reportsFailures = true;
        openAndConnect();
        left.register(client, 1, 0);
        right.reset(server);

        assertEquals(List.of(new Event(1, FAILED)), poll(SECOND));
        assertEquals(List.of(), poll(SECOND));
        left.setInterest(client, 1, READABLE | WRITABLE);
        assertEquals(List.of(new Event(1, READABLE | WRITABLE)), poll());
        assertEquals(List.of(new Event(1, READABLE | WRITABLE)), poll());
    }

    @Test
    void shouldTellOfBothEndsOnceWhenFailuresAreReported() {
        conditions.reportsFailures = true;
        openAndConnect();
        left.register(client, 1, 0);
        right.shutdownOutput(server);
        assertEquals(List.of(), poll(SECOND));

        left.shutdownOutput(client);

        assertEquals(List.of(new Event(1, FAILED)), poll());
        assertEquals(List.of(), poll());
        right.reset(server);
        assertEquals(List.of(), poll(SECOND));
    }

    @Test
    void shouldTellOfAFailureThatIsOlderThanTheRegistration() {
        conditions.reportsFailures = true;
        openAndConnect();
        right.reset(server);
        settle();

        left.register(client, 1, 0);

        assertEquals(List.of(new Event(1, FAILED)), poll());
        assertEquals(List.of(), poll());
    }

    @Test
    void shouldTellOfNoFailureWithoutInterestWhenNoneIsReported() {
        openAndConnect();
        left.register(client, 1, 0);
        right.reset(server);
        settle();
        assertEquals(List.of(), poll());

        left.setInterest(client, 1, READABLE);
        assertEquals(List.of(new Event(1, READABLE)), poll());
    }

    // Waiting

    @Test
    void shouldWaitUntilSomethingIsToBeTold() {
        openAndConnect();
        left.register(client, 1, READABLE);
        final long startNs = network.nowNs();
        write(right, server, 1);

        assertEquals(1, poll(SECOND).size());

        final long waitedNs = network.nowNs() - startNs;
        assertTrue(waitedNs >= conditions.delayMinNs && waitedNs <= conditions.delayMaxNs, waitedNs + " ns");
        assertEquals(1, read(left, client, 9));
        assertEquals(0, poll(SECOND).size());
        assertEquals(startNs + waitedNs + SECOND, network.nowNs());
    }

    @Test
    void shouldNotWaitOnceWhenWoken() {
        open(SEED, 0);
        left.wakeup();
        assertEquals(0, poll(SECOND).size());
        assertEquals(0, network.nowNs());
        assertEquals(0, poll(SECOND).size());
        assertEquals(SECOND, network.nowNs());
        assertFalse(network.isBusy());
    }
}
