package io.fairlead.core.simulation;

import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.HealthSettings;
import io.fairlead.core.loop.LimitSettings;
import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.loop.Settings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What is decided before a history begins: the balancer's settings, who takes part, and how they behave. */
final class HistorySettings {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    final Profile profile;
    /** Nobody misbehaves and nothing runs short: every message must come back and every connection end in order. */
    final boolean isCalm;

    final int clientCount;
    final int addressCount;
    final int backendCount;
    final PeekMode[] peekModes;
    final BalancePolicy policy;
    final boolean isPinning;
    final int pinLimit;
    final long pinTimeoutNs;
    /** How many bits of an address make a client. */
    final int clientPrefix4;

    final int clientPrefix6;
    final int attemptLimit;
    final long connectTimeoutNs;
    final long peekTimeoutNs;
    final long upgradeTimeoutNs;
    final long webSocketIdleTimeoutNs;
    final long idleTimeoutNs;
    final long halfClosedTimeoutNs;
    final long stallTimeoutNs;
    final long lingerTimeoutNs;
    final int connectionLimit;
    final int lingerLimit;
    final int headerLimit;
    final int readBufferLength;
    final int slabLimit;
    final int peekSlabLimit;
    final int pipeLimit;
    final boolean isTracking;
    /** Whether many messages are longer than a read, so that they go through pipes. */
    final boolean isBulk;

    /** Chance, in thousandths, that a backend treats a connection badly. */
    final int misconductChance;
    /** How many things the operator does. */
    final int operationCount;
    /** Whether one of the balancer's reads throws, as a defect of its own would. */
    final boolean hasDefect;
    /** Whether the balancer is closed while connections live. */
    final boolean isCutShort;
    /** Whether the balancer stops accepting at some time. */
    final boolean isDrained;
    /** How long clients keep coming. */
    final long arrivalNs;

    /** How long a backend waits for a client to speak first before it does. */
    final long greetingNs;

    /** How often, and how much at the most, a backend reads that only trickles. */
    final long trickleNs;

    final int trickleLength;
    /** How failures of backends are found. */
    final HealthSettings health;

    /** What a history is about. */
    enum Profile {
        /** Some 50 connections with small messages. */
        MIXED,
        /** A few connections with messages of up to several MiB. */
        LARGE,
        /** A dozen connections over real sockets, with java.nio. */
        LOOPBACK,
        /** The same with epoll. */
        EPOLL,
        /** Thousands of clients that come back, and a backend that fails: a {@link FleetHistory}. */
        FLEET;

        boolean isReal() {
            return this == LOOPBACK || this == EPOLL;
        }
    }

