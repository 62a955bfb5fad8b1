package io.fairlead.core.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Every setting of a loop, validated once by the composition root. <b>Immutable.</b>
 *
 * @param listeners where connections are accepted.
 * @param backends the first set of backends; commands change it later.
 * @param policy how a backend is chosen.
 * @param pinning whether clients are pinned.
 * @param pinTimeoutNs how long a pin outlives its client's last connection.
 * @param pinLimit most pins held.
 * @param clientPrefix4 bits of an IPv4 address that make a client key.
 * @param clientPrefix6 bits of an IPv6 address that make a client key.
 * @param connectTimeoutNs for one attempt.
 * @param attemptLimit most backends tried for one connection.
 * @param peekTimeoutNs from accept to a whole request head.
 * @param upgradeTimeoutNs from an established backend to its answer.
 * @param webSocketIdleTimeoutNs without a byte, after a verified 101.
 * @param idleTimeoutNs without a byte, otherwise.
 * @param halfClosedTimeoutNs without a byte, after one FIN.
 * @param stallTimeoutNs without a byte taken by the side that has some waiting.
 * @param lingerTimeoutNs from the balancer's own answer to the end.
 * @param connectionLimit slots in the connection table.
 * @param lingerLimit most connections lingering.
 * @param headerLimit most bytes of a request or answer head.
 * @param readBufferLength bytes read at once, and length of a slab.
 * @param slabLimit most slabs.
 * @param peekSlabLimit most peek slabs.
 * @param pipeLimit most pipes; 0 for never to splice.
 * @param backlogLength connections the system may queue for a listener.
 * @param frameTracking whether WebSocket frames are counted.
 * @param eventQueueLength most connection events waiting for the listener; 0 when nobody listens.
 * @param noticeQueueLength most notices waiting for their listener; 0 when nobody listens.
 * @param health how failures of backends are found.
 * @param limits what one source may take.
 */
public record Settings(
        List<Listener> listeners,
        List<BackendSettings> backends,
        BalancePolicy policy,
        boolean pinning,
        long pinTimeoutNs,
        int pinLimit,
        int clientPrefix4,
        int clientPrefix6,
        long connectTimeoutNs,
        int attemptLimit,
        long peekTimeoutNs,
        long upgradeTimeoutNs,
        long webSocketIdleTimeoutNs,
        long idleTimeoutNs,
        long halfClosedTimeoutNs,
        long stallTimeoutNs,
        long lingerTimeoutNs,
        int connectionLimit,
        int lingerLimit,
        int headerLimit,
        int readBufferLength,
        int slabLimit,
        int peekSlabLimit,
        int pipeLimit,
        int backlogLength,
        boolean frameTracking,
        int eventQueueLength,
        int noticeQueueLength,
        HealthSettings health,
        LimitSettings limits) {

    /**
     * Where connections are accepted.
     *
     * @param address to bind; port 0 picks one.
     * @param peek what to do with their first bytes.
     */
    public record Listener(InetSocketAddress address, PeekMode peek) {}

    /**
     * A backend as configured.
     *
     * @param name its identity for hashing, metrics and commands.
     * @param address resolved.
     * @param weight its share relative to the others', at least 1.
     * @param sources addresses of this machine to connect it from, of its family; empty to have the system choose.
     * @param connectionLimit most connections it may have; 0 for any number.
     * @param isBackup whether it only serves where the others do not suffice.
     * @param agent where its agent answers, or null for none.
     */
    public record BackendSettings(
            String name,
            InetSocketAddress address,
            int weight,
            List<InetAddress> sources,
            int connectionLimit,
            boolean isBackup,
            InetSocketAddress agent) {
        /**
         * A backend with nothing special about it.
         *
         * @param name its identity for hashing, metrics and commands.
         * @param address resolved.
         * @param weight its share relative to the others', at least 1.
         */
        public BackendSettings(String name, InetSocketAddress address, int weight) {
            this(name, address, weight, List.of(), 0, false, null);
        }
    }
}
