package io.fairlead.core.loop;

import io.fairlead.core.status.BackendCounter;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.status.TerminationCause;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.PinTable;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Pipes;
import io.fairlead.core.transport.Transport;
import java.util.Arrays;

/**
 * Recomputes from the tables what must hold between two cycles, and compares. The numbers are those of {@code
 * loop/package-info.java}. Checking allocates nothing, so that it can follow every cycle.
 */
public final class Invariants {
    private static final int CAUSE_COUNT = TerminationCause.values().length;

    private final ForwardingLoop loop;
    private final LoopState state;
    private final ConnectionTable connections;
    private final BalancerStatus status;
    private final int[] perBackend = new int[BackendSet.INDEX_LIMIT];
    private int[] perPin = new int[16];
    private long heldLength;
    private int slabCount;
    private int pipeCount;
    private int socketCount;
    private int webSocketCount;
    private int lingeringCount;

    /**
     * For one loop.
     *
     * @param loop to look into.
     */
    public Invariants(ForwardingLoop loop) {
        this.loop = loop;
        state = loop.state();
        connections = state.connections;
        status = state.status;
    }

    /** Check everything that holds between any two cycles. */
    static void check(ForwardingLoop loop) {
        new Invariants(loop).check();
    }

    /** Check what holds once no close is on its way: the descriptors of the process are the table's, the listeners' and the checks'. */
    static void checkSockets(ForwardingLoop loop, int listenerCount) {
        new Invariants(loop).checkSockets(listenerCount);
    }

    /** Check everything that holds between any two cycles: I1 to I4, I9, I10. */
    public void check() {
        reset();
        for (int slot = 0; slot < connections.highWater(); slot++) {
            if (connections.phase(slot) != Phase.FREE) {
                checkConnection(slot);
                count(slot);
            }
        }
        checkConservation();
        checkBackends();
        checkPins();
        checkCheaply();
        require(
                connections.hasFree() || connections.activeCount() == connections.capacity(),
                "a free slot is lost, connections and slots",
                connections.activeCount(),
                connections.capacity());
    }

    /**
     * Check what holds once no close is on its way: the descriptors of the process are the table's, listeners' and checks'.
     *
     * @param listenerCount how many listeners are open.
     */
    public void checkSockets(int listenerCount) {
        check();
        final int knownCount = socketCount + listenerCount + loop.checkCount();
        final int openCount = state.transport.openSockets();
        require(knownCount <= openCount, "I9 open sockets", knownCount, openCount);
        // A check may close one in any cycle, and that takes effect in the next poll.
        if (!state.sockets.hasClosedSincePoll()) {
            require(knownCount == openCount, "I9 open sockets", knownCount, openCount);
        }
    }

    /** Check what takes no look at the table. */
    public void checkCheaply() {
        require(status.count(LoopCounter.MISPINS) == 0, "I10 mispins", 0, status.count(LoopCounter.MISPINS));
        require(
                connections.activeCount() == status.count(LoopCounter.CONNECTIONS_ACTIVE),
                "I9 active",
                connections.activeCount(),
                status.count(LoopCounter.CONNECTIONS_ACTIVE));
        final int outCount = state.slabs.outCount() + state.peekSlabs.outCount();
        require(
                outCount == status.count(LoopCounter.SLABS_OUT),
                "I9 slabs of the pools",
                outCount,
                status.count(LoopCounter.SLABS_OUT));
        require(
                state.pipes.outCount() == status.count(LoopCounter.PIPES_OUT),
                "I9 pipes of the pool",
                state.pipes.outCount(),
                status.count(LoopCounter.PIPES_OUT));
    }

    /**
     * Check one connection.
     *
     * @param slot in use.
     */
    public void checkConnection(int slot) {
        final int phase = connections.phase(slot);
        for (int side = 0; side < 2; side++) {
            final boolean isOpen = connections.socket(slot, side) != Transport.NULL_SOCKET;
            final boolean isDue = side == 0 || phase == Phase.CONNECTING || phase == Phase.FORWARDING;
            require(isDue == isOpen, "socket in phase and slot", phase, slot);
            checkSlab(slot, side);
            if (phase == Phase.FORWARDING) {
                checkInterest(slot, side);
                checkEnd(slot, side);
            }
        }
    }