    HistorySettings(Profile profile, SplittableRandom random) {
        this.profile = profile;
        isCalm = random.nextInt(5) == 0;
        clientCount = switch (profile) {
            case MIXED -> 40 + random.nextInt(21);
            case LARGE -> 2 + random.nextInt(6);
            case LOOPBACK, EPOLL -> 8 + random.nextInt(8);
            case FLEET -> throw new IllegalArgumentException("a fleet is planned, not drawn");
        };
        addressCount = 1 + random.nextInt(random.nextInt(2) == 0 ? 4 : 24);
        backendCount = 1 + random.nextInt(random.nextInt(8) == 0 ? 12 : 4);
        peekModes = peekModes(random);
        policy = random.nextInt(2) == 0 ? BalancePolicy.SOURCE : BalancePolicy.values()[random.nextInt(3)];
        isPinning = random.nextInt(5) > 0;
        // Either pins run short or they run out of time: both at once is more than a model of them can tell.
        final boolean isPinShort = random.nextInt(4) == 0;
        pinLimit = isPinShort ? random.nextInt(6) : 64;
        pinTimeoutNs = isPinShort ? 10_000 * SECOND : 1 + random.nextInt(10) * SECOND;
        clientPrefix4 = random.nextInt(2) == 0 ? 32 : 8 * (1 + random.nextInt(4));
        clientPrefix6 = random.nextInt(2) == 0 ? 64 : 32 + random.nextInt(97);
        attemptLimit = 1 + random.nextInt(6);
        connectTimeoutNs = between(random, 200 * MS, 3 * SECOND);
        peekTimeoutNs = between(random, 500 * MS, 4 * SECOND);
        upgradeTimeoutNs = between(random, 500 * MS, 4 * SECOND);
        webSocketIdleTimeoutNs = between(random, 3 * SECOND, 8 * SECOND);
        idleTimeoutNs = between(random, 2 * SECOND, 6 * SECOND);
        halfClosedTimeoutNs = between(random, SECOND, 4 * SECOND);
        stallTimeoutNs = between(random, SECOND, 4 * SECOND);
        lingerTimeoutNs = between(random, 200 * MS, SECOND);
        headerLimit = 256 + random.nextInt(256);
        readBufferLength = headerLimit + random.nextInt(profile == Profile.LARGE ? 64 * 1024 : 512);
        final boolean isScarce = !isCalm && random.nextInt(3) == 0;
        connectionLimit = isScarce ? 2 + random.nextInt(20) : 128;
        lingerLimit = isScarce ? random.nextInt(4) : 32;
        slabLimit = isScarce ? 1 + random.nextInt(4) : 256;
        peekSlabLimit = isScarce ? 1 + random.nextInt(4) : 128;
        isTracking = random.nextInt(8) > 0;
        misconductChance = random.nextInt(3) == 0 ? 0 : random.nextInt(700);
        operationCount = isCalm || random.nextInt(3) == 0 ? 0 : random.nextInt(16);
        hasDefect = !isCalm && random.nextInt(30) == 0;
        isCutShort = !isCalm && random.nextInt(12) == 0;
        isDrained = random.nextInt(12) == 0;
        arrivalNs = between(random, MS, random.nextInt(4) == 0 ? 3 * SECOND : 100 * MS);
        greetingNs = isCalm ? 3_600 * SECOND : 300 * MS;
        trickleLength = profile == Profile.LARGE ? 64 * 1024 : 8;
        trickleNs = between(random, 20 * MS, 200 * MS);
        isBulk = random.nextInt(4) == 0;
        final int pipeDraw = random.nextInt(8);
        pipeLimit = pipeDraw == 0 ? 0 : pipeDraw < 4 ? 1 + random.nextInt(3) : 64;
        health = profile.isReal() || isCalm || random.nextInt(2) == 0 ? HealthSettings.OFF : health(random);
    }

    /** Checks that find failures while a history lasts, and ejections that end in it. */
    private static HealthSettings health(SplittableRandom random) {
        final CheckKind kind = CheckKind.values()[random.nextInt(CheckKind.values().length)];
        final long intervalNs = between(random, 200 * MS, 2 * SECOND);
        final int ejectAfter = random.nextInt(4);
        final long ejectionNs = between(random, 50 * MS, 2 * SECOND);
        return new HealthSettings(
                new HealthSettings.Checks(
                        kind,
                        intervalNs,
                        between(random, 50 * MS, intervalNs),
                        between(random, 50 * MS, intervalNs),
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        kind == CheckKind.OFF || random.nextInt(4) > 0,
                        "GET",
                        Wire.CHECK_PATH,
                        null,
                        200,
                        399,
                        SECOND),
                new HealthSettings.Ejections(ejectAfter, ejectionNs, 8 * ejectionNs, 50 * random.nextInt(3)),
                50 * random.nextInt(3),
                Failback.KEEP,
                random.nextInt(2) == 0,
                0);
    }

    /** For a fleet, nothing is left to chance: limits and times are the balancer's defaults, and nothing runs short. */
    HistorySettings(FleetPlan plan) {
        profile = Profile.FLEET;
        isCalm = false;
        clientCount = plan.clientCount();
        addressCount = plan.clientCount();
        backendCount = plan.weights().size();
        peekModes = new PeekMode[] {PeekMode.AUTO};
        policy = BalancePolicy.SOURCE;
        isPinning = true;
        pinLimit = 1_000_000;
        pinTimeoutNs = 3_600 * SECOND;
        clientPrefix4 = 32;
        clientPrefix6 = 64;
        attemptLimit = 3;
        connectTimeoutNs = 5 * SECOND;
        peekTimeoutNs = 10 * SECOND;
        upgradeTimeoutNs = 10 * SECOND;
        webSocketIdleTimeoutNs = 3_600 * SECOND;
        idleTimeoutNs = 600 * SECOND;
        halfClosedTimeoutNs = 30 * SECOND;
        stallTimeoutNs = 60 * SECOND;
        lingerTimeoutNs = SECOND;
        connectionLimit = 4 * plan.clientCount();
        lingerLimit = plan.clientCount();
        headerLimit = 512;
        readBufferLength = 1024;
        slabLimit = Math.max(256, plan.clientCount());
        peekSlabLimit = connectionLimit;
        pipeLimit = 64;
        isTracking = true;
        isBulk = false;
        misconductChance = 0;
        operationCount = 0;
        hasDefect = false;
        isCutShort = false;
        isDrained = false;
        arrivalNs = plan.arrivalNs();
        greetingNs = 3_600 * SECOND;
        trickleNs = SECOND;
        trickleLength = 8;
        health = plan.finding().settings();
    }

