package io.fairlead.core.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.rules.AgentAnswer;
import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BackendNotice;
import io.fairlead.core.status.BackendState;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.Notice;
import io.fairlead.core.status.PanicNotice;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backends are well, and what becomes of connections when one is not. */
final class HealthTest {
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String CLIENT = "127.0.0.9";

    @Test
    void shouldTakeFirstCheckAtItsWord() {
        final TestBackend[] backends = backends(2);
        backends[0].down();
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 0, 1);
            assertEquals(List.of("down: the first check failed: connection refused"), harness.told("b1"));
            awaitChecks(harness, backends[1], 1, 0);
            assertEquals(List.of(), harness.told("b2"));
        }
    }

    @Test
    void shouldFallAndRiseWithConsecutiveResults() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            backends[0].down();
            awaitChecks(harness, backends[0], 1, 2);
            assertEquals(BackendState.ACTIVE, harness.stateOf(backends[0]));
            backends[0].up();
            awaitChecks(harness, backends[0], 2, 2);
            backends[0].down();
            awaitChecks(harness, backends[0], 2, 4);
            assertEquals(BackendState.ACTIVE, harness.stateOf(backends[0]), "the run was broken");
            awaitChecks(harness, backends[0], 2, 5);
            assertEquals(BackendState.DOWN, harness.stateOf(backends[0]));
            backends[0].up();
            awaitChecks(harness, backends[0], 3, 5);
            assertEquals(BackendState.DOWN, harness.stateOf(backends[0]));
            awaitChecks(harness, backends[0], 4, 5);
            assertEquals(
                    List.of("down: checks failed: 3, last: connection refused", "active: checks passed: 2"),
                    harness.told("b1"));
            assertEquals(1, harness.count(backends[0], BackendCounter.TIMES_DOWN));
        }
    }

    @Test
    void shouldTellWhatIsLeftWhenABackendGoesDown() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(health -> {}, backends)) {
            final TestBackend owner = harness.order(CLIENT).get(0);
            harness.openWebSocket(CLIENT);
            fail(harness, owner);
            final BackendNotice notice = (BackendNotice) harness.notices.get(0);
            assertEquals(1, harness.notices.size());
            assertEquals(owner.name(), notice.backend());
            assertEquals(BackendState.ACTIVE, notice.from());
            assertEquals(BackendState.DOWN, notice.to());
            assertEquals(1, notice.connections());
            assertEquals(2, notice.acceptingCount());
            assertEquals(3, notice.backendCount());
            assertEquals(harness.clock.nanoTime() / 1_000_000, notice.timeMs());
        }
    }

    /** Else all who come first would be sent, and pinned, to the first backend that passes. */
    @Test
    void shouldServeNobodyBeforeAllWereCheckedWhenBackendsStartDown() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(health -> health.startsUp = false, backends)) {
            harness.transport.hangingAddress = backends[0].settings().address();
            awaitChecks(harness, backends[1], 1, 0);
            awaitChecks(harness, backends[2], 1, 0);
            assertEquals(List.of(), harness.told("b2"));
            for (final TestBackend backend : backends) {
                assertEquals(BackendState.DOWN, harness.stateOf(backend));
            }
            assertFalse(harness.status.panicking(), "none is of the pool yet");
            awaitChecks(harness, backends[0], 0, 1);
            assertEquals(List.of("active: the first check passed"), harness.told("b2"));
            assertEquals(List.of("active: the first check passed"), harness.told("b3"));
            assertEquals(List.of("down: the first check failed: connect timed out"), harness.told("b1"));
            for (int i = 0; i < 20; i++) {
                assertFalse(visit(harness, "127.0.0." + (10 + i)).equals("b1"));
            }
            harness.transport.releaseHanging();
            awaitState(harness, backends[0], BackendState.ACTIVE);
        }
    }

    /** One that is added later is not waited for, and is not of the pool before its check. */
    @Test
    void shouldLeaveOutWhomNobodyHasVouchedForEvenInAPanic() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> health.startsUp = false, backends);
                TestBackend added = new TestBackend("added", 1, 0)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            fail(harness, backends[1]);
            assertTrue(harness.status.panicking());
            backends[0].up();
            backends[1].up();
            harness.transport.hangingAddress = added.settings().address();
            harness.loop.addBackend(added.settings());
            for (int i = 0; i < 20; i++) {
                assertFalse(visit(harness, "127.0.0." + (10 + i)).equals("added"));
            }
            assertTrue(harness.status.panicking(), "no time has passed");
        }
    }

    @Test
    void shouldAnswer503WhenNobodyWasVouchedFor() {
        try (LoopHarness harness = start(health -> health.startsUp = false, backends(1))) {
            harness.transport.isConnectHanging = true;
            harness.connect().send(Handshake.REQUEST);
            harness.stepUntil(() -> harness.count(LoopCounter.LINGERING_ACTIVE) == 1, "it is answered");
            assertEquals(
                    "not checked yet", harness.statusOf(harness.backends.get(0)).reason());
            harness.advance(Duration.ofSeconds(2));
            assertEquals(1, harness.terminations(TerminationCause.NO_BACKEND));
        }
    }

    @Test
    void shouldEjectAfterConsecutiveConnectFailuresAndLetItBackOnProbation() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(HealthTest::unchecked, backends)) {
            final TestBackend owner = harness.order(CLIENT).get(0);
            owner.down();
            final String second = harness.order(CLIENT).get(1).name();
            for (int i = 0; i < 2; i++) {
                assertEquals(second, visit(harness, fresh(harness, owner, i)));
                assertEquals(BackendState.ACTIVE, harness.stateOf(owner));
            }
            visit(harness, fresh(harness, owner, 2));
            assertEquals(BackendState.EJECTED, harness.stateOf(owner));
            assertEquals(1, harness.count(owner, BackendCounter.TIMES_EJECTED));
            assertEquals(3, harness.count(owner, BackendCounter.CONNECT_REFUSED));
            final List<String> told = harness.told(owner.name());
            assertTrue(
                    told.get(0)
                            .matches(
                                    "ejected: connecting it failed repeatedly, last: connection refused; for 1[01]\\.\\d s"),
                    told::toString);
            visit(harness, fresh(harness, owner, 3));
            assertEquals(3, harness.count(owner, BackendCounter.CONNECT_REFUSED), "it is left alone");
            harness.advance(Duration.ofSeconds(9));
            assertEquals(BackendState.EJECTED, harness.stateOf(owner));
            harness.advance(Duration.ofSeconds(3));
            assertEquals(
                    "active: its ejection is over; the next failure begins another",
                    harness.told(owner.name()).get(1));
            visit(harness, fresh(harness, owner, 4));
            assertEquals(BackendState.EJECTED, harness.stateOf(owner), "one failure suffices");
            final String again = harness.told(owner.name()).get(2);
            assertTrue(again.matches(".*; for 2[012]\\.\\d s"), "twice as long: " + again);
            harness.advance(Duration.ofSeconds(24));
            owner.up();
            visit(harness, fresh(harness, owner, 5));
            owner.down();
            visit(harness, fresh(harness, owner, 6));
            visit(harness, fresh(harness, owner, 7));
            assertEquals(BackendState.ACTIVE, harness.stateOf(owner), "the probation was passed");
        }
    }

    @Test
    void shouldEndEjectionEarlyWhenChecksPass() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(health -> health.fall = 1000, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            final Backend backend = harness.backend("b1");
            for (int i = 0; i < 3; i++) {
                harness.loop
                        .health()
                        .onConnectFailed(
                                backend, "connection refused", harness.clock.nanoTime(), harness.clock.nanoTime());
            }
            assertEquals(BackendState.EJECTED, harness.stateOf(backends[0]));
            harness.advanceUntil(() -> harness.stateOf(backends[0]) == BackendState.ACTIVE, TICK, "it is back");
            assertEquals("active: checks passed: 2", harness.told("b1").get(1));
            assertEquals(3, harness.count(backends[0], BackendCounter.CHECKS_PASSED));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 34, 50, 100})
    void shouldNeverEjectMoreThanTheShare(int share) {
        try (LoopHarness harness = start(
                health -> {
                    unchecked(health);
                    health.ejectionShare = share;
                },
                backends(3))) {
            for (int round = 0; round < 5; round++) {
                for (final TestBackend backend : harness.backends) {
                    harness.loop
                            .health()
                            .onConnectFailed(
                                    harness.backend(backend.name()),
                                    "unreachable",
                                    harness.clock.nanoTime(),
                                    harness.clock.nanoTime());
                }
            }
            final long ejectedCount = harness.backends.stream()
                    .filter(backend -> harness.stateOf(backend) == BackendState.EJECTED)
                    .count();
            assertEquals(3 * share / 100, ejectedCount);
        }
    }

    @Test
    void shouldNeverEjectTheOnlyOne() {
        final TestBackend[] backends = backends(1);
        backends[0].down();
        try (LoopHarness harness = start(HealthTest::unchecked, backends)) {
            for (int i = 0; i < 6; i++) {
                harness.connect().send("\u0000");
                harness.stepUntilEnded(i + 1);
            }
            assertEquals(6, harness.count(backends[0], BackendCounter.CONNECT_REFUSED));
            assertEquals(BackendState.ACTIVE, harness.stateOf(backends[0]));
            assertEquals(List.of(), harness.notices);
        }
    }

    @Test
    void shouldNotBeMovedByUnansweredUpgradesWhenNothingIsChecked() {
        try (LoopHarness harness = start(HealthTest::unchecked, backends(2))) {
            for (int i = 0; i < 10; i++) {
                hangUp(harness, "127.0.1." + i);
            }
            assertEquals(List.of(), harness.notices);
            assertTrue(harness.count(harness.backends.get(0), BackendCounter.UPGRADES_UNANSWERED) >= 10);
        }
    }

    @Test
    void shouldNotBeMovedByUnansweredUpgradesWhenChecksPass() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            awaitChecks(harness, backends[1], 1, 0);
            for (int i = 0; i < 10; i++) {
                hangUp(harness, "127.0.1." + i);
                harness.advance(Duration.ofMillis(200));
            }
            assertEquals(List.of(), harness.notices);
        }
    }

    @Test
    void shouldGoDownSoonWhenUpgradesAreUnansweredAndChecksAgree() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            for (int i = 0; i < 3; i++) {
                harness.loop.health().onUnanswered(harness.backend("b1"), i, harness.clock.nanoTime());
            }
            backends[0].down();
            final long startNs = harness.clock.nanoTime();
            awaitChecks(harness, backends[0], 1, 2);
            assertEquals(
                    List.of("down: upgrades were not answered, and the check agrees: connection refused"),
                    harness.told("b1"));
            assertTrue(
                    harness.clock.nanoTime() - startNs
                            <= Duration.ofMillis(1100).toNanos(),
                    "it was checked soon");
        }
    }

    @Test
    void shouldNotBeSuspectedAnyLongerWhenAnUpgradeIsAnswered() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            final Backend backend = harness.backend("b1");
            for (int i = 0; i < 3; i++) {
                harness.loop.health().onUnanswered(backend, i, harness.clock.nanoTime());
            }
            harness.loop.health().onAnswered(backend);
            backends[0].down();
            awaitChecks(harness, backends[0], 1, 1);
            assertEquals(BackendState.ACTIVE, harness.stateOf(backends[0]), "one lost check is no failure");
        }
    }

    @Test
    void shouldNotBeTakenInByAHostileClient() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitChecks(harness, backends[0], 1, 0);
            awaitChecks(harness, backends[1], 1, 0);
            for (int i = 0; i < 30; i++) {
                final TestPeer malformed = harness.connect("127.0.2." + i);
                malformed.send("GET / HTTP/1.1\r\nUpgrade: websocket\r\nno colon\r\n\r\n");
                final TestPeer halfOpen = harness.connect("127.0.3." + i);
                halfOpen.send("GET / HTTP/1.1\r\nUpgra");
                final TestPeer gone = harness.connect("127.0.4." + i);
                gone.send(Handshake.REQUEST);
                gone.reset();
                hangUp(harness, "127.0.5." + i);
                harness.advance(Duration.ofMillis(500));
                halfOpen.reset();
                harness.advance(Duration.ofMillis(1200));
            }
            assertEquals(List.of(), harness.notices);
            for (final TestBackend backend : backends) {
                assertEquals(BackendState.ACTIVE, harness.stateOf(backend));
                assertEquals(0, harness.count(backend, BackendCounter.TIMES_EJECTED));
                assertEquals(0, harness.count(backend, BackendCounter.TIMES_DOWN));
            }
        }
    }

    @Test
    void shouldSendToAllInAPanicAndSaySo() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            assertFalse(harness.status.panicking(), "two of three are well");
            fail(harness, backends[1]);
            assertTrue(harness.status.panicking());
            assertEquals(1, harness.count(LoopCounter.PANICS));
            final PanicNotice begin = (PanicNotice) harness.notices.get(harness.notices.size() - 1);
            assertTrue(begin.begins());
            assertEquals(33, begin.healthyPercent());
            assertEquals(50, begin.threshold());
            // It does not say that they are well: a server that fails its checks may still take connections.
            final String client = ownedBy(harness, backends[0]);
            backends[0].up();
            assertEquals("b1", visit(harness, client));
            backends[1].up();
            awaitState(harness, backends[1], BackendState.ACTIVE);
            assertFalse(harness.status.panicking());
            final List<Notice> panics = panics(harness);
            assertEquals(2, panics.size());
            assertFalse(((PanicNotice) panics.get(1)).begins());
            assertEquals(1, harness.count(LoopCounter.PANICS));
        }
    }

    @Test
    void shouldRetryOnAHealthyOneInAPanic() {
        final TestBackend[] backends = backends(4);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            fail(harness, backends[1]);
            fail(harness, backends[2]);
            assertTrue(harness.status.panicking());
            for (int i = 0; i < 10; i++) {
                assertEquals("b4", visit(harness, "127.0.6." + i), "at most one attempt fails");
            }
        }
    }

    @Test
    void shouldNotPanicWhenItsThresholdIsZero() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> health.panicThreshold = 0, backends)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            fail(harness, backends[1]);
            assertFalse(harness.status.panicking());
            harness.connect().send("\u0000");
            harness.stepUntilEnded(1);
            assertEquals(1, harness.terminations(TerminationCause.NO_BACKEND));
        }
    }

    @Test
    void shouldNotCountDrainedOnesAsFailed() {
        final TestBackend[] backends = backends(4);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            harness.loop.drainBackend("b1", true);
            harness.loop.drainBackend("b2", true);
            harness.loop.drainBackend("b3", true);
            assertFalse(harness.status.panicking());
            harness.loop.drainBackend("b3", false);
            fail(harness, backends[2]);
            assertFalse(harness.status.panicking(), "one of the two that count is well");
            assertEquals("b4", visit(harness, CLIENT));
        }
    }

    @Test
    void shouldLetBackupsJoinWhenTooFewOthersAreWell() {
        final TestBackend[] backends = backends(3);
        backends[2].isBackup = true;
        try (LoopHarness harness = start(health -> health.panicThreshold = 60, backends)) {
            awaitAllChecked(harness);
            final String client = ownedBy(harness, backends[0], backends[1]);
            assertEquals("b1", visit(harness, client));
            fail(harness, backends[0]);
            final Map<String, Integer> shares = new HashMap<>();
            for (int i = 0; i < 40; i++) {
                shares.merge(visit(harness, "127.0.7." + i), 1, Integer::sum);
            }
            assertTrue(shares.getOrDefault("b3", 0) > 0, () -> "half is less than 60 percent: " + shares);
            assertFalse(harness.status.panicking(), "with the backup there are enough");
            backends[0].up();
            awaitState(harness, backends[0], BackendState.ACTIVE);
            for (int i = 0; i < 40; i++) {
                final String backend = visit(harness, "127.0.8." + i);
                assertTrue(!backend.equals("b3"), "it stands by again");
            }
        }
    }

    @Test
    void shouldSendAllToTheBackupWhenNoOtherIsWell() {
        final TestBackend[] backends = backends(2);
        backends[1].isBackup = true;
        try (LoopHarness harness = start(health -> health.panicThreshold = 0, backends)) {
            awaitAllChecked(harness);
            assertEquals("b1", visit(harness, CLIENT));
            fail(harness, backends[0]);
            assertEquals("b2", visit(harness, "127.0.0.10"));
            backends[0].up();
            awaitState(harness, backends[0], BackendState.ACTIVE);
            assertEquals("b1", visit(harness, "127.0.0.11"));
            assertEquals("b2", visit(harness, "127.0.0.10"), "nobody who is pinned moves");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "LEAST_CONNECTIONS"})
    void shouldGrowSlowlyWhenPolicyLooksAtLoad(BalancePolicy policy) {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(
                settings -> {
                    settings.policy = policy;
                    settings.pinning = false;
                },
                health -> health.slowStart = Duration.ofSeconds(30),
                backends)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            backends[0].up();
            awaitState(harness, backends[0], BackendState.ACTIVE);
            // A tenth of a share to a whole one: the last of eleven.
            final List<LoopHarness.WebSocketPair> held = new ArrayList<>();
            assertEquals(1, countOf(harness, backends[0], 11, held), "in the beginning");
            end(harness, held);
            harness.advance(Duration.ofSeconds(31));
            assertEquals(5, countOf(harness, backends[0], 10, held), "in the end");
        }
    }

    @Test
    void shouldNeverChangeOwnersBySlowStart() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(
                settings -> settings.pinning = false, health -> health.slowStart = Duration.ofSeconds(30), backends)) {
            awaitAllChecked(harness);
            fail(harness, backends[0]);
            backends[0].up();
            awaitState(harness, backends[0], BackendState.ACTIVE);
            for (int i = 0; i < 20; i++) {
                final String client = "127.0.9." + i;
                assertEquals(harness.order(client).get(0).name(), visit(harness, client));
            }
        }
    }

    @Test
    void shouldMoveKeptRequestsAtOnceWhenBackendIsFoundDown() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            final TestBackend other = harness.order(CLIENT).get(1);
            final TestPeer client = harness.connect(CLIENT).send(Handshake.REQUEST);
            final TestPeer left = harness.awaitRequest(Handshake.REQUEST);
            fail(harness, owner);
            harness.advance(SECOND);
            harness.stepUntil(left::isOver, "the backend that is down is left");
            final TestPeer peer = harness.awaitRequest(Handshake.REQUEST);
            assertEquals(other, harness.backendOf(peer));
            peer.send(Handshake.ANSWER);
            harness.stepUntil(() -> client.text().equals(Handshake.ANSWER), "the client notices nothing");
            assertEquals(other.name(), harness.lookUpPin(CLIENT));
        }
    }

    @Test
    void shouldMoveConnectUnderWayWithoutBlameWhenBackendIsFoundDown() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            harness.transport.hangingAddress = owner.settings().address();
            final TestPeer client = harness.connect(CLIENT).send(Handshake.REQUEST);
            harness.stepUntilPhase(client, Phase.CONNECTING);
            harness.loop.health().onAgent(harness.backend(owner.name()), answer("down\n"), harness.clock.nanoTime());
            harness.advance(SECOND, Duration.ofMillis(100));
            final TestPeer peer = harness.awaitRequest(Handshake.REQUEST);
            assertEquals(harness.order(CLIENT).get(1), harness.backendOf(peer));
            assertEquals(0, harness.count(owner, BackendCounter.CONNECT_TIMED_OUT), "it had not had its time");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldEndConnectionsWhenBackendIsDownIfToldTo(boolean endsConnections) {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> health.endsConnections = endsConnections, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            final LoopHarness.WebSocketPair bystander =
                    harness.openWebSocket(ownedBy(harness, harness.order(CLIENT).get(1)));
            fail(harness, owner);
            harness.advance(SECOND, Duration.ofMillis(100));
            assertEquals(endsConnections ? 1 : 0, harness.terminations(TerminationCause.BACKEND_DOWN));
            assertEquals(endsConnections ? 1 : 0, harness.terminations());
            if (endsConnections) {
                harness.stepUntil(() -> pair.client().isOver(), "the client is told");
            } else {
                pair.client().send("still there");
                harness.stepUntil(() -> pair.backend().text().equals("still there"), "it lives on");
            }
            bystander.client().send("here");
            harness.stepUntil(() -> bystander.backend().text().equals("here"), "others live on");
        }
    }

    @Test
    void shouldEndConnectionsOfADrainedBackendThatIsDown() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> health.endsConnections = true, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            harness.openWebSocket(CLIENT);
            harness.loop.drainBackend(owner.name(), true);
            harness.advance(SECOND);
            assertEquals(0, harness.terminations());
            final long failed = harness.count(owner, BackendCounter.CHECKS_FAILED);
            owner.down();
            awaitChecks(harness, owner, -1, failed + 3);
            harness.advance(SECOND);
            assertEquals(1, harness.terminations(TerminationCause.BACKEND_DOWN));
        }
    }

    @Test
    void shouldEndNoConnectionsInAPanic() {
        final TestBackend[] backends = backends(1);
        try (LoopHarness harness = start(health -> health.endsConnections = true, backends)) {
            awaitAllChecked(harness);
            final LoopHarness.WebSocketPair pair = harness.openWebSocket(CLIENT);
            fail(harness, backends[0]);
            assertTrue(harness.status.panicking());
            harness.advance(Duration.ofSeconds(3));
            assertEquals(0, harness.terminations());
            pair.client().send("still there");
            harness.stepUntil(() -> pair.backend().text().equals("still there"), "it lives on");
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldMovePinsBackOnlyIfToldToAndIdle(Failback failback) {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(health -> health.failback = failback, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            final String other = harness.order(CLIENT).get(1).name();
            fail(harness, owner);
            final LoopHarness.WebSocketPair moved = harness.openWebSocket(CLIENT);
            assertEquals(other, harness.backendOf(moved.backend()).name());
            owner.up();
            awaitState(harness, owner, BackendState.ACTIVE);
            assertEquals(other, visit(harness, CLIENT), "those that live stay together");
            final long ended = harness.terminations();
            moved.client().reset();
            harness.stepUntilEnded((int) ended + 1);
            final boolean goesBack = failback == Failback.OWNER;
            assertEquals(goesBack ? owner.name() : other, visit(harness, CLIENT));
            assertEquals(goesBack ? owner.name() : other, harness.lookUpPin(CLIENT));
            assertEquals(0, harness.count(LoopCounter.MISPINS));
        }
    }

    @Test
    void shouldKeepAPinnedClientThatSleptThroughTheFailure() {
        final TestBackend[] backends = backends(3);
        try (LoopHarness harness = start(health -> {}, backends)) {
            awaitAllChecked(harness);
            final TestBackend owner = harness.order(CLIENT).get(0);
            visit(harness, CLIENT);
            fail(harness, owner);
            owner.up();
            awaitState(harness, owner, BackendState.ACTIVE);
            assertEquals(owner.name(), visit(harness, CLIENT));
        }
    }

    @Test
    void shouldTellOfRemovalAndDrain() {
        final TestBackend[] backends = backends(2);
        try (LoopHarness harness = start(HealthTest::unchecked, backends)) {
            harness.loop.drainBackend("b1", true);
            harness.loop.drainBackend("b1", true);
            harness.loop.drainBackend("b1", false);
            harness.loop.removeBackend("b1");
            harness.step();
            assertEquals(
                    List.of(
                            "draining: drained by an operator",
                            "active: resumed by an operator",
                            "removed: removed by an operator"),
                    harness.told("b1"));
        }
    }

    @Test
    void shouldCountNoticesThatNobodyTookInTime() {
        try (LoopHarness harness =
                start(settings -> settings.noticeQueueLength = 2, HealthTest::unchecked, backends(2))) {
            for (int i = 0; i < 3; i++) {
                harness.loop.drainBackend("b1", true);
                harness.loop.drainBackend("b1", false);
            }
            harness.step();
            assertEquals(2, harness.notices.size());
            assertEquals(4, harness.count(LoopCounter.NOTICES_LOST));
        }
    }

    private static void unchecked(TestHealth health) {
        health.kind = CheckKind.OFF;
    }

    private static TestBackend[] backends(int count) {
        final TestBackend[] backends = new TestBackend[count];
        Arrays.setAll(backends, i -> new TestBackend("b" + (i + 1), 1, 0));
        return backends;
    }

    private static LoopHarness start(Consumer<TestHealth> change, TestBackend... backends) {
        return start(settings -> {}, change, backends);
    }

    private static LoopHarness start(
            Consumer<TestSettings> change, Consumer<TestHealth> changeHealth, TestBackend... backends) {
        final TestHealth health = new TestHealth();
        changeHealth.accept(health);
        return LoopHarness.start(
                settings -> {
                    settings.health = health.build();
                    change.accept(settings);
                },
                backends);
    }

    /** Checks of a backend pass and fail so often altogether; whichever is negative does not matter. */
    private static void awaitChecks(LoopHarness harness, TestBackend backend, long passed, long failed) {
        harness.advanceUntil(
                () -> (passed < 0 || harness.count(backend, BackendCounter.CHECKS_PASSED) == passed)
                        && (failed < 0 || harness.count(backend, BackendCounter.CHECKS_FAILED) == failed),
                TICK,
                passed + " checks pass and " + failed + " fail");
    }

    private static void awaitAllChecked(LoopHarness harness) {
        harness.advanceUntil(
                () -> harness.backends.stream()
                        .allMatch(backend -> harness.count(backend, BackendCounter.CHECKS_PASSED) > 0),
                TICK,
                "all are checked");
    }

    private static void awaitState(LoopHarness harness, TestBackend backend, BackendState state) {
        harness.advanceUntil(() -> harness.stateOf(backend) == state, TICK, "it is " + state);
    }

    /** Connects to it are refused until its checks find it down. */
    private static void fail(LoopHarness harness, TestBackend backend) {
        backend.down();
        awaitState(harness, backend, BackendState.DOWN);
    }

    /** A client that no other call gave, whose owner a backend is; among some, or among all. */
    private static String ownedBy(LoopHarness harness, TestBackend owner, TestBackend... others) {
        final List<TestBackend> pool = others.length == 0 ? harness.backends : new ArrayList<>(List.of(others));
        for (int i = 1; i < 255; i++) {
            final String client = "127.1.0." + i;
            final TestBackend first = harness.order(client).stream()
                    .filter(backend -> backend == owner || pool.contains(backend))
                    .findFirst()
                    .orElseThrow();
            if (first == owner) {
                return client;
            }
        }
        throw new IllegalStateException("of 254 none");
    }

    /** The so-many-th client that belongs to a backend. */
    private static String fresh(LoopHarness harness, TestBackend owner, int number) {
        int seen = 0;
        for (int i = 1; i < 255; i++) {
            final String client = "127.2.0." + i;
            final List<TestBackend> order = harness.order(client);
            if (order.get(0) == owner && order.get(1) == harness.order(CLIENT).get(1) && seen++ == number) {
                return client;
            }
        }
        throw new IllegalStateException("of 254 too few");
    }

    /** A client comes with opaque bytes, is served and leaves. @return where. */
    private static String visit(LoopHarness harness, String client) {
        final LoopHarness.WebSocketPair pair = harness.openOpaque(client);
        final String name = harness.backendOf(pair.backend()).name();
        // The first bytes of an answer pin.
        pair.backend().send("a");
        harness.stepUntil(() -> pair.client().text().equals("a"), "it is answered");
        end(harness, new ArrayList<>(List.of(pair)));
        return name;
    }

    private static void end(LoopHarness harness, List<LoopHarness.WebSocketPair> pairs) {
        final int ended = (int) harness.terminations();
        pairs.forEach(pair -> pair.client().reset());
        harness.stepUntilEnded(ended + pairs.size());
        harness.stepUntil(() -> pairs.stream().allMatch(pair -> pair.backend().isOver()), "backends are told");
        pairs.clear();
    }

    private static int countOf(
            LoopHarness harness, TestBackend backend, int count, List<LoopHarness.WebSocketPair> held) {
        int result = 0;
        for (int i = 0; i < count; i++) {
            final LoopHarness.WebSocketPair pair = harness.openOpaque("127.0.10." + (i + 1));
            held.add(pair);
            result += harness.backendOf(pair.backend()) == backend ? 1 : 0;
        }
        return result;
    }

    /** A well-formed upgrade at which every backend hangs up. */
    private static void hangUp(LoopHarness harness, String client) {
        final int ended = (int) harness.terminations();
        final TestPeer peer = harness.connect(client).send(Handshake.REQUEST);
        harness.stepUntil(
                () -> {
                    for (final TestBackend backend : harness.backends) {
                        for (final TestPeer accepted : backend.accepted()) {
                            if (!accepted.isOver() && accepted.text().equals(Handshake.REQUEST)) {
                                accepted.forgetReceived();
                                accepted.finish();
                            }
                        }
                    }
                    return !peer.text().isEmpty();
                },
                "it is answered 503");
        peer.reset();
        harness.stepUntil(() -> harness.terminations() > ended, "it is over");
    }

    private static AgentAnswer answer(String line) {
        final byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        return AgentAnswer.of(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static List<Notice> panics(LoopHarness harness) {
        return harness.notices.stream()
                .filter(notice -> notice instanceof PanicNotice)
                .toList();
    }
}
