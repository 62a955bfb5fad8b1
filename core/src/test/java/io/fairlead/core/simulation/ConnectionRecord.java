package io.fairlead.core.simulation;

import io.fairlead.core.status.WhyChosen;
import io.fairlead.core.table.Phase;
import java.util.ArrayList;
import java.util.List;

/** The life of one connection as the oracle sees it: from what the engine did at the seam, not from what it remembers. */
final class ConnectionRecord {
    final int slot;
    final int generation;
    final SocketRecord client;
    final long acceptedNs;
    /** Who is at the client's end. */
    ClientActor actor;
    /** The last one that was connected to, null before. */
    SocketRecord backend;
    /** Backends it was connected to, or tried to, without those that were left for a pin. */
    final List<Incarnation> tried = new ArrayList<>(2);

    /** Connects so far, whatever became of them. */
    int attemptCount;
    /** Attempts that failed at once, after the last that did not. */
    int failedCount;
    /** Backends that were left for a pin. */
    int withdrawnCount;
    /** Why its last backend was chosen, null if that cannot be told. */
    WhyChosen why;
    /** When it was last connected to a backend. */
    long forwardedNs;
    /** What the client had sent when it was answered. */
    long answeredAtLength;

    /** The pin that it holds, null as long as no backend has answered. */
    PinModel.Pin pin;

    int phase = Phase.PEEKING;
    long phaseSinceNs;
    /** Its request is kept, by the table. */
    boolean isKept;
    /** Its request was kept at some time. */
    boolean wasKept;
    /** Since when a direction holds a slab or a pipe, by direction; meaningless without. */
    final long[] slabSinceNs = new long[2];

    final boolean[] hasSlab = new boolean[2];
    /** What a direction holds is in a pipe, by direction. */
    final boolean[] hasPipe = new boolean[2];
    /** A direction goes through pipes, by direction. */
    final boolean[] isSplicing = new boolean[2];
    /** Bytes in its pipes after the last cycle that touched it. */
    long pipedLength;
    /** Bytes in its slabs and pipes after the last cycle that touched it. */
    long heldLength;
    /** A backend has answered. */
    boolean isAnswered;
    /** Bytes of an answer of the balancer's own. */
    long originatedLength;
    /** When a direction was last seen waiting for a slab. */
    long lastWaitNs;

    /** A direction waited for a slab after the last cycle that touched it. */
    boolean isWaiting;
    /** When the kept request was let go. */
    long releasedNs;

    /** It has left a backend that was down. */
    boolean wasLost;

    /** A read of it threw, as a defect would. */
    boolean hasDefect;
    /** Its slot is free again. */
    boolean isEnded;

    ConnectionRecord(int slot, int generation, SocketRecord client, long nowNs) {
        this.slot = slot;
        this.generation = generation;
        this.client = client;
        acceptedNs = nowNs;
        phaseSinceNs = nowNs;
        lastWaitNs = nowNs;
        releasedNs = nowNs;
    }

    void enter(int entered, long nowNs) {
        phase = entered;
        phaseSinceNs = nowNs;
    }

    SocketRecord side(int side) {
        return side == 0 ? client : backend;
    }

    /** When a byte last moved on either side. */
    long lastActivityNs() {
        long last = later(client.lastReadNs, client.lastWriteNs);
        if (backend != null) {
            last = later(last, later(backend.lastReadNs, backend.lastWriteNs));
        }
        return last;
    }

    /** The later of two times of a clock that may wrap. */
    static long later(long leftNs, long rightNs) {
        return leftNs - rightNs >= 0 ? leftNs : rightNs;
    }

    int clientId() {
        return actor == null ? -1 : actor.id;
    }
}
