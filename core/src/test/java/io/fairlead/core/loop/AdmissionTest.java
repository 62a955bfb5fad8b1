package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.status.LimitKind;
import io.fairlead.core.status.LimitNotice;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a source, and all of them, may take; and that each limit is counted and told of, though not more often than can be read. */
final class AdmissionTest {
    private static final String CLIENT = "127.0.0.9";
    private static final String OTHER = "127.0.0.10";

    @Test
    void shouldCloseWhatASourceHasTooMany() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.limits = new LimitSettings(2, 0, 1, 0))) {
            final LoopHarness.WebSocketPair first = harness.openWebSocket(CLIENT);
            harness.openWebSocket(CLIENT);
            final TestPeer refused = harness.connect(CLIENT);
            harness.stepUntil(refused::isOver, "the third is closed");
            assertEquals("", refused.text());
            assertEquals(1, harness.terminations(TerminationCause.SOURCE_CONNECTIONS));
            harness.openWebSocket(OTHER);
            ChooserTest.end(harness, first);
            harness.openWebSocket(CLIENT);
            assertEquals(1, harness.terminations(TerminationCause.SOURCE_CONNECTIONS));
            assertEquals(List.of("SOURCE_CONNECTIONS 1 127.0.0.9/32"), told(harness));
        }
    }

    @Test
    void shouldForgetWhateverHowItEnded() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> {
            settings.limits = new LimitSettings(1, 0, 1, 0);
            settings.peek = PeekMode.REQUIRED;
        })) {
            final TestPeer malformed = harness.connect(CLIENT).send("\u0000");
            harness.stepUntil(malformed::isOver, "it is closed");
            final TestPeer slow = harness.connect(CLIENT).send("GET / HTTP/1.1\r\n");
            harness.stepUntil(() -> harness.slotOf(slow) >= 0, "it is accepted");
            harness.advance(Duration.ofSeconds(12));
            harness.stepUntil(slow::isOver, "it is closed");
            harness.stepUntilEnded(2);
            harness.backends.get(0).down();
            final TestPeer unlucky = harness.connect(CLIENT).send(Handshake.REQUEST);
            harness.stepUntil(() -> unlucky.text().contains("503"), "nobody is there");
            unlucky.reset();
            harness.stepUntilEnded(3);
            harness.backends.get(0).up();
            harness.openWebSocket(CLIENT);
            assertEquals(0, harness.terminations(TerminationCause.SOURCE_CONNECTIONS));
        }
    }

    @Test
    void shouldCloseWhatASourceConnectsTooFast() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.limits = new LimitSettings(0, 2, 3, 0))) {
            for (int i = 0; i < 3; i++) {
                harness.openWebSocket(CLIENT);
            }
            for (int i = 0; i < 2; i++) {
                final TestPeer refused = harness.connect(CLIENT);
                harness.stepUntil(refused::isOver, "it is too fast");
            }
            assertEquals(2, harness.terminations(TerminationCause.SOURCE_RATE));
            harness.openWebSocket(OTHER);
            harness.advance(Duration.ofMillis(500));
            harness.openWebSocket(CLIENT);
            final TestPeer refused = harness.connect(CLIENT);
            harness.stepUntil(refused::isOver, "it is too fast");
            assertEquals(3, harness.terminations(TerminationCause.SOURCE_RATE));
            assertEquals(3, harness.terminations());
        }
    }

    @Test
    void shouldTellOnceInTenSecondsHowManyThereWere() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.limits = new LimitSettings(1, 0, 1, 0))) {
            harness.openWebSocket(CLIENT);
            refuse(harness, CLIENT, 5);
            assertEquals(List.of("SOURCE_CONNECTIONS 1 127.0.0.9/32"), told(harness), "the first at once");
            harness.openWebSocket(OTHER);
            refuse(harness, OTHER, 2);
            harness.advance(Duration.ofSeconds(9));
            assertEquals(1, told(harness).size());
            harness.advance(Duration.ofSeconds(2));
            assertEquals(
                    List.of("SOURCE_CONNECTIONS 1 127.0.0.9/32", "SOURCE_CONNECTIONS 6 127.0.0.10/32"), told(harness));
            harness.advance(Duration.ofSeconds(30));
            assertEquals(2, told(harness).size(), "nothing to tell");
        }
    }

    @Test
    void shouldTellWhenTheTableIsFull() {
        try (LoopHarness harness = LoopHarness.start(1, settings -> settings.connectionLimit = 2)) {
            harness.openWebSocket(CLIENT);
            harness.openWebSocket(CLIENT);
            harness.connect(CLIENT);
            harness.stepUntil(() -> harness.count(LoopCounter.ACCEPT_PAUSES) > 0, "accepting pauses");
            harness.step();
            assertEquals(LimitKind.CONNECTIONS, notices(harness).get(0).limit());
            assertNull(notices(harness).get(0).example());
            assertEquals(0, harness.terminations());
        }
    }

    @Test
    void shouldOverflowToTheNextAndStayThere() {
        final TestBackend[] backends = {new TestBackend("b1", 1, 0), new TestBackend("b2", 1, 0)};
        backends[0].connectionLimit = 1;
        backends[1].connectionLimit = 2;
        try (LoopHarness harness = LoopHarness.start(settings -> {}, backends)) {
            final String client = clientOf(harness, backends[0], 0);
            final String late = clientOf(harness, backends[0], 1);
            final LoopHarness.WebSocketPair first = harness.openWebSocket(client);
            assertEquals(backends[0], harness.backendOf(first.backend()));
            assertEquals(
                    backends[1], harness.backendOf(harness.openWebSocket(late).backend()));
            assertEquals(1, harness.count(LoopCounter.AFFINITY_OVERFLOW));
            assertEquals("b2", harness.lookUpPin(late));
            assertEquals(List.of("BACKEND_CONNECTIONS 1 b1"), told(harness));
            ChooserTest.end(harness, first);
            assertEquals("b2", ChooserTest.visit(harness, late), "its pin remembers");
            // A pinned client overflows as any other.
            harness.openWebSocket(client);
            assertEquals(
                    backends[1], harness.backendOf(harness.openWebSocket(client).backend()));
            assertEquals(2, harness.count(LoopCounter.AFFINITY_OVERFLOW));
            final TestPeer refused = harness.connect(client).send(Handshake.REQUEST);
            harness.stepUntil(() -> refused.text().startsWith("HTTP/1.1 503 "), "all are full");
            refused.reset();
            harness.stepUntil(() -> harness.terminations(TerminationCause.BACKENDS_FULL) == 1, "and the cause says so");
        }
    }

    private static void refuse(LoopHarness harness, String client, int count) {
        for (int i = 0; i < count; i++) {
            final TestPeer refused = harness.connect(client);
            harness.stepUntil(refused::isOver, "it is one too many");
        }
    }

    private static String clientOf(LoopHarness harness, TestBackend owner, int number) {
        int seen = 0;
        for (int i = 1; i < 255; i++) {
            if (harness.order("127.3.0." + i).get(0) == owner && seen++ == number) {
                return "127.3.0." + i;
            }
        }
        throw new IllegalStateException("of 254 too few");
    }

    private static List<LimitNotice> notices(LoopHarness harness) {
        final List<LimitNotice> limits = new ArrayList<>();
        harness.notices.forEach(notice -> {
            assertTrue(notice instanceof LimitNotice, notice::toString);
            limits.add((LimitNotice) notice);
        });
        return limits;
    }

    private static List<String> told(LoopHarness harness) {
        return notices(harness).stream()
                .map(notice -> notice.limit() + " " + notice.count() + " " + notice.example())
                .toList();
    }
}
