package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.HealthSettings;
import io.fairlead.core.loop.LimitSettings;
import io.fairlead.core.loop.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What health, limits and backends are set to, and what is refused. */
final class HealthContextTest {
    private static final InetSocketAddress BACKEND = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);

    @Test
    void shouldConcludeToDefaultsWhenNothingIsSet() {
        final HealthSettings settings = new HealthContext().conclude();
        assertEquals(
                new HealthSettings(
                        new HealthSettings.Checks(
                                CheckKind.OFF,
                                ns(2000),
                                ns(500),
                                ns(1000),
                                2,
                                3,
                                true,
                                "GET",
                                "/",
                                null,
                                200,
                                399,
                                ns(2000)),
                        new HealthSettings.Ejections(3, ns(10_000), ns(320_000), 50),
                        50,
                        Failback.KEEP,
                        false,
                        ns(30_000)),
                settings);
    }

    @Test
    void shouldTakeEverySettingOver() {
        final HealthSettings settings = new HealthContext()
                .check(CheckKind.HTTP)
                .checkInterval(Duration.ofSeconds(8))
                .fastCheckInterval(Duration.ofSeconds(3))
                .checkTimeout(Duration.ofSeconds(1))
                .rise(4)
                .fall(5)
                .startsUp(false)
                .checkRequest("OPTIONS", "*", "chat.example:81")
                .checkStatus(204, 204)
                .agentInterval(Duration.ofSeconds(7))
                .ejectAfter(9)
                .ejection(Duration.ofSeconds(2), Duration.ofSeconds(6))
                .ejectionShare(10)
                .panicThreshold(0)
                .failback(Failback.OWNER)
                .endsConnections(true)
                .slowStart(Duration.ZERO)
                .conclude();
        assertEquals(
                new HealthSettings(
                        new HealthSettings.Checks(
                                CheckKind.HTTP,
                                ns(8000),
                                ns(3000),
                                ns(1000),
                                4,
                                5,
                                false,
                                "OPTIONS",
                                "*",
                                "chat.example:81",
                                204,
                                204,
                                ns(7000)),
                        new HealthSettings.Ejections(9, ns(2000), ns(6000), 10),
                        0,
                        Failback.OWNER,
                        true,
                        0),
                settings);
    }

    @ParameterizedTest
    @CsvSource({"2000, 500", "400, 100", "200, 100", "50, 50"})
    void shouldCheckFourTimesAsFastInTransitionByDefault(long intervalMs, long fastMs) {
        final HealthSettings settings =
                new HealthContext().checkInterval(Duration.ofMillis(intervalMs)).conclude();
        assertEquals(ns(fastMs), settings.checks().fastIntervalNs());
        assertEquals(ns(intervalMs) / 2, settings.checks().timeoutNs());
    }

    @Test
    void shouldStartUpWhenNothingIsChecked() {
        assertTrue(new HealthContext().startsUp(false).conclude().checks().startsUp(), "or it never would be");
    }

    @Test
    void shouldSayWhatIsWrongWithHealth() {
        assertWrong("the check interval must be positive, not PT0S", health -> health.checkInterval(Duration.ZERO));
        assertWrong(
                "the check interval must be positive, not PT-1S",
                health -> health.checkInterval(Duration.ofSeconds(-1)));
        assertWrong(
                "the fast check interval must be positive, not PT0S",
                health -> health.fastCheckInterval(Duration.ZERO));
        assertWrong(
                "the fast check interval must not be longer than the check interval",
                health -> health.fastCheckInterval(Duration.ofSeconds(3)));
        assertWrong("the check time-out must be positive, not PT0S", health -> health.checkTimeout(Duration.ZERO));
        assertWrong("the agent interval must be positive, not PT0S", health -> health.agentInterval(Duration.ZERO));
        assertWrong("the rise must be from 1 to 1000, not 0", health -> health.rise(0));
        assertWrong("the rise must be from 1 to 1000, not 1001", health -> health.rise(1001));
        assertWrong("the fall must be from 1 to 1000, not 0", health -> health.fall(0));
        assertWrong("the failures that eject must be from 0 to 1000, not -1", health -> health.ejectAfter(-1));
        assertWrong(
                "the share that may be ejected must be from 0 to 100, not 101", health -> health.ejectionShare(101));
        assertWrong("the panic threshold must be from 0 to 100, not -1", health -> health.panicThreshold(-1));
        assertWrong(
                "the ejection time must be positive, not PT0S",
                health -> health.ejection(Duration.ZERO, Duration.ofSeconds(1)));
        assertWrong(
                "the longest ejection must not be shorter than the first",
                health -> health.ejection(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertWrong("the slow start must be positive, not PT-1S", health -> health.slowStart(Duration.ofSeconds(-1)));
        assertWrong(
                "a check's method must be a word such as GET, not 'GET /'",
                health -> health.checkRequest("GET /", "/", null));
        assertWrong(
                "a check's path must begin with '/' and have no spaces: '/ HTTP/1.1\r\nX: y'",
                health -> health.checkRequest("GET", "/ HTTP/1.1\r\nX: y", null));
        assertWrong(
                "a check's path must begin with '/' and have no spaces: 'chat'",
                health -> health.checkRequest("GET", "chat", null));
        assertWrong(
                "a check's host must have no spaces: 'a\r\nb'", health -> health.checkRequest("GET", "/", "a\r\nb"));
        assertWrong("a check's host must have no spaces: ''", health -> health.checkRequest("GET", "/", ""));
        for (final int[] range : new int[][] {{99, 200}, {300, 200}, {200, 600}}) {
            assertWrong(
                    "the statuses that pass a check must be a range within 100 to 599, not " + range[0] + " to "
                            + range[1],
                    health -> health.checkStatus(range[0], range[1]));
        }
    }

    @Test
    void shouldRefuseARequestThatIsTooLong() {
        final String path = "/" + "x".repeat(1023);
        new HealthContext().checkRequest("GET", path, null).conclude();
        assertThrows(
                IllegalArgumentException.class,
                () -> new HealthContext().checkRequest("GET", path + "x", null).conclude());
    }

    @Test
    void shouldKeepDescriptorsForChecksAndAgents() {
        final int plain = slots(context -> {});
        final int checked = slots(context -> context.health().check(CheckKind.TCP));
        final int asked = slots(context -> {
            context.health().check(CheckKind.TCP);
            context.backend(new BackendContext(BACKEND).name("b3").agentPort(9));
        });
        assertEquals(plain - 1, checked, "one each for two backends, and two make a connection");
        assertEquals(checked - 1, asked);
    }

    @Test
    void shouldConcludeLimits() {
        assertEquals(new LimitSettings(0, 0, 1, 256), new LimitContext().conclude());
        assertEquals(
                new LimitSettings(5, 10, 30, 0),
                new LimitContext()
                        .sourceConnections(5)
                        .sourceRate(10, 30)
                        .hotSourceFloor(0)
                        .conclude());
        assertEquals(10, new LimitContext().sourceRate(10, 0).conclude().sourceBurst());
    }

    @Test
    void shouldSayWhatIsWrongWithLimits() {
        assertWrongLimit(
                "the connections of a source must be from 0 to 2147483647, not -1",
                limits -> limits.sourceConnections(-1));
        assertWrongLimit(
                "the accepts a second of a source must be from 0 to 1000000, not 1000001",
                limits -> limits.sourceRate(1_000_001, 0));
        assertWrongLimit(
                "the accepts at once of a source must be from 0 to 1000000, not -1",
                limits -> limits.sourceRate(1, -1));
        assertWrongLimit(
                "the connections of a hot source must be from 0 to 2147483647, not -1",
                limits -> limits.hotSourceFloor(-1));
    }

    @Test
    void shouldConcludeABackend() {
        assertEquals(
                new Settings.BackendSettings("127.0.0.1:9001", BACKEND, 1, List.of(), 0, false, null),
                new BackendContext(BACKEND).conclude());
        assertEquals(
                new Settings.BackendSettings(
                        "b1",
                        BACKEND,
                        7,
                        List.of(InetAddress.getLoopbackAddress()),
                        5,
                        true,
                        new InetSocketAddress(BACKEND.getAddress(), 99)),
                new BackendContext(BACKEND)
                        .name("b1")
                        .weight(7)
                        .sources(List.of(InetAddress.getLoopbackAddress()))
                        .connectionLimit(5)
                        .backup(true)
                        .agentPort(99)
                        .conclude());
    }

    @Test
    void shouldSayWhatIsWrongWithABackend() {
        assertWrongBackend(
                "a backend's connection limit must be at least 1, or 0 for none, not -1",
                backend -> backend.connectionLimit(-1));
        assertWrongBackend(
                "an agent's port must be from 1 to 65535, or 0 for none, not 65536",
                backend -> backend.agentPort(65_536));
        assertWrongBackend(
                "an agent's port must be from 1 to 65535, or 0 for none, not -1", backend -> backend.agentPort(-1));
        assertWrongBackend("the weight must be from 1 to 1000000, not 0", backend -> backend.weight(0));
        assertWrongBackend("a backend's name is " + BalancerContext.NAME_RULE, backend -> backend.name("a b"));
        assertNull(new BackendContext(BACKEND).agentPort(0).conclude().agent());
        assertFalse(new BackendContext(BACKEND).conclude().isBackup());
    }

    private static int slots(Consumer<BalancerContext> change) {
        final BalancerContext context = new BalancerContext()
                .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .backend("b1", BACKEND, 1)
                .backend("b2", BACKEND, 1);
        change.accept(context);
        return context.conclude(1000, 1L << 30, false).connectionLimit();
    }

    private static void assertWrong(String message, Consumer<HealthContext> change) {
        final HealthContext health = new HealthContext();
        change.accept(health);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, health::conclude).getMessage());
    }

    private static void assertWrongLimit(String message, Consumer<LimitContext> change) {
        final LimitContext limits = new LimitContext();
        change.accept(limits);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, limits::conclude).getMessage());
    }

    private static void assertWrongBackend(String message, Consumer<BackendContext> change) {
        final BackendContext backend = new BackendContext(BACKEND);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> change.accept(backend))
                        .getMessage());
    }

    private static long ns(long ms) {
        return Duration.ofMillis(ms).toNanos();
    }
}
