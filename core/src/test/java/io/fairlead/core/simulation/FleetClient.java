package io.fairlead.core.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/**
 * A client of a fleet: it always wants to have a WebSocket, and makes another one, from its address, when one ends. It
 * remembers which backends have answered it, by what they say themselves.
 */
final class FleetClient {
    static final int NOWHERE = -1;

    private static final long MS = 1_000_000L;
    private static final int FIRST_PORT = 1024;
    private static final int IPV6_SHARE = 4;
    private static final int HOST_COUNT = 3;
    private static final long FIRST_PAUSE_NS = 1_000 * MS;
    private static final int PAUSE_DOUBLINGS = 3;
    private static final long LONGEST_ABSENCE_NS = 20_000 * MS;
    private static final int LEAST_MESSAGES = 3;
    private static final int MESSAGE_SPAN = 12;
    /** What they do for as many messages as it takes, shared by all. */
    private static final ClientScript[] SCRIPTS = new ClientScript[MESSAGE_SPAN];

    /** Odd, so that all addresses differ. */
    private static final int SCATTER = 0x9E3779B1;

    private final Stage stage;
    private final HistorySettings settings;
    private final SplittableRandom random;
    private final World world;
    private final int listenerPort;
    private final int number;
    private final int place;

    private ClientActor actor;
    private boolean isRetired;
    private int connectionCount;
    /** How often in a row it got nothing. */
    private int failureCount;
    /** Since when it has had nothing that works; meaningless while it has. */
    private long awaySinceNs;

    private boolean isAway;

    /** The backend of its last WebSocket. */
    private int home = NOWHERE;
    /** What happened since {@link #begin}. */
    private Log log = new Log(NOWHERE, 0);

    /** What a client saw from a failure on. */
    static final class Log {
        /** The backend it had when that began. */
        final int homeBefore;
        /** The first other one that it had since. */
        int firstOther = NOWHERE;
        /** How often its backend was another one than the time before. */
        int moveCount;
        /** The same, after the return of what had failed, and after it had moved before. */
        int lateMoveCount;
        /** Connections that ended though it had not said so. */
        int cutCount;
        /** Connections on which it was not given a WebSocket. */
        int refusedCount;
        /** When that was for the last time, after that began. */
        long lastRefusedNs;
        /** How long after that began it had something that works again, after the first cut; −1 if it did not. */
        long backAfterNs = -1;
        /** How long it had nothing that works, in all. */
        long awayNs;

        private final long sinceNs;
        private boolean isLate;

        Log(int homeBefore, long sinceNs) {
            this.homeBefore = homeBefore;
            this.sinceNs = sinceNs;
        }
    }

    static {
        for (int i = 0; i < MESSAGE_SPAN; i++) {
            SCRIPTS[i] = ClientScript.session(LEAST_MESSAGES + i);
        }
    }

    FleetClient(
            Stage stage,
            HistorySettings settings,
            World world,
            int listenerPort,
            int number,
            int place,
            SplittableRandom random) {
        this.stage = stage;
        this.settings = settings;
        this.world = world;
        this.listenerPort = listenerPort;
        this.number = number;
        this.place = place;
        this.random = random;
    }

    /** Come for the first time, at some time from now. */
    void arrive(long delayNs) {
        stage.at(delayNs, this::connect);
    }

    /** Something is going to fail: remember from now on. */
    void begin() {
        log = new Log(home, stage.clock.nanoTime());
    }

    /** What had failed is back. */
    void onReturn() {
        log.isLate = true;
    }

    /** Go, and do not come back. */
    void retire() {
        isRetired = true;
        if (actor != null && actor.isOpen()) {
            actor.close();
        }
    }

    Log log() {
        return log;
    }

    int home() {
        return home;
    }

    /** Since when it has had nothing that works, or now. */
    long awaySinceNs() {
        return isAway ? awaySinceNs : stage.clock.nanoTime();
    }

    private void connect() {
        if (isRetired) {
            return;
        }
        final InetSocketAddress source = new InetSocketAddress(address(), FIRST_PORT + connectionCount++);
        final ClientScript script = SCRIPTS[random.nextInt(MESSAGE_SPAN)];
        actor = new ClientActor(stage, stage.nextPeerId(), 0, source, script, settings, random.split());
        actor.tell(this);
        stage.add(actor);
        actor.start(world.front(source.getAddress(), listenerPort));
    }

    /** Of its own; some have a network of IPv6, and are now one host of it and now another. */
    private InetAddress address() {
        final int own = (place + number) * SCATTER;
        if (number % IPV6_SHARE != IPV6_SHARE - 1) {
            return World.address(11, (own >>> 16) & 255, (own >>> 8) & 255, own & 255);
        }
        final int host = random.nextInt(HOST_COUNT);
        return World.address(
                0x20,
                0x01,
                0x0d,
                0xb8,
                own >>> 24,
                (own >>> 16) & 255,
                (own >>> 8) & 255,
                own & 255,
                0,
                0,
                0,
                (number >>> 16) & 255,
                (number >>> 8) & 255,
                number & 255,
                0,
                host);
    }

    /** A backend has said yes. */
    void onSwitched(int backend) {
        if (home != NOWHERE && home != backend) {
            log.moveCount++;
            log.lateMoveCount += log.isLate && log.firstOther != NOWHERE ? 1 : 0;
        }
        if (backend != log.homeBefore && log.firstOther == NOWHERE) {
            log.firstOther = backend;
        }
        home = backend;
    }

    /** A message has come back: this one works. */
    void onEcho() {
        failureCount = 0;
        if (isAway) {
            isAway = false;
            final long nowNs = stage.clock.nanoTime();
            log.awayNs += nowNs - awaySinceNs;
            if (log.backAfterNs < 0) {
                log.backAfterNs = nowNs - log.sinceNs;
            }
        }
    }

    /** A connection has ended, and everything that there was to say was said. */
    void onDone(ClientActor ended) {
        if (isRetired) {
            return;
        }
        if (ended.isClosing()) {
            stage.at(FIRST_PAUSE_NS + random.nextLong(LONGEST_ABSENCE_NS), this::connect);
            return;
        }
        if (ended.isSwitched()) {
            log.cutCount++;
        } else {
            log.refusedCount++;
            log.lastRefusedNs = stage.clock.nanoTime() - log.sinceNs;
        }
        if (!isAway) {
            isAway = true;
            awaySinceNs = stage.clock.nanoTime();
        }
        final long pauseNs = FIRST_PAUSE_NS << Math.min(failureCount++, PAUSE_DOUBLINGS);
        stage.at(pauseNs / 2 + random.nextLong(pauseNs / 2), this::connect);
    }
}
