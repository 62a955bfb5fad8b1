package io.fairlead.core.loop;

import io.fairlead.core.rules.ClientKey;
import io.fairlead.core.rules.RendezvousHash;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.ConnectionListener;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.NoticeListener;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.PinTable;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabLine;
import io.fairlead.core.transport.ReadinessHandler;
import io.fairlead.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.NoSuchElementException;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * The duty cycle: poll the sockets, hand each event to the phase its connection is in, look at the clock,
 * serve those who waited for a slab. Everything a balancer does to a connection happens inside {@link #doWork}.
 *
 * <p><b>Owned by the loop thread.</b> The constructor may run on another thread if the object is handed over safely.
 */
public final class ForwardingLoop {
    /** Bytes of a peek slab in front of the request. */
    public static final int HEAD_ROOM = LoopState.HEAD_ROOM;

    private final LoopState state;
    private final ConnectionTable connections;
    private final Transport transport;
    private final NanoClock clock;
    private final Defects defects;
    private final Acceptor acceptor;
    private final Peeker peeker;
    private final Connector connector;
    private final Upgrader upgrader;
    private final Forwarder forwarder;
    private final Terminator terminator;
    private final Sweeper sweeper;
    private final SourceAddresses sources = new SourceAddresses();
    private final Diagnosis diagnosis;
    private final Health health;
    private final Chooser chooser;
    private final Prober prober;
    private final Notices notices;
    private final ConnectionEvents events;
    private final ReadinessHandler onReady = this::onReady;
    private long nowNs;
    private boolean isTimeStale;

    /**
     * Build a loop; nothing is bound yet.
     *
     * @param settings validated.
     * @param transport to use; closed by {@link #close()}.
     * @param clock read when a cycle begins and when its poll has waited; nothing else here tells the time.
     * @param epochOffsetMs what to add to that clock, in milliseconds, to get milliseconds since 1970.
     * @param hashSeed unpredictable.
     * @param status where outsiders look.
     * @param errorLog for defects.
     */
    public ForwardingLoop(
            Settings settings,
            Transport transport,
            NanoClock clock,
            long epochOffsetMs,
            long hashSeed,
            BalancerStatus status,
            DistinctErrorLog errorLog) {
        this.transport = transport;
        this.clock = clock;
        nowNs = clock.nanoTime();
        state = new LoopState(settings, transport, status, hashSeed);
        connections = state.connections;
        final FrameCounts frames = new FrameCounts(state);
        notices = new Notices(state, epochOffsetMs);
        final Admission admission = new Admission(state, notices, RendezvousHash.mix64(hashSeed));
        final HotSources hot = new HotSources(state, admission, notices);
        chooser = new Chooser(state, hot, notices);
        events = new ConnectionEvents(state, chooser, epochOffsetMs);
        terminator = new Terminator(state, chooser, admission, events);
        health = new Health(state, notices, oneWay("ejections", hashSeed), nowNs);
        forwarder = new Forwarder(state, frames, chooser, terminator);
        defects = new Defects(state, terminator, errorLog);
        prober = new Prober(state, sources, health, defects, oneWay("checks", hashSeed));
        health.prober(prober);
        acceptor = new Acceptor(state, admission, terminator, defects, notices);
        connector = new Connector(state, chooser, forwarder, terminator, acceptor, sources, health, notices);
        acceptor.connector(connector);
        peeker = new Peeker(state, connector, terminator);
        upgrader = new Upgrader(state, connector, forwarder, frames, terminator, events, health);
        sweeper = new Sweeper(state, peeker, connector, upgrader, terminator, chooser, health, hot, defects);
        diagnosis = new Diagnosis(state);
        sweeper.start(nowNs);
        settings.backends().forEach(this::add);
    }

    /**
     * Bind every listener.
     *
     * @throws IOException if one cannot be bound.
     */
    public void open() throws IOException {
        acceptor.open();
    }

    /**
     * The port a listener is bound to.
     *
     * @param listenerIndex in the order of the settings.
     * @return its local port.
     */
    public int localPort(int listenerIndex) {
        return acceptor.localPort(listenerIndex);
    }

    /**
     * How events name the listeners.
     *
     * @param names in the order of the settings.
     */
    public void listenerNames(List<String> names) {
        events.listenerNames(names);
    }

    /**
     * One cycle.
     *
     * @param timeoutNs how long to wait when there is nothing to do; 0 for not at all.
     * @return how much was done; 0 if nothing.
     * @throws IOException if the transport's selector broke: there is no going on.
     */
    public int doWork(long timeoutNs) throws IOException {
        nowNs = clock.nanoTime();
        acceptor.resumeIfPossible(nowNs);
        final boolean mustNotWait = state.sockets.takeClosedSincePoll();
        final long waitNs = mustNotWait ? 0 : timeoutNs;
        isTimeStale = waitNs > 0;
        int workCount = transport.poll(waitNs, onReady);
        refreshTime();
        // Before the lines: a slab that the sweep frees closes no socket, so that the next poll might wait.
        workCount += sweeper.advance(nowNs);
        workCount += prober.advance(nowNs);
        workCount += serve(state.peekLine);
        workCount += serve(state.slabLine);
        connections.recycle();
        state.counters.increment(LoopCounter.CYCLES);
        return workCount;
    }

    /** Take no new connections from now on; those there are live on. */
    public void stopAccepting() {
        // Not the last cycle's time: who is accepted now has its whole time, however long ago that was.
        nowNs = clock.nanoTime();
        acceptor.drain(nowNs);
    }

    /**
     * Connections in the table.
     *
     * @return the count.
     */
    public int activeCount() {
        return connections.activeCount();
    }

    /** End every connection, close every socket, and the transport. */
    public void close() {
        nowNs = clock.nanoTime();
        try {
            acceptor.close();
            prober.close();
            for (int slot = 0; slot < connections.highWater(); slot++) {
                if (connections.phase(slot) != Phase.FREE) {
                    terminator.terminate(slot, TerminationCause.KILLED, nowNs);
                }
            }
            connections.recycle();
        } finally {
            transport.close();
        }
    }

    /**
     * Add a backend.
     *
     * @param added its settings.
     * @throws IllegalArgumentException if its name is taken, or there are too many.
     */
    public void addBackend(Settings.BackendSettings added) {
        if (state.backends.byName(added.name()) != null) {
            throw new IllegalArgumentException("a backend is already named " + added.name());
        }
        if (!state.backends.hasRoom()) {
            throw new IllegalArgumentException("too many backends, removed ones with connections included");
        }
        nowNs = clock.nanoTime();
        add(added);
    }

    private void add(Settings.BackendSettings added) {
        final Backend backend = state.addBackend(added, RendezvousHash.id64(added.name()));
        sources.assign(backend, added.sources());
        health.onAdded(backend, nowNs);
        prober.onAdded(backend, added, nowNs);
    }

    /**
     * Have a backend take no new connections, or take them again.
     *
     * @param name its identity.
     * @param value true to drain.
     * @throws NoSuchElementException if there is none of that name.
     */
    public void drainBackend(String name, boolean value) {
        final Backend backend = backend(name);
        backend.draining(value);
        health.onDrained(backend, clock.nanoTime());
    }

    /**
     * Change a backend's weight; it counts from the next choice on.
     *
     * @param name its identity.
     * @param weight its share relative to the others', at least 1.
     * @throws NoSuchElementException if there is none of that name.
     */
    public void weighBackend(String name, int weight) {
        final Backend backend = backend(name);
        if (backend.weight() != weight) {
            state.backends.weigh(backend, weight);
            health.onWeighed(clock.nanoTime());
        }
    }

    /**
     * Take a backend out of the set; its connections live on.
     *
     * @param name its identity.
     * @throws NoSuchElementException if there is none of that name.
     */
    public void removeBackend(String name) {
        final Backend backend = backend(name);
        prober.onRemoved(backend);
        state.backends.remove(backend);
        health.onRemoved(backend, clock.nanoTime());
    }

    /**
     * What a client is pinned to.
     *
     * @param listenerIndex in the order of the settings.
     * @param client its address.
     * @return the backend's name, or null if the client has no pin, or one to a backend that is gone.
     */
    public String lookUpPin(int listenerIndex, InetAddress client) {
        if (state.pins == null) {
            return null;
        }
        final UnsafeBuffer address = new UnsafeBuffer(v4Mapped(client.getAddress()));
        final int prefix4 = state.settings.clientPrefix4();
        final int prefix6 = state.settings.clientPrefix6();
        final int pin = state.pins.find(
                listenerIndex, ClientKey.hi(address, 0, prefix4, prefix6), ClientKey.lo(address, 0, prefix4, prefix6));
        final Backend backend = pin == PinTable.NULL_PIN ? null : state.backends.byId(state.pins.backendId(pin));
        return backend == null || backend.removed() ? null : backend.name();
    }

    /**
     * Some of the connections, with what the operating system knows of them. Looks at no more than 16,384 slots.
     *
     * @param firstSlot the first to look at, not negative.
     * @param limit most connections, at least 1.
     * @return those there are, and where to go on.
     */
    public ConnectionPage connections(int firstSlot, int limit) {
        return diagnosis.page(firstSlot, limit, clock.nanoTime());
    }

    /**
     * Hand waiting connection events to a listener. <b>For one other thread than the loop's, or for the loop's own.</b>
     *
     * @param listener told of each.
     * @return how many there were.
     */
    public int pollEvents(ConnectionListener listener) {
        return pollEvents(listener, Integer.MAX_VALUE);
    }

    /**
     * Hand some of the waiting connection events to a listener, so that there is time for notices. For the same thread.
     *
     * @param listener told of each.
     * @param limit most events, at least 1.
     * @return how many there were.
     */
    public int pollEvents(ConnectionListener listener, int limit) {
        return events.poll(listener, limit);
    }

    /**
     * Hand waiting notices to a listener. <b>For the thread that polls events, or for the loop's own.</b>
     *
     * @param listener told of each.
     * @return how many there were.
     */
    public int pollNotices(NoticeListener listener) {
        return notices.poll(listener);
    }

    /**
     * Sockets of checks under way.
     *
     * @return the count.
     */
    public int checkCount() {
        return prober.openCount();
    }

    Chooser chooser() {
        return chooser;
    }

    Health health() {
        return health;
    }

    LoopState state() {
        return state;
    }

    /** What backends see of chance must not lead them back to the seed, by which clients fall into the cells of tables. */
    private static long oneWay(String purpose, long seed) {
        return RendezvousHash.id64(purpose + seed);
    }

    private Backend backend(String name) {
        final Backend backend = state.backends.byName(name);
        if (backend == null) {
            throw new NoSuchElementException("no backend is named " + name);
        }
        return backend;
    }

    private static byte[] v4Mapped(byte[] address) {
        if (address.length == 16) {
            return address;
        }
        final byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        System.arraycopy(address, 0, mapped, 12, address.length);
        return mapped;
    }

    /** Those who waited for a slab, in their order, as far as there are slabs again. */
    private int serve(SlabLine line) {
        int count = 0;
        state.isServing = true;
        while (line.length() > 0 && (line == state.peekLine ? state.peekSlabs : state.slabs).hasFree()) {
            final int slot = line.firstSlot();
            final int direction = line.firstDirection();
            line.leave(slot, direction);
            state.sockets.want(slot, Sockets.sourceOf(direction), Transport.READABLE);
            onConnection(slot, connections.generation(slot), Sockets.sourceOf(direction), Transport.READABLE);
            count++;
        }
        state.isServing = false;
        return count;
    }

    private void onReady(long token, int readiness) {
        refreshTime();
        if (Token.isOther(token)) {
            onOtherReady(token);
            return;
        }
        final int slot = Token.slot(token);
        final int generation = connections.generation(slot);
        if (Token.isOfGeneration(token, generation)) {
            onConnection(slot, generation, Token.side(token), readiness);
        } else {
            state.counters.increment(LoopCounter.STALE_EVENTS);
        }
    }

    private void onOtherReady(long token) {
        if (Token.isListener(token)) {
            acceptor.onReadable(Token.listenerIndex(token), nowNs);
        } else {
            prober.onReady(token, nowNs);
        }
    }

    private void onConnection(int slot, int generation, int side, int readiness) {
        try {
            dispatch(slot, generation, side, readiness);
        } catch (final RuntimeException e) {
            defects.contain(slot, generation, e, nowNs);
        }
    }

    private void dispatch(int slot, int generation, int side, int readiness) {
        if ((readiness & (Transport.WRITABLE | Transport.FAILED)) != 0
                && side == Side.BACKEND
                && connections.phase(slot) == Phase.CONNECTING) {
            connector.onReady(slot, nowNs);
            return;
        }
        if ((readiness & Transport.WRITABLE) != 0 && state.sockets.wants(slot, side, Transport.WRITABLE)) {
            forwarder.onWritable(slot, Side.other(side), nowNs);
            if (connections.generation(slot) != generation) {
                return;
            }
        }
        // An earlier event of the same batch may have ended the interest that this one is about.
        if ((readiness & (Transport.READABLE | Transport.FAILED)) != 0
                && state.sockets.wants(slot, side, Transport.READABLE)) {
            onReadable(slot, side);
        } else if ((readiness & Transport.FAILED) != 0 && isFailure(slot, side)) {
            onFailed(slot, side);
        }
    }

    /**
     * A side that was sent a FIN is reported as failed once its own FIN has come too, though the bytes before that may
     * still wait to be read. If it was a reset, the next read or write tells.
     */
    private boolean isFailure(int slot, int side) {
        return connections.phase(slot) == Phase.FORWARDING && !connections.is(slot, Flag.endSent(Side.other(side)));
    }

    private void onFailed(int slot, int side) {
        if (side == Side.BACKEND && connections.is(slot, Flag.KEPT)) {
            upgrader.onFailed(slot, nowNs);
        } else {
            terminator.terminate(slot, Forwarder.resetBy(side), nowNs);
        }
    }

    private void onReadable(int slot, int side) {
        final int flags = connections.state(slot);
        switch (Phase.of(flags)) {
            case Phase.PEEKING -> peeker.onReadable(slot, nowNs);
            case Phase.CONNECTING -> peeker.onReadableBehind(slot, nowNs);
            case Phase.FORWARDING -> onForwardingReadable(slot, side, (flags & Flag.KEPT) != 0);
            case Phase.LINGERING -> terminator.onLingeringReadable(slot, nowNs);
            default -> state.counters.increment(LoopCounter.STALE_EVENTS);
        }
    }

    private void onForwardingReadable(int slot, int side, boolean isKept) {
        if (!isKept) {
            forwarder.onReadable(slot, side, nowNs);
        } else if (side == Side.BACKEND) {
            upgrader.onReadable(slot, nowNs);
        } else {
            peeker.onReadableBehind(slot, nowNs);
        }
    }

    /** The clock is read again only if the poll may have waited. */
    private void refreshTime() {
        if (isTimeStale) {
            isTimeStale = false;
            nowNs = clock.nanoTime();
        }
    }
}
