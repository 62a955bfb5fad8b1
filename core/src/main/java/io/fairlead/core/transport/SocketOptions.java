package io.fairlead.core.transport;

/**
 * What a transport may be told to set on its sockets. Only system calls set it all: java.nio has none of these options but
 * {@code SO_REUSEPORT}, and that without a program that steers. A transport that takes them sets them on each of its sockets,
 * or on each of its listeners, as stated. <b>Immutable.</b>
 *
 * @param userTimeoutMs {@code TCP_USER_TIMEOUT} (RFC 5482) of every connection: how long what was sent may go without an
 *     acknowledgement, or what is to be sent without room at the peer, before the connection is reset; 0 for the system's
 *     own limit, which Linux reaches after a quarter of an hour.
 * @param deferAcceptSeconds {@code TCP_DEFER_ACCEPT} of every listener: for how long a connection is not shown before its
 *     first byte has come; 0 for not at all. The system rounds it up to a number of retransmissions.
 * @param notSentLowWaterLength {@code TCP_NOTSENT_LOWAT} of every connection: with so many bytes or more not sent yet the
 *     socket is not writable; 0 for no such limit.
 * @param sharesPorts {@code SO_REUSEPORT} of every listener: other processes of the same user may listen on its address
 *     too, and the system spreads connections over them.
 * @param steering how it spreads them, or null for by both addresses and ports.
 */
public record SocketOptions(
        int userTimeoutMs, int deferAcceptSeconds, int notSentLowWaterLength, boolean sharesPorts, Steering steering) {
    /** As the system has them. */
    public static final SocketOptions NONE = new SocketOptions(0, 0, 0, false, null);

    /**
     * Which member of a group of listeners on one address gets a connection: the one that the hash of the client's key says,
     * so that all connections of a client come to the same. A key is made as {@code rules.ClientKey} makes it.
     *
     * @param groupSize how many listeners there are once all have started, at least 2.
     * @param prefix4 bits of an IPv4 address that make a client key.
     * @param prefix6 bits of an IPv6 address that make a client key.
     */
    public record Steering(int groupSize, int prefix4, int prefix6) {}
}
