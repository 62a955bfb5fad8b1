package io.fairlead.core.transport.epoll;

import io.fairlead.core.transport.Transport;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One {@code struct sockaddr}, used again and again, behind it the length that the kernel reads and writes.
 *
 * <pre>
 * struct sockaddr_in  { uint16_t family; uint16_t port_be; uint8_t address[4]; }
 * struct sockaddr_in6 { uint16_t family; uint16_t port_be; uint32_t flow; uint8_t address[16]; uint32_t scope; }
 * </pre>
 *
 * <p><b>Owned by the loop thread.</b>
 */
final class SocketAddress {
    private static final int FAMILY_OFFSET = 0;
    private static final int PORT_OFFSET = FAMILY_OFFSET + Short.BYTES;
    private static final int ADDRESS4_OFFSET = PORT_OFFSET + Short.BYTES;
    private static final int ADDRESS4_LENGTH = 4;
    private static final int LENGTH4 = 16;
    private static final int FLOW_OFFSET = ADDRESS4_OFFSET;
    private static final int ADDRESS6_OFFSET = FLOW_OFFSET + Integer.BYTES;
    private static final int ADDRESS6_LENGTH = 16;
    private static final int SCOPE_OFFSET = ADDRESS6_OFFSET + ADDRESS6_LENGTH;
    private static final int LENGTH6 = SCOPE_OFFSET + Integer.BYTES;
    private static final int LENGTH_OFFSET = (LENGTH6 + Long.BYTES - 1) / Long.BYTES * Long.BYTES;

    /** Where an IPv4 address stands in an IPv4-mapped one, behind two bytes of ones. */
    private static final int MAPPED_OFFSET = 12;

    private static final int MAPPED_ONES_OFFSET = MAPPED_OFFSET - Short.BYTES;

    private final UnsafeBuffer buffer = DirectMemory.allocate(LENGTH_OFFSET + Integer.BYTES);

    /** The address's own family. */
    static int familyOf(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? Linux.AF_INET : Linux.AF_INET6;
    }

    /** Take over an address; what comes back is the length of the struct. */
    int set(InetSocketAddress socketAddress) {
        final InetAddress address = socketAddress.getAddress();
        buffer.setMemory(0, LENGTH_OFFSET, (byte) 0);
        buffer.putShort(PORT_OFFSET, (short) socketAddress.getPort(), ByteOrder.BIG_ENDIAN);
        if (address instanceof Inet6Address address6) {
            buffer.putShort(FAMILY_OFFSET, (short) Linux.AF_INET6);
            buffer.putBytes(ADDRESS6_OFFSET, address6.getAddress());
            buffer.putInt(SCOPE_OFFSET, address6.getScopeId());
            return LENGTH6;
        }
        buffer.putShort(FAMILY_OFFSET, (short) Linux.AF_INET);
        buffer.putBytes(ADDRESS4_OFFSET, address.getAddress());
        return LENGTH4;
    }

    /** Make room for what the kernel is to write. */
    void expect() {
        buffer.putInt(LENGTH_OFFSET, LENGTH6);
    }

    long address() {
        return buffer.addressOffset();
    }

    long lengthAddress() {
        return buffer.addressOffset() + LENGTH_OFFSET;
    }

    int port() {
        return buffer.getShort(PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    /** Write it as {@link Transport#remoteAddress} does. */
    void copyTo(MutableDirectBuffer target, int offset) {
        if (buffer.getShort(FAMILY_OFFSET) == Linux.AF_INET6) {
            target.putBytes(offset, buffer, ADDRESS6_OFFSET, ADDRESS6_LENGTH);
        } else {
            target.setMemory(offset, MAPPED_ONES_OFFSET, (byte) 0);
            target.setMemory(offset + MAPPED_ONES_OFFSET, Short.BYTES, (byte) 0xff);
            target.putBytes(offset + MAPPED_OFFSET, buffer, ADDRESS4_OFFSET, ADDRESS4_LENGTH);
        }
        target.putInt(offset + ADDRESS6_LENGTH, port());
    }
}