    /**
     * The unsent bytes that a connection's slabs and pipes hold.
     *
     * @param slot in use.
     * @return the length.
     */
    public long heldLength(int slot) {
        return heldLength(slot, Side.CLIENT_TO_BACKEND) + heldLength(slot, Side.BACKEND_TO_CLIENT);
    }

    /**
     * The unsent bytes that a direction's slab or pipe holds.
     *
     * @param slot in use.
     * @param direction of the two.
     * @return the length.
     */
    public long heldLength(int slot, int direction) {
        return connections.slab(slot, direction) == SlabPool.NULL_SLAB
                ? 0
                : connections.endOffset(slot, direction) - connections.unsentOffset(slot, direction);
    }

    /**
     * The pipe that a direction holds bytes in.
     *
     * @param slot in use.
     * @param direction of the two.
     * @return its handle, or {@link Pipes#NULL_PIPE}.
     */
    public int pipe(int slot, int direction) {
        final int holder = connections.slab(slot, direction);
        return PipePool.isPipe(holder) ? PipePool.pipe(holder) : Pipes.NULL_PIPE;
    }

    /**
     * The loop's connections.
     *
     * @return the live table.
     */
    public ConnectionTable connections() {
        return connections;
    }

    /**
     * The loop's backends.
     *
     * @return the live set.
     */
    public BackendSet backends() {
        return state.backends;
    }

    /**
     * The loop's pins.
     *
     * @return the live table, or null without pinning.
     */
    public PinTable pins() {
        return state.pins;
    }

    /**
     * How many directions wait for a slab of the second pool, which holds what is forwarded.
     *
     * @return the count.
     */
    public int slabWaitingCount() {
        return state.slabLine.length();
    }

    /**
     * Whether there is room for a connection, whatever listener it is for.
     *
     * @return whether one that waits is to be accepted.
     */
    public boolean canAdmit() {
        return connections.hasFree() && state.peekSlabs.hasFree() && state.peekLine.length() == 0;
    }

    /**
     * Whether a direction of a connection waits for a slab.
     *
     * @param slot in use.
     * @return whether it does.
     */
    public boolean isWaiting(int slot) {
        return connections.is(slot, Flag.inLine(Side.CLIENT_TO_BACKEND))
                || connections.is(slot, Flag.inLine(Side.BACKEND_TO_CLIENT));
    }

    /**
     * Sockets of checks under way.
     *
     * @return the count.
     */
    public int checkCount() {
        return loop.checkCount();
    }

    /**
     * Whose event a token names.
     *
     * @param token of any socket.
     * @return its slot, −1 for a listener's and for a check's.
     */
    public static int slotOf(long token) {
        return Token.isOther(token) ? ConnectionTable.NULL_SLOT : Token.slot(token);
    }

    /**
     * Whether a token names a check's event.
     *
     * @param token of any socket.
     * @return whether it does.
     */
    public static boolean isOfCheck(long token) {
        return Token.isCheck(token);
    }

    /**
     * Which side's event a token names.
     *
     * @param token of a connection's socket.
     * @return its side.
     */
    public static int sideOf(long token) {
        return Token.side(token);
    }

    /**
     * Whether a token was made for a generation.
     *
     * @param token of a connection's socket.
     * @param generation of its slot.
     * @return whether they are of one connection.
     */
    public static boolean isOfGeneration(long token, int generation) {
        return Token.isOfGeneration(token, generation);
    }

    /**
     * What the balancer itself answers.
     *
     * @param status the code of HTTP.
     * @return a copy of the whole answer, or null if it never says that.
     */
    public static byte[] originated(int status) {
        final HttpAnswer answer =
                switch (status) {
                    case 400 -> HttpAnswer.BAD_REQUEST;
                    case 408 -> HttpAnswer.REQUEST_TIMEOUT;
                    case 426 -> HttpAnswer.UPGRADE_REQUIRED;
                    case 431 -> HttpAnswer.HEADER_TOO_LONG;
                    case 503 -> HttpAnswer.UNAVAILABLE;
                    default -> null;
                };
        if (answer == null) {
            return null;
        }
        final byte[] bytes = new byte[answer.bytes().capacity()];
        answer.bytes().getBytes(0, bytes);
        return bytes;
    }

