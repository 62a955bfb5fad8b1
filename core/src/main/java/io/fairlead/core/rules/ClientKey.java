package io.fairlead.core.rules;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Who a client is: the prefix of its address, normalised so that one client is one key however it reached us.
 *
 * <p>An IPv4 address is the same key plain, as {@code ::ffff:a.b.c.d} (RFC 4291 section 2.5.5.2) and behind NAT64 as
 * {@code 64:ff9b::a.b.c.d} (RFC 6052 section 2.1). A key is two big-endian longs:
 *
 * <pre>
 *            hi (64 bits)                       lo (64 bits)
 *  IPv4  +----------------------------+  +------+------+--------------+
 *        |             0              |  | 0000 | FFFF | a.b.c.d      |  bits beyond the prefix cleared
 *        +----------------------------+  +------+------+--------------+
 *  IPv6  +----------------------------+  +----------------------------+
 *        |  first 8 bytes             |  |  last 8 bytes              |  bits beyond the prefix cleared
 *        +----------------------------+  +----------------------------+
 * </pre>
 *
 * <p>The two families never meet: the marker's last bit is bit 96 of an address, so an IPv6 prefix shorter than that
 * cannot keep it, and a longer one keeps all that makes the address IPv4.
 *
 * <p><b>Thread safe</b> as far as the buffers handed in are. Nothing is allocated but where stated.
 */
public final class ClientKey {
    /** Length in bytes of an address, IPv4 or IPv6. */
    public static final int ADDRESS_LENGTH = 16;

    private static final long IPV4_MARKER = 0x0000_FFFFL;
    private static final long NAT64_HI = 0x0064_FF9B_0000_0000L;
    private static final int GROUP_COUNT = 8;
    private static final int GROUPS_IN_LONG = Long.SIZE / Short.SIZE;

    private ClientKey() {}

    /**
     * The first half of a client's key.
     *
     * @param address with 16 bytes in network order, an IPv4 one as {@code ::ffff:a.b.c.d}.
     * @param offset of the first.
     * @param prefix4 how many bits of an IPv4 address count, 0 to 32.
     * @param prefix6 how many bits of an IPv6 address count, 0 to 128.
     * @return bits 0 to 63 of an IPv6 prefix, 0 for IPv4.
     */
    public static long hi(DirectBuffer address, int offset, int prefix4, int prefix6) {
        final long hi = bigEndianLong(address, offset);
        final long lo = bigEndianLong(address, offset + Long.BYTES);
        return wrapsIpv4(hi, lo) ? 0 : hi & prefixMask(prefix6, Long.SIZE);
    }

    /**
     * The second half of a client's key.
     *
     * @param address with 16 bytes in network order, an IPv4 one as {@code ::ffff:a.b.c.d}.
     * @param offset of the first.
     * @param prefix4 how many bits of an IPv4 address count, 0 to 32.
     * @param prefix6 how many bits of an IPv6 address count, 0 to 128.
     * @return bits 64 to 127 of an IPv6 prefix, the marker and the prefix for IPv4.
     */
    public static long lo(DirectBuffer address, int offset, int prefix4, int prefix6) {
        final long hi = bigEndianLong(address, offset);
        final long lo = bigEndianLong(address, offset + Long.BYTES);
        if (wrapsIpv4(hi, lo)) {
            return (IPV4_MARKER << Integer.SIZE) | (lo & prefixMask(prefix4, Integer.SIZE));
        }
        return lo & prefixMask(prefix6 - Long.SIZE, Long.SIZE);
    }

    /**
     * Whether a key is an IPv4 client's.
     *
     * @param hi first half of the key.
     * @param lo second half of the key.
     * @return true if it is.
     */
    public static boolean isIpv4(long hi, long lo) {
        return hi == 0 && lo >>> Integer.SIZE == IPV4_MARKER;
    }

    /**
     * Fold a key into what {@link RendezvousHash#hash} takes.
     *
     * @param hi first half of the key.
     * @param lo second half of the key.
     * @return 64 bits, the family's marker among what they depend on.
     */
    public static long key64(long hi, long lo) {
        return RendezvousHash.mix64(RendezvousHash.mix64(hi) ^ lo);
    }

