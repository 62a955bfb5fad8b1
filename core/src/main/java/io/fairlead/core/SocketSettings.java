package io.fairlead.core;

import io.fairlead.core.loop.PeekMode;
import io.fairlead.core.loop.Settings;
import io.fairlead.core.transport.SocketOptions;
import java.time.Duration;
import java.util.List;

/** The settings of a context that become {@link SocketOptions}. Not thread safe. */
final class SocketSettings {
    private static final int MIN_NOT_SENT_LENGTH = 4096;
    private static final int MAX_NOT_SENT_LENGTH = 1 << 30;
    private static final long MAX_DEFER_SECONDS = 3600;

    /** Well beyond the kernel's first probes of a window that is closed, so that who is only slow is not cut off. */
    private static final long LEAST_DEFAULT_USER_TIMEOUT_MS = 30_000;

    /** Null for the default, zero for the system's own. */
    Duration userTimeout;

    Duration deferAccept = Duration.ZERO;
    int notSentLowWaterLength;
    boolean sharesPorts;
    boolean isSteered;
    int groupSize;

    /** What was asked for that the transport on java.nio does not set, as a sentence's subject; null if nothing was. */
    String subject() {
        if (userTimeout != null && !userTimeout.isZero()) {
            return "a TCP user time-out";
        }
        if (!deferAccept.isZero()) {
            return "deferring accepts";
        }
        if (notSentLowWaterLength != 0) {
            return "a limit of bytes not sent";
        }
        return sharesPorts ? "sharing ports" : null;
    }

    /**
     * Check everything.
     *
     * @param stallTimeoutNs half of what the user time-out is by default.
     * @param listeners of the context.
     * @param pinning whether clients are pinned.
     * @param prefix4 bits of an IPv4 address that make a client.
     * @param prefix6 bits of an IPv6 address that make a client.
     * @return the options.
     * @throws IllegalArgumentException that says what to change.
     */
    SocketOptions conclude(
            long stallTimeoutNs, List<Settings.Listener> listeners, boolean pinning, int prefix4, int prefix6) {
        return new SocketOptions(
                userTimeoutMs(stallTimeoutNs),
                deferAcceptSeconds(listeners),
                notSentLowWaterLength(),
                sharesPorts,
                steering(pinning, prefix4, prefix6));
    }

    private int userTimeoutMs(long stallTimeoutNs) {
        final long ms = userTimeout == null ? defaultUserTimeoutMs(stallTimeoutNs) : userTimeout.toMillis();
        BalancerContext.require(
                userTimeout == null || userTimeout.isZero() || (ms >= 1 && ms <= Integer.MAX_VALUE),
                "the TCP user time-out must be from 1 ms to 24 days, or zero for the system's own");
        return (int) Math.min(Integer.MAX_VALUE, ms);
    }

    /**
     * The kernel too ends a live peer that takes nothing, but cannot say so: it looks like a reset. Twice the stall limit leaves
     * that to the balancer, which knows what it was, and dead peers to the kernel.
     */
    private static long defaultUserTimeoutMs(long stallTimeoutNs) {
        return Math.max(LEAST_DEFAULT_USER_TIMEOUT_MS, 2 * stallTimeoutNs / 1_000_000);
    }

    private int deferAcceptSeconds(List<Settings.Listener> listeners) {
        final long seconds = deferAccept.toSeconds();
        BalancerContext.require(
                seconds >= 0 && seconds <= MAX_DEFER_SECONDS && deferAccept.equals(Duration.ofSeconds(seconds)),
                "accepts can be deferred by whole seconds up to an hour");
        BalancerContext.require(
                seconds == 0 || listeners.stream().noneMatch(listener -> listener.peek() == PeekMode.OFF),
                "accepts can be deferred only where clients are peeked: without, the server may be the one to speak first,"
                        + " and client and server would wait for each other");
        return (int) seconds;
    }

    private int notSentLowWaterLength() {
        BalancerContext.require(
                notSentLowWaterLength == 0
                        || (notSentLowWaterLength >= MIN_NOT_SENT_LENGTH
                                && notSentLowWaterLength <= MAX_NOT_SENT_LENGTH),
                "the limit of bytes not sent must be from 4 KiB to 1 GiB, or 0 for none");
        return notSentLowWaterLength;
    }

    private SocketOptions.Steering steering(boolean pinning, int prefix4, int prefix6) {
        BalancerContext.require(
                !sharesPorts || isSteered || !pinning,
                "with pins a shared port needs the number of processes that share it, so that the kernel can send all"
                        + " connections of a client to one of them: each has pins of its own");
        BalancerContext.require(
                !isSteered
                        || (groupSize >= BalancerContext.MIN_PORT_GROUP && groupSize <= BalancerContext.MAX_PORT_GROUP),
                "clients can be steered between 2 to 1024 processes");
        return isSteered ? new SocketOptions.Steering(groupSize, prefix4, prefix6) : null;
    }
}