    private void reset() {
        heldLength = 0;
        slabCount = 0;
        pipeCount = 0;
        socketCount = 0;
        webSocketCount = 0;
        lingeringCount = 0;
        for (int i = 0; i < state.backends.size(); i++) {
            perBackend[BackendSet.index(state.backends.get(i).id())] = 0;
        }
        for (final Backend leaving : state.backends.leaving()) {
            perBackend[BackendSet.index(leaving.id())] = 0;
        }
        Arrays.fill(perPin, 0);
    }

    private void count(int slot) {
        final int phase = connections.phase(slot);
        for (int side = 0; side < 2; side++) {
            socketCount += connections.socket(slot, side) != Transport.NULL_SOCKET ? 1 : 0;
            final int holder = connections.slab(slot, side);
            pipeCount += PipePool.isPipe(holder) ? 1 : 0;
            slabCount += holder != SlabPool.NULL_SLAB && !PipePool.isPipe(holder) ? 1 : 0;
        }
        heldLength += heldLength(slot);
        lingeringCount += phase == Phase.LINGERING ? 1 : 0;
        webSocketCount += connections.is(slot, Flag.WEBSOCKET) && phase == Phase.FORWARDING ? 1 : 0;
        final int backendId = connections.backendId(slot);
        if (backendId != BackendSet.NULL_BACKEND) {
            require(state.backends.byId(backendId) != null, "a backend is forgotten before the end of slot", slot, 0);
            perBackend[BackendSet.index(backendId)]++;
        }
        final int pin = connections.pin(slot);
        if (pin != PinTable.NULL_PIN) {
            if (pin >= perPin.length) {
                perPin = Arrays.copyOf(perPin, Math.max(pin + 1, 2 * perPin.length));
            }
            perPin[pin]++;
        }
    }

    private void checkSlab(int slot, int direction) {
        final int slab = connections.slab(slot, direction);
        if (slab == SlabPool.NULL_SLAB) {
            return;
        }
        require(!connections.is(slot, Flag.inLine(direction)), "I3 a direction with a slab waits for one", slot, 0);
        if (PipePool.isPipe(slab)) {
            checkPipe(slot, direction);
            return;
        }
        final SlabPool pool = state.pool(slot, direction);
        final int start = pool.offset(slab);
        final int unsent = connections.unsentOffset(slot, direction);
        final int end = connections.endOffset(slot, direction);
        require(
                start <= unsent && unsent <= end && end <= start + pool.slabLength(),
                "I1 the bytes of a slab lie outside of it",
                unsent,
                end);
    }

    /** A pipe holds something, and only what is forwarded. */
    private void checkPipe(int slot, int direction) {
        final int unsent = connections.unsentOffset(slot, direction);
        final int end = connections.endOffset(slot, direction);
        require(0 <= unsent && unsent < end, "I1 the bytes of a pipe", unsent, end);
        require(
                connections.phase(slot) == Phase.FORWARDING,
                "I1 a pipe in phase and slot",
                connections.phase(slot),
                slot);
        require(!state.isKept(slot, direction), "I1 a request that is kept in a pipe, slot", slot, direction);
    }

    private void checkInterest(int slot, int direction) {
        final boolean isKeptConnection = connections.is(slot, Flag.KEPT);
        final boolean holds = connections.slab(slot, direction) != SlabPool.NULL_SLAB;
        final boolean isRead = state.sockets.wants(slot, Sockets.sourceOf(direction), Transport.READABLE);
        final boolean isWritten = state.sockets.wants(slot, Sockets.sinkOf(direction), Transport.WRITABLE);
        if (holds && !isKeptConnection) {
            require(!isRead, "I2", slot, direction, "holds bytes and reads more");
            require(isWritten, "I2", slot, direction, "holds bytes and does not write");
        }
        require(holds || !isWritten, "I2", slot, direction, "has nothing to write");
        require(
                isRead
                        || holds
                        || isKeptConnection
                        || connections.is(slot, Flag.endSeen(direction))
                        || connections.is(slot, Flag.inLine(direction)),
                "I2",
                slot,
                direction,
                "is not read for no reason");
    }

