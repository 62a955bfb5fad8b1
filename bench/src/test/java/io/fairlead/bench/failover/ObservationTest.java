package io.fairlead.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.bench.report.FailoverEvent;
import io.fairlead.bench.report.FailoverResult;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The books of an event, without sockets: four clients, of whom 0 and 1 are on b1, 2 on b2 and 3 on b3. */
final class ObservationTest {
    private static final int B1 = 0;
    private static final int B2 = 1;
    private static final int B3 = 2;
    private static final int CLIENTS = 4;
    private static final int[] PLACES = {B1, B1, B2, B3};

    private Observation books = new Observation(CLIENTS, 3, 0);

    ObservationTest() {
        assertEquals(CLIENTS, books.missingCount());
        for (int client = 0; client < CLIENTS; client++) {
            books.onReply(client, PLACES[client], ms(1), ms(2));
        }
        assertEquals(0, books.missingCount());
        assertEquals(CLIENTS, books.reconnectedCount());
    }

    @Test
    void shouldTellAffectedClientsFromBystandersWhenABackendIsKilled() {
        begin(FailoverEvent.KILL);
        books.onCut(0, "reset");
        books.onCut(1, "reset");
        reply(2, B2, 110);
        reply(3, B3, 110);
        assertEquals(2, books.missingCount());
        reply(0, B2, 300);
        reply(1, B3, 400);
        final FailoverResult result = result(FailoverEvent.KILL, 1000);
        assertEquals(900, result.observedMs());
        assertEquals(CLIENTS, result.clientCount());
        assertEquals(2, result.affectedCount());
        assertEquals(2, result.cutCount());
        assertEquals(0, result.gaveUpCount());
        assertEquals(0, result.missingCount());
        assertEquals(OptionalDouble.of(200), result.back().p50Ms());
        assertEquals(OptionalDouble.of(300), result.back().p99Ms());
        assertEquals(OptionalDouble.of(300), result.back().maxMs());
        assertEquals(new FailoverResult.Total(1, 2), result.affectedMoves());
        assertEquals(new FailoverResult.Total(1, 2), result.reconnects());
        assertEquals(List.of(0L, 1L, 1L), result.affectedAfter());
        assertEquals(List.of(0L, 2L, 2L), result.allAfter());
        assertEquals(0, result.bystandersCutCount() + result.bystandersMovedCount() + result.bystandersMissingCount());
    }

    @Test
    void shouldCountWhoNeverComesBackAsTheLast() {
        begin(FailoverEvent.KILL);
        books.onCut(0, "reset");
        books.onCut(1, "reset");
        books.onFailedAttempt(1, "refused");
        books.onFailedAttempt(1, "refused");
        books.onFailedAttempt(1, "answered 503");
        reply(0, B2, 150);
        final FailoverResult result = result(FailoverEvent.KILL, 1000);
        assertEquals(OptionalDouble.of(50), result.back().p50Ms());
        assertEquals(OptionalDouble.empty(), result.back().p99Ms());
        assertEquals(OptionalDouble.empty(), result.back().maxMs());
        assertEquals(1, result.missingCount());
        assertEquals(2, result.bystandersMissingCount());
        assertEquals(3, result.failedAttemptCount());
        assertEquals("2 x refused; 1 x answered 503", result.failures());
        assertEquals(List.of(0L, 1L, 0L), result.affectedAfter());
    }

    @Test
    void shouldNotTakeAReplyForABackThatWasAskedForBefore() {
        begin(FailoverEvent.FREEZE);
        books.onReply(2, B2, ms(99), ms(101));
        assertEquals(CLIENTS, books.missingCount());
        books.onGivenUp(2);
        reply(2, B1, 600);
        final FailoverResult result = result(FailoverEvent.FREEZE, 1000);
        assertEquals(1, result.affectedCount());
        assertEquals(0, result.cutCount());
        assertEquals(1, result.gaveUpCount());
        assertEquals(OptionalDouble.of(500), result.back().maxMs());
    }

    @Test
    void shouldNotTakeTheLastReplyOfADyingConnectionForABack() {
        begin(FailoverEvent.RESTART);
        reply(3, B3, 101);
        books.onCut(3, "closed with 1001");
        assertTrue(books.missingCount() == CLIENTS);
        reply(3, B1, 350);
        assertEquals(
                OptionalDouble.of(250),
                result(FailoverEvent.RESTART, 1000).back().maxMs());
    }

    @Test
    void shouldCountEveryMoveAndReconnectWhenAClientIsSentAround() {
        begin(FailoverEvent.KILL);
        books.onCut(0, "reset");
        reply(0, B2, 200);
        books.onCut(0, "reset");
        reply(0, B3, 300);
        books.onGivenUp(0);
        reply(0, B3, 400);
        final FailoverResult result = result(FailoverEvent.KILL, 1000);
        assertEquals(new FailoverResult.Total(2, 2), result.affectedMoves());
        assertEquals(new FailoverResult.Total(3, 3), result.reconnects());
        assertEquals(1, result.cutCount());
        assertEquals(1, result.gaveUpCount());
        assertEquals(OptionalDouble.of(100), times(0), "it was back with the first of them");
    }