    private PeekMode[] peekModes(SplittableRandom random) {
        final PeekMode[] modes = new PeekMode[profile.isReal() || random.nextInt(4) > 0 ? 1 : 2];
        for (int i = 0; i < modes.length; i++) {
            final int draw = isCalm ? 0 : random.nextInt(10);
            modes[i] = draw < 7 ? PeekMode.AUTO : draw < 9 ? PeekMode.REQUIRED : PeekMode.OFF;
        }
        return modes;
    }

    boolean isFleet() {
        return profile == Profile.FLEET;
    }

    int prefixLengthOf(InetAddress address) {
        return address instanceof Inet4Address ? clientPrefix4 : clientPrefix6;
    }

    /** An address without the bits that do not count. */
    InetAddress prefixOf(InetAddress address) {
        final byte[] bytes = address.getAddress();
        for (int bit = prefixLengthOf(address); bit < Byte.SIZE * bytes.length; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
        }
        return World.address(bytes);
    }

    Settings build(List<InetSocketAddress> listeners, List<Settings.BackendSettings> backends) {
        final List<Settings.Listener> built = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            built.add(new Settings.Listener(listeners.get(i), peekModes[i]));
        }
        return new Settings(
                built,
                backends,
                policy,
                isPinning,
                pinTimeoutNs,
                pinLimit,
                clientPrefix4,
                clientPrefix6,
                connectTimeoutNs,
                attemptLimit,
                peekTimeoutNs,
                upgradeTimeoutNs,
                webSocketIdleTimeoutNs,
                idleTimeoutNs,
                halfClosedTimeoutNs,
                stallTimeoutNs,
                lingerTimeoutNs,
                connectionLimit,
                lingerLimit,
                headerLimit,
                readBufferLength,
                slabLimit,
                peekSlabLimit,
                pipeLimit,
                256,
                isTracking,
                isFleet() ? 65_536 : 1024,
                isFleet() ? 65_536 : 1024,
                health,
                LimitSettings.NONE);
    }

    long thinkNs(SplittableRandom random) {
        final int draw = random.nextInt(16);
        return draw < 12 ? 10_000L * (1 + random.nextInt(20)) : draw < 15 ? between(random, MS, 5 * MS) : 20 * MS;
    }

    /** How long a client waits for an answer or an echo before it gives up; 0 for ever. */
    long patienceNs() {
        return isFleet() ? 15 * SECOND : 0;
    }

    long sleepNs(SplittableRandom random) {
        if (isFleet()) {
            return between(random, 10 * SECOND, 20 * SECOND);
        }
        return between(random, 10 * MS, random.nextInt(4) == 0 ? 6 * SECOND : SECOND);
    }

    /** How late an answer is: for a calm backend in time. */
    long lateNs(SplittableRandom random) {
        if (isFleet()) {
            return 3 * SECOND;
        }
        return isCalm ? between(random, MS, 300 * MS) : between(random, MS, 2 * upgradeTimeoutNs);
    }

    int messageLength(SplittableRandom random) {
        final int draw = random.nextInt(isFleet() ? 13 : 20);
        if (profile == Profile.LARGE && draw < 8) {
            return random.nextInt(1 << random.nextInt(8, 23));
        }
        if (isBulk && draw < 10) {
            return random.nextInt(6000);
        }
        if (draw < 13) {
            return 1 + random.nextInt(30);
        }
        if (draw < 17) {
            return random.nextInt(200);
        }
        return random.nextInt(draw < 19 ? 1500 : 6000);
    }

    private static long between(SplittableRandom random, long min, long max) {
        return random.nextLong(min, max + 1);
    }
}