    /**
     * Write a key as text, e.g. {@code 203.0.113.7/32} or {@code 2001:db8::/64} (RFC 5952 section 4).
     *
     * @param out takes the text; grows as it must.
     * @param hi first half of the key.
     * @param lo second half of the key.
     * @param prefix4 as the key was made with.
     * @param prefix6 as the key was made with.
     */
    public static void appendTo(StringBuilder out, long hi, long lo, int prefix4, int prefix6) {
        appendAddress(out, hi, lo);
        out.append('/').append(isIpv4(hi, lo) ? prefix4 : prefix6);
    }

    /**
     * Append an address in its one canonical spelling (RFC 5952), without a prefix length. Allocates nothing beyond what
     * the text needs.
     *
     * @param out takes the text; grows as it must.
     * @param hi first half of the address, 0 for an IPv4 one.
     * @param lo second half, {@code 0x0000FFFF} and the four bytes for an IPv4 one.
     */
    public static void appendAddress(StringBuilder out, long hi, long lo) {
        if (isIpv4(hi, lo)) {
            for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                out.append((lo >>> shift) & 0xff).append(shift == 0 ? "" : ".");
            }
        } else {
            appendIpv6(out, hi, lo);
        }
    }

    /**
     * Read an address literal: a dotted quad without leading zeros, or an IPv6 address (RFC 4291 section 2.2) without
     * brackets and zone. Nothing is looked up. Allocates; for configuration and questions from outside.
     *
     * @param literal the text.
     * @param out takes {@link #ADDRESS_LENGTH} bytes in network order, an IPv4 address as {@code ::ffff:a.b.c.d};
     *     untouched if the text is no address.
     * @param offset at which to write.
     * @return whether the text is an address.
     */
    public static boolean parseAddress(CharSequence literal, MutableDirectBuffer out, int offset) {
        return AddressLiteral.parse(literal, out, offset);
    }

    private static void appendIpv6(StringBuilder out, long hi, long lo) {
        int gapIndex = GROUP_COUNT;
        int gapLength = 1;
        for (int i = 0; i < GROUP_COUNT; i++) {
            final int length = zeroRun(hi, lo, i);
            // Longer only: of equal runs the first is shortened, and a single zero never is (RFC 5952 4.2.2, 4.2.3).
            if (length > gapLength) {
                gapIndex = i;
                gapLength = length;
            }
        }
        int i = 0;
        while (i < GROUP_COUNT) {
            if (i == gapIndex) {
                out.append("::");
                i += gapLength;
            } else {
                out.append(Integer.toHexString(group(hi, lo, i)));
                i++;
                if (i < GROUP_COUNT && i != gapIndex) {
                    out.append(':');
                }
            }
        }
    }

    private static int zeroRun(long hi, long lo, int index) {
        int end = index;
        while (end < GROUP_COUNT && group(hi, lo, end) == 0) {
            end++;
        }
        return end - index;
    }

    private static int group(long hi, long lo, int index) {
        final long half = index < GROUPS_IN_LONG ? hi : lo;
        return (int) (half >>> (Long.SIZE - Short.SIZE * (index % GROUPS_IN_LONG + 1))) & 0xffff;
    }

    private static boolean wrapsIpv4(long hi, long lo) {
        return isIpv4(hi, lo) || (hi == NAT64_HI && lo >>> Integer.SIZE == 0);
    }

    /** The first {@code prefix} of {@code width} bits; a prefix below 0 counts as 0, one above the width as the width. */
    private static long prefixMask(int prefix, int width) {
        if (prefix <= 0) {
            return 0;
        }
        final int clearedBits = Math.max(width - prefix, 0);
        return (-1L >>> (Long.SIZE - width)) & (-1L << clearedBits);
    }

    private static long bigEndianLong(DirectBuffer buffer, int offset) {
        return buffer.getLong(offset, ByteOrder.BIG_ENDIAN);
    }
}