    @Test
    void shouldCountAsMissingWhoWasBackAndIsLostAgain() {
        begin(FailoverEvent.KILL);
        books.onCut(0, "reset");
        reply(0, B2, 200);
        books.onCut(0, "reset");
        reply(1, B1, 200);
        final FailoverResult result = result(FailoverEvent.KILL, 1000);
        assertEquals(1, result.missingCount());
        assertEquals(OptionalDouble.empty(), result.back().maxMs());
        assertEquals(List.of(1L, 0L, 0L), result.affectedAfter());
    }

    @Test
    void shouldTellBystandersThatWereCutOrMoved() {
        begin(FailoverEvent.KILL);
        books.onCut(2, "reset");
        reply(2, B2, 200);
        books.onGivenUp(3);
        reply(3, B2, 300);
        final FailoverResult result = result(FailoverEvent.KILL, 1000);
        assertEquals(2, result.bystandersCutCount());
        assertEquals(1, result.bystandersMovedCount());
        assertEquals("1 x reset; 1 x no reply", books.losses());
    }

    @Test
    void shouldSeeWhoMovesWhenABackendReturnsOrEverybodyReconnects() {
        begin(FailoverEvent.RETURN);
        reply(0, B2, 200);
        assertEquals(1, result(FailoverEvent.RETURN, 1000).bystandersMovedCount());
        begin(FailoverEvent.RECONNECT);
        for (int client = 0; client < CLIENTS; client++) {
            books.onLeft(client);
            assertEquals(client, books.reconnectedCount());
            reply(client, B3, 200);
        }
        final FailoverResult result = result(FailoverEvent.RECONNECT, 1000);
        assertEquals(0, result.affectedCount());
        assertEquals(0, result.bystandersCutCount());
        assertEquals(3, result.bystandersMovedCount(), "one was there already");
        assertEquals(List.of(0L, 0L, 4L), result.allAfter());
    }

    @Test
    void shouldTakeForAffectedByTheThawWhoHadNoReplyBefore() {
        begin(FailoverEvent.FREEZE);
        for (int client = 0; client < CLIENTS; client++) {
            if (PLACES[client] != B2) {
                reply(client, PLACES[client], 150);
            }
        }
        assertEquals(1, books.missingCount());
        begin(FailoverEvent.THAW);
        reply(2, B2, 130);
        final FailoverResult result = result(FailoverEvent.THAW, 1000);
        assertEquals(1, result.affectedCount());
        assertEquals(OptionalDouble.of(30), result.back().maxMs());
        assertEquals(new FailoverResult.Total(0, 0), result.reconnects(), "it had its connection all the time");
    }

    @Test
    void shouldWriteALineForEachClientThatAnythingHappenedTo() {
        begin(FailoverEvent.KILL);
        books.onCut(0, "reset");
        reply(0, B2, 200);
        reply(1, B1, 120);
        reply(2, B2, 120);
        reply(3, B3, 120);
        final List<String> lines = books.clientLines();
        assertEquals(List.of("0,true,b1,b2,true,1,0,0,1,1,100.0", "1,true,b1,b1,true,0,0,0,0,0,20.0"), lines);
        final int columns = Observation.CLIENT_HEADER.split(",", -1).length;
        lines.forEach(line -> assertEquals(columns, line.split(",", -1).length));
    }

    @Test
    void shouldLeaveTheBooksOfTheLastEventAsTheyAre() {
        begin(FailoverEvent.KILL);
        reply(0, B2, 200);
        final FailoverResult before = result(FailoverEvent.KILL, 1000);
        final Observation closed = books;
        begin(FailoverEvent.RETURN);
        books.onCut(0, "reset");
        reply(1, B3, 300);
        assertEquals(before, closed.result("x", FailoverEvent.KILL, ms(1000)));
        assertFalse(books.clientLines().isEmpty());
    }

    private void begin(FailoverEvent event) {
        books = books.next(event, ms(100));
    }

    private void reply(int client, int backend, long atMs) {
        books.onReply(client, backend, ms(atMs), ms(atMs));
    }

    private FailoverResult result(FailoverEvent event, long endMs) {
        return books.result("x", event, ms(endMs));
    }

    private OptionalDouble times(int client) {
        return books.clientLines().stream()
                .filter(line -> line.startsWith(client + ","))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
                .findFirst();
    }

    private static long ms(long value) {
        return TimeUnit.MILLISECONDS.toNanos(value);
    }
}
