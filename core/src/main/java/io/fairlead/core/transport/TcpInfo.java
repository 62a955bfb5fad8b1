package io.fairlead.core.transport;

/**
 * What the operating system knows of a connection, for diagnosis: {@code TCP_INFO} of Linux (tcp(7)). A kernel that is too
 * old for a field has 0 there. <b>Immutable.</b>
 *
 * @param isEstablished whether both directions are open.
 * @param rttUs the smoothed round-trip time, microseconds.
 * @param rttVarianceUs its mean deviation, microseconds.
 * @param minRttUs the least round-trip time of late, microseconds; 0 if none was measured.
 * @param retransmitTimeoutUs after how long without an acknowledgement a segment is sent again, microseconds.
 * @param retransmits how often in a row the oldest segment was sent again.
 * @param totalRetransmits segments sent again, in the connection's life.
 * @param unackedSegments segments sent and not acknowledged.
 * @param lostSegments those of them that count as lost.
 * @param congestionWindowSegments how many may be on their way at a time.
 * @param segmentLength bytes of a segment at the most.
 * @param notSentLength bytes that wait in the system to be sent.
 * @param sinceReceivedMs since the last byte came, milliseconds.
 * @param sinceAcknowledgedMs since the last acknowledgement came, milliseconds.
 */
public record TcpInfo(
        boolean isEstablished,
        long rttUs,
        long rttVarianceUs,
        long minRttUs,
        long retransmitTimeoutUs,
        int retransmits,
        long totalRetransmits,
        long unackedSegments,
        long lostSegments,
        long congestionWindowSegments,
        long segmentLength,
        long notSentLength,
        long sinceReceivedMs,
        long sinceAcknowledgedMs) {}
