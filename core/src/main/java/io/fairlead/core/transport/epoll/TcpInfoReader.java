package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.TcpInfo;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks the kernel for {@code struct tcp_info}, which grew with the years and is the same on all machines:
 *
 * <pre>
 *    0 uint8_t  state, ca_state, retransmits, probes, backoff, options, wscale, flags
 *    8 uint32_t rto, ato, snd_mss, rcv_mss
 *   24 uint32_t unacked, sacked, lost, retrans, fackets
 *   44 uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv
 *   60 uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering
 *   92 uint32_t rcv_rtt, rcv_space, total_retrans
 *  104 uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received
 *  136 uint32_t segs_out, segs_in, notsent_bytes, min_rtt
 * </pre>
 *
 * <p><b>Owned by the loop thread.</b> Allocates: for diagnosis, not for the byte path.
 */
final class TcpInfoReader {
    static final int STATE_OFFSET = 0;
    static final int RETRANSMITS_OFFSET = 2;
    static final int RTO_OFFSET = 8;
    static final int SEGMENT_LENGTH_OFFSET = RTO_OFFSET + 2 * Integer.BYTES;
    static final int UNACKED_OFFSET = 24;
    static final int LOST_OFFSET = UNACKED_OFFSET + 2 * Integer.BYTES;
    static final int LAST_DATA_RECEIVED_OFFSET = 52;
    static final int LAST_ACK_RECEIVED_OFFSET = LAST_DATA_RECEIVED_OFFSET + Integer.BYTES;
    static final int RTT_OFFSET = 68;
    static final int RTT_VARIANCE_OFFSET = RTT_OFFSET + Integer.BYTES;
    static final int CONGESTION_WINDOW_OFFSET = 80;
    static final int TOTAL_RETRANSMITS_OFFSET = 100;
    static final int NOT_SENT_OFFSET = 144;
    static final int MIN_RTT_OFFSET = NOT_SENT_OFFSET + Integer.BYTES;
    static final int LENGTH = MIN_RTT_OFFSET + Integer.BYTES;

    static final int ESTABLISHED = 1;
    private static final int NO_MIN_RTT = -1;

    private final Libc libc;
    private final UnsafeBuffer info = DirectMemory.allocate(LENGTH);
    private final UnsafeBuffer length = DirectMemory.allocate(Integer.BYTES);

    TcpInfoReader(Libc libc) {
        this.libc = libc;
    }

    /** Of a socket of this transport; null if the kernel has nothing to say. */
    TcpInfo read(int socket) {
        // What an older kernel does not fill in is 0.
        info.setMemory(0, LENGTH, (byte) 0);
        length.putInt(0, LENGTH);
        final int result =
                libc.getsockopt(socket, Linux.SOL_TCP, Linux.TCP_INFO, info.addressOffset(), length.addressOffset());
        return result < 0 ? null : parse(info);
    }

    /** What a struct says. */
    static TcpInfo parse(DirectBuffer info) {
        return new TcpInfo(
                info.getByte(STATE_OFFSET) == ESTABLISHED,
                unsigned(info, RTT_OFFSET),
                unsigned(info, RTT_VARIANCE_OFFSET),
                minRttUs(info),
                unsigned(info, RTO_OFFSET),
                Byte.toUnsignedInt(info.getByte(RETRANSMITS_OFFSET)),
                unsigned(info, TOTAL_RETRANSMITS_OFFSET),
                unsigned(info, UNACKED_OFFSET),
                unsigned(info, LOST_OFFSET),
                unsigned(info, CONGESTION_WINDOW_OFFSET),
                unsigned(info, SEGMENT_LENGTH_OFFSET),
                unsigned(info, NOT_SENT_OFFSET),
                unsigned(info, LAST_DATA_RECEIVED_OFFSET),
                unsigned(info, LAST_ACK_RECEIVED_OFFSET));
    }

    private static long minRttUs(DirectBuffer info) {
        final int rttUs = info.getInt(MIN_RTT_OFFSET);
        return rttUs == NO_MIN_RTT ? 0 : Integer.toUnsignedLong(rttUs);
    }

    private static long unsigned(DirectBuffer info, int offset) {
        return Integer.toUnsignedLong(info.getInt(offset));
    }
}
