package io.fairlead.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.transport.SocketOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class BalancerContextTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress BACKEND = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9001);
    private static final long DESCRIPTORS = 20_000;
    private static final long DIRECT_LENGTH = 1L << 30;

    @Test
    void shouldConcludeToDefaultsWhenNothingIsSet() {
        final Settings settings =
                new BalancerContext().listen(ANY).backend(BACKEND).conclude(DESCRIPTORS, DIRECT_LENGTH, false);
        assertEquals(List.of(new Settings.Listener(ANY, PeekMode.AUTO)), settings.listeners());
        assertEquals(List.of(new Settings.BackendSettings("127.0.0.1:9001", BACKEND, 1)), settings.backends());
        assertEquals(BalancePolicy.SOURCE, settings.policy());
        assertTrue(settings.pinning());
        assertEquals(Duration.ofHours(1).toNanos(), settings.pinTimeoutNs());
        assertEquals(1_000_000, settings.pinLimit());
        assertEquals(32, settings.clientPrefix4());
        assertEquals(64, settings.clientPrefix6());
        assertEquals(Duration.ofSeconds(5).toNanos(), settings.connectTimeoutNs());
        assertEquals(3, settings.attemptLimit());
        assertEquals(Duration.ofSeconds(10).toNanos(), settings.peekTimeoutNs());
        assertEquals(Duration.ofSeconds(10).toNanos(), settings.upgradeTimeoutNs());
        assertEquals(Duration.ofHours(1).toNanos(), settings.webSocketIdleTimeoutNs());
        assertEquals(Duration.ofMinutes(10).toNanos(), settings.idleTimeoutNs());
        assertEquals(Duration.ofSeconds(30).toNanos(), settings.halfClosedTimeoutNs());
        assertEquals(Duration.ofSeconds(60).toNanos(), settings.stallTimeoutNs());
        assertEquals(16 * 1024, settings.headerLimit());
        assertEquals(144 * 1024, settings.readBufferLength());
        assertTrue(settings.frameTracking());
        assertEquals(0, settings.eventQueueLength(), "nobody listens");
    }

    @Test
    void shouldTakeEverySettingOver() {
        final Settings settings = new BalancerContext()
                .listen(ANY, PeekMode.REQUIRED)
                .backend("b1", BACKEND, 7)
                .policy(BalancePolicy.ROUND_ROBIN)
                .pinning(false)
                .pinTimeout(Duration.ofSeconds(1))
                .pinLimit(2)
                .clientPrefix(24, 56)
                .connectTimeout(Duration.ofSeconds(3))
                .attemptLimit(4)
                .peekTimeout(Duration.ofSeconds(5))
                .upgradeTimeout(Duration.ofSeconds(6))
                .webSocketIdleTimeout(Duration.ofSeconds(7))
                .idleTimeout(Duration.ofSeconds(8))
                .halfClosedTimeout(Duration.ofSeconds(9))
                .stallTimeout(Duration.ofSeconds(10))
                .connectionLimit(11)
                .headerLimit(512)
                .readBufferLength(2048)
                .slabLimit(14)
                .peekSlabLimit(9)
                .pipeLimit(18)
                .backlogLength(16)
                .frameTracking(false)
                .connectionListener(event -> {})
                .eventQueueLength(17)
                .conclude(DESCRIPTORS, DIRECT_LENGTH, true);
        final long secondNs = 1_000_000_000L;
        final Settings expected = new Settings(
                List.of(new Settings.Listener(ANY, PeekMode.REQUIRED)),
                List.of(new Settings.BackendSettings("b1", BACKEND, 7)),
                BalancePolicy.ROUND_ROBIN,
                false,
                secondNs,
                2,
                24,
                56,
                3 * secondNs,
                4,
                5 * secondNs,
                6 * secondNs,
                7 * secondNs,
                8 * secondNs,
                9 * secondNs,
                10 * secondNs,
                secondNs,
                11,
                1,
                512,
                2048,
                14,
                9,
                18,
                16,
                false,
                17,
                0,
                new HealthContext().conclude(),
                new LimitContext().conclude());
        assertEquals(expected, settings);
    }

    @Test
    void shouldLetPeersBeDeadForTwiceTheStallLimitUnlessTold() {
        assertEquals(
                new SocketOptions(140_000, 0, 0, false, null),
                new BalancerContext()
                        .listen(ANY)
                        .stallTimeout(Duration.ofSeconds(70))
                        .socketOptions());
        assertEquals(
                Integer.MAX_VALUE,
                new BalancerContext()
                        .stallTimeout(Duration.ofDays(100))
                        .socketOptions()
                        .userTimeoutMs());
        assertEquals(
                30_000,
                new BalancerContext()
                        .stallTimeout(Duration.ofNanos(1))
                        .socketOptions()
                        .userTimeoutMs());
        assertEquals(
                SocketOptions.NONE,
                new BalancerContext().userTimeout(Duration.ZERO).socketOptions());
    }

    @Test
    void shouldTakeOverEverySocketOption() {
        final BalancerContext context = new BalancerContext()
                .listen(ANY)
                .clientPrefix(24, 56)
                .userTimeout(Duration.ofMillis(1))
                .deferAccept(Duration.ofSeconds(2))
                .notSentLimit(4096);
        assertEquals(
                new SocketOptions(1, 2, 4096, true, new SocketOptions.Steering(3, 24, 56)),
                context.sharePorts(3).socketOptions());
        assertEquals(
                new SocketOptions(1, 2, 4096, true, null),
                context.pinning(false).sharePorts().socketOptions());
    }

    @TestFactory
    Stream<DynamicTest> shouldSayWhatToChangeWhenSocketOptionIsWrong() {
        final BiFunction<String, UnaryOperator<BalancerContext>, DynamicTest> wrong =
                (sentence, change) -> DynamicTest.dynamicTest(sentence, () -> {
                    final IllegalArgumentException e = assertThrows(
                            IllegalArgumentException.class,
                            () -> change.apply(new BalancerContext().listen(ANY))
                                    .socketOptions());
                    assertEquals(sentence, e.getMessage());
                });
        final String userTimeout = "the TCP user time-out must be from 1 ms to 24 days, or zero for the system's own";
        final String deferral = "accepts can be deferred by whole seconds up to an hour";
        final String notSent = "the limit of bytes not sent must be from 4 KiB to 1 GiB, or 0 for none";
        final String group = "clients can be steered between 2 to 1024 processes";
        return Stream.of(
                wrong.apply(userTimeout, context -> context.userTimeout(Duration.ofDays(25))),
                wrong.apply(userTimeout, context -> context.userTimeout(Duration.ofNanos(999_999))),
                wrong.apply(userTimeout, context -> context.userTimeout(Duration.ofSeconds(-1))),
                wrong.apply(deferral, context -> context.deferAccept(Duration.ofMillis(1500))),
                wrong.apply(deferral, context -> context.deferAccept(Duration.ofSeconds(3601))),
                wrong.apply(deferral, context -> context.deferAccept(Duration.ofSeconds(-1))),
                wrong.apply(
                        "accepts can be deferred only where clients are peeked: without, the server may be the one to"
                                + " speak first, and client and server would wait for each other",
                        context -> context.listen(ANY, PeekMode.OFF).deferAccept(Duration.ofSeconds(1))),
                wrong.apply(notSent, context -> context.notSentLimit(4095)),
                wrong.apply(notSent, context -> context.notSentLimit(-1)),
                wrong.apply(
                        "with pins a shared port needs the number of processes that share it, so that the kernel can"
                                + " send all connections of a client to one of them: each has pins of its own",
                        BalancerContext::sharePorts),
                wrong.apply(group, context -> context.sharePorts(1)),
                wrong.apply(group, context -> context.sharePorts(1025)));
    }

    @Test
    void shouldLeaveDescriptorsToConnectionsWhenTheyAreFew() {
        final Settings settings = new BalancerContext().listen(ANY).conclude(400, DIRECT_LENGTH, true);
        assertEquals(9, settings.pipeLimit());
        assertEquals(62, settings.connectionLimit());
        assertEquals(
                0,
                new BalancerContext()
                        .listen(ANY)
                        .conclude(100, DIRECT_LENGTH, true)
                        .pipeLimit());
    }

    @Test
    void shouldRefuseSourcesThatCannotConnectTheBackend() throws UnknownHostException {
        final List<InetAddress> ipv6 = List.of(InetAddress.getByName("2001:db8::5"));
        assertEquals(
                "127.0.0.1:9001 cannot be connected from 2001:db8:0:0:0:0:0:5: one is an IPv4 and one an IPv6 address",
                assertThrows(IllegalArgumentException.class, () -> new BackendContext(BACKEND).sources(ipv6))
                        .getMessage());
        final List<InetAddress> any = List.of(InetAddress.getByName("0.0.0.0"));
        assertEquals(
                "0.0.0.0 is no address to connect from: name one of this machine's",
                assertThrows(IllegalArgumentException.class, () -> new BackendContext(BACKEND).sources(any))
                        .getMessage());
    }

    @TestFactory
    Stream<DynamicTest> shouldSayWhatToChangeWhenSettingIsWrong() {
        final BiFunction<String, UnaryOperator<BalancerContext>, DynamicTest> wrong =
                (sentence, change) -> DynamicTest.dynamicTest(sentence, () -> {
                    final IllegalArgumentException e = assertThrows(
                            IllegalArgumentException.class,
                            () -> change.apply(new BalancerContext().listen(ANY).backend(BACKEND))
                                    .conclude(DESCRIPTORS, DIRECT_LENGTH, false));
                    assertEquals(sentence, e.getMessage());
                });
        return Stream.of(
                wrong.apply("the pin limit must be from 1 to 100000000, not 0", context -> context.pinLimit(0)),
                wrong.apply(
                        "the IPv4 client prefix must be from 0 to 32, not 33", context -> context.clientPrefix(33, 64)),
                wrong.apply(
                        "the IPv4 client prefix must be from 0 to 32, not -1", context -> context.clientPrefix(-1, 64)),
                wrong.apply(
                        "the IPv6 client prefix must be from 0 to 128, not 129",
                        context -> context.clientPrefix(32, 129)),
                wrong.apply("the attempts must be from 1 to 6, not 0", context -> context.attemptLimit(0)),
                wrong.apply(
                        "the connection limit must be from 0 to 4000000, not -1",
                        context -> context.connectionLimit(-1)),
                wrong.apply("the header limit must be from 256 to 65536, not 255", context -> context.headerLimit(255)),
                wrong.apply(
                        "the read buffer length must be from 1024 to 1048576, not 1023",
                        context -> context.readBufferLength(1023)),
                wrong.apply(
                        "the read buffer must hold a head of 16384 bytes", context -> context.readBufferLength(16_383)),
                wrong.apply("the slab limit must be from 0 to 1000000, not -1", context -> context.slabLimit(-1)),
                wrong.apply(
                        "the peek slab limit must be from 0 to 1000000, not -1", context -> context.peekSlabLimit(-1)),
                wrong.apply("the backlog length must be from 1 to 65535, not 0", context -> context.backlogLength(0)),
                wrong.apply(
                        "the event queue length must be from 1 to 1048576, not 0",
                        context -> context.eventQueueLength(0)),
                wrong.apply(
                        "the pin time-out must be positive, not PT0S", context -> context.pinTimeout(Duration.ZERO)),
                wrong.apply(
                        "the connect time-out must be positive, not PT-1S",
                        context -> context.connectTimeout(Duration.ofSeconds(-1))),
                wrong.apply(
                        "the peek time-out must be positive, not PT0S", context -> context.peekTimeout(Duration.ZERO)),
                wrong.apply(
                        "the upgrade time-out must be positive, not PT0S",
                        context -> context.upgradeTimeout(Duration.ZERO)),
                wrong.apply(
                        "the WebSocket idle time-out must be positive, not PT0S",
                        context -> context.webSocketIdleTimeout(Duration.ZERO)),
                wrong.apply(
                        "the idle time-out must be positive, not PT0S", context -> context.idleTimeout(Duration.ZERO)),
                wrong.apply(
                        "the half-closed time-out must be positive, not PT0S",
                        context -> context.halfClosedTimeout(Duration.ZERO)),
                wrong.apply(
                        "the stall time-out must be under ten years, not PT100000H",
                        context -> context.stallTimeout(Duration.ofHours(100_000))),
                wrong.apply("the weight must be from 1 to 1000000, not 0", context -> context.backend("b", BACKEND, 0)),
                wrong.apply(
                        "the weight must be from 1 to 1000000, not 1000001",
                        context -> context.backend("b", BACKEND, 1_000_001)),
                wrong.apply(
                        "a backend's name is " + BalancerContext.NAME_RULE,
                        context -> context.backend(" ", BACKEND, 1)),
                wrong.apply(
                        "two backends are named 127.0.0.1:9001: give each its own name",
                        context -> context.backend(BACKEND)),
                wrong.apply("backend localhost/127.0.0.1:0 needs a port", context -> context.backend(ANY)),
                wrong.apply(
                        "cannot resolve nowhere.invalid: check the name, or give an address",
                        context -> context.backend(InetSocketAddress.createUnresolved("nowhere.invalid", 1))),
                wrong.apply(
                        "cannot resolve nowhere.invalid: check the name, or give an address",
                        context -> context.listen(InetSocketAddress.createUnresolved("nowhere.invalid", 1))),
                wrong.apply("at most 1024 backends, not 1025", context -> {
                    for (int i = 0; i < 1024; i++) {
                        context.backend("b" + i, BACKEND, 1);
                    }
                    return context;
                }));
    }

    @Test
    void shouldAskForListenerWhenThereIsNone() {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new BalancerContext().backend(BACKEND).conclude(DESCRIPTORS, DIRECT_LENGTH, false));
        assertEquals("no listener: give at least one address to listen on", e.getMessage());
    }

    @Test
    void shouldStartWithoutBackendsWhenTheyAreToCome() {
        assertEquals(
                List.of(),
                new BalancerContext()
                        .listen(ANY)
                        .conclude(DESCRIPTORS, DIRECT_LENGTH, false)
                        .backends());
    }

    @Test
    void shouldOfferNoMoreSlotsThanDescriptorsAllow() {
        final BalancerContext context = new BalancerContext().listen(ANY).connectionLimit(50_000);
        assertEquals(
                (20_000 - 256 - 1) / 2,
                context.conclude(20_000, DIRECT_LENGTH, false).connectionLimit());
        assertEquals(50_000, context.conclude(1_000_000, DIRECT_LENGTH, false).connectionLimit());
        assertEquals(1, context.conclude(10, DIRECT_LENGTH, false).connectionLimit());
    }

    @Test
    void shouldKeepDescriptorsForPipesWhenTheTransportHasSome() {
        final BalancerContext context =
                new BalancerContext().listen(ANY).connectionLimit(50_000).pipeLimit(100);
        assertEquals(
                (20_000 - 256 - 1 - 200) / 2,
                context.conclude(20_000, DIRECT_LENGTH, true).connectionLimit());
        final Settings without = context.conclude(20_000, DIRECT_LENGTH, false);
        assertEquals((20_000 - 256 - 1) / 2, without.connectionLimit());
        assertEquals(0, without.pipeLimit());
    }

    @Test
    void shouldReadMoreAtOnceWhereItCanOnlyCopy() {
        final BalancerContext context = new BalancerContext().listen(ANY);
        assertEquals(64 * 1024, context.conclude(20_000, DIRECT_LENGTH, true).readBufferLength());
        assertEquals(144 * 1024, context.conclude(20_000, DIRECT_LENGTH, false).readBufferLength());
        context.pipeLimit(0);
        assertEquals(144 * 1024, context.conclude(20_000, DIRECT_LENGTH, true).readBufferLength());
    }

    @Test
    void shouldFitSlabsIntoDirectMemoryWhenTheirNumberIsNotSet() {
        final Settings small = new BalancerContext().listen(ANY).conclude(DESCRIPTORS, 64 << 20, false);
        final int slabsLength = small.slabLimit() * small.readBufferLength();
        assertTrue(slabsLength <= 16 << 20 && slabsLength > 15 << 20, () -> slabsLength + " bytes");
        assertTrue(small.peekSlabLimit() * small.headerLimit() <= 7 << 20);
        assertEquals(
                1024,
                new BalancerContext()
                        .listen(ANY)
                        .conclude(DESCRIPTORS, 1L << 40, false)
                        .slabLimit());
    }

    @Test
    void shouldRefuseNullAsTransportOrClock() {
        final BalancerContext context = new BalancerContext();
        assertEquals(
                "transport",
                assertThrows(NullPointerException.class, () -> context.transport(null))
                        .getMessage());
        assertEquals(
                "clock",
                assertThrows(NullPointerException.class, () -> context.clock(null))
                        .getMessage());
        assertTrue(context.isDrivenBySystem(), "what was refused was not taken over");
    }
}
