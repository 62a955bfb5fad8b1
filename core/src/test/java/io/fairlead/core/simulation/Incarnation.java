package io.fairlead.core.simulation;

import io.fairlead.core.loop.Settings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A backend from the moment it is configured until it is removed; configured again, it is another one. */
final class Incarnation {
    final BackendHost host;
    /** Who speaks for it, null for nobody. */
    final AgentHost agent;

    final String name;
    final InetSocketAddress address;
    final long id64;
    int weight;
    boolean isDraining;
    boolean isRemoved;
    /** Connections that have it now. */
    int activeCount;
    /** Connections on which it was forwarded to. */
    long connectedCount;
    /** Bytes that were read from its clients, and from it. */
    long upBytes;

    long downBytes;
    /** Payload of messages that was read from clients of its WebSockets. */
    long upMessageLength;

    long downMessageLength;
    /** WebSockets that it, and that its clients, closed first. */
    long closedCount;

    long closedByClientCount;
    /** Connects that failed, by what is to be blamed. */
    long refusedCount;

    long timedOutCount;

    /** Of those, how many may have been left because it was down. */
    long leftDownCount;

    /** Answers that were a 101, and others. */
    long switchedCount;

    long declinedCount;
    /** Connections on which it has answered. */
    long answeredCount;
    /** How long its connects took in all. */
    long connectNs;

    final ProbeTimes checkTimes = new ProbeTimes();
    final ProbeTimes agentTimes = new ProbeTimes();
    final FrameTally up = new FrameTally();
    final FrameTally down = new FrameTally();
    /** Whether each of its WebSockets was heard by its client: else what it has sent there is not known. */
    boolean isHeard = true;

    Incarnation(BackendHost host, int weight) {
        this.host = host;
        agent = host.agent();
        this.weight = weight;
        name = host.name();
        address = host.address();
        id64 = id64(name);
    }

    /** What the balancer is told of it. */
    Settings.BackendSettings toSettings() {
        return new Settings.BackendSettings(
                name, address, weight, List.of(), 0, false, agent == null ? null : agent.address());
    }

    /** The identity that balancers which never talk agree on: the first 8 bytes of the name's SHA-256. */
    private static long id64(String name) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its score for a client (weighted rendezvous hashing, Wang and Ravishankar 1998): the largest one wins. */
    double score(long key64) {
        long h = key64 ^ id64;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        h ^= h >>> 31;
        return weight / (0.0 - StrictMath.log(((h >>> 11) + 0.5) / (1L << 53)));
    }

    @Override
    public String toString() {
        return name + (isRemoved ? " (removed)" : isDraining ? " (draining)" : "");
    }
}
