package io.fairlead.core.loop;

import io.fairlead.core.status.Addresses;
import io.fairlead.core.status.BackendStats;
import io.fairlead.core.status.BackendStatus;
import io.fairlead.core.status.BalancerStatus;
import io.fairlead.core.status.Counters;
import io.fairlead.core.status.LoopCounter;
import io.fairlead.core.table.Backend;
import io.fairlead.core.table.BackendSet;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.PinTable;
import io.fairlead.core.table.Side;
import io.fairlead.core.table.SlabLine;
import io.fairlead.core.table.SlabPool;
import io.fairlead.core.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the phases of a connection share: the settings, the tables, the counters. It holds and decides nothing.
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class LoopState {
    /** Room in front of a peeked request, for a PROXY header: version 2 without TLVs takes 232 bytes at the most. */
    static final int HEAD_ROOM = 256;

    final Settings settings;
    final Transport transport;
    final BalancerStatus status;
    final Counters<LoopCounter> counters;
    final ConnectionTable connections;
    final PinTable pins;
    final SlabPool slabs;
    final SlabPool peekSlabs;
    final PipePool pipes;
    final SlabLine slabLine;
    final SlabLine peekLine;
    final BackendSet backends = new BackendSet();
    final Sockets sockets;

    /** Bytes on their way: filled by a read and emptied by the write, or the copy, that follows at once. */
    final UnsafeBuffer readBuffer;

    /** While those in line are served, who is first has left it and may take what is free. */
    boolean isServing;

    /** Whether too few backends are well for backups to stand by. */
    boolean backupsJoin;

    /** Whether a backend is down. */
    boolean isAnyDown;

    /** The shares of those that take new connections, together. */
    long acceptingShare;

    private final BackendStats[] statsByIndex = new BackendStats[BackendSet.INDEX_LIMIT];
    private final Vitals[] vitalsByIndex = new Vitals[BackendSet.INDEX_LIMIT];

    LoopState(Settings settings, Transport transport, BalancerStatus status, long hashSeed) {
        this.settings = settings;
        this.transport = transport;
        this.status = status;
        counters = status.counters();
        connections = new ConnectionTable(settings.connectionLimit());
        pins = settings.pinning() ? new PinTable(settings.pinLimit(), hashSeed) : null;
        slabs = new SlabPool(settings.readBufferLength(), settings.slabLimit());
        peekSlabs = new SlabPool(HEAD_ROOM + settings.headerLimit(), settings.peekSlabLimit());
        pipes = new PipePool(transport.pipes(), settings.pipeLimit());
        slabLine = new SlabLine(connections);
        peekLine = new SlabLine(connections);
        sockets = new Sockets(connections, transport);
        readBuffer = new UnsafeBuffer(
                ByteBuffer.allocateDirect(settings.readBufferLength()).order(ByteOrder.nativeOrder()));
    }

    /** The pool a direction's slab is of. */
    SlabPool pool(int slot, int direction) {
        return direction == Side.CLIENT_TO_BACKEND && connections.is(slot, Flag.PEEK_SLAB) ? peekSlabs : slabs;
    }

    /** The line a direction waits in, if it does. */
    SlabLine line(int slot, int direction) {
        return direction == Side.CLIENT_TO_BACKEND && connections.is(slot, Flag.PEEK_SLAB) ? peekLine : slabLine;
    }

    /** Whether a direction's bytes are a request that may have to be sent once more. */
    boolean isKept(int slot, int direction) {
        return direction == Side.CLIENT_TO_BACKEND && connections.is(slot, Flag.KEPT);
    }

    /** Whether a direction may be read into a slab: one is free, and nobody who waits in line is passed. */
    boolean mayTakeSlab() {
        return slabs.hasFree() && (isServing || slabLine.length() == 0);
    }

    /** Whether a client's first bytes may be read into a peek slab, in the same way. */
    boolean mayTakePeekSlab() {
        return peekSlabs.hasFree() && (isServing || peekLine.length() == 0);
    }

    /** Take a slab for a direction. There must be a free one. */
    int acquireSlab(int slot, int direction) {
        final SlabPool pool = pool(slot, direction);
        final int slab = pool.acquire();
        if (slab == SlabPool.NULL_SLAB) {
            throw new IllegalStateException("bytes were read without a slab to hold them");
        }
        counters.increment(LoopCounter.SLABS_OUT);
        final int start = pool.offset(slab);
        connections.slab(slot, direction, slab);
        connections.unsentOffset(slot, direction, start);
        connections.endOffset(slot, direction, start);
        return slab;
    }

    /** Give a direction's slab or pipe back, if it has one; what was not written is discarded and counted. */
    void releaseSlab(int slot, int direction) {
        final int slab = connections.slab(slot, direction);
        if (slab != SlabPool.NULL_SLAB) {
            final int unsent = connections.endOffset(slot, direction) - connections.unsentOffset(slot, direction);
            counters.add(LoopCounter.BYTES_DISCARDED, unsent);
            connections.slab(slot, direction, SlabPool.NULL_SLAB);
            if (PipePool.isPipe(slab)) {
                releasePipe(PipePool.pipe(slab), unsent);
            } else {
                counters.add(LoopCounter.SLABS_OUT, -1);
                pool(slot, direction).release(slab);
            }
        }
    }

    private void releasePipe(int pipe, int unsent) {
        counters.add(LoopCounter.PIPES_OUT, -1);
        if (unsent == 0) {
            pipes.release(pipe);
        } else {
            pipes.discard(pipe);
        }
    }

    /** No slab is free for what might be read: wait in line, for bytes that cannot be held must not be read. */
    void joinLine(int slot, int direction) {
        sockets.unwant(slot, Sockets.sourceOf(direction), Transport.READABLE);
        line(slot, direction).join(slot, direction);
        counters.increment(LoopCounter.SLAB_WAITS);
    }

    /** Leave whatever line a direction stands in. */
    void leaveLine(int slot, int direction) {
        if (connections.is(slot, Flag.inLine(direction))) {
            line(slot, direction).leave(slot, direction);
        }
    }

    Backend backend(int slot) {
        return backends.byId(connections.backendId(slot));
    }

    BackendStats stats(int backendId) {
        return statsByIndex[BackendSet.index(backendId)];
    }

    Vitals vitals(Backend backend) {
        return vitalsByIndex[BackendSet.index(backend.id())];
    }

    void vitals(Backend backend, Vitals value) {
        vitalsByIndex[BackendSet.index(backend.id())] = value;
    }

    Backend addBackend(Settings.BackendSettings added, long id64) {
        final Backend backend = backends.add(
                added.name(), id64, added.address(), added.weight(), added.connectionLimit(), added.isBackup());
        statsByIndex[BackendSet.index(backend.id())] = new BackendStats();
        return backend;
    }

    /** A connection of a backend ended: forget a removed one with its last. */
    void leaveBackend(Backend backend) {
        backend.addActive(-1);
        if (backends.forgetIfUnused(backend)) {
            publishBackends();
        }
    }

    /** Show outsiders the backends as they are now, removed ones with connections behind the configured. */
    void publishBackends() {
        final List<BackendStatus> snapshot = new ArrayList<>();
        for (int i = 0; i < backends.size(); i++) {
            snapshot.add(statusOf(backends.get(i)));
        }
        for (final Backend backend : backends.leaving()) {
            snapshot.add(statusOf(backend));
        }
        status.backends(snapshot);
    }

    private BackendStatus statusOf(Backend backend) {
        final Vitals vitals = vitals(backend);
        return new BackendStatus(
                backend.name(),
                Addresses.canonical(backend.address()),
                backend.weight(),
                vitals.isWeightless ? 0 : backend.weightPercent(),
                backend.connectionLimit(),
                backend.isBackup(),
                vitals.state,
                vitals.isWell(),
                vitals.reason,
                vitals.sinceMs,
                stats(backend.id()));
    }
}