    private void checkEnd(int slot, int direction) {
        final boolean holds = connections.slab(slot, direction) != SlabPool.NULL_SLAB;
        final boolean isEndSeen = connections.is(slot, Flag.endSeen(direction));
        final boolean isEndSent = connections.is(slot, Flag.endSent(direction));
        require(
                !isEndSeen || holds || connections.is(slot, Flag.KEPT) || isEndSent,
                "I4",
                slot,
                direction,
                "withholds a FIN");
        require(!isEndSent || (isEndSeen && !holds), "I4", slot, direction, "sent a FIN too early");
    }

    private void checkConservation() {
        long ended = 0;
        for (int i = 0; i < CAUSE_COUNT; i++) {
            ended += status.terminations(TerminationCause.of(i));
        }
        final long active = status.count(LoopCounter.CONNECTIONS_ACTIVE);
        require(
                status.count(LoopCounter.ACCEPTED) == active + ended,
                "I9 accepted = active + ended",
                status.count(LoopCounter.ACCEPTED),
                active + ended);
        require(
                lingeringCount == status.count(LoopCounter.LINGERING_ACTIVE),
                "I9 lingering",
                lingeringCount,
                status.count(LoopCounter.LINGERING_ACTIVE));
        require(
                webSocketCount == status.count(LoopCounter.WEBSOCKETS_ACTIVE),
                "I9 WebSockets",
                webSocketCount,
                status.count(LoopCounter.WEBSOCKETS_ACTIVE));
        checkBytes(heldLength);
        require(
                slabCount == status.count(LoopCounter.SLABS_OUT),
                "I9 slabs out",
                slabCount,
                status.count(LoopCounter.SLABS_OUT));
        require(
                pipeCount == status.count(LoopCounter.PIPES_OUT),
                "I9 pipes out",
                pipeCount,
                status.count(LoopCounter.PIPES_OUT));
    }

    /**
     * Check that no byte was lost or made up (I9).
     *
     * @param held bytes that all slabs and pipes hold.
     */
    public void checkBytes(long held) {
        final long in = status.count(LoopCounter.CLIENT_BYTES_READ)
                + status.count(LoopCounter.BACKEND_BYTES_READ)
                + status.count(LoopCounter.BYTES_ORIGINATED)
                + status.count(LoopCounter.BYTES_REPLAYED);
        final long out = status.count(LoopCounter.CLIENT_BYTES_WRITTEN)
                + status.count(LoopCounter.BACKEND_BYTES_WRITTEN)
                + held
                + status.count(LoopCounter.BYTES_DISCARDED);
        require(in == out, "I9 bytes read + originated + replayed = written + held + discarded", in, out);
    }

    private void checkBackends() {
        for (int i = 0; i < state.backends.size(); i++) {
            checkBackend(state.backends.get(i));
        }
        for (final Backend leaving : state.backends.leaving()) {
            checkBackend(leaving);
            require(leaving.activeCount() > 0, "a removed backend without connections is not forgotten", 0, 0);
        }
    }

    private void checkBackend(Backend backend) {
        final int count = perBackend[BackendSet.index(backend.id())];
        final long counted = state.stats(backend.id()).counters().get(BackendCounter.CONNECTIONS_ACTIVE);
        if (count != backend.activeCount() || count != counted) {
            throw new AssertionError("connections of " + backend.name() + ": in the table " + count + ", in the set "
                    + backend.activeCount() + ", counted " + counted);
        }
    }

    private void checkPins() {
        if (state.pins == null) {
            return;
        }
        int liveCount = 0;
        for (int pin = 0; pin < perPin.length; pin++) {
            if (perPin[pin] > 0) {
                liveCount++;
                if (perPin[pin] != state.pins.liveCount(pin)) {
                    throw new AssertionError("live count of pin " + pin + ": " + state.pins.liveCount(pin) + ", "
                            + perPin[pin] + " connections");
                }
            }
        }
        require(liveCount == state.pins.liveCount(), "live pins", liveCount, state.pins.liveCount());
        require(
                state.pins.heldCount() == status.count(LoopCounter.PINS_HELD),
                "pins held",
                state.pins.heldCount(),
                status.count(LoopCounter.PINS_HELD));
    }

    private static void require(boolean holds, String invariant, int slot, int direction, String what) {
        if (!holds) {
            throw new AssertionError(invariant + " slot " + slot + " " + what + ", direction " + direction);
        }
    }

    private static void require(boolean holds, String what, long expected, long actual) {
        if (!holds) {
            throw new AssertionError(what + ": " + expected + ", " + actual);
        }
    }
}
